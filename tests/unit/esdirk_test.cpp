// numerics/esdirk: problems with known solutions, and what it cannot solve.
#include "numerics/esdirk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>

namespace qke {
namespace {

using Complex = std::complex<double>;
using Vector = Esdirk<2>::Vector;

// y' = (i omega - k)(y - g) + g' for y = (y_1, y_2) as a complex number, with g = e^{is}:
// y = g + (y_0 - 1) e^{(i omega - k) s}.
struct Rotation {
  double omega = 0, k = 0;
  mutable int evaluated = 0;

  static Complex complex(const Vector& y) { return {y(0), y(1)}; }
  static Vector real(Complex y) { return {y.real(), y.imag()}; }
  Complex rate() const { return {-k, omega}; }
  Complex solution(double s, Complex start) const {
    return std::polar(1.0, s) + (start - 1.0) * std::exp(rate() * s);
  }
  auto at(double s) const {
    ++evaluated;
    const Complex g = std::polar(1.0, s), rate = this->rate();
    return [g, rate](const Vector& y) -> Vector {
      return real(rate * (complex(y) - g) + Complex(0.0, 1.0) * g);
    };
  }
};

double error(const Rotation& problem, double end, double tolerance, Complex start) {
  Vector y = Rotation::real(start);
  double step = 0.0;
  EXPECT_TRUE(Esdirk<2>(tolerance).integrate(problem, 0.0, end, y, step));
  EXPECT_GT(step, 0.0);
  return std::abs(Rotation::complex(y) - problem.solution(end, start));
}

// Half the step divides the error of one step by 2^5, which terms of higher order change by some per cent.
TEST(Esdirk, IsOfFourthOrder) {
  const Rotation problem{2.0, 0.5};
  const auto of_one_step = [&](double h) {
    problem.evaluated = 0;
    const double size = error(problem, h, 1e-4, {0.4, 0.7});
    EXPECT_EQ(problem.evaluated, 6);  // the stages of a single step
    return size;
  };
  const double coarse = of_one_step(0.2), middle = of_one_step(0.1), fine = of_one_step(0.05);
  EXPECT_NEAR(std::log2(coarse / middle), 5.0, 0.3);
  EXPECT_NEAR(std::log2(middle / fine), 5.0, 0.2);
}

// A thousand radians in some thousands of steps, each with an error of about the tolerance, as its estimate
// is damped with what is stiff; that they all add up is the worst case.
TEST(Esdirk, FollowsManyTurns) {
  const Rotation problem{1000.0, 0.0};
  for (const double tolerance : {1e-5, 1e-7}) {
    problem.evaluated = 0;
    const double size = error(problem, 1.0, tolerance, {0.4, 0.7});
    EXPECT_LT(size, 2.0 * tolerance * problem.evaluated / 6);
    EXPECT_GT(size, 0.1 * tolerance);  // not rounding
  }
}

// On the slow solution, and off it, what decays fast does not shorten the steps: of 1e8 in k.
TEST(Esdirk, IsNotHeldUpByWhatIsStiff) {
  const Rotation problem{0.0, 1e8};
  EXPECT_LT(error(problem, 1.0, 1e-8, 1.0), 1e-6);
  EXPECT_LT(problem.evaluated, 600);
  EXPECT_LT(error(problem, 1.0, 1e-8, {0.4, 0.7}), 1e-6);
}

// The step that it leaves is the one to go on with: cut in two at any place the integral takes no more than a
// step more.
TEST(Esdirk, GoesOnWithTheStepItLeft) {
  const Rotation whole{50.0, 0.0}, parts{50.0, 0.0};
  Vector y = Rotation::real({0.4, 0.7});
  double step = 0.0;
  const Esdirk<2> method(1e-7);
  ASSERT_TRUE(method.integrate(whole, 0.0, 1.0, y, step));
  y = Rotation::real({0.4, 0.7});
  step = 0.0;
  ASSERT_TRUE(method.integrate(parts, 0.0, 0.5123, y, step));
  ASSERT_TRUE(method.integrate(parts, 0.5123, 1.0, y, step));
  EXPECT_LE(parts.evaluated, whole.evaluated + 12);
  EXPECT_LT(std::abs(Rotation::complex(y) - whole.solution(1.0, {0.4, 0.7})), 1e-4);
}

struct NoNumber {
  static auto at(double s) {
    return [s](const Vector& y) -> Vector {
      return s < 0.5 ? y : Vector::Constant(std::numeric_limits<double>::quiet_NaN());
    };
  }
};

TEST(Esdirk, SaysThatNoStepIsShortEnough) {
  Vector y(1.0, 0.0);
  double step = 0.0;
  EXPECT_FALSE(Esdirk<2>(1e-6).integrate(NoNumber{}, 0.0, 1.0, y, step));
}

// A thousand radians take thousands of steps.
TEST(Esdirk, TakesNoMoreStepsThanItMay) {
  const Rotation problem{1000.0, 0.0};
  Vector y = Rotation::real({0.4, 0.7});
  double step = 0.0;
  EXPECT_FALSE(Esdirk<2>(1e-6, 100).integrate(problem, 0.0, 1.0, y, step));
  EXPECT_LE(problem.evaluated, 100 * 6);  // stages of a step
}

}  // namespace
}  // namespace qke
