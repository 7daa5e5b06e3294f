// numerics/chebyshev_table against the functions tabulated.
#include "numerics/chebyshev_table.hpp"

#include <gtest/gtest.h>

namespace qke {
namespace {

TEST(ChebyshevTable, IsTheFunctionToRounding) {
  const auto f = [](double x) { return Eigen::Array2d(std::exp(-std::exp(x)), std::sin(3.0 * x)); };
  const ChebyshevTable<2> table(-3.0, 2.0, 0.5, 18, f);
  for (double x = -3.0; x <= 2.0; x += 0.0137) {
    EXPECT_LT((table(x) - f(x)).abs().maxCoeff<Eigen::PropagateNaN>(), 5e-15) << x;
  }
  EXPECT_TRUE(table.covers(2.0));
  EXPECT_FALSE(table.covers(2.1));
}

TEST(ChebyshevTable, APolynomialNeedsAsManyPointsAsItHasCoefficients) {
  const auto f = [](double x) { return Eigen::Array<double, 1, 1>(x * x * x - x); };
  const ChebyshevTable<1> table(0.0, 3.0, 10.0, 4, f);
  EXPECT_NEAR(table(1.234)(0), f(1.234)(0), 1e-14);
}

}  // namespace
}  // namespace qke
