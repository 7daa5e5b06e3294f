// [relic]: whole runs with a particle in equilibrium with the plasma, against entropy counting.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "support/integration.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using independent::residual;
using independent::small_grid;
using std::numbers::pi;

Parameters with_relic(double mass, double degrees, QuantumStatistics statistics,
                      Scheme scheme = Scheme::boltzmann) {
  Parameters parameters = small_grid(scheme, 32, 24.0);
  parameters.relic = {mass, degrees, statistics};
  // Gone at the end: e^{-28} is left.
  parameters.epoch.T_end_MeV = std::min(0.01, 0.025 * mass);
  return parameters;
}

double N_eff_of(const Parameters& parameters) { return run(parameters, 1, {}).summary.N_eff; }

// s/T^3 of an ideal gas of g states, by adaptive quadrature.
double entropy(double tau, double g, QuantumStatistics statistics) {
  const double sign = statistics == QuantumStatistics::boson ? -1.0 : 1.0;
  const auto integrand = [&](double p) {
    const double E = std::hypot(p, tau);
    return E == 0.0 ? 0.0 : p * p * (E + p * p / (3.0 * E)) / (std::exp(E) + sign);
  };
  return g * independent::adaptive(integrand, 0.0, 80.0, 1e-14) / (2.0 * pi * pi);
}

// e^{-1000/20} of it at the start. Rounding alone may change steps, and N_eff by the tolerance: it is tight.
TEST(Relic, ChangesNothingWhereItIsHeavy) {
  Parameters heavy = with_relic(1000.0, 4.0, QuantumStatistics::fermion, Scheme::atao);
  heavy.integrator.relative_tolerance = 1e-10;
  heavy.integrator.absolute_tolerance = 1e-13;
  Parameters none = heavy;
  none.relic = {};
  EXPECT_NEAR(N_eff_of(heavy), N_eff_of(none), 1e-9);
}

// Without nu-e collisions neutrinos are those of the start, and all entropy goes to the photons:
// N_eff = 3 (11 pi^2/45)^{4/3}/(s/T^3)^{4/3}, s/T^3 of photons, massless e+- and the relic at the start.
TEST(Relic, GivesItsEntropyToThePhotonsAlone) {
  for (const auto statistics : {QuantumStatistics::boson, QuantumStatistics::fermion}) {
    for (const double mass : {1.0, 15.0}) {
      Parameters parameters = with_relic(mass, 2.0, statistics);
      parameters.collisions.neutrino_electron = ProcessTreatment::none;
      parameters.plasma.qed = Qed::none;
      const double electrons = 11.0 * pi * pi / 45.0;
      const RunRecord record = run(parameters, 1, {});
      const double all = electrons + entropy(mass / record.history.front().T_gamma, 2.0, statistics);
      EXPECT_NEAR(record.summary.N_eff, 3.0 * std::pow(electrons / all, 4.0 / 3.0), 1e-6) << mass;
      EXPECT_LT(residual(record, "energy_balance"), 10.0 * IntegratorParameters{}.relative_tolerance);
    }
  }
}

// While a light relic has the same entropy as at the start neutrinos decouple: entropy counting, as for e+-
// alone, and the heat that neutrinos take from e+- on top. It is 0.034 without a relic and without QED
// ([B21]); the photons of today are hotter by the relic's entropy, so that it counts less, the relic takes
// its part of the heat, and the expansion is faster: less still.
TEST(Relic, LowersNEffByItsEntropyWhereItIsLight) {
  for (const auto statistics : {QuantumStatistics::boson, QuantumStatistics::fermion}) {
    Parameters parameters = with_relic(0.1, 2.0, statistics);
    parameters.plasma.qed = Qed::none;
    const double electrons = 11.0 * pi * pi / 45.0, relic = entropy(1e-3, 2.0, statistics);
    const double ratio = std::pow(electrons / (electrons + relic), 4.0 / 3.0);
    const double not_instantaneous = N_eff_of(parameters) - 3.0 * ratio;
    EXPECT_GT(not_instantaneous, 0.5 * 0.034 * ratio);
    EXPECT_LT(not_instantaneous, 0.034 * ratio);
  }
}

// One that is gone before neutrinos decouple heats them as much as the photons; e^{-100/3} of it is left at
// 3 MeV. A grid whose spectra grow by a tenth at all momenta leaves less than 1e-5.
TEST(Relic, ChangesLittleWhereItIsGoneBeforeDecoupling) {
  const Parameters relic = with_relic(100.0, 2.0, QuantumStatistics::fermion);
  Parameters none = relic;
  none.relic = {};
  EXPECT_NEAR(N_eff_of(relic), N_eff_of(none), 1e-5);
}

// It takes its energy from the plasma and gives it back: the balance of the energies is that of any run.
TEST(Relic, BalancesTheEnergy) {
  for (const Scheme scheme : {Scheme::boltzmann, Scheme::atao}) {
    for (const double mass : {0.4, 3.0, 20.0}) {
      const Parameters parameters = with_relic(mass, 4.0, QuantumStatistics::fermion, scheme);
      const RunRecord record = run(parameters, 1, {});
      EXPECT_LT(residual(record, "energy_balance"), 10.0 * parameters.integrator.relative_tolerance) << mass;
    }
  }
}

// The rest of the entropy goes to the photons: an earlier end gives the same, within the bound that the run
// knows. Where more than 1e-5 of N_eff is open, today is unknown.
TEST(Relic, LeavesTodayUnknownWhileItIsThere) {
  Parameters parameters = with_relic(0.5, 1.0, QuantumStatistics::boson);
  const double whole = N_eff_of(parameters);
  parameters.epoch.T_end_MeV = 0.018;
  const RunRecord early = run(parameters, 1, {});
  EXPECT_NEAR(early.summary.N_eff, whole, early.statistics.N_eff_to_come + 7e-7);  // tables: EarlyEnd
  EXPECT_TRUE(early.summary.warnings.empty());
  parameters.epoch.T_end_MeV = 0.04;
  const RunRecord unknown = run(parameters, 1, {});
  EXPECT_GT(unknown.statistics.N_eff_to_come, 1e-5);
  EXPECT_TRUE(std::isnan(unknown.summary.N_eff));
  EXPECT_TRUE(std::isnan(unknown.summary.z));
  ASSERT_EQ(unknown.summary.warnings.size(), 1u);
  EXPECT_EQ(
      unknown.summary.warnings[0].find("N_eff, z and sum m_nu are unknown (at the end, T_cm = 0.04 MeV, "
                                       "the relic still has "),
      0u)
      << unknown.summary.warnings[0];
  EXPECT_NE(unknown.summary.warnings[0].find(" of the plasma's entropy). Lower epoch.T_end_MeV."),
            std::string::npos);
}

// All schemes have it in the plasma. Oscillations hand on the heat that nu_e takes from e+-, which is larger
// where a relic annihilates while neutrinos decouple: they raise N_eff by 6e-4 without a relic, by more with
// one.
TEST(Relic, IsInAllSchemes) {
  const auto relic = [](Scheme scheme) {
    Parameters parameters = with_relic(5.0, 1.0, QuantumStatistics::boson, scheme);
    parameters.grid = {24, 20.0};
    if (scheme == Scheme::qke) parameters.integrator.max_order = 2;
    return N_eff_of(parameters);
  };
  const double averaged = relic(Scheme::atao);
  // Each has an integration error of 1e-6 without a relic, and takes ten times the heat here.
  EXPECT_NEAR(relic(Scheme::qke), averaged, 1e-5);
  EXPECT_LT(relic(Scheme::boltzmann), averaged - 5e-4);
  EXPECT_GT(relic(Scheme::boltzmann), averaged - 1e-2);
}

}  // namespace
}  // namespace qke
