// oscillations/level_crossing: how long steps may be where modes grow.
#include "oscillations/level_crossing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace qke {
namespace {

using Pair = MeanFieldPrecession<3>::Pair;

constexpr double infinite = std::numeric_limits<double>::infinity();

// Two momenta with V and rho diagonal. The first two states are j apart, the third one is far away;
// q = w^2/4 of the first two is 1 * 1 + 3 * 0.5 with these numbers.
constexpr double q = 2.5;

struct Gas {
  MeanFieldPrecession<3> precession;
  Pair X;
};

Matrix3 diagonal(double first) {
  Matrix3 M = Matrix3::Zero();
  M(0, 0) = first;
  M(2, 2) = -1e6;
  return M;
}

Gas gas(double j) {
  Gas result;
  MeanFieldPrecession<3>& p = result.precession;
  p.weight = p.damping = p.damping_bar = Eigen::ArrayXd::Zero(2);
  p.weight << 1.0, 1.0;
  const double pairs[] = {1.0, 0.5}, splittings[] = {1.0, 3.0};
  for (int i = 0; i < 2; ++i) {
    Matrix3 V = Matrix3::Zero();
    V(0, 0) = splittings[i];
    p.V.push_back(V);
    const Matrix3 asymmetry = diagonal(0.5 * j);
    Matrix3 sum = Matrix3::Zero();
    sum(0, 0) = pairs[i];
    result.X.nu.push_back(0.5 * (sum + asymmetry));
    result.X.bar.push_back(0.5 * (sum - asymmetry));
  }
  return result;
}

// With sources that change j at this rate.
double longest(double j, double rate) {
  const Gas it = gas(j);
  return longest_step_before_crossing(it.precession, it.X, [&] {
    Pair sources = it.X;
    for (int i = 0; i < 2; ++i) {
      sources.nu[i] = 0.25 * rate * Matrix3(Eigen::Vector3cd(1.0, 0.0, 0.0).asDiagonal());
      sources.bar[i] = -sources.nu[i];
    }
    return sources;
  });
}

const double w = 2.0 * std::sqrt(q);

TEST(LevelCrossing, BoundsNoStepsFarAwayNorAfterwards) {
  EXPECT_EQ(longest(-31.0 * w, 1e9), infinite);
  EXPECT_EQ(longest(-w, -1.0), infinite);
  EXPECT_EQ(longest(w, 1.0), infinite);
}

TEST(LevelCrossing, KeepsTheTimeInWhichLevelsMeet) {
  EXPECT_NEAR(longest(-10.0 * w, 5.0 * w), 0.3 * 2.0, 1e-9);
  EXPECT_NEAR(longest(10.0 * w, -5.0 * w), 0.3 * 2.0, 1e-9);
  // Not shorter than where modes are followed.
  EXPECT_NEAR(longest(-10.0 * w, 1e6 * w), 2.0 / (4.0 * w), 1e-9);
}

TEST(LevelCrossing, FollowsTurnsWhereLevelsAreClose) {
  EXPECT_NEAR(longest(-3.0 * w, 1e-3 * w), 2.0 / (3.0 * w), 1e-9);
  EXPECT_EQ(longest(-0.9 * w, 1e-3 * w), infinite);
}

}  // namespace
}  // namespace qke
