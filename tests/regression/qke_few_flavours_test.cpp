// Whole runs of scheme qke where fewer than three flavours mix.
#include <gtest/gtest.h>

#include <cmath>

#include "support/qke_runs.hpp"

namespace qke {
namespace {

using namespace independent;

// At these tolerances z_nu is good to 1e-8 and N_eff, through z, to 1e-6.
Parameters tightly(double sin2_theta12, double sin2_theta13, double sin2_theta23) {
  Parameters parameters = full_equations(20, 16.0);
  parameters.integrator.relative_tolerance = 1e-7;
  parameters.integrator.absolute_tolerance = 1e-10;
  parameters.mixing.sin2_theta12 = sin2_theta12;
  parameters.mixing.sin2_theta13 = sin2_theta13;
  parameters.mixing.sin2_theta23 = sin2_theta23;
  return parameters;
}
constexpr double z_error = 3e-8, N_eff_error = 2e-6;

void expect_same(const RunRecord& found, const RunRecord& expected) {
  EXPECT_NEAR(found.summary.N_eff, expected.summary.N_eff, N_eff_error);
  EXPECT_LT((found.summary.z_nu - expected.summary.z_nu).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(), z_error);
}

// Elements between two flavours that never mix are zero from first to last.
void expect_no_coherence(const RunRecord& record, int a, int b) {
  ASSERT_FALSE(record.spectra.empty());
  for (const SpectraSnapshot& slice : record.spectra) {
    ASSERT_EQ(slice.rho.size(), record.y.size());
    for (const StateMatrix& rho : slice.rho) EXPECT_LT(std::abs(rho(a, b)), 1e-15);
  }
}

// Nothing mixes: no angles; or no masses, with the angles as measured: a degenerate mass basis means nothing,
// and the matter potential is diagonal in flavour. theta23 alone mixes mu and tau, which begin and interact
// alike.
TEST(QkeFewFlavours, WithoutMixingOfElectronNeutrinosTheyAreThoseOfBoltzmann) {
  const RunRecord boltzmann = run(with_scheme(tightly(0.0, 0.0, 0.0), Scheme::boltzmann), 1, {});
  // Guards against comparing with the oscillating case, 7e-4 away.
  EXPECT_NEAR(boltzmann.summary.z_nu(0), 1.00234, 2e-5);  // [FPV20] table 1; a coarse grid
  {
    SCOPED_TRACE("no angles");
    const Parameters parameters = tightly(0.0, 0.0, 0.0);
    const RunRecord record = run(parameters, 1, {});
    expect_same(record, boltzmann);
    for (const auto& [a, b] : {std::pair(0, 1), std::pair(0, 2), std::pair(1, 2)}) {
      expect_no_coherence(record, a, b);
    }
    const RunRecord averaged = run(with_scheme(parameters, Scheme::atao), 1, {});
    EXPECT_NEAR(averaged.summary.N_eff, boltzmann.summary.N_eff, 1e-12);
  }
  {
    SCOPED_TRACE("no masses");
    Parameters parameters;
    const MixingParameters measured = parameters.mixing;
    parameters = tightly(measured.sin2_theta12, measured.sin2_theta13, measured.sin2_theta23);
    parameters.mixing.dm2_21_eV2 = parameters.mixing.dm2_31_eV2 = 0.0;
    expect_same(run(parameters, 1, {}), boltzmann);
    const RunRecord averaged = run(with_scheme(parameters, Scheme::atao), 1, {});
    EXPECT_NEAR(averaged.summary.N_eff, boltzmann.summary.N_eff, 1e-12);
  }
  {
    SCOPED_TRACE("theta23 alone");
    expect_same(run(tightly(0.0, 0.0, 0.545), 1, {}), boltzmann);
  }
}

// Electrons tell mu from tau by nothing: mixing with the one is mixing with the other.
TEST(QkeFewFlavours, TwoFlavoursMixAlikeWithMuOrTau) {
  const double sin2_theta = 0.307, dm2 = 1e-3;
  Parameters with_mu = tightly(sin2_theta, 0.0, 0.0), with_tau = tightly(0.0, sin2_theta, 0.0);
  with_mu.mixing.dm2_21_eV2 = with_tau.mixing.dm2_31_eV2 = dm2;
  const RunRecord mu = run(with_mu, 1, {}), tau = run(with_tau, 1, {});
  const Vector3 exchanged(tau.summary.z_nu(0), tau.summary.z_nu(2), tau.summary.z_nu(1));
  EXPECT_LT((mu.summary.z_nu - exchanged).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(), z_error);
  EXPECT_NEAR(mu.summary.N_eff, tau.summary.N_eff, N_eff_error);
  expect_no_coherence(mu, 0, 2);
  expect_no_coherence(mu, 1, 2);
  expect_no_coherence(tau, 0, 1);
  expect_no_coherence(tau, 1, 2);
  // And it does something: the mixed flavour gets much of the excess of nu_e.
  EXPECT_GT(mu.summary.z_nu(1) - mu.summary.z_nu(2), 5e-4);
  const RunRecord averaged = run(with_scheme(with_mu, Scheme::atao), 1, {});
  expect_same(mu, averaged);
}

// theta12 alone and no nu-nu collisions: nothing but T_gamma tells nu_tau of the others, whose exchange of
// 7e-4 in z changes T_gamma by 4e-5 and nu_tau by a tenth of that.
TEST(QkeFewFlavours, AFlavourThatDoesNotMixEvolvesOnItsOwn) {
  Parameters parameters = tightly(0.307, 0.0, 0.0);
  parameters.collisions.neutrino_neutrino = ProcessTreatment::none;
  const Summary mixed = summary_of(parameters);
  const Summary unmixed = summary_of(with_scheme(parameters, Scheme::boltzmann));
  const double exchange = unmixed.z_nu(0) - mixed.z_nu(0);
  EXPECT_GT(exchange, 5e-4);
  EXPECT_NEAR(mixed.z_nu(2), unmixed.z_nu(2), 1e-2 * exchange);
  EXPECT_NEAR(mixed.z, unmixed.z, 0.1 * exchange);
}

}  // namespace
}  // namespace qke
