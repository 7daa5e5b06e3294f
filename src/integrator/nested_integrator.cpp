#include "integrator/nested_integrator.hpp"

namespace qke {

NestedIntegrator::NestedIntegrator(NestedOdeSystem& system, const IntegratorState& start, double s_end,
                                   const IntegratorOptions& options)
    : system_(system), outer_system_(system, start), outer_(outer_system_, start, s_end, options) {}

void NestedIntegrator::step() {
  outer_.step();
  system_.accept(outer_.s(), outer_.interpolate(outer_.s()));
}

Eigen::VectorXd NestedIntegrator::interpolate(double s, int derivative) const {
  Eigen::VectorXd u = outer_.interpolate(s, derivative);
  if (derivative == 0) system_.set_fast(s, u);
  return u;
}

// The system begins anew, too, from what the state has of it.
IntegratorState NestedIntegrator::restart() {
  IntegratorState state = outer_.restart();
  system_.set_fast(state.s, state.u);
  system_.begin(state.s, state.u);
  return state;
}

}  // namespace qke
