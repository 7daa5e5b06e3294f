// The integrator of a system: BDF where all of it is implicit, an additive Runge-Kutta
// method where a fast part can be solved for alone, a multirate method where it is followed.
#pragma once

#include <memory>

#include "integrator/integrator.hpp"
#include "numerics/ode_system.hpp"

namespace qke {

// From `start` to s_end; the system must outlive the integrator.
std::unique_ptr<Integrator> make_integrator(const SolvableSystem& system, const IntegratorState& start,
                                            double s_end, const IntegratorOptions& options);

}  // namespace qke
