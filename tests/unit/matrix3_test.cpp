// numerics/matrix3: a field of matrices seen as one real matrix.
#include "flavour/flavour_matrix.hpp"

#include <gtest/gtest.h>

namespace qke {
namespace {

TEST(MatrixField, HasOneRowOfRealNumbersPerNode) {
  MatrixField<std::complex<double>> field(4, Matrix3::Zero());
  field[2](1, 0) = {5.0, -7.0};
  const auto rows = as_rows(field);
  EXPECT_EQ(rows.rows(), 4);
  EXPECT_EQ(rows.cols(), 18);
  // Eigen stores columns first: element (1, 0) is the second.
  EXPECT_EQ(rows(2, 2), 5.0);
  EXPECT_EQ(rows(2, 3), -7.0);
  EXPECT_EQ(rows.cwiseAbs().sum(), 12.0);
}

TEST(MatrixField, IsChangedThroughItsRows) {
  MatrixField<double> field(3, FlavourMatrix<double>::Identity());
  EXPECT_EQ(as_rows(field).cols(), 9);
  as_rows(field).row(1) *= 3.0;
  EXPECT_EQ(field[0], (FlavourMatrix<double>::Identity()));
  EXPECT_EQ(field[1], (3.0 * FlavourMatrix<double>::Identity()));
}

// sum_k A_ik X_k by one product of matrices is what the collision integrals rest on.
TEST(MatrixField, SumsOverNodesByAMatrixProduct) {
  const MatrixField<std::complex<double>> field{Matrix3::Random(), Matrix3::Random()};
  Eigen::MatrixXd A(2, 2);
  A << 1.0, 2.0, -3.0, 0.5;
  MatrixField<std::complex<double>> product(2);
  as_rows(product) = A * as_rows(field);
  EXPECT_LT((product[0] - (field[0] + 2.0 * field[1])).norm(), 1e-15);
  EXPECT_LT((product[1] - (-3.0 * field[0] + 0.5 * field[1])).norm(), 1e-15);
}

}  // namespace
}  // namespace qke
