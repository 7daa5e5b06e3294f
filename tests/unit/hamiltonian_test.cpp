// oscillations/hamiltonian: signs, units and scaling of the vacuum and matter terms.
#include "oscillations/hamiltonian.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "components/plasma/electromagnetic_plasma.hpp"
#include "oscillations/mixing.hpp"
#include "oscillations/potentials.hpp"

namespace qke {
namespace {

using std::numbers::pi;

// M^2/(2 y T_cm): 2.53e-3 eV^2 = 2.53e-15 MeV^2, over 2 x 3 x 2 MeV.
TEST(VacuumHamiltonian, IsMassSquaredOverTwiceTheMomentum) {
  const Matrix3 mass_squared(Vector3(0.0, 7.53e-17, 2.53e-15).cast<std::complex<double>>().asDiagonal());
  const Matrix3 V = vacuum_hamiltonian<3>(mass_squared, 3.0, 2.0);
  EXPECT_NEAR(V(2, 2).real(), 2.53e-15 / 12.0, 1e-30);
  EXPECT_NEAR(V(1, 1).real(), 7.53e-17 / 12.0, 1e-32);
  const Matrix3 M = mass_squared_matrix({});
  const Matrix3 W = vacuum_hamiltonian<3>(M, 0.5, 0.1);
  EXPECT_LT((W - M / 0.1).norm(), 1e-15 * W.norm());
}

Background at(double T_cm, double T_gamma) {
  Background b;
  b.T_cm = T_cm;
  b.T_gamma = T_gamma;
  return b;
}

// V without its vacuum term, of the potentials that the parameters switch on.
Matrix3 potential_of(const Parameters& parameters, const Background& b, double y,
                     const NeutrinoMoments& neutrinos = {}) {
  const ElectromagneticPlasma plasma(parameters.plasma);
  const Interactions sum = interactions(potentials(parameters, plasma), b, neutrinos, 3);
  EXPECT_EQ(sum.inverse.norm(), 0.0);
  EXPECT_EQ(sum.odd.norm(), 0.0);
  return PotentialOfMomentum<3>(sum)(y);
}

// The diagonal potential of charged leptons alone.
Vector3 lepton_potential(const Parameters& parameters, double y, double T_cm) {
  const Matrix3 V = potential_of(parameters, at(T_cm, T_cm), y);
  EXPECT_EQ((V - Matrix3(V.diagonal().asDiagonal())).norm(), 0.0);
  EXPECT_EQ(V.imag().norm(), 0.0);
  return V.diagonal().real();
}

// -2 sqrt2 G_F y T_cm (E+P)/m_W^2; (E+P) = (4/3)(7 pi^2/60) T^4 of massless e- and e+.
TEST(MatterHamiltonian, IsNegativeAndProportionalToTheEnthalpy) {
  const double T = 100.0, y = 3.0;
  Parameters parameters;
  const ElectromagneticPlasma plasma(parameters.plasma);
  const double massless = 4.0 / 3.0 * 7.0 * pi * pi / 60.0 * std::pow(T, 4);
  const double enthalpy = plasma.electron_enthalpy_density(T);
  // The electron mass takes (15/14) (m_e/pi T)^2 away, in the next order (m_e/T)^4 = 7e-10.
  EXPECT_NEAR(enthalpy / massless, 1.0 - 15.0 / 14.0 * std::pow(0.51099895 / (pi * T), 2), 7e-10);
  const double unit = -2.0 * std::sqrt(2.0) * 1.1663787e-11 * y * T / (80379.0 * 80379.0);
  const Vector3 V = lepton_potential(parameters, y, T);
  EXPECT_NEAR(V(0) / (unit * enthalpy), 1.0, 1e-14);
  EXPECT_LT(V(0), 0.0);
  EXPECT_EQ(V(1), 0.0);
  EXPECT_EQ(V(2), 0.0);
  parameters.mean_field.matter = false;
  EXPECT_EQ(lepton_potential(parameters, y, T).norm(), 0.0);
  parameters.mean_field.muons = Switch::on;
  const Vector3 muon = lepton_potential(parameters, y, T);
  EXPECT_EQ(muon(0), 0.0);
  EXPECT_NEAR(muon(1) / (unit * plasma.muon_enthalpy_density(T)), 1.0, 1e-14);
  EXPECT_EQ(muon(2), 0.0);
}

// The neutrinos' own energy: -2 sqrt2 G_F y T_cm (4/3)(E_nu + E_nubar)/m_Z^2, a matrix (docs/physics.md,
// "Energy of the neutrinos").
TEST(MatterHamiltonian, HasTheNeutrinosEnergyAsAMatrix) {
  Matrix3 energy = Matrix3::Identity();
  energy(0, 1) = {0.2, 0.1};
  energy(1, 0) = {0.2, -0.1};
  Parameters parameters;
  parameters.mean_field.matter = false;
  parameters.mean_field.neutrino_energy = true;
  const Matrix3 V = potential_of(parameters, at(2.0, 2.0), 3.0, {energy});
  const double factor = -2.0 * std::sqrt(2.0) * 1.1663787e-11 * 6.0 * 4.0 / 3.0 / (91187.6 * 91187.6);
  EXPECT_LT((V - factor * energy).norm(), 1e-14 * V.norm());
}

// A potential goes as 1/y or as y.
TEST(MatterHamiltonian, IsTheSumOfItsPowersOfTheMomentum) {
  Interactions sum(3);
  sum.inverse(1, 1) = 2.0;
  sum.linear(0, 2) = 3.0;
  const Matrix3 V = PotentialOfMomentum<3>(sum)(4.0);
  EXPECT_EQ(V(1, 1), 0.5);
  EXPECT_EQ(V(0, 2), 12.0);
  EXPECT_EQ(V.norm(), std::hypot(0.5, 12.0));
}

// Matter dominates early and the vacuum late: at y = 3 the two are equal near 5 MeV for dm2_31
// (2.53e-15/(2 y T) = 2 sqrt2 G_F y T (7 pi^2/45) T^4/m_W^2 solved for T).
TEST(Hamiltonian, MatterAndVacuumTermsCrossWhereTheyShould) {
  const double y = 3.0, G_F = 1.1663787e-11, m_W = 80379.0;
  const double T =
      std::pow(2.53e-15 * m_W * m_W / (4.0 * std::sqrt(2.0) * G_F * y * y * 7.0 * pi * pi / 45.0), 1.0 / 6.0);
  const Vector3 matter = lepton_potential({}, y, T);
  Matrix3 mass_squared = Matrix3::Zero();
  mass_squared(2, 2) = 2.53e-15;
  // Up to the electron mass: (E+P) falls by (5/7)(m_e/pi T)^2 x ..., less than 1 %.
  EXPECT_NEAR(-matter(0) / vacuum_hamiltonian<3>(mass_squared, y, T)(2, 2).real(), 1.0, 1e-2);
}

}  // namespace
}  // namespace qke
