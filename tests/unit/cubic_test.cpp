// numerics/cubic: exact for cubics, inside and beyond the points.
#include "numerics/cubic.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qke {
namespace {

TEST(Cubic, IsExactForCubics) {
  const auto f = [](double t) { return 1.0 - 2.0 * t + 0.5 * t * t - 0.25 * t * t * t; };
  const auto slope = [](double t) { return -2.0 + t - 0.75 * t * t; };
  std::vector<double> values;
  for (int n = 0; n < 7; ++n) values.push_back(f(n));
  for (const double t : {-0.5, 0.0, 0.3, 1.0, 2.7, 5.0, 6.0, 6.4}) {
    const Cubic cubic(t, values.size());
    EXPECT_NEAR(cubic(values), f(t), 1e-13) << t;  // rounding of values up to 60
    EXPECT_NEAR(cubic.slope(values), slope(t), 1e-12) << t;
  }
}

TEST(Cubic, TakesTheNearestPoints) {
  EXPECT_EQ(Cubic(0.2, 8).first, 0u);
  EXPECT_EQ(Cubic(3.5, 8).first, 2u);
  EXPECT_EQ(Cubic(7.0, 8).first, 4u);
}

}  // namespace
}  // namespace qke
