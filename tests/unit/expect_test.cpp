// base/expect: a broken contract ends a program built for development, and costs nothing
// in another.
#include "base/expect.hpp"

#include <gtest/gtest.h>

#include "numerics/lu_factorisation.hpp"

namespace qke {
namespace {

#ifdef QKE_EXPECTS

void factorise_an_oblong_matrix() { LuFactorisation().factorise(Eigen::MatrixXd::Ones(2, 3)); }

TEST(ExpectDeathTest, ABrokenContractNamesItself) {
  EXPECT_DEATH(factorise_an_oblong_matrix(), "the contract A.rows\\(\\) == A.cols\\(\\) is broken");
}

TEST(ExpectDeathTest, AKeptContractIsSilent) {
  int evaluations = 0;
  QKE_EXPECT(++evaluations == 1);
  EXPECT_EQ(evaluations, 1);
}

#else

TEST(Expect, IsNotEvaluatedInRelease) {
  int evaluations = 0;
  QKE_EXPECT(++evaluations == 2);
  EXPECT_EQ(evaluations, 0);
}

#endif

}  // namespace
}  // namespace qke
