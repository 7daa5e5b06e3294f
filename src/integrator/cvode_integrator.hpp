// CVODE's variable-order BDF method ([SUNDIALS05]) behind an interface that knows no
// physics.
#pragma once

#include <Eigen/Dense>
#include <memory>
#include <string>

#include "integrator/integrator.hpp"
#include "numerics/ode_system.hpp"

namespace qke {

class CvodeIntegrator : public Integrator {
 public:
  // Integrates from `start` to s_end; `system` must outlive the integrator.
  CvodeIntegrator(ImplicitOdeSystem& system, const IntegratorState& start, double s_end,
                  const IntegratorOptions& options);
  ~CvodeIntegrator() override;
  CvodeIntegrator(const CvodeIntegrator&) = delete;
  CvodeIntegrator& operator=(const CvodeIntegrator&) = delete;

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

std::string sundials_version();

}  // namespace qke
