// The additive Runge-Kutta method ARK4(3)7L[2]SA of [KC19], from ARKODE ([SUNDIALS05]),
// behind an interface that knows no physics: the slow part of the system is explicit, the
// fast part implicit. Method and error estimate are L-stable there: fast oscillations
// that are not excited cost nothing, and excited ones die out in a step that is long
// against their period.
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
