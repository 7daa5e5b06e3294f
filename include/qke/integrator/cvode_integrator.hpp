// CVODE's variable-order BDF method behind an interface that knows no physics.
#pragma once

#include <Eigen/Dense>
#include <memory>
#include <string>

#include "qke/integrator/integrator.hpp"
#include "qke/numerics/ode_system.hpp"

namespace qke {

struct IntegratorOptions {
  double relative_tolerance = 1e-6;
  double absolute_tolerance = 1e-9;
  int max_order = 5;
  // Lowers the order where CVODE's test of Hairer and Wanner finds it unstable.
  bool stability_limit_detection = false;
  long max_steps = 1000000;
};

class CvodeIntegrator : public Integrator {
 public:
  // Integrates from `start` to s_end; `system` must outlive the integrator.
  CvodeIntegrator(OdeSystem& system, const IntegratorState& start, double s_end,
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
