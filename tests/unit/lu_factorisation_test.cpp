// numerics/lu_factorisation: residuals of random systems, in every instruction set.
#include "qke/numerics/lu_factorisation.hpp"

#include <gtest/gtest.h>

namespace qke {
namespace {

TEST(LuFactorisation, SolvesInEveryInstructionSet) {
  for (const InstructionSet set : available_instruction_sets()) {
    for (const int n : {1, 2, 17, 100, 301}) {
      const Eigen::MatrixXd A = Eigen::MatrixXd::Random(n, n);
      const Eigen::VectorXd b = Eigen::VectorXd::Random(n);
      Eigen::MatrixXd memory = A;
      Eigen::VectorXd x = b;
      LuFactorisation lu(set);
      lu.factorise({memory.data(), n, n});
      lu.solve({x.data(), n});
      // The backward error of elimination with pivoting: n rounding errors of what is added up.
      EXPECT_LT((A * x - b).norm(), 1e-15 * n * (A.norm() * x.norm() + b.norm())) << name_of(set) << ", " << n;
    }
  }
}

TEST(LuFactorisation, ASingularMatrixGivesNoFiniteSolution) {
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(3, 3);
  Eigen::VectorXd x = Eigen::VectorXd::Ones(3);
  LuFactorisation lu;
  lu.factorise({A.data(), 3, 3});
  lu.solve({x.data(), 3});
  EXPECT_FALSE(x.allFinite());
}

}  // namespace
}  // namespace qke
