// Shared by the integrators on SUNDIALS: vectors that Eigen and SUNDIALS see alike,
// errors, and messages.
#pragma once

#include <nvector/nvector_serial.h>

#include <Eigen/Dense>
#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <numeric>
#include <string>
#include <sundials/sundials_context.hpp>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "integrator/integrator.hpp"
#include "numerics/ode_system.hpp"
#include "qke/error.hpp"

namespace qke::sundials_support {

using VectorMap = Eigen::Map<Eigen::VectorXd>;
inline VectorMap map(N_Vector v) {
  return {N_VGetArrayPointer(v), static_cast<Eigen::Index>(N_VGetLength(v))};
}

struct VectorDeleter {
  void operator()(N_Vector v) const { N_VDestroy(v); }
};
using VectorHandle = std::unique_ptr<std::remove_pointer_t<N_Vector>, VectorDeleter>;

// Where memory runs out SUNDIALS returns a null pointer, or a flag of its own: both
// become bad_alloc.
template <class Pointer>
Pointer allocated(Pointer pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}

inline void check(int flag, const char* function) {
  constexpr int integrator_memory = -20,
                linear_solver_memory = -4;  // CV_MEM_FAIL, ARK_MEM_FAIL; CVLS_MEM_FAIL
  if (flag == integrator_memory || flag == linear_solver_memory) throw std::bad_alloc();
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

// The solution of an integrator on SUNDIALS, whichever its method.
struct Solution {
  sundials::Context context;
  Eigen::VectorXd u;
  VectorHandle vector;  // sees u
  double s, previous_s, s_end;
  IntegratorOptions options;
  IntegratorCounters earlier;  // of the integrators before the last restart
  std::exception_ptr thrown;   // by the system inside a callback
  std::string solver_message;

  Solution(const IntegratorState& start, double s_end_, const IntegratorOptions& options_)
      : u(start.u),
        s(start.s),
        previous_s(start.s),
        s_end(s_end_),
        options(options_),
        earlier(start.counters) {
    vector.reset(allocated(N_VMake_Serial(static_cast<sunindextype>(u.size()), u.data(), context)));
  }
  Solution(const Solution&) = delete;
  Solution& operator=(const Solution&) = delete;

  bool finished() const { return s >= s_end; }

  // No exception may cross the C library: it is kept, and thrown again by
  // require_success(). A positive flag asks for a shorter step.
  template <class Function>
  int guarded(Function&& function) {
    try {
      return function();
    } catch (const OutsideDomain&) {
      return 1;
    } catch (...) {
      thrown = std::current_exception();
      return -1;
    }
  }

  // A right-hand side of the system, as the library calls it.
  template <class Implementation, auto right_hand_side>
  static int evaluate(double s, N_Vector u, N_Vector du, void* self) {
    auto& impl = *static_cast<Implementation*>(self);
    return impl.guarded([&] {
      (impl.system.*right_hand_side)(s, map(u), map(du));
      return map(du).allFinite() ? 0 : 1;
    });
  }

  // After a step that returned `flag`, with so many steps in all; worst() names the worst
  // components.
  template <class Function>
  void require_success(int flag, long steps, Function&& worst) {
    if (thrown) std::rethrow_exception(std::exchange(thrown, nullptr));
    if (flag < 0) {
      throw NumericalError("the integrator failed at ln x = " + with_decimals(s, 6) + " (" + solver_message +
                           "; largest errors: " + worst() +
                           "). Try other tolerances, or report this with the configuration.");
    }
    if (steps >= options.max_steps && !finished()) {
      throw NumericalError("no end after " + std::to_string(options.max_steps) +
                           " steps, at ln x = " + with_decimals(s, 6) + " (largest errors: " + worst() +
                           "). Raise integrator.max_steps or loosen the tolerances.");
    }
  }

  // get(at, derivative, result) is the library's interpolation within the last step.
  template <class Function>
  Eigen::VectorXd interpolate(double at, int derivative, const char* name, Function&& get) const {
    Eigen::VectorXd result(u.size());
    const VectorHandle view(allocated(N_VMake_Serial(result.size(), result.data(), context)));
    check(get(at, derivative, view.get()), name);
    return result;
  }
};

}  // namespace qke::sundials_support
