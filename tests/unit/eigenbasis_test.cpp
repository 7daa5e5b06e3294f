// oscillations/eigenbasis: the eigenbasis of V against a general solver, and where that
// one would be lost.
#include "oscillations/eigenbasis.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

Matrix3 hamiltonian(const MixingParameters& mixing, double y, double T_cm, const Vector3& matter) {
  Matrix3 V = vacuum_hamiltonian<3>(mass_squared_matrix(mixing), y, T_cm);
  V.diagonal() += matter.cast<Complex>();
  return V;
}

// The potential of charged leptons.
template <class Scalar>
FlavourMatrix<3, Scalar> potential_of(const Vector3& matter) {
  return FlavourMatrix<3, Scalar>(matter.cast<Scalar>().asDiagonal());
}

MixingParameters with_phase(double delta) {
  MixingParameters mixing;
  mixing.delta_cp_rad = delta;
  return mixing;
}

// An independent solver (Eigen's QR iteration), from matter to vacuum domination.
TEST(Eigenbasis, DiagonalisesV) {
  for (const double delta : {0.0, 1.3}) {
    const MixingParameters mixing = with_phase(delta);
    const EigenbasisOfV<3, Complex> eigenbasis(mixing);
    for (const double potential : {1e-20, 1e-17, 1e-16, 1e-14}) {
      const Vector3 matter(-potential, -0.01 * potential, 0.0);
      const auto basis = eigenbasis.at(3.0, 2.0, potential_of<Complex>(matter));
      const Matrix3 V = hamiltonian(mixing, 3.0, 2.0, matter);
      EXPECT_TRUE((basis.states.adjoint() * basis.states).isApprox(Matrix3::Identity(), 1e-14));
      const Matrix3 rotated = basis.states.adjoint() * V * basis.states;
      const Matrix3 diagonal = rotated.diagonal().asDiagonal();
      EXPECT_LT((rotated - diagonal).norm(), 1e-14 * V.norm());
      const Vector3 energies = independent::eigensystem(V).values;
      // One multiple of the identity is left open.
      const Vector3 shift = energies - basis.energies;
      EXPECT_LT((shift.array() - shift.mean()).abs().maxCoeff<Eigen::PropagateNaN>(), 1e-14 * V.norm());
    }
  }
}

TEST(Eigenbasis, IsRealForARealMixingMatrix) {
  const Vector3 matter(-1e-17, 0.0, 0.0);
  const auto real = EigenbasisOfV<3, double>(MixingParameters{}).at(3.0, 2.0, potential_of<double>(matter));
  const auto complex =
      EigenbasisOfV<3, Complex>(MixingParameters{}).at(3.0, 2.0, potential_of<Complex>(matter));
  const Eigen::Matrix3d overlap = (real.states.cast<Complex>().adjoint() * complex.states).cwiseAbs();
  EXPECT_TRUE(overlap.isApprox(Eigen::Matrix3d::Identity(), 1e-14));
}

// A potential with elements off the diagonal, as of new interactions: Eigen's solver again.
TEST(Eigenbasis, DiagonalisesPotentialsOfAnyForm) {
  const MixingParameters mixing = with_phase(0.7);
  const EigenbasisOfV<3, Complex> eigenbasis(mixing);
  for (const double size : {1e-19, 1e-16, 1e-14}) {
    Matrix3 potential = potential_of<Complex>(size * Vector3(-1.0, 0.3, 0.1));
    potential(0, 1) = size * Complex(0.2, 0.5);
    potential(1, 2) = size * Complex(-0.4, 0.1);
    potential(1, 0) = std::conj(potential(0, 1));
    potential(2, 1) = std::conj(potential(1, 2));
    const auto basis = eigenbasis.at(3.0, 2.0, potential);
    const Matrix3 V = vacuum_hamiltonian<3>(mass_squared_matrix(mixing), 3.0, 2.0) + potential;
    EXPECT_TRUE((basis.states.adjoint() * basis.states).isApprox(Matrix3::Identity(), 1e-14));
    const Matrix3 rotated = basis.states.adjoint() * V * basis.states;
    EXPECT_LT((rotated - Matrix3(rotated.diagonal().asDiagonal())).norm(), 1e-14 * V.norm());
    const Vector3 energies = independent::eigensystem(V).values;
    const Vector3 shift = energies - basis.energies;
    EXPECT_LT((shift.array() - shift.mean()).abs().maxCoeff<Eigen::PropagateNaN>(), 1e-14 * V.norm());
  }
}

// Two equal masses: one state of their plane has no nu_e, however small the matter term is, and without one.
TEST(Eigenbasis, OfEqualMassesSeparatesNuE) {
  MixingParameters solar, atmospheric, equal;
  solar.dm2_21_eV2 = 0.0;
  atmospheric.dm2_31_eV2 = 0.0;
  equal.dm2_31_eV2 = equal.dm2_21_eV2;
  for (const MixingParameters& mixing : {solar, atmospheric, equal}) {
    const EigenbasisOfV<3, double> eigenbasis(mixing);
    Eigen::Matrix3d reference;
    for (const double potential : {1e-26, 1e-40, 1e-100, 0.0}) {
      const auto basis = eigenbasis.at(3.0, 0.5, potential_of<double>({-potential, 0.0, 0.0}));
      EXPECT_LT(basis.states.row(0).cwiseAbs().minCoeff<Eigen::PropagateNaN>(), 1e-14);
      if (potential == 1e-26) reference = basis.states;
      // 1e-26 MeV against a splitting of 1e-17: the basis turns by 1e-9.
      EXPECT_TRUE(basis.states.cwiseAbs().isApprox(reference.cwiseAbs(), 1e-8));
    }
  }
}

// The order of the eigenvalues is that of the masses in vacuum, and nu_e is the lightest in dense matter.
TEST(Eigenbasis, IsInTheOrderOfTheEigenvalues) {
  const EigenbasisOfV<3, double> eigenbasis(MixingParameters{});
  const auto vacuum = eigenbasis.at(3.0, 0.5, potential_of<double>({-1e-40, 0.0, 0.0}));
  EXPECT_TRUE(vacuum.states.cwiseAbs().isApprox(pmns_matrix({}).cwiseAbs(), 1e-14));
  const auto matter = eigenbasis.at(3.0, 0.5, potential_of<double>({-1e-10, 0.0, 0.0}));
  EXPECT_NEAR(std::abs(matter.states(0, 0)), 1.0, 1e-6);
}

}  // namespace
}  // namespace qke
