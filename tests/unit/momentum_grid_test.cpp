// momentum_grid: uniform nodes and Fermi-Dirac occupations.
#include "model/momentum_grid.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qke {
namespace {

TEST(MomentumGrid, HasUniformNodesFromOneStepToTheEnd) {
  const MomentumGrid grid({40, 20.0});
  EXPECT_EQ(grid.size(), 40);
  EXPECT_DOUBLE_EQ(grid.step(), 0.5);
  EXPECT_DOUBLE_EQ(grid.y(0), 0.5);
  EXPECT_DOUBLE_EQ(grid.y(39), 20.0);
  for (int i = 0; i < grid.size(); ++i) EXPECT_NEAR(grid.y(i), 0.5 * (i + 1), 1e-14);
}

// y_1 + y_2 - y_3 is the node i + j - k, also where the step is no binary fraction.
TEST(MomentumGrid, IsClosedUnderEnergyConservation) {
  const MomentumGrid grid({30, 22.0});
  for (int i = 0; i < 30; ++i) {
    for (int j = 0; j < 30; ++j) {
      const int k = (i + j) / 2, l = i + j - k;
      EXPECT_NEAR(grid.y(i) + grid.y(j) - grid.y(k), grid.y(l), 2e-14);
    }
  }
}

TEST(FermiDirac, HasItsKnownValues) {
  const Eigen::ArrayXd y = Eigen::ArrayXd::LinSpaced(3, 0.0, 2.0);
  EXPECT_DOUBLE_EQ(fermi_dirac(y)(0), 0.5);
  EXPECT_DOUBLE_EQ(fermi_dirac(y)(1), 1.0 / (1.0 + std::exp(1.0)));
  EXPECT_DOUBLE_EQ(fermi_dirac(y, 2.0)(2), 1.0 / (1.0 + std::exp(1.0)));
  // At y = xi t the occupation is one half, and particles and holes change roles with the sign of xi.
  EXPECT_DOUBLE_EQ(fermi_dirac(y, 2.0, 0.5)(1), 0.5);
  EXPECT_DOUBLE_EQ(fermi_dirac(-y, 1.0, -0.7)(1) + fermi_dirac(y, 1.0, 0.7)(1), 1.0);
}

}  // namespace
}  // namespace qke
