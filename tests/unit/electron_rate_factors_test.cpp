// model/electron_rate_factors: the rows exactly, and a smooth function between them.
#include "model/electron_rate_factors.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qke {
namespace {

TEST(ElectronRateFactors, AreTheScaleWithoutATable) {
  ExtraParameters extra;
  EXPECT_EQ(ElectronRateFactors(extra).at(3.0).annihilation, 1.0);
  extra.rate_scale = 0.7;
  EXPECT_EQ(ElectronRateFactors(extra).at(3.0).annihilation, 0.7);
  EXPECT_EQ(ElectronRateFactors(extra).at(0.02).scattering, 0.7);
}

TEST(ElectronRateFactors, GoThroughTheRows) {
  ExtraParameters extra;
  extra.rate_scale = 2.0;
  extra.rate_table = {{0.01, 1.0, 0.9}, {0.3, 0.98, 0.97}, {2.0, 1.03, 0.95}, {20.0, 1.04, 1.2}};
  const ElectronRateFactors factors(extra);
  for (const RateTableRow& row : extra.rate_table) {
    EXPECT_NEAR(factors.at(row.T_MeV).annihilation, 2.0 * row.annihilation, 1e-15);
    EXPECT_NEAR(factors.at(row.T_MeV).scattering, 2.0 * row.scattering, 1e-15);
  }
  EXPECT_EQ(factors.at(1e-3).scattering, 2.0 * 0.9);
  EXPECT_EQ(factors.at(25.0).scattering, 2.0 * 1.2);
}

// Bit by bit, so that a table of ones changes no number.
TEST(ElectronRateFactors, AreConstantWhereTheRowsAre) {
  ExtraParameters extra;
  extra.rate_table = {{0.01, 1.05, 0.97}, {0.13, 1.05, 0.97}, {7.0, 1.05, 0.97}, {20.0, 1.05, 0.97}};
  const ElectronRateFactors factors(extra);
  for (double T = 0.005; T < 30.0; T *= 1.1) {
    EXPECT_EQ(factors.at(T).annihilation, 1.05);
    EXPECT_EQ(factors.at(T).scattering, 0.97);
  }
}

TEST(ElectronRateFactors, DoNotOvershoot) {
  ExtraParameters extra;
  extra.rate_table = {{0.01, 1.0, 1.0}, {0.5, 1.0, 1.0}, {0.6, 2.0, 0.5}, {20.0, 2.0, 0.5}};
  const ElectronRateFactors factors(extra);
  double last = 1.0;
  for (double T = 0.01; T < 20.0; T *= 1.01) {
    const auto [annihilation, scattering] = factors.at(T);
    EXPECT_GE(annihilation, last);
    EXPECT_LE(annihilation, 2.0);
    EXPECT_GE(scattering, 0.5);
    EXPECT_LE(scattering, 1.0);
    last = annihilation;
  }
}

// A monotone function, its slopes at the ends by secants: the error falls as the square of the distance of
// the rows, and faster inside, where four times as many rows leave less than a thirtieth.
TEST(ElectronRateFactors, ConvergeToASmoothFunction) {
  const auto f = [](double T) { return 1.0 + 0.1 * T / (1.0 + T); };
  const auto largest_error = [&](int rows, double first, double last) {
    ExtraParameters extra;
    for (int n = 0; n < rows; ++n) {
      const double T = 0.01 * std::pow(2000.0, n / (rows - 1.0));
      extra.rate_table.push_back({T, f(T), 1.0});
    }
    const ElectronRateFactors factors(extra);
    double largest = 0.0;
    for (double T = first; T < last; T *= 1.003) {
      largest = std::max(largest, std::abs(factors.at(T).annihilation - f(T)));
    }
    return largest;
  };
  EXPECT_LT(largest_error(81, 0.01, 20.0), largest_error(21, 0.01, 20.0) / 8.0);
  EXPECT_LT(largest_error(81, 0.2, 5.0), largest_error(21, 0.2, 5.0) / 30.0);
  EXPECT_LT(largest_error(81, 0.01, 20.0), 1e-4);
}

}  // namespace
}  // namespace qke
