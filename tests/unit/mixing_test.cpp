// oscillations/mixing: the PMNS matrix in the PDG parametrisation, and the mass matrix.
#include "oscillations/mixing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "support/states.hpp"

namespace qke {
namespace {

using std::numbers::pi;

MixingParameters with_phase(double delta, double dm2_31 = 2.53e-3) {
  MixingParameters mixing;
  mixing.delta_cp_rad = delta;
  mixing.dm2_31_eV2 = dm2_31;
  return mixing;
}

std::vector<MixingParameters> examples() {
  // No phase, the phase of [FPV20], inverted ordering, and angles far from the measured ones.
  std::vector<MixingParameters> list{with_phase(0.0), with_phase(1.36 * pi), with_phase(-0.4, -2.46e-3)};
  list.push_back({0.9, 0.3, 0.1, 2e-3, 5e-4, 2.0});
  return list;
}

TEST(PmnsMatrix, IsUnitary) {
  for (const auto& mixing : examples()) {
    const Matrix3 U = pmns_matrix(mixing);
    EXPECT_LT((U * U.adjoint() - Matrix3::Identity()).norm(), 1e-15);
    EXPECT_LT((U.adjoint() * U - Matrix3::Identity()).norm(), 1e-15);
  }
}

// The nine elements as printed in the Review of Particle Physics, eq. (14.34) of the 2022 edition.
TEST(PmnsMatrix, HasTheElementsOfTheStandardParametrisation) {
  for (const auto& mixing : examples()) {
    const auto sine = [](double square) { return std::sqrt(square); };
    const double s12 = sine(mixing.sin2_theta12), s13 = sine(mixing.sin2_theta13),
                 s23 = sine(mixing.sin2_theta23);
    const double c12 = std::sqrt(1 - s12 * s12), c13 = std::sqrt(1 - s13 * s13),
                 c23 = std::sqrt(1 - s23 * s23);
    const std::complex<double> phase(std::cos(mixing.delta_cp_rad), std::sin(mixing.delta_cp_rad));
    Matrix3 expected;
    expected << c12 * c13, s12 * c13, s13 * std::conj(phase),                                  //
        -s12 * c23 - c12 * s23 * s13 * phase, c12 * c23 - s12 * s23 * s13 * phase, s23 * c13,  //
        s12 * s23 - c12 * c23 * s13 * phase, -c12 * s23 - s12 * c23 * s13 * phase, c23 * c13;
    EXPECT_LT((pmns_matrix(mixing) - expected).norm(), 1e-15);
  }
}

TEST(MassSquaredMatrix, IsHermitianWithTheGivenEigenvalues) {
  for (const auto& mixing : examples()) {
    const Matrix3 M = mass_squared_matrix(mixing) * 1e12;  // eV^2
    EXPECT_LT((M - M.adjoint()).norm(), 1e-18);
    Vector3 expected(0.0, mixing.dm2_21_eV2, mixing.dm2_31_eV2);
    std::sort(expected.begin(), expected.end());
    const Vector3 found = independent::eigensystem(M).values;
    EXPECT_LT((found - expected).norm(), 1e-17);  // rounding of 2.5e-3
  }
}

// The eigenvector of mass m_i is the i-th column of U: M U = U M^2.
TEST(MassSquaredMatrix, IsDiagonalisedByThePmnsMatrix) {
  for (const auto& mixing : examples()) {
    const Matrix3 U = pmns_matrix(mixing);
    const Matrix3 D = U.adjoint() * mass_squared_matrix(mixing) * U * 1e12;
    const Vector3 expected(0.0, mixing.dm2_21_eV2, mixing.dm2_31_eV2);
    EXPECT_LT((D - Matrix3(expected.cast<std::complex<double>>().asDiagonal())).norm(), 1e-17);
  }
}

TEST(MassSquaredMatrix, IsRealWithoutPhaseOnly) {
  EXPECT_EQ(mass_squared_matrix(with_phase(0.0)).imag().norm(), 0.0);
  EXPECT_GT(mass_squared_matrix(with_phase(1.0)).imag().norm() * 1e12, 1e-5);
}

// docs/physics.md, "qke without asymmetries": with A = R23 S R23^T the phase is taken out, M^2(delta) = A
// M^2(0) A^dagger.
TEST(MassSquaredMatrix, DependsOnThePhaseByAUnitaryMatrixOfMuAndTauAlone) {
  const double delta = 1.36 * pi, s2 = MixingParameters{}.sin2_theta23, s = std::sqrt(s2),
               c = std::sqrt(1 - s2);
  Matrix3 R = Matrix3::Identity(), S = Matrix3::Identity();
  R(1, 1) = R(2, 2) = c;
  R(1, 2) = s;
  R(2, 1) = -s;
  S(2, 2) = std::exp(std::complex<double>(0.0, delta));
  const Matrix3 A = R * S * R.transpose();
  const Matrix3 rotated = A * mass_squared_matrix(with_phase(0.0)) * A.adjoint();
  EXPECT_LT((mass_squared_matrix(with_phase(delta)) - rotated).norm() * 1e12, 1e-17);
}

}  // namespace
}  // namespace qke
