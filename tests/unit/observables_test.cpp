// observables: formulas on states that are known in closed form.
#include "diagnostics/observables.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "config/configuration.hpp"
#include "cosmology/initial_state.hpp"
#include "diagnostics/time_and_energy.hpp"
#include "evolution/schemes.hpp"
#include "model/constants.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using independent::small_grid;
using std::numbers::pi;
constexpr double zeta_3 = 1.2020569031595942;

// Three species of rho_0 = 7 pi^2/240 (neutrino and antineutrino) count as 3 at z = (11/4)^{1/3}.
TEST(EffectiveNumber, CountsNeutrinos) {
  const double T_cm = 0.7, one = 7.0 * pi * pi / 120.0 * std::pow(T_cm, 4);
  EXPECT_NEAR(effective_number(3.0 * one, T_cm, std::cbrt(11.0 / 4.0)), 3.0, 1e-14);
  EXPECT_NEAR(effective_number(one, T_cm, 1.0), std::pow(11.0 / 4.0, 4.0 / 3.0), 1e-14);
  EXPECT_NEAR(effective_number(3.0 * one, T_cm, 1.0), 11.56, 0.01);  // docs/output.md
}

// Of a Fermi-Dirac spectrum it is the degeneracy parameter, whatever the temperature.
TEST(EffectiveDegeneracy, IsThatOfAFermiDiracSpectrum) {
  for (const double xi : {-2.0, -1e-6, 0.0, 0.01, 0.5, 9.0}) {
    for (const double t : {1.0, 1.3}) {
      const double rho = (fermi_dirac_moment(3, t, xi) + fermi_dirac_moment(3, t, -xi)) / (2.0 * pi * pi);
      EXPECT_NEAR(effective_degeneracy(asymmetry_of(xi, t), rho), xi, 1e-13 * std::abs(xi));
    }
  }
}

// Fermi-Dirac spectra, in a universe that began without neutrinos: nothing corrects their sums but the value
// and the slope at y = 0, 0.5 and -0.25, by which sums of y^3 are h^4/240 too large and those of y^2 h^4/480
// too small. A parabola through three nodes has them to 3 % and to 14 % at these steps; moments over 2 pi^2.
TEST(Moments, OfAUniverseThatBeginsEmptyAreThoseOfTheSpectra) {
  for (const int nodes : {60, 90}) {
    const auto system = make_kinetic_system(parse_configuration(
        "", "reheated", {"reheating.T_RH_MeV=5", "grid.y_max=30", "grid.nodes=" + std::to_string(nodes)}));
    const StateDensities rho =
        initial_density_matrices({.neutrino_temperature = 1.0}, system->grid(), system->states());
    const Moments m = moments(*system, rho);
    const double h4 = std::pow(system->grid().step(), 4) / (2.0 * pi * pi);
    for (const StateMatrix& energy : {m.rho, m.rhobar}) {
      EXPECT_NEAR(energy(0, 0).real(), fermi_dirac_moment(3, 1.0) / (2.0 * pi * pi), 0.03 * h4 / 240.0);
    }
    for (const StateMatrix& number : {m.n, m.nbar}) {
      EXPECT_NEAR(number(1, 1).real(), fermi_dirac_moment(2, 1.0) / (2.0 * pi * pi), 0.14 * h4 / 480.0);
    }
  }
}

class AtTheStart : public ::testing::Test {
 protected:
  AtTheStart() {
    Parameters parameters = small_grid(Scheme::atao, 12, 12.0);
    parameters.collisions = {ProcessTreatment::full, ProcessTreatment::none};
    parameters.mixing.delta_cp_rad = 0.5;
    system_ = make_kinetic_system(parameters);
    u_ = system_->initial_vector();
    s_ = system_->s_start();
  }
  std::unique_ptr<KineticSystem> system_;
  Eigen::VectorXd u_;
  double s_ = 0;
};

TEST_F(AtTheStart, HistoryIsThatOfEquilibrium) {
  const Eigen::VectorXd none = Eigen::VectorXd::Zero(u_.size());
  const HistoryPoint row = observe(*system_, s_, u_, none);
  const double z = system_->initial().z;
  EXPECT_NEAR(row.x, 0.51099895 / 20.0, 1e-15);
  EXPECT_NEAR(row.z, z, 1e-14);
  EXPECT_NEAR(row.T_gamma, 20.0 * z, 1e-12);
  for (int flavour = 0; flavour < 3; ++flavour) {
    EXPECT_NEAR(row.z_nu(flavour), z, 1e-12);
    EXPECT_NEAR(row.z_nubar(flavour), z, 1e-12);
  }
  EXPECT_EQ(row.eta.norm(), 0.0);
  EXPECT_EQ(row.heating, 0.0);
  EXPECT_NEAR(row.N_eff, 3.0 * std::pow(11.0 / 4.0, 4.0 / 3.0), 1e-10);
  EXPECT_NEAR(row.rho_gamma, pi * pi / 15.0 * std::pow(20.0 * z, 4), 1e-8);
  EXPECT_NEAR(row.rho_e / row.rho_gamma, 7.0 / 4.0, 1e-3);  // m_e/T = 0.026
}

TEST_F(AtTheStart, HeatingIsTheChangeOfTheNeutrinoEnergy) {
  // drho/ds = y e^{-y}-like: du = c for all states gives d(rho_nu a^4)/ds = 6 c h sum y^3 f/(2 pi^2).
  Eigen::VectorXd du = Eigen::VectorXd::Constant(u_.size(), 1e-3);
  const HistoryPoint row = observe(*system_, s_, u_, du);
  const MomentumGrid& grid = system_->grid();
  double sum = 0.0;
  for (const double y : grid.y()) sum += std::pow(y, 3) / (std::exp(y) + 1.0);
  const double expected = 6.0 * 1e-3 * grid.step() * sum / (2.0 * pi * pi) / std::pow(row.z, 4);
  EXPECT_NEAR(row.heating, expected, 1e-12 * expected);
}

TEST_F(AtTheStart, SummaryHasNumbersAndEnergies) {
  Summary summary;
  summarise(*system_, s_, u_, Eigen::VectorXd::Zero(u_.size()), summary);
  const double z = system_->initial().z;
  for (int flavour = 0; flavour < 3; ++flavour) {
    EXPECT_NEAR(summary.n_nu(flavour), 2.0 * 0.75 * zeta_3 / (pi * pi) * std::pow(z, 3), 1e-12);
    EXPECT_NEAR(summary.delta_rho(flavour), std::pow(z, 4) - 1.0, 1e-12);
  }
  // Neutrinos that take no heat any more, from 20 MeV on. Had they never taken any, z would be 1.3998958309
  // and N_eff 3.0096452 (docs/physics.md, "Numbers compared with", to e^3); here they are warmer by
  // z, and the plasma is cooler.
  const double decoupled = DecoupledTemperature(system_->plasma()).z(std::exp(s_));
  EXPECT_NEAR(summary.z, 1.3998958309 * z / decoupled, 1e-8);
  EXPECT_NEAR(summary.N_eff, 3.0096452 * std::pow(z * 1.3998958309 / summary.z, 4), 1e-7);
  EXPECT_EQ(summary.N_eff_neutrinos, summary.N_eff);
  // Sum of masses: rho_crit/h^2 = 10537 eV cm^-3 over n per flavour at T_cm = 2.7255 K/z today, where
  // 2.7255 K = 11.902 cm^-1 in natural units.
  const double T_cm = 2.7255 * 8.617333262e-5 / 1.973269804e-5 / summary.z;  // cm^-1
  const double expected = 10537.0 / (summary.n_nu(0) * std::pow(T_cm, 3));
  EXPECT_NEAR(summary.sum_mnu_over_omega_h2_eV, expected, 1e-4 * expected);
}

TEST_F(AtTheStart, SpectraAreFermiDiracInEveryBasis) {
  const SpectraSnapshot slice = take_spectra(*system_, s_, u_);
  for (int i = 0; i < system_->grid().size(); ++i) {
    const double f = 1.0 / (std::exp(system_->grid().y(i) / system_->initial().z) + 1.0);
    EXPECT_LT((slice.rho[i] - f * Matrix3::Identity()).norm(), 1e-14);
    EXPECT_LT((slice.rhobar[i] - f * Matrix3::Identity()).norm(), 1e-14);
    EXPECT_LT((slice.rho_mass[i] - Vector3::Constant(f)).norm(), 1e-14);
  }
}

// rho = f (1 + c) with an off-diagonal c: |n_ab| over the mean of n_aa is |c_ab|, but for what the grid makes
// of int dy y^2 f = 3 zeta(3)/2, of which only the diagonal is corrected (moment_correction), and for
// neutrinos being 1e-8 warmer than T_cm.
TEST(Coherence, IsTheOffDiagonalPartOfTheNumberDensity) {
  const auto system = make_kinetic_system(small_grid(Scheme::qke, 12, 12.0));
  StateDensities rho;
  double on_the_grid = 0.0;
  for (const double y : system->grid().y()) {
    on_the_grid += system->grid().step() * y * y / (std::exp(y) + 1.0);
    Matrix3 matrix = Matrix3::Identity();
    matrix(0, 1) = matrix(1, 0) = 0.01;
    matrix(0, 2) = matrix(2, 0) = -0.02;
    matrix(1, 2) = {0.0, 0.04};
    matrix(2, 1) = {0.0, -0.04};
    rho.nu.emplace_back(matrix / (std::exp(y) + 1.0));
  }
  rho.bar = rho.nu;
  const double s = system->s_start();
  const Eigen::VectorXd u = system->state_vector(s, 1.0, rho, Eigen::VectorXd(0));
  const HistoryPoint point = observe(*system, s, u, Eigen::VectorXd::Zero(u.size()));
  const double ratio = on_the_grid / (1.5 * zeta_3);
  EXPECT_NEAR(ratio, 1.0, 2e-3);
  EXPECT_NEAR(point.coherence(0), 0.01 * ratio, 1e-8);
  EXPECT_NEAR(point.coherence(1), 0.02 * ratio, 1e-8);
  EXPECT_NEAR(point.coherence(2), 0.04 * ratio, 1e-8);
}

// Without collisions u = 0 is the solution: entropy is conserved, and with it the energy balance. The time is
// 1/(2H) and the integral of ds/H, here by Simpson's rule on the same background.
TEST(PassiveIntegrals, FollowTimeAndEnergyOfADecoupledPlasma) {
  Parameters parameters = small_grid(Scheme::boltzmann, 12, 12.0);
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  const auto system = make_kinetic_system(parameters);
  const Eigen::VectorXd u = system->initial_vector();
  const auto seconds = [&](double s) { return constants::hbar / system->background(s, u).hubble; };
  const double begin = system->s_start(), end = 1.0;
  const int intervals = 2000;
  const double h = (end - begin) / intervals;
  double time = 0.5 * seconds(begin);
  for (int i = 0; i <= intervals; ++i) {
    time += h / 3.0 * (i == 0 || i == intervals ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) * seconds(begin + i * h);
  }

  const auto at = [&](double) { return u; };
  PassiveIntegrals passive(*system, PassiveIntegrals::start(*system, begin, u));
  EXPECT_DOUBLE_EQ(passive.state().time, 0.5 * seconds(begin));
  // Uneven steps, and a look at two places inside the last one.
  for (const double s : {begin + 0.01, begin + 0.5, begin + 2.0, end}) passive.advance(s, at);
  const double middle = passive.time(end - 1.0, at), later = passive.time(end - 0.5, at);
  EXPECT_NEAR(passive.time(end, at) / time, 1.0, 1e-9);
  EXPECT_NEAR(passive.state().time / time, 1.0, 1e-9);
  EXPECT_GT(later, middle);
  EXPECT_GT(passive.state().time, later);
  EXPECT_LT(passive.energy_residual(u), 1e-8);

  // An energy that is not that of the equation shows: 1e-3 in z is 4e-3 of the photons' energy.
  Eigen::VectorXd warmer = u;
  warmer(warmer.size() - 1) = 1e-3;
  EXPECT_GT(passive.energy_residual(warmer), 1e-3);
}

}  // namespace
}  // namespace qke
