// Small systems of equations for the tests, and their solution from one point to another.
#pragma once

#include <functional>
#include <utility>

#include "flavour/hermitian.hpp"
#include "integrator/cvode_integrator.hpp"
#include "numerics/ode_system.hpp"

namespace qke::independent {

// One momentum mode: drho/ds = -i[V(s), rho], the components of rho in the basis of V.
class PrecessingMode : public ImplicitOdeSystem {
 public:
  explicit PrecessingMode(std::function<Matrix3(double)> V) : V_(std::move(V)) {}

  int dimension() const override { return hermitian_components<3>; }
  void rhs(double s, ConstVector u, Vector du) override {
    du = to_components<3>(precession<3>(V_(s), to_matrix<3>(u)));
  }
  void jacobian(double s, ConstVector, ConstVector, Matrix J) override { J = precession_map<3>(V_(s)); }
  std::string component_name(int component) const override { return std::to_string(component); }

 private:
  std::function<Matrix3(double)> V_;
};

inline IntegratorOptions tight(double relative, double absolute, int max_order = 5) {
  IntegratorOptions options;
  options.relative_tolerance = relative;
  options.absolute_tolerance = absolute;
  options.max_order = max_order;
  return options;
}

// u(s_end) from u(s) = start.
inline Eigen::VectorXd solve(OdeSystem& system, double s, const Eigen::VectorXd& start, double s_end,
                             const IntegratorOptions& options) {
  CvodeIntegrator integrator(dynamic_cast<ImplicitOdeSystem&>(system), {s, start}, s_end, options);
  while (!integrator.finished()) integrator.step();
  return integrator.interpolate(s_end);
}

inline Matrix3 solve(PrecessingMode& mode, double s, const Matrix3& start, double s_end,
                     const IntegratorOptions& options) {
  const Eigen::VectorXd components = to_components<3>(start);
  return to_matrix<3>(solve(static_cast<OdeSystem&>(mode), s, components, s_end, options));
}

}  // namespace qke::independent
