// oscillations/hamiltonian: signs, units and scaling of the vacuum and matter terms.
#include "oscillations/hamiltonian.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "components/plasma/electromagnetic_plasma.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

using std::numbers::pi;

// M^2/(2 y T_cm): 2.53e-3 eV^2 = 2.53e-15 MeV^2, over 2 x 3 x 2 MeV.
TEST(VacuumHamiltonian, IsMassSquaredOverTwiceTheMomentum) {
  const FlavourMatrix<double> mass_squared(Vector3(0.0, 7.53e-17, 2.53e-15).asDiagonal());
  const auto V = vacuum_hamiltonian<double>(mass_squared, 3.0, 2.0);
  EXPECT_NEAR(V(2, 2), 2.53e-15 / 12.0, 1e-30);
  EXPECT_NEAR(V(1, 1), 7.53e-17 / 12.0, 1e-32);
  const Matrix3 M = mass_squared_matrix({});
  const Matrix3 W = vacuum_hamiltonian<std::complex<double>>(M, 0.5, 0.1);
  EXPECT_LT((W - M / 0.1).norm(), 1e-15 * W.norm());
}

// The diagonal potential of a charged-lepton enthalpy alone.
Vector3 lepton_potential(const Vector3& enthalpy, double y, double T_cm) {
  const WeakParameters weak;
  const Matrix3 V = matter_hamiltonian(weak, matter_source(weak, enthalpy, Matrix3::Zero()), y, T_cm);
  EXPECT_EQ((V - Matrix3(V.diagonal().asDiagonal())).norm(), 0.0);
  return V.diagonal().real();
}

// -2 sqrt2 G_F y T_cm (E+P)/m_W^2, with (E+P) = (4/3)(7 pi^2/60) T^4 of massless e- and e+.
TEST(MatterHamiltonian, IsNegativeAndProportionalToTheEnthalpy) {
  const double T = 2.0, y = 3.0;
  const double enthalpy = 4.0 / 3.0 * 7.0 * pi * pi / 60.0 * std::pow(T, 4);
  const Vector3 V = lepton_potential({enthalpy, 0.0, 0.0}, y, T);
  const double expected = -2.0 * std::sqrt(2.0) * 1.1663787e-11 * y * T * enthalpy / (80379.0 * 80379.0);
  EXPECT_NEAR(V(0) / expected, 1.0, 1e-14);
  EXPECT_LT(V(0), 0.0);
  EXPECT_EQ(V(1), 0.0);
  EXPECT_EQ(V(2), 0.0);
  const Vector3 muon = lepton_potential({0.0, 1.0, 0.0}, y, T);
  EXPECT_NEAR(muon(1), expected / enthalpy, 1e-14 * std::abs(muon(1)));
}

// The neutrinos' own energy: -2 sqrt2 G_F y T_cm (4/3)(E_nu + E_nubar)/m_Z^2, a matrix (docs/physics.md,
// "Energy of the neutrinos").
TEST(MatterHamiltonian, HasTheNeutrinosEnergyAsAMatrix) {
  Matrix3 energy = Matrix3::Identity();
  energy(0, 1) = {0.2, 0.1};
  energy(1, 0) = {0.2, -0.1};
  const WeakParameters weak;
  const Matrix3 V = matter_hamiltonian(weak, matter_source(weak, Vector3::Zero(), energy), 3.0, 2.0);
  const double factor = -2.0 * std::sqrt(2.0) * 1.1663787e-11 * 6.0 * 4.0 / 3.0 / (91187.6 * 91187.6);
  EXPECT_LT((V - factor * energy).norm(), 1e-14 * V.norm());
}

// Matter dominates early and the vacuum late: at y = 3 the two are equal near 5 MeV for dm2_31
// (2.53e-15/(2 y T) = 2 sqrt2 G_F y T (7 pi^2/45) T^4/m_W^2 solved for T).
TEST(Hamiltonian, MatterAndVacuumTermsCrossWhereTheyShould) {
  const double y = 3.0, G_F = 1.1663787e-11, m_W = 80379.0;
  const double T =
      std::pow(2.53e-15 * m_W * m_W / (4.0 * std::sqrt(2.0) * G_F * y * y * 7.0 * pi * pi / 45.0), 1.0 / 6.0);
  const ElectromagneticPlasma plasma({});
  const Vector3 matter = lepton_potential({plasma.electron_enthalpy_density(T), 0.0, 0.0}, y, T);
  FlavourMatrix<double> mass_squared = FlavourMatrix<double>::Zero();
  mass_squared(2, 2) = 2.53e-15;
  // Up to the electron mass: (E+P) falls by (5/7)(m_e/pi T)^2 x ..., less than 1 %.
  EXPECT_NEAR(-matter(0) / vacuum_hamiltonian<double>(mass_squared, y, T)(2, 2), 1.0, 1e-2);
}

}  // namespace
}  // namespace qke
