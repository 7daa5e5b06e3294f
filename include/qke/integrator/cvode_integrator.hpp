// CVODE's variable-order BDF method behind an interface that knows no physics.
#pragma once

#include <Eigen/Dense>
#include <memory>
#include <string>

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

struct IntegratorCounters {
  long steps = 0;
  long rhs_evaluations = 0;
  long jacobian_evaluations = 0;
  long linear_setups = 0;
  long newton_iterations = 0;
  long error_test_failures = 0;
  long newton_failures = 0;
};

class CvodeIntegrator {
 public:
  // Integrates from (s, u) to s_end; `system` must outlive the integrator.
  CvodeIntegrator(OdeSystem& system, double s, const Eigen::VectorXd& u, double s_end,
                  const IntegratorOptions& options);
  ~CvodeIntegrator();
  CvodeIntegrator(const CvodeIntegrator&) = delete;
  CvodeIntegrator& operator=(const CvodeIntegrator&) = delete;

  bool finished() const;
  // One internal step. Throws NumericalError naming the worst components if it fails, or what the system
  // threw.
  void step();
  double previous_s() const;  // the last step covers [previous_s, s]
  double s() const;

  // The solution (derivative = 0) or its derivative at s inside the last step, from the method's own
  // interpolant.
  Eigen::VectorXd interpolate(double s, int derivative = 0) const;

  IntegratorCounters counters() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

std::string sundials_version();

}  // namespace qke
