// A run that ends before today: what it can say of today, and what it cannot.
#include <gtest/gtest.h>

#include <cmath>

#include "qke/error.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using independent::small_grid;

RunRecord run_to(double T_end) {
  Parameters parameters = small_grid(Scheme::boltzmann, 20, 18.0);
  parameters.epoch.T_end_MeV = T_end;
  return run(parameters, 1, {});
}

// Neutrinos have decoupled, electrons and positrons are still there: entropy conservation gives the rest.
TEST(EarlyEnd, IsCarriedToTodayOnceNeutrinosHaveDecoupled) {
  const RunRecord whole = run_to(0.01);
  for (const double T_end : {0.05, 0.03, 0.02}) {
    const RunRecord early = run_to(T_end);
    // The electron tables, whose panels end with the run, leave 3e-7 in each N_eff, the tolerance 1e-7
    // (docs/dev/convergence.md).
    const double tolerance = early.statistics.N_eff_to_come + 7e-7;
    EXPECT_LT(tolerance, 1e-5);
    EXPECT_NEAR(early.summary.N_eff, whole.summary.N_eff, tolerance) << T_end;
    EXPECT_NEAR(early.summary.z, whole.summary.z, tolerance) << T_end;
    // eV, and 3 N_eff/z of it per unit of N_eff.
    EXPECT_NEAR(early.summary.sum_mnu_over_omega_h2_eV, whole.summary.sum_mnu_over_omega_h2_eV,
                200.0 * tolerance);
    EXPECT_TRUE(early.summary.warnings.empty());
  }
}

TEST(EarlyEnd, LeavesTodayUnknownWhileNeutrinosStillTakeHeat) {
  for (const double T_end : {3.0, 0.3, 0.1}) {
    const Summary summary = run_to(T_end).summary;
    EXPECT_TRUE(std::isnan(summary.N_eff)) << T_end;
    EXPECT_TRUE(std::isnan(summary.N_eff_neutrinos)) << T_end;
    EXPECT_TRUE(std::isnan(summary.z)) << T_end;
    EXPECT_TRUE(std::isnan(summary.sum_mnu_over_omega_h2_eV)) << T_end;
    EXPECT_TRUE(std::isfinite(summary.z_nu(0)));
    ASSERT_EQ(summary.warnings.size(), 1u);
    EXPECT_NE(summary.warnings[0].find("Lower epoch.T_end_MeV."), std::string::npos);
  }
}

// The bound covers what the rest of the history adds, at all temperatures of the final stage.
TEST(EarlyEnd, BoundsTheHeatStillToCome) {
  const RunRecord whole = run_to(0.01);
  const double z = whole.summary.z, final_rho = whole.history.back().z_nu.array().pow(4).sum();
  for (const double T_end : {0.3, 0.2, 0.1, 0.05}) {
    const RunRecord early = run_to(T_end);
    const double gained = final_rho - early.summary.z_nu.array().pow(4).sum();
    const double N_eff_gained = gained * std::pow(11.0 / 4.0, 4.0 / 3.0) / std::pow(z, 4);
    EXPECT_GT(early.statistics.N_eff_to_come, N_eff_gained) << T_end;
    EXPECT_LT(early.statistics.N_eff_to_come, 20.0 * N_eff_gained + 1e-7) << T_end;
  }
}

// Nothing is to come where neutrinos and plasma do not interact.
TEST(EarlyEnd, MayBeAnywhereWithoutCollisions) {
  Parameters parameters = small_grid(Scheme::boltzmann, 20, 18.0);
  parameters.collisions.neutrino_electron = ProcessTreatment::none;
  const Summary whole = run(parameters, 1, {}).summary;
  parameters.epoch.T_end_MeV = 1.0;
  const Summary early = run(parameters, 1, {}).summary;
  EXPECT_NEAR(early.N_eff, whole.N_eff, 1e-9);  // both by entropy conservation
  EXPECT_NEAR(early.N_eff, 3.0096452, 1e-6);    // docs/physics.md: decoupled, to e^3
}

// Asymmetries are conserved from T -> infinity on: where a run starts in equilibrium does not matter.
double change_with_the_start(bool muons) {
  Parameters parameters = small_grid(Scheme::boltzmann, 48, 26.0);
  parameters.asymmetry.eta = {0.5, 0.1, -0.3};
  parameters.plasma.muons = muons;
  const auto N_eff_from = [&](double T_start) {
    parameters.epoch.T_start_MeV = T_start;
    return run(parameters, 1, {}).summary.N_eff;
  };
  return std::abs(N_eff_from(60.0) - N_eff_from(20.0));
}

// The tolerance of 1e-7 is one of occupation numbers of order 1, and N_eff is 6.6.
TEST(Start, DoesNotMatterForAGivenAsymmetry) { EXPECT_LT(change_with_the_start(false), 2e-6); }

// Muons heat the plasma by 3 % between 60 and 20 MeV. Neutrinos follow with a lag of H/Gamma, 1e-4 or less of
// that at 20 MeV, which a start there leaves out: 6.6 x 3e-6.
TEST(Start, HardlyMattersForAGivenAsymmetryWithMuons) { EXPECT_LT(change_with_the_start(true), 2e-5); }

// 8e-6 is the step of order 1 at this tolerance: a million steps are needed, and 11 000 allowed.
TEST(Progress, IsRequiredOfARun) {
  Parameters parameters = small_grid(Scheme::boltzmann, 10, 12.0);
  parameters.integrator = {1e-10, 1e-13, 1, false, 11000};
  try {
    run(parameters, 1, {});
    FAIL();
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("makes no progress"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace qke
