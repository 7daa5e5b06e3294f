// integrator/imex_integrator: problems with a known solution, and how failures come out.
#include "integrator/imex_integrator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <limits>
#include <stdexcept>

#include "qke/error.hpp"
#include "support/largest.hpp"
#include "support/tolerance.hpp"

namespace qke {
namespace {

// du/ds = slow(s, u) + fast(s, u) from functions.
class TestSystem : public SplitOdeSystem {
 public:
  using Rhs = std::function<void(double, ConstVector, Vector)>;
  using Solve = std::function<bool(double, double, ConstVector, Vector)>;
  TestSystem(int dimension, Rhs slow, Rhs fast, Solve solve)
      : dimension_(dimension), slow_(std::move(slow)), fast_(std::move(fast)), solve_(std::move(solve)) {}

  int dimension() const override { return dimension_; }
  void rhs(double s, ConstVector u, Vector du) override {
    slow_rhs(s, u, du);
    Eigen::VectorXd fast(dimension_);
    fast_rhs(s, u, fast);
    du += fast;
  }
  void slow_rhs(double s, ConstVector u, Vector du) override { slow_(s, u, du); }
  void fast_rhs(double s, ConstVector u, Vector du) override { fast_(s, u, du); }
  bool solve_fast(double s, double gamma, ConstVector known, Vector change) override {
    return solve_(s, gamma, known, change);
  }
  std::string component_name(int component) const override {
    return "component " + std::to_string(component);
  }

 private:
  int dimension_;
  Rhs slow_, fast_;
  Solve solve_;
};

IntegratorOptions tolerance(double relative, double absolute, bool damping = false) {
  IntegratorOptions options;
  options.relative_tolerance = relative;
  options.absolute_tolerance = absolute;
  options.damp_oscillations = damping;
  return options;
}

Eigen::VectorXd integrate(TestSystem& system, const IntegratorState& start, double s_end,
                          const IntegratorOptions& options, IntegratorCounters* counters = nullptr) {
  ImexIntegrator integrator(system, start, s_end, options);
  while (!integrator.finished()) integrator.step();
  EXPECT_EQ(integrator.s(), s_end);
  if (counters) *counters = integrator.counters();
  return integrator.interpolate(s_end);
}

// With g = (cos s, sin s) as a complex number, u' = (i omega - k)(u - g) + g', u = g + (u_0 - 1) e^{(i omega
// - k) s}. Turning around g is the fast part; g' and the damping are slow.
std::complex<double> complex(const Eigen::VectorXd& u) { return {u(0), u(1)}; }
Eigen::Vector2d real(std::complex<double> u) { return {u.real(), u.imag()}; }
std::complex<double> centre(double s) { return std::polar(1.0, s); }

TestSystem rotation(double omega, double k) {
  const std::complex<double> i(0.0, 1.0);
  return {2, [=](double s, auto u, auto du) { du = real(i * centre(s) - k * (complex(u) - centre(s))); },
          [=](double s, auto u, auto du) { du = real(i * omega * (complex(u) - centre(s))); },
          [=](double s, double gamma, auto known, auto change) {
            const std::complex<double> turn = i * gamma * omega;
            change = real(turn * (complex(known) - centre(s)) / (1.0 - turn));
            return true;
          }};
}
std::complex<double> rotation_solution(double omega, double k, double s, std::complex<double> start) {
  return centre(s) + (start - 1.0) * std::exp(std::complex<double>(-k, omega) * s);
}

// The state at s = 1 after steps of a fixed length: a new integrator for every step, and tolerances that
// forbid none, so that the first step is the one asked for.
IntegratorState after_fixed_steps(double omega, double k, std::complex<double> start, int steps,
                                  bool damping) {
  TestSystem system = rotation(omega, k);
  IntegratorState state{0.0, real(start)};
  for (int n = 1; n <= steps; ++n) {
    state.step = 1.0 / steps;
    ImexIntegrator integrator(system, state, 2.0, tolerance(1.0, 1.0, damping));
    integrator.step();
    state = {integrator.s(), integrator.interpolate(integrator.s())};
    EXPECT_NEAR(state.s, static_cast<double>(n) / steps, 1e-14);
  }
  return state;
}
double fixed_step_error(double omega, double k, std::complex<double> start, int steps, bool damping = false) {
  const IntegratorState end = after_fixed_steps(omega, k, start, steps, damping);
  return std::abs(complex(end.u) - rotation_solution(omega, k, end.s, start));
}

// Up to `closer_until` both tolerances are a thousandth: all the way, as if they were given; not at all; and
// some of the way, with steps that are longer afterwards.
TEST(ImexIntegrator, StepsCloserAsLongAsItIsAsked) {
  const auto steps = [](const IntegratorOptions& options) {
    TestSystem system = rotation(20.0, 1.0);
    IntegratorCounters counters;
    integrate(system, {0.0, real({0.4, 0.7}), 1e-3}, 2.0, options, &counters);
    return counters.steps;
  };
  const auto closer_until = [](double s) {
    IntegratorOptions options = tolerance(1e-4, 1e-4);
    options.closer_until = s;
    options.closer = 1e-3;
    return options;
  };
  const long loose = steps(tolerance(1e-4, 1e-4)), close = steps(tolerance(1e-7, 1e-7));
  EXPECT_EQ(steps(closer_until(0.0)), loose);
  EXPECT_EQ(steps(closer_until(2.0)), close);
  // Half of the way: a step or two more where the tolerance changes.
  EXPECT_NEAR(static_cast<double>(steps(closer_until(1.0))), 0.5 * static_cast<double>(loose + close),
              0.1 * static_cast<double>(close));
}

// Twice the steps divide the error by 2^4, which terms of higher order change by a few per cent.
TEST(ImexIntegrator, IsOfFourthOrder) {
  const auto error = [](int steps) { return fixed_step_error(2.0, 1.0, {0.4, 0.7}, steps); };
  const double coarse = error(10), middle = error(20), fine = error(40);
  EXPECT_GT(fine, 1e-11);  // not rounding
  EXPECT_NEAR(std::log2(coarse / middle), 4.0, 0.3);
  EXPECT_NEAR(std::log2(middle / fine), 4.0, 0.15);
}

TEST(ImexIntegrator, IsOfFifthOrderWhereItDamps) {
  const auto error = [](int steps) { return fixed_step_error(2.0, 1.0, {0.4, 0.7}, steps, true); };
  const double coarse = error(10), middle = error(20);
  EXPECT_GT(middle, 1e-11);  // not rounding
  EXPECT_NEAR(std::log2(coarse / middle), 5.0, 0.3);
}

// What is left after twenty steps of an oscillation of which each step has so many radians: R(i radians)^20
// of the implicit tables ([KC19]; evaluated apart from this library, from the coefficients). The centre
// moves, to which steps add some 1e-4.
TEST(ImexIntegrator, DampsOscillationsThatItFollowsBadlyIfAsked) {
  struct Row {
    double radians, kept, kept_where_damping;
  };
  for (const Row& row : {Row{1.0, 0.99999, 0.9981}, {3.0, 0.9797, 0.6457}, {5.0, 0.7134, 0.1070}}) {
    const auto kept = [&](bool damping) {
      const IntegratorState end = after_fixed_steps(20.0 * row.radians, 0.0, 1.5, 20, damping);
      return 2.0 * std::abs(complex(end.u) - centre(end.s));
    };
    EXPECT_NEAR(kept(false), row.kept, 5e-4) << row.radians;
    EXPECT_NEAR(kept(true), row.kept_where_damping, 5e-4) << row.radians;
  }
}

// Steps that are long against the fast part follow its moving centre to third order: stages are of second
// order only (Prothero & Robinson 1974).
TEST(ImexIntegrator, IsOfThirdOrderOnAStiffMovingCentre) {
  const auto error = [](int steps) { return fixed_step_error(1e8, 0.1, 1.0, steps); };
  const double coarse = error(10), middle = error(20), fine = error(40);
  EXPECT_LT(coarse, 1e-4);
  EXPECT_NEAR(std::log2(coarse / middle), 3.0, 0.15);
  EXPECT_NEAR(std::log2(middle / fine), 3.0, 0.15);
}

TEST(ImexIntegrator, ErrorFollowsTheTolerance) {
  const std::complex<double> start(0.4, 0.7);
  TestSystem system = rotation(5.0, 0.2);
  const auto error = [&](double relative) {
    const auto u = integrate(system, {0.0, real(start)}, 10.0, tolerance(relative, relative));
    return std::abs(complex(u) - rotation_solution(5.0, 0.2, 10.0, start));
  };
  // Ten e-folds accumulate the errors of all steps, but no more than some tens of them count.
  independent::expect_error_follows_tolerance(error, 1e-6);
}

// A fast oscillation that is not excited is not resolved. Its centre moves, which lowers the order of stiff
// Runge-Kutta methods (Prothero & Robinson 1974): more steps than the slow problem has, but not 5e7 periods.
TEST(ImexIntegrator, DoesNotResolveAFastOscillationThatIsNotExcited) {
  for (const double omega : {1e6, 1e8, 1e10}) {
    IntegratorCounters counters;
    TestSystem system = rotation(omega, 0.1);
    const auto u = integrate(system, {0.0, real(1.0)}, 3.0, tolerance(1e-7, 1e-7), &counters);
    EXPECT_LT(std::abs(complex(u) - centre(3.0)), 1e-5) << omega;
    EXPECT_LT(counters.steps, 3000) << omega;
  }
}

// One that is excited dies out in steps that are long against it: what remains is the average, g. The error
// estimate sees its amplitude over omega times the step, some 1e-6. A tolerance below that refuses the step,
// and with it all shorter ones that do not resolve the oscillation.
TEST(ImexIntegrator, DampsAFastOscillationToItsAverage) {
  TestSystem system = rotation(1e8, 0.1);
  IntegratorCounters counters;
  const std::complex<double> excited(1.0, 0.5);
  const auto u = integrate(system, {0.0, real(excited), 0.01}, 3.0, tolerance(1e-4, 1e-4), &counters);
  EXPECT_LT(std::abs(complex(u) - centre(3.0)), 1e-3);
  EXPECT_LT(counters.steps, 500);
}

// At the ends of every step and in between. Lagrange's interpolant of the last steps is of lower accuracy
// than the method, the more so in its derivative.
TEST(ImexIntegrator, InterpolatesInsideTheLastStep) {
  const std::complex<double> start(0.4, 0.7);
  TestSystem system = rotation(2.0, 0.3);
  ImexIntegrator integrator(system, {0.0, real(start)}, 4.0, tolerance(1e-8, 1e-8));
  EXPECT_EQ(integrator.s(), 0.0);
  EXPECT_EQ(integrator.interpolate(0.0), Eigen::VectorXd(real(start)));
  double covered = 0.0;
  int step = 0;
  while (!integrator.finished()) {
    integrator.step();
    EXPECT_EQ(integrator.previous_s(), covered);
    covered = integrator.s();
    EXPECT_GT(covered, integrator.previous_s());
    for (const double part : {0.0, 0.3, 0.8, 1.0}) {
      const double s = integrator.previous_s() + part * (integrator.s() - integrator.previous_s());
      const std::complex<double> expected = rotation_solution(2.0, 0.3, s, start);
      EXPECT_LT(std::abs(complex(integrator.interpolate(s)) - expected), 1e-5)
          << "step " << step << ", " << s;
    }
    ++step;
  }
}

TEST(ImexIntegrator, StopsAtTheEndExactly) {
  TestSystem system = rotation(2.0, 0.3);
  const double s_end = 0.1 + 0.2;  // no sum of the steps that the integrator would choose
  ImexIntegrator integrator(system, {0.1, real(0.5), 0.15}, s_end, tolerance(1.0, 1.0));
  EXPECT_FALSE(integrator.finished());
  integrator.step();
  EXPECT_FALSE(integrator.finished());
  integrator.step();
  EXPECT_TRUE(integrator.finished());
  EXPECT_EQ(integrator.s(), s_end);
  EXPECT_EQ(integrator.counters().steps, 2);
}

// A restart forgets the past: what comes after is what an integrator made from its state does, bit by bit.
TEST(ImexIntegrator, RestartsLikeOneMadeFromItsState) {
  TestSystem system = rotation(50.0, 0.2);
  const auto options = tolerance(1e-6, 1e-6);
  ImexIntegrator first(system, {0.0, real(0.3)}, 10.0, options);
  for (int n = 0; n < 40; ++n) first.step();
  const IntegratorCounters before = first.counters();
  const IntegratorState state = first.restart();
  EXPECT_EQ(state.s, first.s());
  EXPECT_EQ(state.u, first.interpolate(state.s));
  EXPECT_EQ(state.counters.steps, 40);
  EXPECT_EQ(state.counters.rhs_evaluations, before.rhs_evaluations);
  EXPECT_GT(state.step, 0.0);
  ImexIntegrator second(system, state, 10.0, options);
  while (!first.finished()) {
    first.step();
    second.step();
    ASSERT_EQ(first.s(), second.s());
    ASSERT_EQ(first.interpolate(first.s()), second.interpolate(second.s()));
    const double s = 0.5 * (first.previous_s() + first.s());
    ASSERT_EQ(first.interpolate(s), second.interpolate(s));
  }
  EXPECT_TRUE(second.finished());
  EXPECT_GT(first.counters().steps, 100);
  EXPECT_EQ(first.counters().steps, second.counters().steps);
  EXPECT_EQ(first.counters().rhs_evaluations, second.counters().rhs_evaluations);
}

// A stage without a solution shortens the step.
TEST(ImexIntegrator, TriesAShorterStepWhereAStageHasNoSolution) {
  TestSystem system = rotation(2.0, 0.3);
  double longest = 0.0;
  TestSystem reluctant(
      2, [&](double s, auto u, auto du) { system.slow_rhs(s, u, du); },
      [&](double s, auto u, auto du) { system.fast_rhs(s, u, du); },
      [&](double s, double gamma, auto known, auto change) {
        if (gamma > 1e-3) return false;
        longest = independent::larger(longest, gamma);
        return system.solve_fast(s, gamma, known, change);
      });
  IntegratorCounters counters;
  const auto u = integrate(reluctant, {0.0, real(0.5)}, 0.2, tolerance(1e-4, 1e-4), &counters);
  EXPECT_LT(std::abs(complex(u) - rotation_solution(2.0, 0.3, 0.2, 0.5)), 1e-6);
  EXPECT_GT(longest, 1e-4);
  EXPECT_GT(counters.newton_failures, 0);
}

void at_rest(double, OdeSystem::ConstVector, OdeSystem::Vector du) { du.setZero(); }
bool unmoved(double, double, OdeSystem::ConstVector, OdeSystem::Vector change) {
  change.setZero();
  return true;
}

// u' = -k u is never negative; an explicit stage far beyond 1/k is.
TEST(ImexIntegrator, TriesAShorterStepOutsideTheDomain) {
  const double k = 1000.0;
  int outside = 0;
  const auto require_inside = [&](const auto& u) {
    if (u(0) >= 0.0) return;
    ++outside;
    throw OutsideDomain("negative");
  };
  TestSystem system(
      1,
      [&](double, auto u, auto du) {
        require_inside(u);
        du = -k * u;
      },
      at_rest,
      [&](double, double, auto known, auto change) {
        require_inside(known);
        change.setZero();
        return true;
      });
  IntegratorState start{0.0, Eigen::VectorXd::Ones(1)};
  start.step = 1.0;
  const auto u = integrate(system, start, 1e-2, tolerance(1e-4, 1e-8));
  EXPECT_GT(outside, 0);
  EXPECT_NEAR(u(0), std::exp(-10.0), 1e-7);  // some absolute tolerances
}

// Runs to the end, and returns the message of the error that must come.
std::string failure(TestSystem& system, const Eigen::VectorXd& start, const IntegratorOptions& options) {
  try {
    integrate(system, {0.0, start}, 10.0, options);
  } catch (const NumericalError& error) {
    EXPECT_EQ(error.status(), ExitStatus::numerical);
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

TEST(ImexIntegrator, ReportsAStageThatIsNeverSolved) {
  int stages = 0;
  TestSystem system(
      2, [](double, auto u, auto du) { du = u; }, at_rest,
      [&](double, double, auto, auto change) {
        change.setZero();
        return ++stages < 100;
      });
  const std::string message = failure(system, Eigen::Vector2d(1.0, 2.0), tolerance(1e-6, 1e-6));
  EXPECT_NE(message.find("the integrator failed at ln x = "), std::string::npos) << message;
  EXPECT_NE(message.find("largest errors: component"), std::string::npos) << message;
  EXPECT_LT(stages, 200);
}

TEST(ImexIntegrator, NamesTheWorstComponentWhenStepsRunOut) {
  // Component 2 oscillates, the others rest.
  TestSystem system(
      4,
      [](double s, auto, auto du) {
        du.setZero();
        du(2) = 1000.0 * std::cos(1000.0 * s);
      },
      at_rest, unmoved);
  IntegratorOptions options = tolerance(1e-6, 1e-6);
  options.max_steps = 20;
  const std::string message = failure(system, Eigen::VectorXd::Zero(4), options);
  EXPECT_NE(message.find("20 steps"), std::string::npos) << message;
  EXPECT_NE(message.find("largest errors: component 2"), std::string::npos) << message;
  EXPECT_NE(message.find("max_steps"), std::string::npos) << message;
}

TEST(ImexIntegrator, ReportsADerivativeThatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double good_until : {-1.0, 0.5}) {
    const auto breaks = [&](double s, auto u, auto du) { du(0) = s > good_until ? nan : -u(0); };
    TestSystem slow(1, breaks, at_rest, unmoved);
    failure(slow, Eigen::VectorXd::Ones(1), tolerance(1e-6, 1e-6));
  }
}

TEST(ImexIntegrator, LetsExceptionsOfTheSystemOut) {
  const auto throws = [](double s, auto... vectors) {
    if (s > 0.5) throw std::out_of_range("beyond one half");
    at_rest(s, vectors...);
  };
  TestSystem slow(1, throws, at_rest, unmoved);
  TestSystem solve(1, at_rest, at_rest, [](double s, double gamma, auto known, auto change) {
    if (s > 0.5) throw std::out_of_range("beyond one half");
    return unmoved(s, gamma, known, change);
  });
  for (TestSystem* system : {&slow, &solve}) {
    try {
      integrate(*system, {0.0, Eigen::VectorXd::Ones(1)}, 2.0, tolerance(1e-6, 1e-6));
      FAIL() << "no exception";
    } catch (const std::out_of_range& error) {
      EXPECT_STREQ(error.what(), "beyond one half");
    }
  }
}

}  // namespace
}  // namespace qke
