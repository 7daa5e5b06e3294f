// integrator/cvode_integrator: problems with a known solution, and how failures come out.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>

#include "integrator/cvode_integrator.hpp"
#include "qke/error.hpp"
#include "support/tolerance.hpp"

namespace qke {
namespace {

// du/ds = F(s, u) from two functions.
class TestSystem : public ImplicitOdeSystem {
 public:
  using Rhs = std::function<void(double, ConstVector, Vector)>;
  using Jacobian = std::function<void(double, ConstVector, Matrix)>;
  TestSystem(int dimension, Rhs rhs, Jacobian jacobian)
      : dimension_(dimension), rhs_(std::move(rhs)), jacobian_(std::move(jacobian)) {}

  int dimension() const override { return dimension_; }
  void rhs(double s, ConstVector u, Vector du) override { rhs_(s, u, du); }
  void jacobian(double s, ConstVector u, ConstVector, Matrix J) override { jacobian_(s, u, J); }
  std::string component_name(int component) const override {
    return "component " + std::to_string(component);
  }

 private:
  int dimension_;
  Rhs rhs_;
  Jacobian jacobian_;
};

Eigen::VectorXd solve(TestSystem& system, const Eigen::VectorXd& start, double s_begin, double s_end,
                      const IntegratorOptions& options, IntegratorCounters* counters = nullptr) {
  CvodeIntegrator integrator(system, {s_begin, start}, s_end, options);
  while (!integrator.finished()) integrator.step();
  EXPECT_DOUBLE_EQ(integrator.s(), s_end);
  if (counters) *counters = integrator.counters();
  return integrator.interpolate(s_end);
}

IntegratorOptions tolerance(double relative, double absolute, int max_order = 5) {
  IntegratorOptions options;
  options.relative_tolerance = relative;
  options.absolute_tolerance = absolute;
  options.max_order = max_order;
  return options;
}

// u' = -k u, u = e^{-k s}.
TestSystem decay() {
  return {2, [](double, auto u, auto du) { du << -u(0), -3.0 * u(1); },
          [](double, auto, auto J) { J.diagonal() << -1.0, -3.0; }};
}

// u'' = -u as a system, u = (cos s, -sin s).
TestSystem oscillator() {
  return {2, [](double, auto u, auto du) { du << u(1), -u(0); },
          [](double, auto, auto J) { J(0, 1) = 1.0, J(1, 0) = -1.0; }};
}

// Prothero & Robinson 1974: u' = lambda (u - g) + g', u = g = sin s for any lambda; stiff for lambda = -1e6.
TestSystem prothero_robinson(double lambda) {
  return {1, [lambda](double s, auto u, auto du) { du(0) = lambda * (u(0) - std::sin(s)) + std::cos(s); },
          [lambda](double, auto, auto J) { J(0, 0) = lambda; }};
}

// The error of a multistep method with local error control is a modest multiple of the tolerance.
constexpr double modest = 100.0;

TEST(CvodeIntegrator, SolvesLinearDecay) {
  TestSystem system = decay();
  for (const double relative : {1e-4, 1e-6, 1e-8}) {
    const auto u = solve(system, Eigen::Vector2d(1.0, 2.0), 0.0, 2.0, tolerance(relative, 1e-3 * relative));
    EXPECT_NEAR(u(0), std::exp(-2.0), modest * relative * std::exp(-2.0));
    EXPECT_NEAR(u(1), 2.0 * std::exp(-6.0), modest * relative * 2.0 * std::exp(-6.0));
  }
}

TEST(CvodeIntegrator, ErrorFollowsTheTolerance) {
  TestSystem system = oscillator();
  const auto error = [&](double relative) {
    const auto u = solve(system, Eigen::Vector2d(1.0, 0.0), 0.0, 10.0, tolerance(relative, relative));
    return (u - Eigen::Vector2d(std::cos(10.0), -std::sin(10.0))).norm();
  };
  // Ten radians of an undamped problem accumulate the error of all steps.
  independent::expect_error_follows_tolerance(error, 1e-5);
}

TEST(CvodeIntegrator, TakesFewStepsOnAStiffProblem) {
  TestSystem system = prothero_robinson(-1e6);
  IntegratorCounters counters;
  const auto u = solve(system, Eigen::VectorXd::Zero(1), 0.0, 3.0, tolerance(1e-6, 1e-6), &counters);
  EXPECT_NEAR(u(0), std::sin(3.0), 1e-5);
  // An explicit method is stable for steps below 2e-6 only: a million steps.
  EXPECT_LT(counters.steps, 500);
  EXPECT_GT(counters.steps, 5);
  EXPECT_GE(counters.rhs_evaluations, counters.steps);
  EXPECT_GE(counters.jacobian_evaluations, 1);
  EXPECT_GE(counters.linear_setups, counters.jacobian_evaluations);
}

TEST(CvodeIntegrator, RespectsTheLargestOrder) {
  TestSystem system = decay();
  IntegratorCounters first, fifth;
  solve(system, Eigen::Vector2d(1.0, 1.0), 0.0, 2.0, tolerance(1e-6, 1e-8, 1), &first);
  solve(system, Eigen::Vector2d(1.0, 1.0), 0.0, 2.0, tolerance(1e-6, 1e-8, 5), &fifth);
  // Order 1: step ~ tolerance^{1/2}, a thousand steps; order 5: some tens.
  EXPECT_GT(first.steps, 5 * fifth.steps);
}

// The Newton iteration needs the Jacobian only roughly: the solution must not depend on it.
TEST(CvodeIntegrator, ToleratesAnApproximateJacobian) {
  TestSystem exact = decay();
  TestSystem rough(
      2, [](double, auto u, auto du) { du << -u(0), -3.0 * u(1); },
      [](double, auto, auto J) { J.diagonal() << -1.1, -2.7; });
  const auto options = tolerance(1e-7, 1e-9);
  const auto a = solve(exact, Eigen::Vector2d(1.0, 1.0), 0.0, 2.0, options);
  const auto b = solve(rough, Eigen::Vector2d(1.0, 1.0), 0.0, 2.0, options);
  EXPECT_LT((a - b).norm(), modest * 1e-7);
}

TEST(CvodeIntegrator, InterpolatesInsideTheLastStep) {
  TestSystem system = oscillator();
  CvodeIntegrator integrator(system, {0.0, Eigen::Vector2d(1.0, 0.0)}, 4.0, tolerance(1e-8, 1e-8));
  EXPECT_EQ(integrator.s(), 0.0);
  double covered = 0.0;
  while (!integrator.finished()) {
    integrator.step();
    EXPECT_DOUBLE_EQ(integrator.previous_s(), covered);
    covered = integrator.s();
    for (const double part : {0.0, 0.3, 0.8, 1.0}) {
      const double s = integrator.previous_s() + part * (integrator.s() - integrator.previous_s());
      const Eigen::VectorXd u = integrator.interpolate(s), du = integrator.interpolate(s, 1);
      EXPECT_NEAR(u(0), std::cos(s), 1e-5);
      EXPECT_NEAR(du(0), -std::sin(s), 1e-4);  // one order less than the value
    }
  }
}

// In the very first step, too: the interpolant reaches back to the start.
TEST(CvodeIntegrator, InterpolatesAtTheStart) {
  TestSystem system = decay();
  CvodeIntegrator integrator(system, {1.0, Eigen::Vector2d(1.0, 2.0)}, 2.0, tolerance(1e-6, 1e-8));
  integrator.step();
  EXPECT_NEAR(integrator.interpolate(1.0)(1), 2.0, 1e-6);
}

// A restart forgets the past: what comes after is what an integrator made from its state does.
TEST(CvodeIntegrator, RestartsLikeOneMadeFromItsState) {
  TestSystem system = oscillator();
  CvodeIntegrator first(system, {0.0, Eigen::Vector2d(1.0, 0.0)}, 10.0, tolerance(1e-6, 1e-6));
  for (int n = 0; n < 40; ++n) first.step();
  const IntegratorState state = first.restart();
  EXPECT_EQ(state.s, first.s());
  EXPECT_EQ(state.u, first.interpolate(state.s));
  EXPECT_EQ(state.counters.steps, 40);
  EXPECT_GT(state.step, 0.0);
  CvodeIntegrator second(system, state, 10.0, tolerance(1e-6, 1e-6));
  while (!first.finished()) {
    first.step();
    second.step();
    ASSERT_EQ(first.s(), second.s());
    ASSERT_EQ(first.interpolate(first.s()), second.interpolate(second.s()));
  }
  EXPECT_EQ(first.counters().steps, second.counters().steps);
  EXPECT_EQ(first.counters().rhs_evaluations, second.counters().rhs_evaluations);
  EXPECT_NEAR(first.interpolate(10.0)(0), std::cos(10.0), 1e-3);
}

TEST(CvodeIntegrator, LetsExceptionsOfTheSystemOut) {
  TestSystem system(
      1,
      [](double s, auto, auto du) {
        if (s > 0.5) throw std::out_of_range("beyond one half");
        du(0) = 1.0;
      },
      [](double, auto, auto J) { J(0, 0) = 0.0; });
  try {
    solve(system, Eigen::VectorXd::Zero(1), 0.0, 2.0, tolerance(1e-6, 1e-6));
    FAIL() << "no exception";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "beyond one half");
  }
}

TEST(CvodeIntegrator, LetsExceptionsOfTheJacobianOut) {
  TestSystem system(
      1, [](double, auto u, auto du) { du(0) = -u(0); },
      [](double, auto, auto) { throw std::domain_error("no Jacobian"); });
  EXPECT_THROW(solve(system, Eigen::VectorXd::Ones(1), 0.0, 2.0, tolerance(1e-6, 1e-6)), std::domain_error);
}

TEST(CvodeIntegrator, ReportsADerivativeThatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  TestSystem from_start(
      1, [&](double, auto, auto du) { du(0) = nan; }, [](double, auto, auto) {});
  EXPECT_THROW(solve(from_start, Eigen::VectorXd::Zero(1), 0.0, 1.0, tolerance(1e-6, 1e-6)), NumericalError);

  TestSystem later(
      1, [&](double s, auto u, auto du) { du(0) = s > 0.5 ? nan : -u(0); },
      [](double, auto, auto J) { J(0, 0) = -1.0; });
  EXPECT_THROW(solve(later, Eigen::VectorXd::Ones(1), 0.0, 1.0, tolerance(1e-6, 1e-6)), NumericalError);
}

// u = -log(1 + s) from e^u: the straight line of the first step, u = -s, is far below the domain.
TEST(CvodeIntegrator, TriesAShorterStepOutsideTheDomain) {
  int outside = 0;
  TestSystem system(
      1,
      [&](double, auto u, auto du) {
        if (u(0) < -1.0) {
          ++outside;
          throw OutsideDomain("below -1");
        }
        du(0) = -std::exp(u(0));
      },
      [](double, auto u, auto J) { J(0, 0) = -std::exp(u(0)); });
  CvodeIntegrator integrator(system, {0.0, Eigen::VectorXd::Zero(1), 1.2}, 1.2, tolerance(1e-6, 1e-6));
  while (!integrator.finished()) integrator.step();
  EXPECT_GT(outside, 0);
  EXPECT_NEAR(integrator.interpolate(1.2)(0), -std::log(2.2), modest * 1e-6);
}

// u' = u^2 has u = 1/(1 - s): no solution beyond s = 1.
TEST(CvodeIntegrator, ReportsASolutionThatEscapes) {
  TestSystem system(
      2, [](double, auto u, auto du) { du << 0.0, u(1) * u(1); },
      [](double, auto u, auto J) { J(1, 1) = 2.0 * u(1); });
  try {
    solve(system, Eigen::Vector2d(1.0, 1.0), 0.0, 2.0, tolerance(1e-6, 1e-6));
    FAIL() << "no exception";
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("component 1"), std::string::npos) << error.what();
  }
}

TEST(CvodeIntegrator, NamesTheWorstComponentWhenStepsRunOut) {
  // Component 2 oscillates fast, the others rest.
  TestSystem system(
      4,
      [](double s, auto, auto du) {
        du.setZero();
        du(2) = 1000.0 * std::cos(1000.0 * s);
      },
      [](double, auto, auto) {});
  IntegratorOptions options = tolerance(1e-6, 1e-6);
  options.max_steps = 20;
  try {
    solve(system, Eigen::VectorXd::Zero(4), 0.0, 10.0, options);
    FAIL() << "no exception";
  } catch (const NumericalError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("20 steps"), std::string::npos) << message;
    EXPECT_NE(message.find("largest errors: component 2"), std::string::npos) << message;
    EXPECT_NE(message.find("max_steps"), std::string::npos) << message;
    EXPECT_EQ(error.status(), ExitStatus::numerical);
  }
}

}  // namespace
}  // namespace qke
