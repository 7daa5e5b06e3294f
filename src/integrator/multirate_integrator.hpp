// Multirate infinitesimal steps, MIS-KW3 of [SKAW09], from ARKODE ([SUNDIALS05]), behind an
// interface that knows no physics: within each step of the slow part, of third order, the
// fast part is solved by many short explicit steps of eighth order, with error control.
#pragma once

#include <Eigen/Dense>
#include <memory>

#include "integrator/integrator.hpp"
#include "numerics/ode_system.hpp"

namespace qke {

class MultirateIntegrator : public Integrator {
 public:
  // Integrates from `start` to s_end; `system` must outlive the integrator, and says how
  // long the slow steps are. The tolerances are those of the fast part; options for the
  // order and its stability concern other methods.
  MultirateIntegrator(MultirateOdeSystem& system, const IntegratorState& start, double s_end,
                      const IntegratorOptions& options);
  ~MultirateIntegrator() override;
  MultirateIntegrator(const MultirateIntegrator&) = delete;
  MultirateIntegrator& operator=(const MultirateIntegrator&) = delete;

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
