// flavour/hermitian_field, collisions/collision_rates: fields of matrices packed by
// component and by element, as the collision kernels read and write them.
#include "flavour/hermitian_field.hpp"

#include <gtest/gtest.h>

#include "collisions/collision_rates.hpp"
#include "flavour/hermitian.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;

constexpr int nodes = 5;

template <int N>
MatrixField<N> hermitian_field(unsigned number) {
  Random random(seed(number));
  MatrixField<N> field;
  for (int i = 0; i < nodes; ++i) field.push_back(random_hermitian<N>(random));
  return field;
}

template <int N>
MatrixField<N, double> real_parts(const MatrixField<N>& field) {
  MatrixField<N, double> real;
  for (const auto& X : field) real.push_back(X.real());
  return real;
}

TEST(HermitianField, HasOneRowPerComponentInTheOrderOfHermitianVector) {
  const MatrixField<3> field = hermitian_field<3>(1);
  const HermitianField rows = packed<3>(field);
  ASSERT_EQ(rows.nodes(), nodes);
  ASSERT_EQ(rows.components(), 9);
  EXPECT_FALSE(rows.is_real());
  for (int i = 0; i < nodes; ++i) {
    const HermitianVector<3> expected = to_components<3>(field[i]);
    for (int c = 0; c < 9; ++c) EXPECT_EQ(rows.row(c)[i], expected(c)) << "component " << c;
    EXPECT_EQ(rows.by_node().row(i).transpose(), expected);
  }
}

TEST(HermitianField, OfRealMatricesHasNoImaginaryParts) {
  const MatrixField<3> field = hermitian_field<3>(2);
  const HermitianField real = packed<3, double>(real_parts<3>(field)), complex = packed<3>(field);
  EXPECT_TRUE(real.is_real());
  ASSERT_EQ(real.components(), 6);
  EXPECT_EQ(real.by_node(), complex.by_node().leftCols<6>());
}

// Vector loads reach `margin` numbers beyond the nodes.
TEST(HermitianField, HasZerosOnBothSidesOfTheNodes) {
  const HermitianField rows = packed<3>(hermitian_field<3>(3));
  ASSERT_EQ(rows.stride(), nodes + 2 * HermitianField::margin);
  for (int c = 0; c < rows.components(); ++c) {
    EXPECT_EQ(rows.row(c), rows.row(0) + c * rows.stride());
    for (int n = 1; n <= HermitianField::margin; ++n) {
      EXPECT_EQ(rows.row(c)[-n], 0.0);
      EXPECT_EQ(rows.row(c)[nodes - 1 + n], 0.0);
    }
  }
}

TEST(HermitianField, OfMoreStatesIsThatOfTheActiveOnes) {
  const MatrixField<4> field = hermitian_field<4>(4);
  MatrixField<3> active;
  for (const auto& X : field) active.push_back(X.topLeftCorner<3, 3>());
  EXPECT_EQ(packed<4>(field).by_node(), packed<3>(active).by_node());
}

TEST(ElementRows, HaveOneRowOfRealNumbersPerNode) {
  ElementRows rows(4, false);
  ASSERT_EQ(rows.by_node().rows(), 4);
  ASSERT_EQ(rows.by_node().cols(), 18);
  // Row by row: element (1, 0) is the fourth, its imaginary part nine later.
  rows.by_node()(2, 3) = 5.0;
  rows.by_node()(2, 12) = -7.0;
  Matrix3 expected = Matrix3::Zero();
  expected(1, 0) = {5.0, -7.0};
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(rows.at<Complex>(i), i == 2 ? expected : Matrix3(Matrix3::Zero())) << i;
  }
}

TEST(ElementRows, OfRealMatricesAreRealInEveryForm) {
  ElementRows rows(3, true);
  ASSERT_EQ(rows.by_node().cols(), 9);
  rows.by_node().row(1) << 1, 2, 3, 4, 5, 6, 7, 8, 9;
  Eigen::Matrix3d expected;
  expected << 1, 2, 3, 4, 5, 6, 7, 8, 9;
  EXPECT_EQ(rows.at<double>(1), expected);
  EXPECT_EQ(rows.at<Complex>(1), Matrix3(expected.cast<Complex>()));
  EXPECT_EQ(rows.at<double>(0), Eigen::Matrix3d::Zero().eval());
}

// sum_k A_ik X_k by one product of matrices is what the collision integrals rest on.
TEST(ElementRows, SumOverNodesByAMatrixProduct) {
  const MatrixField<3> field{Matrix3::Random(), Matrix3::Random()};
  ElementRows rows(2, false), product(2, false);
  for (int i = 0; i < 2; ++i) {
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        rows.by_node()(i, 3 * a + b) = field[i](a, b).real();
        rows.by_node()(i, 9 + 3 * a + b) = field[i](a, b).imag();
      }
    }
    EXPECT_EQ(rows.at<Complex>(i), field[i]);
  }
  Eigen::MatrixXd A(2, 2);
  A << 1.0, 2.0, -3.0, 0.5;
  product.by_node() = A * rows.by_node();
  EXPECT_LT((product.at<Complex>(0) - (field[0] + 2.0 * field[1])).norm(), 1e-15);
  EXPECT_LT((product.at<Complex>(1) - (-3.0 * field[0] + 0.5 * field[1])).norm(), 1e-15);
}

// C = gain (1 - rho) - loss rho + h.c.; sterile states have neither gain nor loss, but are mixed by C.
TEST(CollisionTerm, IsMadeOfGainAndLossOfTheActiveStates) {
  Random random(seed(5));
  const FlavourMatrix<4> rho = random_hermitian<4>(random);
  GainAndLoss rates{ElementRows(1, false), ElementRows(1, false)};
  rates.gain.by_node().setRandom();
  rates.loss.by_node().setRandom();
  FlavourMatrix<4> gain = FlavourMatrix<4>::Zero(), loss = gain;
  gain.topLeftCorner<3, 3>() = rates.gain.at<Complex>(0);
  loss.topLeftCorner<3, 3>() = rates.loss.at<Complex>(0);
  const FlavourMatrix<4> half = gain * (FlavourMatrix<4>::Identity() - rho) - loss * rho;
  const FlavourMatrix<4> expected = half + half.adjoint();
  const FlavourMatrix<4> C = collision_term<4, Complex>(rates, 0, rho);
  EXPECT_LT((C - expected).norm(), 1e-15 * expected.norm());
  EXPECT_EQ(C(3, 3), 0.0);
  EXPECT_NE(C(0, 3), 0.0);
}

// Matrices of a number of states known at run time, and back.
TEST(StateMatrices, KeepTheFieldThatTheyAreMadeOf) {
  const MatrixField<4> field = hermitian_field<4>(6);
  const StateMatrixField dynamic = as_state_matrices<4, Complex>(field);
  ASSERT_EQ(dynamic.size(), field.size());
  EXPECT_EQ(dynamic[0].rows(), 4);
  EXPECT_EQ(as_fixed<4>(dynamic), field);
  const MatrixField<4, double> real = real_parts<4>(field);
  const StateMatrixField from_real = as_state_matrices<4, double>(real);
  for (int i = 0; i < nodes; ++i) EXPECT_EQ(from_real[i].real(), real[i]);
}

}  // namespace
}  // namespace qke
