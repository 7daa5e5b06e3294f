// evolution/asymmetry_equation: the algebra of a basis that all momenta share, and exact solutions.
#include "evolution/asymmetry_equation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "numerics/esdirk.hpp"
#include "qke/error.hpp"
#include "support/dummy_process.hpp"
#include "support/electron_collisions.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using independent::Complex;
using independent::Random;

const CouplingMaps& couplings() {
  static const CouplingMaps maps = coupling_maps(0.23122, {});
  return maps;
}

// Moments with int dy y^2 y^power (f + fbar) = `sums`, for both powers, and of_spectra() = a.
AsymmetryMoments moments_of(const Vector3& sums, const Vector3& a) {
  AsymmetryMoments::Vector values = AsymmetryMoments::Vector::Zero();
  values.segment<3>(0) = values.segment<3>(3) = sums;
  values.segment<3>(9) = a;
  return AsymmetryMoments(values);
}

// Without collisions; k so large that the first order in V/J is all.
AsymmetryEquation equation_of(const Matrix3& inverse, const Matrix3& linear, const Matrix3& odd,
                              const AsymmetryMoments& moments, double k = 1e30) {
  AsymmetryEquation equation;
  equation.inverse = inverse;
  equation.linear = linear;
  equation.odd = odd;
  equation.coupling = k;
  equation.moments = moments;
  equation.maps = &couplings();
  return equation;
}

// What couplings make of X = sum_b x_b |b><b|.
TEST(CoupledStates, AddUpToTheMapOfAMatrix) {
  Random random(independent::seed(31));
  const Matrix3 U = independent::random_unitary(random);
  const Vector3 x(0.3, -1.2, 2.0);
  const Matrix3 X = U * x.cast<Complex>().asDiagonal() * U.adjoint();
  NsiParameters nsi;
  nsi.left[0][1] = nsi.left[1][0] = 0.1;
  const CouplingMaps maps = coupling_maps(0.23122, nsi);
  const CoupledStates coupled(maps, U);
  for (const int map : {0, 1}) {
    const HermitianVector<3> image = (map == 0 ? maps.squared : maps.mixed) * to_components<3>(X);
    Matrix3 sum = Matrix3::Zero();
    for (int b = 0; b < 3; ++b) sum += x(b) * coupled.of_map[map][b];
    EXPECT_LT((U * sum * U.adjoint() - to_matrix<3>(image)).norm(), 1e-14);
  }
}

// Of a process that does not say that it treats flavours alike nothing is known in another basis.
TEST(SharedBasis, IsRefusedToAProcessThatDoesNotKnowIt) {
  const MomentumGrid grid({8, 8.0});
  const independent::Relaxation process(grid, 1.0);
  SharedBasisRates sum(8);
  const SharedBasisDensities f{StateRows::Constant(8, 3, 0.1), StateRows::Constant(8, 3, 0.1)};
  EXPECT_THROW(process.add_in_shared_basis(independent::background_at(0.1, 1.0), f, sum), ConfigurationError);
}

TEST(NamedEigensystem, KeepsTheOrderOfTheSpectra) {
  Random random(independent::seed(32));
  const Matrix3 U = independent::random_unitary(random);
  const Vector3 a(0.5, -0.7, 0.1);
  const Matrix3 A = U * a.cast<Complex>().asDiagonal() * U.adjoint();
  // The spectra know the eigenvalues roughly: only their order counts.
  const auto [values, vectors] = named_eigensystem(A, Vector3(0.4, -0.6, 0.2));
  EXPECT_LT((values - a).norm(), 1e-14);
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(std::abs(vectors.col(k).dot(U.col(k))), 1.0, 1e-14);
}

// Where int dy y^2 y^power (f + fbar) is proportional to A the first order is dA/ds = -i [W, A] with W =
// c (V_1 + V_2) + E: A(s) = e^{-iWs} A e^{iWs}, whatever the field, through some ten turns.
TEST(AsymmetryEquation, PrecessesExactlyInAFixedField) {
  struct Fixed {
    AsymmetryEquation equation;
    mutable int evaluated = 0;
    const AsymmetryEquation& at(double) const {
      ++evaluated;
      return equation;
    }
  };
  for (const unsigned number : {41u, 42u, 43u}) {
    Random random(independent::seed(number));
    const Matrix3 v1 = independent::random_hermitian(random), v2 = independent::random_hermitian(random),
                  odd = independent::random_hermitian(random), U = independent::random_unitary(random);
    const Vector3 a(0.5, -0.7, 0.1);
    const double c = 1.7, end = 5.0, tolerance = 1e-7;
    const Fixed problem{equation_of(v1, v2, odd, moments_of(c * a, a))};
    const Matrix3 start = U * a.cast<Complex>().asDiagonal() * U.adjoint();
    HermitianVector<3> A = to_components<3>(start);
    double step = 0.0;
    ASSERT_TRUE(Esdirk<hermitian_components<3>>(tolerance).integrate(problem, 0.0, end, A, step));
    const independent::Eigensystem W = independent::eigensystem(c * (v1 + v2) + odd);
    const Matrix3 turned =
        W.vectors *
        W.values.unaryExpr([&](double w) { return std::polar(1.0, -w * end); }).asDiagonal().toDenseMatrix() *
        W.vectors.adjoint();
    // The error of each of the steps, of six stages, is one or two tolerances; at worst they add up.
    EXPECT_LT((to_matrix<3>(A) - turned * start * turned.adjoint()).norm(),
              4.0 * tolerance * problem.evaluated / 6);
    EXPECT_GT((to_matrix<3>(A) - start).norm(), 0.1);
  }
}

// The trace is conserved by every term but collisions, the second order included.
TEST(AsymmetryEquation, ConservesTheTrace) {
  Random random(independent::seed(44));
  AsymmetryMoments::Vector values = AsymmetryMoments::Vector::Random();
  values.tail(values.size() - 15).setZero();  // collisions
  values.segment<3>(9) = Vector3(0.5, -0.7, 0.1);
  const AsymmetryEquation equation =
      equation_of(independent::random_hermitian(random), independent::random_hermitian(random),
                  independent::random_hermitian(random), AsymmetryMoments(values), 30.0);
  const Matrix3 A = independent::random_hermitian(random);
  const Matrix3 slope = to_matrix<3>(equation(to_components<3>(A)));
  EXPECT_GT(slope.norm(), 0.1);
  EXPECT_LT(std::abs(slope.trace()), 1e-13 * slope.norm());
}

// |w|/(k D) with w = v S/D, of a V that mixes two states and nothing else.
TEST(AsymmetryEquation, LagsByThePrecessionOverTheSplitting) {
  Matrix3 v = Matrix3::Zero();
  v(0, 1) = v(1, 0) = 1.0;
  const Vector3 a(0.02, -0.02, 9.0), sums(3.0, 1.0, 0.0);
  const double k = 1e4, splitting = 0.04, size = std::sqrt(2.0);
  const AsymmetryEquation equation = equation_of(v, Matrix3::Zero(), Matrix3::Zero(), moments_of(sums, a), k);
  EXPECT_NEAR(equation.largest_lag(a), size * 2.0 / (k * splitting * splitting), 1e-12);
}

// rho and rhobar of first order in V/J have the asymmetry of their diagonals: int dy y^2 (r - rbar) = 0. The
// spectra are as thermal ones of two kinds of momenta.
TEST(Coherences, AddNothingToTheAsymmetryMatrix) {
  Random random(independent::seed(45));
  const Eigen::ArrayXd y = Eigen::ArrayXd::LinSpaced(40, 0.5, 20.0), weight = 0.5 * y.square();
  const Vector3 xi(0.8, -0.5, 0.1);
  SharedBasisDensities f{StateRows(40, 3), StateRows(40, 3)};
  for (int b = 0; b < 3; ++b) {
    f.nu.col(b) = 1.0 / ((y - xi(b)).exp() + 1.0);
    f.bar.col(b) = 1.0 / ((y + xi(b)).exp() + 1.0);
  }
  const AsymmetryMoments moments(y, weight, f, SharedBasisRates(40));
  const AsymmetryEquation equation =
      equation_of(independent::random_hermitian(random), 0.1 * independent::random_hermitian(random),
                  Matrix3::Zero(), moments, 1e4);
  const Matrix3 U = independent::random_unitary(random);
  const Matrix3 A = U * moments.of_spectra().cast<Complex>().asDiagonal() * U.adjoint();
  const Coherences coherences(equation, A, 0.03);
  Matrix3 sum = Matrix3::Zero(), coherent = Matrix3::Zero();
  for (int i = 0; i < 40; ++i) {
    const Matrix3 nu = coherences.density(y(i), f.nu.row(i).transpose(), 1.0),
                  bar = coherences.density(y(i), f.bar.row(i).transpose(), -1.0);
    sum += weight(i) * (nu - bar);
    Matrix3 r = U.adjoint() * nu * U;
    r.diagonal().setZero();
    coherent += weight(i) * r.cwiseAbs().cast<Complex>();
  }
  EXPECT_GT(coherent.norm(), 1e-5);
  EXPECT_LT((sum - A).norm(), 1e-10 * coherent.norm());
}

}  // namespace
}  // namespace qke
