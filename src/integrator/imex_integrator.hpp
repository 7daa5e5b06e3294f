// The additive Runge-Kutta methods ARK4(3)7L[2]SA and ARK5(4)8L[2]SA of [KC19], from ARKODE
// ([SUNDIALS05]), behind an interface that knows no physics: the slow part of the system is
// explicit, the fast part implicit. Methods and error estimates are L-stable there: fast
// oscillations that are not excited cost nothing, and excited ones die out in a step that is
// long against their period. The second method damps more of them: what turns by 3 rad in a
// step keeps 0.978 of its amplitude (the first: 0.9990), by 5 rad 0.89 (0.983), by 10 rad 0.64
// (0.93). It costs more: eight stages, and explicit ones that damp no faster than 3.8 per step (6.8).
#pragma once

#include <Eigen/Dense>
#include <memory>

#include "integrator/integrator.hpp"
#include "numerics/ode_system.hpp"

namespace qke {

class ImexIntegrator : public Integrator {
 public:
  // Integrates from `start` to s_end; `system` must outlive the integrator. The options
  // for the order and its stability concern other methods.
  ImexIntegrator(SplitOdeSystem& system, const IntegratorState& start, double s_end,
                 const IntegratorOptions& options);
  ~ImexIntegrator() override;
  ImexIntegrator(const ImexIntegrator&) = delete;
  ImexIntegrator& operator=(const ImexIntegrator&) = delete;

  bool finished() const override;
  void step() override;
  double previous_s() const override;
  double s() const override;
  Eigen::VectorXd interpolate(double s, int derivative = 0) const override;
  IntegratorCounters counters() const override;
  IntegratorState restart() override;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace qke
