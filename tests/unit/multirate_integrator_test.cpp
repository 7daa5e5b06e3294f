// integrator/multirate_integrator: a problem with a known solution, restarts, and how failures come out.
#include "integrator/multirate_integrator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <stdexcept>

#include "qke/error.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

// With g = (cos s, sin s) as a complex number, u' = (i omega - k)(u - g) + g': u = g + (u_0 - 1) e^{(i omega
// - k) s}. Turning around g, and the damping, are the fast part; g' is the slow one.
class Rotation : public MultirateOdeSystem {
 public:
  Rotation(double omega, double k, double step) : rate_(-k, omega), step_(step) {}

  static Complex complex(const Eigen::VectorXd& u) { return {u(0), u(1)}; }
  static Eigen::Vector2d real(Complex u) { return {u.real(), u.imag()}; }
  static Complex centre(double s) { return std::polar(1.0, s); }
  Complex solution(double s, Complex start) const { return centre(s) + (start - 1.0) * std::exp(rate_ * s); }

  int dimension() const override { return 2; }
  std::string component_name(int component) const override {
    return "component " + std::to_string(component);
  }
  void rhs(double s, ConstVector u, Vector du) override {
    du = real(rate_ * (complex(u) - centre(s)) + Complex(0.0, 1.0) * centre(s));
  }
  void slow_rhs(double s, ConstVector, Vector du) override {
    if (s > fails_from) throw std::runtime_error("no right-hand side");
    du = real(Complex(0.0, 1.0) * centre(s));
  }
  void fast_rhs(double s, ConstVector u, Vector du) override { du = real(rate_ * (complex(u) - centre(s))); }
  double slow_step(double, ConstVector) override { return step_; }

  double fails_from = 1e9;

 private:
  Complex rate_;
  double step_;
};

IntegratorOptions tight() {
  IntegratorOptions options;
  options.relative_tolerance = options.absolute_tolerance = 1e-12;
  return options;
}

double error_at_one(double omega, double step) {
  const Complex start(0.4, 0.7);
  Rotation system(omega, 0.5, step);
  MultirateIntegrator integrator(system, {0.0, Rotation::real(start)}, 1.0, tight());
  while (!integrator.finished()) integrator.step();
  EXPECT_EQ(integrator.s(), 1.0);
  return std::abs(Rotation::complex(integrator.interpolate(1.0)) - system.solution(1.0, start));
}

// Half the step divides the error by 2^3, which terms of higher order change by a few per cent.
TEST(MultirateIntegrator, IsOfThirdOrderInTheSlowSteps) {
  const double coarse = error_at_one(5.0, 0.05), middle = error_at_one(5.0, 0.025),
               fine = error_at_one(5.0, 0.0125);
  EXPECT_GT(fine, 1e-10);  // not rounding
  EXPECT_NEAR(std::log2(coarse / middle), 3.0, 0.3);
  EXPECT_NEAR(std::log2(middle / fine), 3.0, 0.15);
}

// What turns many times within a slow step is followed all the same: the centre's motion, of size h/omega =
// 5e-5 within a step, is what the slow steps leave of the error.
TEST(MultirateIntegrator, FollowsFastOscillationsWithinLongSteps) {
  EXPECT_LT(error_at_one(1000.0, 0.05), 1e-4);
}

TEST(MultirateIntegrator, GoesOnFromARestartAsIfMadeAnew) {
  Rotation system(20.0, 0.1, 0.1);
  MultirateIntegrator integrator(system, {0.0, Rotation::real({0.4, 0.7})}, 1.0, tight());
  for (int n = 0; n < 3; ++n) integrator.step();
  const IntegratorState state = integrator.restart();
  MultirateIntegrator other(system, state, 1.0, tight());
  while (!integrator.finished()) {
    integrator.step();
    other.step();
    EXPECT_EQ(integrator.interpolate(integrator.s()), other.interpolate(other.s()));
  }
  EXPECT_EQ(integrator.counters().steps, other.counters().steps);
  EXPECT_EQ(integrator.counters().steps, 10);
}

TEST(MultirateIntegrator, LetsExceptionsOfTheSystemThrough) {
  Rotation system(5.0, 0.1, 0.1);
  system.fails_from = 0.5;
  MultirateIntegrator integrator(system, {0.0, Rotation::real({0.4, 0.7})}, 1.0, tight());
  EXPECT_THROW(
      {
        while (!integrator.finished()) integrator.step();
      },
      std::runtime_error);
}

}  // namespace
}  // namespace qke
