// cosmology/: expansion, temperature, start, and the quadrature correction of the
// moments.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "cosmology/initial_state.hpp"
#include "cosmology/temperature.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/expansion.hpp"
#include "support/integration.hpp"

namespace qke {
namespace {

using std::numbers::pi;
constexpr double m_e = 0.51099895;

// By hand H = sqrt(8 pi/3 g pi^2/30) T^2/m_Pl = 1.66 sqrt(g) T^2/m_Pl (Kolb & Turner eq. (3.63)).
TEST(Expansion, IsThatOfTheFlatUniverse) {
  const double g = 10.75, T = 2.0;
  const double H = hubble_rate(g * pi * pi / 30.0 * std::pow(T, 4));
  EXPECT_NEAR(H / (1.66 * std::sqrt(g) * T * T / 1.220890e22), 1.0, 1e-3);  // three digits
  EXPECT_NEAR(H, std::sqrt(8.0 * pi * g * pi * pi / 90.0) * T * T / 1.220890e22, 1e-14 * H);
}

TEST(TemperatureSlope, OfPhotonsAloneIsThatOfTheScaleFactor) {
  const ElectromagneticPlasma plasma({});
  const PlasmaState cold = plasma.state(0.002);
  EXPECT_NEAR(temperature_slope(cold, 0.0), -0.002, 1e-15);
}

// [FPV20] eq. (2.25): heat given to the neutrinos is missing from the plasma, T drho/dT dlnT = -[3(rho+P) +
// Q].
TEST(TemperatureSlope, BalancesTheEnergy) {
  const ElectromagneticPlasma plasma({});
  const PlasmaState state = plasma.state(1.0);
  const double heat = 0.1 * state.energy_density;
  const double change = state.heat_capacity * temperature_slope(state, heat);
  EXPECT_NEAR(change, -3.0 * (state.energy_density + state.pressure) - heat, 1e-13 * std::abs(change));
}

// docs/physics.md, "Numbers compared with": z - 1 = 1.503e-5 at 20 MeV without QED. By hand,
// s = T^3 [11 pi^2/45 - (m_e/T)^2/6] gives z - 1 = 15 x^2/(66 pi^2) up to x^4.
TEST(DecoupledTemperature, HasThePublishedValueAtTheStart) {
  const ElectromagneticPlasma plasma({Qed::none, false});
  const double x = m_e / 20.0, z = DecoupledTemperature(plasma).z(x);
  EXPECT_NEAR(z - 1.0, 1.503e-5, 0.5e-8);
  EXPECT_NEAR(z - 1.0, 15.0 * x * x / (66.0 * pi * pi), 1e-8);
}

TEST(DecoupledTemperature, ConservesTheEntropy) {
  for (const Qed qed : {Qed::none, Qed::e2, Qed::e2_ln, Qed::e3, Qed::e3_ln}) {
    const ElectromagneticPlasma plasma({qed, false});
    for (double x = 0.01; x < 100.0; x *= 2.0) {
      const double T_cm = m_e / x, z = DecoupledTemperature(plasma).z(x);
      EXPECT_NEAR(plasma.state(z * T_cm).entropy_density / std::pow(T_cm, 3) / plasma.asymptotic_entropy(),
                  1.0, 1e-12);
    }
  }
}

// docs/physics.md, "Numbers compared with": the late z of a decoupled plasma for three QED options, to the
// printed digits.
TEST(DecoupledTemperature, HasThePublishedEnd) {
  const double x = m_e / 0.002;
  const auto z = [&](Qed qed) {
    const ElectromagneticPlasma plasma({qed, false});
    return DecoupledTemperature(plasma).z(x);
  };
  EXPECT_NEAR(z(Qed::none), std::cbrt(11.0 / 4.0), 1e-13);
  EXPECT_NEAR(z(Qed::none), 1.40102, 5e-6);
  EXPECT_NEAR(z(Qed::e2), 1.3997858838, 1e-10);
  EXPECT_NEAR(z(Qed::e3), 1.3998958309, 1e-10);
}

// docs/physics.md, "Numbers compared with": z_in - 1 = 7.4e-6 at 20 MeV. By hand without QED:
// 3 (z-1) (11/45 + 7/30) pi^2 = x^2/6.
TEST(InitialState, HasThePublishedTemperature) {
  Parameters parameters;
  EXPECT_NEAR(initial_state(parameters, ElectromagneticPlasma({})).z - 1.0, 7.4e-6, 0.05e-6);
  const double x = m_e / 20.0;
  const double by_hand = x * x / 6.0 / (3.0 * (11.0 / 45.0 + 7.0 / 30.0) * pi * pi);
  EXPECT_NEAR(coupled_z(ElectromagneticPlasma({Qed::none, false}), x) - 1.0, by_hand, 1e-8);
}

// The entropy of the neutrinos by a quadrature of -f ln f - (1-f) ln(1-f) closes the balance. Newton's
// iteration ends at 1e-14 in ln z, of which the total is 20 times as much.
TEST(CoupledTemperature, ConservesTheEntropyOfDegenerateNeutrinos) {
  const std::array xi{3.0, -1.0, 0.5};
  const auto entropy = [](double degeneracy) {
    return independent::adaptive(
               [&](double y) {
                 const double e = y - degeneracy;
                 return y * y * (std::log1p(std::exp(-e)) + e / (std::exp(e) + 1.0));
               },
               0.0, 70.0, 1e-14) /
           (2.0 * pi * pi);
  };
  double neutrinos = 0.0;
  for (const double degeneracy : xi) neutrinos += entropy(degeneracy) + entropy(-degeneracy);
  const ElectromagneticPlasma plasma({Qed::none, false});
  const double T_cm = 0.5, z = coupled_z(plasma, m_e / T_cm, xi);
  const double total = plasma.state(z * T_cm).entropy_density / std::pow(T_cm, 3) + neutrinos * z * z * z;
  // At T -> infinity, where z = 1, the asymmetries are the same, and the degeneracy parameters others.
  double first_neutrinos = 0.0;
  for (const double degeneracy : xi) {
    const double first = degeneracy_of(asymmetry_of(degeneracy, z), 1.0);
    first_neutrinos += entropy(first) + entropy(-first);
  }
  EXPECT_NEAR(total, plasma.asymptotic_entropy() + first_neutrinos, 2e-13);
}

TEST(InitialState, GivesTheNeutrinosTheTemperatureOfWhatTheyAreCoupledTo) {
  Parameters parameters;
  const ElectromagneticPlasma plasma(parameters.plasma);
  const InitialState coupled = initial_state(parameters, plasma);
  EXPECT_DOUBLE_EQ(coupled.x, m_e / 20.0);
  EXPECT_EQ(coupled.neutrino_temperature, coupled.z);
  parameters.collisions.neutrino_electron = ProcessTreatment::none;
  const InitialState decoupled = initial_state(parameters, plasma);
  EXPECT_EQ(decoupled.neutrino_temperature, 1.0);
  EXPECT_EQ(decoupled.z, DecoupledTemperature(plasma).z(m_e / 20.0));
  parameters.epoch.T_start_MeV = 40.0;
  EXPECT_DOUBLE_EQ(initial_state(parameters, plasma).x, m_e / 40.0);
}

// docs/physics.md, "Numbers compared with": muons in the plasma leave T_cm muon-free, z(20 MeV) = 0.988. The
// entropy of the muons at that temperature by a second quadrature closes the balance.
TEST(InitialState, TakesTheEntropyOfMuonsOutOfTheRest) {
  Parameters parameters;
  parameters.plasma = {Qed::none, true};
  const double z = initial_state(parameters, ElectromagneticPlasma(parameters.plasma)).z;
  EXPECT_NEAR(z, 0.988, 0.5e-3);
  const double T = 20.0 * z;
  const auto entropy = [&](double mass) {
    const double tau = mass / T;
    return independent::adaptive(
               [&](double p) {
                 const double E = std::hypot(p, tau);
                 return p * p * (E + p * p / (3.0 * E)) * 2.0 / (std::exp(E) + 1.0);
               },
               0.0, 70.0, 1e-15) /
           (pi * pi);
  };
  const double total = entropy(m_e) + entropy(105.6583755) + 4.0 * pi * pi / 45.0 + 7.0 * pi * pi / 30.0;
  EXPECT_NEAR(total * z * z * z, 11.0 * pi * pi / 45.0 + 7.0 * pi * pi / 30.0, 1e-11);
}

// Everything is at one temperature at the start, and z = 1 at 2 MeV but for the electrons' mass: what a relic
// of 30 MeV gives to all while it annihilates. Its entropy at the start by a second quadrature.
TEST(InitialState, HasTheEntropyOfARelic) {
  Parameters parameters;
  parameters.plasma.qed = Qed::none;
  parameters.relic = {30.0, 3.0, QuantumStatistics::boson};
  const ElectromagneticPlasma plasma(parameters.plasma, parameters.relic);
  const InitialState start = initial_state(parameters, plasma);
  const double T = 20.0 * start.z;
  EXPECT_EQ(start.neutrino_temperature, start.z);
  const auto entropy = [&](double mass, double degrees, double sign) {
    const double tau = mass / T;
    return degrees *
           independent::adaptive(
               [&](double p) {
                 const double E = std::hypot(p, tau);
                 return p * p * (E + p * p / (3.0 * E)) / (std::exp(E) + sign);
               },
               0.0, 80.0, 1e-15) /
           (2.0 * pi * pi);
  };
  const double rest = 4.0 * pi * pi / 45.0 + 7.0 * pi * pi / 30.0;
  const double total = entropy(m_e, 4.0, 1.0) + entropy(30.0, 3.0, -1.0) + rest;
  // 3 states of 30 MeV at 2 MeV: e^{-15} 15^{5/2}, in the entropy that normalises.
  EXPECT_NEAR(total * std::pow(start.z, 3), plasma.asymptotic_entropy() + 7.0 * pi * pi / 30.0, 1e-11);
  EXPECT_NEAR(plasma.asymptotic_entropy(), 11.0 * pi * pi / 45.0, 3e-4);
  EXPECT_LT(start.z, 0.96);
}

// Neutrinos that exchange nothing have the temperature of the plasma at the start, but for the electrons'
// mass: without a relic z - 1 is 1.503e-5 (docs/physics.md, "Numbers compared with"), with one less.
TEST(InitialState, HasDecoupledNeutrinosAtTheTemperatureOfTheStart) {
  Parameters parameters;
  parameters.collisions.neutrino_electron = ProcessTreatment::none;
  for (const double mass : {0.5, 10.0, 60.0}) {
    parameters.relic = {mass, 4.0, QuantumStatistics::fermion};
    const InitialState start =
        initial_state(parameters, ElectromagneticPlasma(parameters.plasma, parameters.relic));
    EXPECT_GT(start.z / start.neutrino_temperature, 1.0) << mass;
    EXPECT_LT(start.z / start.neutrino_temperature, 1.0 + 1.6e-5) << mass;
  }
}

// The closed form of the integral of neutrinos minus antineutrinos, and its inverse without cancellation.
TEST(Asymmetry, IsTheDifferenceOfTheNumberDensities) {
  for (const double xi : {-2.0, 0.1, 3.0}) {
    for (const double t : {1.0, 1.1}) {
      const double expected =
          (fermi_dirac_moment(2, t, xi) - fermi_dirac_moment(2, t, -xi)) / (2.0 * pi * pi);
      EXPECT_NEAR(asymmetry_of(xi, t), expected, 1e-13 * std::abs(expected)) << xi;
    }
  }
  for (const double xi : {-3.0, -1e-12, 0.0, 1e-6, 0.5, 16.0}) {
    EXPECT_NEAR(degeneracy_of(asymmetry_of(xi, 1.1), 1.1), xi, 1e-14 * std::abs(xi));
  }
}

// int y^3 f = 7 pi^4/120 and int y^2 f = (3/2) zeta(3): with the correction the grid has them exactly.
TEST(MomentCorrection, CompletesTheMoments) {
  for (const MomentumGrid& grid :
       {MomentumGrid({20, 20.0}), MomentumGrid({40, 12.0}), MomentumGrid({9, 8.0})}) {
    for (const double t : {1.0, 1.00001, 1.1}) {
      const Eigen::ArrayXd f = fermi_dirac(grid.y(), t);
      const double energy = grid.step() * (grid.y().cube() * f).sum() + moment_correction(grid, t, 3);
      const double number = grid.step() * (grid.y().square() * f).sum() + moment_correction(grid, t, 2);
      EXPECT_NEAR(energy, 7.0 * std::pow(pi, 4) / 120.0 * std::pow(t, 4), 1e-13 * energy);
      EXPECT_NEAR(number, 1.5 * 1.2020569031595942 * std::pow(t, 3), 1e-13 * number);
    }
  }
}

// Euler & Maclaurin: the trapezoidal sum of y^3 f exceeds the integral by h^4/240 (docs/physics.md,
// "Results": h^4/120 for f and fbar together) and nothing else but e^{-50}; that of y^2 f by -h^4/480 -
// h^6/12096 - O(1e-5 h^8).
TEST(MomentCorrection, IsTheEulerMaclaurinTerm) {
  const MomentumGrid grid({200, 50.0});
  const double h = grid.step();
  EXPECT_NEAR(moment_correction(grid, 1.0, 3), -std::pow(h, 4) / 240.0, 1e-12);
  EXPECT_NEAR(moment_correction(grid, 1.0, 2), std::pow(h, 4) / 480.0 + std::pow(h, 6) / 12096.0, 1e-9);
}

}  // namespace
}  // namespace qke
