// What the integrators on SUNDIALS share: vectors that Eigen and SUNDIALS see alike, and messages.
#pragma once

#include <nvector/nvector_serial.h>

#include <Eigen/Dense>
#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <type_traits>
#include <vector>

#include "qke/base/error.hpp"
#include "qke/numerics/ode_system.hpp"

namespace qke::sundials_support {

using VectorMap = Eigen::Map<Eigen::VectorXd>;
inline VectorMap map(N_Vector v) {
  return {N_VGetArrayPointer(v), static_cast<Eigen::Index>(N_VGetLength(v))};
}

struct VectorDeleter {
  void operator()(N_Vector v) const { N_VDestroy(v); }
};
using VectorHandle = std::unique_ptr<std::remove_pointer_t<N_Vector>, VectorDeleter>;

inline void check(int flag, const char* function) {
  if (flag < 0) {
    throw NumericalError(std::string("the integrator could not be set up (") + function + " returned " +
                         std::to_string(flag) + "). Please report this with the configuration.");
  }
}

// Names of the components with the largest |error * weight|.
inline std::string worst_components(const OdeSystem& system, N_Vector errors, N_Vector weights) {
  const Eigen::ArrayXd size = (map(errors).array() * map(weights).array()).abs();
  std::vector<int> order(size.size());
  std::iota(order.begin(), order.end(), 0);
  const auto count = std::min<std::size_t>(3, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](int a, int b) { return size(a) > size(b); });
  std::string text;
  for (std::size_t n = 0; n < count; ++n) text += (n ? ", " : "") + system.component_name(order[n]);
  return text;
}

[[noreturn]] inline void throw_failure(double s, const std::string& message, const std::string& worst) {
  throw NumericalError("the integrator failed at ln x = " + std::to_string(s) + " (" + message +
                       "; largest errors: " + worst +
                       "). Try other tolerances, or report this with the configuration?");
}

[[noreturn]] inline void throw_no_end(double s, long max_steps, const std::string& worst) {
  throw NumericalError("no end after " + std::to_string(max_steps) +
                       " steps, at ln x = " + std::to_string(s) + " (largest errors: " + worst +
                       "). Raise integrator.max_steps or loosen the tolerances?");
}

}  // namespace qke::sundials_support
