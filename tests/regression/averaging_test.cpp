// Averaged oscillations where two levels are degenerate, nearly so, or cross: against the
// full equations, a symmetry, or the limit without oscillations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/runs.hpp"

namespace qke {
namespace {

using independent::small_grid;

// Both schemes are good to 1e-6 in z_nu at this tolerance (docs/dev/convergence.md: 3e-6 in N_eff for
// qke).
constexpr double z_nu_tolerance = 1e-6;

Summary summary_of(Scheme scheme, const MixingParameters& mixing, double T_end = 0.01) {
  Parameters parameters = small_grid(scheme, 24, 20.0);
  parameters.mixing = mixing;
  parameters.epoch.T_end_MeV = T_end;
  parameters.integrator = {1e-6, 1e-9, default_max_order(scheme), false, 1000000};
  return run(parameters, 1, {}).summary;
}

MixingParameters with_masses(double dm2_21, double dm2_31) {
  MixingParameters mixing;
  mixing.dm2_21_eV2 = dm2_21;
  mixing.dm2_31_eV2 = dm2_31;
  return mixing;
}

void expect_the_same(const Summary& first, const Summary& second) {
  EXPECT_LT((first.z_nu - second.z_nu).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(), z_nu_tolerance)
      << first.z_nu.transpose() << " and " << second.z_nu.transpose();
  EXPECT_NEAR(first.N_eff, second.N_eff, 5e-6);
}

TEST(EqualMasses, AreAveragedAsTheFullEquationsSay) {
  const MixingParameters standard;
  for (const auto& [dm2_21, dm2_31] : {std::pair{0.0, standard.dm2_31_eV2},
                                       {0.0, -2.46e-3},
                                       {standard.dm2_21_eV2, 0.0},
                                       {standard.dm2_21_eV2, 1e-20},
                                       {standard.dm2_21_eV2, standard.dm2_21_eV2}}) {
    const MixingParameters mixing = with_masses(dm2_21, dm2_31);
    expect_the_same(summary_of(Scheme::atao, mixing), summary_of(Scheme::qke, mixing));
  }
}

TEST(EqualMasses, HaveAResultThatDoesNotDependOnTheEnd) {
  const MixingParameters mixing = with_masses(0.0, MixingParameters{}.dm2_31_eV2);
  expect_the_same(summary_of(Scheme::atao, mixing), summary_of(Scheme::atao, mixing, 0.02));
}

// Three equal masses do not oscillate.
TEST(EqualMasses, OfAllStatesLeaveTheFlavoursAlone) {
  expect_the_same(summary_of(Scheme::atao, with_masses(0.0, 0.0)), summary_of(Scheme::boltzmann, {}));
}

// Without a matter term nothing but collisions tells the two states apart: theta_12 has no meaning.
TEST(EqualMasses, WithoutMatterDoNotDependOnTheirMixing) {
  Parameters parameters = small_grid(Scheme::atao, 24, 20.0);
  parameters.integrator = {1e-6, 1e-9, 5, false, 1000000};
  parameters.mixing.dm2_21_eV2 = 0.0;
  parameters.mean_field.matter = false;
  const Summary first = run(parameters, 1, {}).summary;
  parameters.mixing.sin2_theta12 = 0.8;
  expect_the_same(first, run(parameters, 1, {}).summary);
}

// sin^2 theta_12 = 1, theta_13 = 0: nu_e is a mass state, which matter drives through another level.
TEST(UncoupledLevels, CrossWithoutExchange) {
  MixingParameters mixing;
  mixing.sin2_theta12 = 1.0;
  mixing.sin2_theta13 = 0.0;
  expect_the_same(summary_of(Scheme::atao, mixing), summary_of(Scheme::boltzmann, {}));
}

// theta_13 = 0: the third mass state has no nu_e, and its mass no meaning.
TEST(UncoupledLevels, AreTheSameInBothOrderings) {
  MixingParameters mixing;
  mixing.sin2_theta13 = 0.0;
  const Summary normal = summary_of(Scheme::atao, mixing);
  mixing.dm2_31_eV2 = -2.46e-3;
  const Summary inverted = summary_of(Scheme::atao, mixing);
  expect_the_same(normal, inverted);
  EXPECT_EQ(normal.scheme, "atao");
  EXPECT_EQ(inverted.scheme, "qke");
  ASSERT_EQ(inverted.warnings.size(), 1u);
  EXPECT_NE(inverted.warnings[0].find("scheme qke was solved in place of atao"), std::string::npos);
}

// A pair that begins to oscillate only after collisions have ended is frozen until then, and its flavours are
// those of the mass states' occupations in the end: N_eff as without oscillations of this pair.
TEST(SlowPair, KeepsItsCoherence) {
  const double dm2_31 = MixingParameters{}.dm2_31_eV2;
  const Summary slow = summary_of(Scheme::atao, with_masses(1e-10, dm2_31));
  const Summary equal = summary_of(Scheme::atao, with_masses(0.0, dm2_31));
  EXPECT_EQ(slow.scheme, "qke");
  EXPECT_NEAR(slow.N_eff, equal.N_eff, 5e-6);
  EXPECT_GT(equal.z_nu(0) - slow.z_nu(0), 1e-4);  // what vacuum oscillations take from nu_e
}

Parameters averaged_asymmetry_of_equal_masses(int nodes, double y_max) {
  Parameters parameters = small_grid(Scheme::qke, nodes, y_max);
  parameters.asymmetry.xi = {1e-3, -1e-3, 0.0};
  parameters.mixing.dm2_21_eV2 = 0.0;
  parameters.run.average_below_MeV = 19.5;
  parameters.integrator = {1e-4, 1e-7, 2, false, 1000000};
  return parameters;
}

// Nothing makes two equal masses oscillate without matter: the coherence that an asymmetry leaves stays, and
// an average that drops it is not valid.
TEST(EqualMasses, AreNotAveragedSilentlyWhereNothingMakesThemOscillate) {
  Parameters parameters = averaged_asymmetry_of_equal_masses(12, 14.0);
  parameters.mean_field.matter = false;
  const std::vector<std::string> warnings = run(parameters, 1, {}).summary.warnings;
  EXPECT_TRUE(std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
    return warning.find("averaged oscillations are not valid") != std::string::npos;
  }));
}

// Averaging from 19.5 MeV on with two equal masses: nothing happens to the flavours after decoupling.
TEST(EqualMasses, AreFrozenAfterAveragingOfAnAsymmetry) {
  Parameters parameters = averaged_asymmetry_of_equal_masses(20, 20.0);
  const auto until = [&](double T_end) {
    parameters.epoch.T_end_MeV = T_end;
    return run(parameters, 1, {}).summary;
  };
  const Summary early = until(0.05), late = until(0.01);
  EXPECT_LT((early.z_nu - late.z_nu).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(), z_nu_tolerance);
  // Asymmetries of 2e-4 each: a hundred-thousandth is the tolerance on the distortions that they are.
  EXPECT_LT((early.eta - late.eta).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(), 2e-9);
}

}  // namespace
}  // namespace qke
