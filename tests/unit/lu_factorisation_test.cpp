// numerics/lu_factorisation: residuals of random systems, in every instruction set.
#include "numerics/lu_factorisation.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qke {
namespace {

TEST(LuFactorisation, SolvesInEveryInstructionSet) {
  for (const InstructionSet set : available_instruction_sets()) {
    for (const int n : {1, 2, 17, 100, 301}) {
      const Eigen::MatrixXd A = Eigen::MatrixXd::Random(n, n);
      const Eigen::VectorXd b = Eigen::VectorXd::Random(n);
      Eigen::VectorXd x = b;
      LuFactorisation lu(set);
      lu.factorise(A);
      lu.solve(x);
      // The backward error of elimination with pivoting: n rounding errors of what is added up.
      EXPECT_LT((A * x - b).norm(), 1e-15 * n * (A.norm() * x.norm() + b.norm()))
          << name_of(set) << ", " << n;
    }
  }
}

// Wherever the matrix and the right-hand side are in memory.
TEST(LuFactorisation, IsTheSameBitByBit) {
  constexpr int n = 77;
  const Eigen::MatrixXd A = Eigen::MatrixXd::Random(n, n);
  const Eigen::VectorXd b = Eigen::VectorXd::Random(n);
  std::vector<double> memory(n * n + 8), right_hand_side(n + 8);
  Eigen::VectorXd first;
  for (int offset = 0; offset < 8; ++offset) {
    Eigen::Map<Eigen::MatrixXd> matrix(memory.data() + offset, n, n);
    Eigen::Map<Eigen::VectorXd> x(right_hand_side.data() + offset, n);
    matrix = A, x = b;
    LuFactorisation lu;
    lu.factorise(matrix);
    lu.solve(x);
    if (offset == 0) first = x;
    EXPECT_EQ(x, first);
  }
}

TEST(LuFactorisation, ASingularMatrixGivesNoFiniteSolution) {
  const Eigen::MatrixXd A = Eigen::MatrixXd::Zero(3, 3);
  Eigen::VectorXd x = Eigen::VectorXd::Ones(3);
  LuFactorisation lu;
  lu.factorise(A);
  lu.solve(x);
  EXPECT_FALSE(x.allFinite());
}

}  // namespace
}  // namespace qke
