// Whole runs whose result is known in closed form.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "model/constants.hpp"
#include "support/largest.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using independent::at_x;
using independent::small_grid;
using std::numbers::pi;

Parameters decoupled(Qed qed, Scheme scheme = Scheme::boltzmann) {
  Parameters parameters = small_grid(scheme, 16, 16.0);
  parameters.collisions.neutrino_electron = ProcessTreatment::none;
  parameters.plasma.qed = qed;
  return parameters;
}

struct DecoupledCase {
  Qed qed;
  double z, z_digits, N_eff;
};
// docs/physics.md, "Numbers compared with"; z without QED is (11/4)^{1/3}.
constexpr DecoupledCase cases[] = {{Qed::none, 1.40102, 5e-6, 3.0},
                                   {Qed::e2, 1.3997858838, 1e-6, 3.0105909},
                                   {Qed::e3, 1.3998958309, 1e-6, 3.0096452}};

// z and N_eff to 1e-6 (requirement 2). Nothing disturbs the neutrinos, on any grid.
TEST(DecoupledLimit, HasThePublishedResult) {
  for (const DecoupledCase& expected : cases) {
    const RunRecord record = run(decoupled(expected.qed), 1, {});
    EXPECT_NEAR(record.summary.z, expected.z, expected.z_digits);
    EXPECT_NEAR(record.summary.N_eff, expected.N_eff, 1e-6);
    for (int flavour = 0; flavour < 3; ++flavour) {
      EXPECT_NEAR(record.summary.z_nu(flavour), 1.0, 1e-9);
      EXPECT_NEAR(record.summary.delta_rho(flavour), 0.0, 1e-9);
      // 2 x 3 zeta(3)/(4 pi^2) per flavour.
      EXPECT_NEAR(record.summary.n_nu(flavour), 1.5 * 1.2020569031595942 / (pi * pi), 1e-9);
    }
  }
}

// Averaged oscillations and nu-nu collisions among equal Fermi-Dirac spectra change nothing either.
TEST(DecoupledLimit, DoesNotDependOnTheScheme) {
  const RunRecord boltzmann = run(decoupled(Qed::e3), 1, {}),
                  atao = run(decoupled(Qed::e3, Scheme::atao), 1, {});
  EXPECT_NEAR(atao.summary.N_eff, boltzmann.summary.N_eff, 1e-9);
}

// At the end H^2 = 8 pi/(3 m_Pl^2) (rho_gamma + rho_nu), t grows as 1/(2H), and the mass limit follows from
// n_nu = (3/11) n_gamma per flavour: h^2 Omega = sum m n/rho_crit. With n_gamma = 2 zeta(3)/pi^2 (2.7255 K)^3
// = 410.73 cm^-3 and rho_crit/h^2 = 10537 eV cm^-3 (Review of Particle Physics) that is 94.07 eV.
TEST(DecoupledLimit, HasTheKnownLateUniverse) {
  Parameters parameters = decoupled(Qed::none);
  parameters.epoch.T_end_MeV = 0.005;
  const RunRecord record = run(parameters, 1, {});
  const HistoryPoint& last = record.history.back();
  const double rho =
      pi * pi / 15.0 * std::pow(last.T_gamma, 4) + 21.0 * pi * pi / 120.0 * std::pow(last.T_cm, 4);
  const double H = std::sqrt(8.0 * pi / 3.0 * rho) / 1.220890e22 / 6.582119569e-22;  // s^-1
  EXPECT_NEAR(last.hubble / H, 1.0, 1e-9);
  EXPECT_NEAR(last.rho_gamma, pi * pi / 15.0 * std::pow(last.T_gamma, 4), 1e-12 * last.rho_gamma);
  const double expected = 10537.0 / (3.0 / 11.0 * 410.73);
  EXPECT_NEAR(record.summary.sum_mnu_over_omega_h2_eV, expected, 1e-4 * expected);
}

// dt = ds/H, between rows of the history with 1/H a power of the scale factor, whose exponent changes by
// 1e-3 or less from row to row: good to 1e-6.
void expect_time_by_the_hubble_rate(const RunRecord& record) {
  const auto& rows = record.history;
  EXPECT_NEAR(rows.front().time_s * rows.front().hubble, 0.5, 1e-9);
  double time = rows.front().time_s, largest_error = 0.0;
  for (std::size_t n = 1; n < rows.size(); ++n) {
    const double ds = std::log(rows[n].x / rows[n - 1].x);
    const double a = 1.0 / rows[n - 1].hubble, b = 1.0 / rows[n].hubble;
    time += ds * (b - a) / std::log(b / a);
    largest_error = independent::larger(largest_error, std::abs(rows[n].time_s / time - 1.0));
    ASSERT_GT(rows[n].time_s, rows[n - 1].time_s);
  }
  EXPECT_LT(largest_error, 1e-5);
}

TEST(Time, FollowsTheHubbleRate) {
  expect_time_by_the_hubble_rate(run(small_grid(Scheme::atao, 16, 16.0), 1, {}));
}

// Nothing happens to the neutrinos: the integrator's steps are long.
TEST(Time, FollowsTheHubbleRateOverLongSteps) {
  expect_time_by_the_hubble_rate(run(decoupled(Qed::e3), 1, {}));
}

// The energy balance of a plasma that is left alone holds by its thermodynamics.
TEST(DecoupledLimit, BalancesTheEnergy) {
  const double balance = independent::residual(run(decoupled(Qed::e3), 1, {}), "energy_balance");
  EXPECT_LT(balance, 10.0 * IntegratorParameters{}.relative_tolerance);
  EXPECT_GT(balance, 0.0);
}

// N_eff of the history is in the late normalisation: 3 (11/4)^{4/3} = 11.56 at the start (docs/output.md).
TEST(DecoupledLimit, HasItsHistoryInTheLateNormalisation) {
  const RunRecord record = run(decoupled(Qed::none), 1, {});
  EXPECT_NEAR(record.history.front().N_eff, 3.0 * std::pow(11.0 / 4.0, 4.0 / 3.0), 1e-3);  // z = 1 + 1.5e-5
  // Electrons left at 0.01 MeV: e^{-36.5} 36.5^{5/2} = 1e-12 of the entropy.
  EXPECT_NEAR(record.history.back().N_eff, record.summary.N_eff, 1e-10);
  // Rounding, 1e-16, of nu-nu collisions, whose rates are up to some 1e4 H at the start.
  for (const HistoryPoint& row : record.history) EXPECT_NEAR(row.heating, 0.0, 5e-12);
}

// An end before annihilation leaves equilibrium: z_nu = z.
TEST(EquilibriumLimit, HoldsWhileCollisionsAreFast) {
  Parameters parameters = small_grid(Scheme::atao, 24, 20.0);
  parameters.epoch = {40.0, 12.0};
  const RunRecord record = run(parameters, 1, {});
  // Neutrinos lag behind by H/Gamma times z - 1 = 2e-5: less than 1e-7 above 12 MeV.
  const double z = record.history.back().z;
  for (int flavour = 0; flavour < 3; ++flavour) EXPECT_NEAR(record.summary.z_nu(flavour), z, 2e-6);
  EXPECT_GT(z, 1.0);
}

}  // namespace
}  // namespace qke
