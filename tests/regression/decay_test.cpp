// Runs with a particle that decays: limits, the first law, and two published numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "model/constants.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using independent::residual;

// m = 30 MeV, 100 MeV^4 at T_cm = 5.1101 MeV, a lifetime of 0.1 s.
RunRecord run_with(std::vector<std::string> keys) {
  keys.insert(keys.begin(), {"run.scheme=atao", "run.error_estimate=off", "decay.mass_MeV=30",
                             "grid.nodes=24", "grid.y_max=24"});
  return run(parse_configuration("", "decay", keys), 1, {});
}

const std::vector<std::string> published{"epoch.T_start_MeV=5.1101", "decay.lifetime_s=0.1",
                                         "decay.energy_density_MeV4=100"};

std::vector<std::string> published_and(const std::string& key) {
  std::vector<std::string> keys = published;
  keys.push_back(key);
  return keys;
}

double N_eff_of_nothing() {
  return run(parse_configuration(
                 "", "none", {"run.scheme=atao", "run.error_estimate=off", "grid.nodes=24", "grid.y_max=24"}),
             1, {})
      .summary.N_eff;
}

// A public code with resolved momenta (docs/beyond.md, "A particle that decays"): 2.877, not converged beyond
// 2e-3; its averages of oscillations, without coherence in collisions, cost 4e-3. Ours is higher by that.
TEST(Decay, IntoThePlasmaHasThePublishedNEff) {
  EXPECT_NEAR(run_with(published).summary.N_eff, 2.877 + 0.004, 2e-3);
}

// d(rho a^4)/ds = a^4 (rho - 3 P) with everything in it, and the neutrinos' part exactly: the residual
// is 2e-7 where a neutrino of 15 MeV is one node among others.
TEST(Decay, ObeysTheFirstLaw) {
  for (const std::string branching : {"[0,0,0]", "[0.3,0.3,0.3]", "[0,1,0]"}) {
    const RunRecord record = run_with(published_and("decay.branching=" + branching));
    EXPECT_LT(residual(record, "energy_balance"), 1e-6) << branching;
  }
}

// Everything scatters still: it only reheats. And next to nothing changes nothing.
TEST(Decay, AtOnceOrOfNextToNothingIsTheStandardRun) {
  const double nothing = N_eff_of_nothing();
  EXPECT_NEAR(run_with({"decay.lifetime_s=1e-4", "decay.energy_density_MeV4=1000"}).summary.N_eff, nothing,
              2e-6);
  EXPECT_NEAR(run_with({"decay.lifetime_s=1", "decay.energy_density_MeV4=1e-9"}).summary.N_eff, nothing,
              1e-6);
}

// Without collisions neutrinos keep what they get, each comoving momentum by itself:
// d(rho_nu a^4) = B Gamma rho_phi a^4 dt, the integral of the history's own H and phi. Here by the final
// number density: every particle has given one neutrino, n_nu a^3 = n_phi a^3 at the start, B = 1.
TEST(Decay, WithoutCollisionsLeavesOneNeutrinoOfEachParticle) {
  auto keys = published_and("decay.branching=[0,1,0]");
  keys.insert(keys.end(), {"collisions.neutrino_electron=none", "collisions.neutrino_neutrino=none",
                           "mixing.sin2_theta12=0", "mixing.sin2_theta13=0", "mixing.sin2_theta23=0"});
  const RunRecord record = run_with(keys);
  const double n_phi = 100.0 / 30.0 / std::pow(5.1101, 3);
  // n_nu is of neutrinos and antineutrinos, over T_cm^3.
  EXPECT_NEAR(record.summary.n_nu(1) - record.summary.n_nu(0), 2.0 * n_phi, 1e-6 * n_phi);
  EXPECT_NEAR(record.summary.n_nu(2), record.summary.n_nu(0), 1e-12);
}

// Muons at rest, and the same spectra as 100 rows of a table: trapezoids are 1e-4 of a smooth spectrum.
TEST(Decay, OfMuonsIsThatOfTheirSpectraInATable) {
  const std::vector<std::string> heavy{"decay.mass_MeV=250", "decay.lifetime_s=0.05", "epoch.T_start_MeV=10",
                                       "decay.energy_density_MeV4=1000"};
  const auto N_eff = [&](std::vector<std::string> keys) {
    keys.insert(keys.end(), heavy.begin(), heavy.end());
    keys.insert(keys.end(), {"run.scheme=atao", "run.error_estimate=off", "grid.nodes=40", "grid.y_max=40"});
    const RunRecord record = run(parse_configuration("", "muons", keys), 1, {});
    EXPECT_LT(residual(record, "energy_balance"), 1e-6);
    return record.summary.N_eff;
  };
  const double m = constants::muon_mass;
  std::string rows;
  for (int n = 1; n <= 100; ++n) {
    const double E = 0.005 * n * m, e = 96.0 * E * E * (1.0 - 2.0 * E / m) / std::pow(m, 3);
    const double mu = 48.0 * E * E * (1.0 - 4.0 * E / (3.0 * m)) / std::pow(m, 3);
    rows += (n > 1 ? ", [" : "[") + std::to_string(E) + ", " + std::to_string(e) + ", " + std::to_string(mu) +
            ", 0.0]";
  }
  const double none = N_eff({}), muons = N_eff({"decay.muons=0.5"});
  const double table = N_eff({"decay.branching=[0.5,0.5,0]", "decay.spectrum_file=[" + rows + "]"});
  EXPECT_GT(std::abs(muons - none), 1e-3);
  EXPECT_NEAR(table, muons, 1e-3 * std::abs(muons - none));
}

// Averages of what decays bring are the full equations' own, with a pair of flavours that differ.
TEST(Decay, IsTheSameInTheFullEquations) {
  const double averaged = run_with(published_and("decay.branching=[0.33,0.33,0.33]")).summary.N_eff;
  const Parameters parameters =
      parse_configuration("", "qke",
                          {"run.scheme=qke", "run.error_estimate=off", "decay.mass_MeV=30", "grid.nodes=24",
                           "grid.y_max=24", "epoch.T_start_MeV=5.1101", "decay.lifetime_s=0.1",
                           "decay.energy_density_MeV4=100", "decay.branching=[0.33,0.33,0.33]"});
  EXPECT_NEAR(run(parameters, 1, {}).summary.N_eff, averaged, 1e-5);
}

}  // namespace
}  // namespace qke
