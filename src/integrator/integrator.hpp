// The interface of an integrator to a run, the same for all methods. It knows no physics.
// The variable is s; u is the vector of the system (numerics/ode_system.hpp).
#pragma once

#include <Eigen/Dense>
#include <limits>

namespace qke {

struct IntegratorOptions {
  double relative_tolerance = 1e-6;
  double absolute_tolerance = 1e-9;
  int max_order = 5;
  // Lowers the order where CVODE's test of Hairer and Wanner finds it unstable.
  bool stability_limit_detection = false;
  long max_steps = 1000000;
  // Implicit-explicit steps: by the method that damps oscillations of which a step has more than half.
  bool damp_oscillations = false;
  // Up to this s both tolerances are smaller by this factor.
  double closer_until = -std::numeric_limits<double>::infinity(), closer = 1.0;
};

struct IntegratorCounters {
  long steps = 0;
  long rhs_evaluations = 0;
  long jacobian_evaluations = 0;
  long linear_setups = 0;
  long newton_iterations = 0;
  long error_test_failures = 0;
  long newton_failures = 0;

  friend IntegratorCounters operator+(const IntegratorCounters& a, const IntegratorCounters& b) {
    return {a.steps + b.steps,
            a.rhs_evaluations + b.rhs_evaluations,
            a.jacobian_evaluations + b.jacobian_evaluations,
            a.linear_setups + b.linear_setups,
            a.newton_iterations + b.newton_iterations,
            a.error_test_failures + b.error_test_failures,
            a.newton_failures + b.newton_failures};
  }
};

// All that an integrator starts from: two that start from the same state take the same
// steps, bit by bit.
struct IntegratorState {
  double s = 0.0;
  Eigen::VectorXd u;
  double step = 0.0;  // the first one to try; 0: the integrator chooses
  IntegratorCounters counters = {};
};

class Integrator {
 public:
  virtual ~Integrator() = default;

  virtual bool finished() const = 0;
  // One internal step. Throws NumericalError naming the worst components if it fails; an
  // exception of the system comes through.
  virtual void step() = 0;
  virtual double previous_s() const = 0;  // the last step covers [previous_s, s]
  virtual double s() const = 0;

  // The solution (derivative = 0) or its derivative at s inside the last step, from the
  // method's own interpolant.
  virtual Eigen::VectorXd interpolate(double s, int derivative = 0) const = 0;

  // Since the start of the run, restarts included.
  virtual IntegratorCounters counters() const = 0;

  // Forgets everything but the state it returns, and goes on as an integrator made from
  // that state would. Until the next step only the state itself can be interpolated.
  virtual IntegratorState restart() = 0;
};

}  // namespace qke
