// Scheme atao-jv against scheme qke, and how it goes on where it is not valid.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "config/configuration.hpp"
#include "run/error_estimate.hpp"
#include "support/runs.hpp"
#include "support/stopped_run.hpp"

namespace qke {
namespace {

using independent::residual;

// 14 nodes, with the default tolerances.
Parameters with(const std::string& scheme, const std::string& xi, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"run.scheme=" + scheme, "asymmetry.xi=" + xi, "grid.nodes=14", "grid.y_max=16",
                           "run.error_estimate=off"});
  return parse_configuration("", "test", more);
}
RunRecord run_of(const std::string& scheme, const std::string& xi,
                 const std::vector<std::string>& more = {}) {
  return run(with(scheme, xi, more), 1, {});
}

double largest(const StateVector& values) { return values.cwiseAbs().maxCoeff<Eigen::PropagateNaN>(); }

// Final numbers, within parts of the largest asymmetry of the start. sum eta is conserved through e+-
// annihilation, too, to rounding.
void expect_the_end_of_qke(const std::string& xi, double N_eff, double eta,
                           const std::vector<std::string>& more = {}) {
  const RunRecord averaged = run_of("atao-jv", xi, more), full = run_of("qke", xi, more);
  const double start = largest(full.history.front().eta);
  EXPECT_NEAR(averaged.summary.N_eff, full.summary.N_eff, N_eff);
  EXPECT_LT(largest(averaged.summary.eta - full.summary.eta), eta * start);
  EXPECT_LT(residual(averaged, "lepton_number"), 1e-10);
  EXPECT_LT(std::abs(full.summary.eta(0)), 0.2 * start);  // nu_e gave most of its asymmetry away
  EXPECT_LT(averaged.summary.steps, full.summary.steps);
}

TEST(AtaoJv, EndsAsTheFullEquations) { expect_the_end_of_qke("[0.3,-0.3,0.0]", 1e-5, 1e-3); }
TEST(AtaoJv, EndsAsTheFullEquationsOfLargerAsymmetries) {
  expect_the_end_of_qke("[1.0,-1.0,0.0]", 1e-4, 1e-3);
}
TEST(AtaoJv, EndsAsTheFullEquationsOfSmallAsymmetries) {
  expect_the_end_of_qke("[0.01,-0.01,0.0]", 1e-4, 1e-2);
}
TEST(AtaoJv, EndsAsTheFullEquationsInInvertedOrdering) {
  expect_the_end_of_qke("[0.240526,-0.381472,0.144853]", 3e-5, 1e-3, {"mixing.dm2_31_eV2=-2.46e-3"});
}
// That there are more electrons than positrons decides how much of nu_e converts: in inverted ordering the
// final eta_e is halved, and N_eff smaller by 0.052 (docs/asymmetries.md, "Electrons", where other equations
// say so, too). The schemes differ as they do without electrons.
TEST(AtaoJv, SeesTheElectronsOfNatureAsTheFullEquations) {
  const std::vector<std::string> alone{"mixing.dm2_31_eV2=-2.46e-3"};
  const std::vector<std::string> among_electrons{alone[0], "mean_field.eta_b=6.1e-10"};
  const std::string xi = "[1.0,-1.0,0.0]";
  const Summary without = run_of("atao-jv", xi, alone).summary;
  const Summary averages = run_of("atao-jv", xi, among_electrons).summary;
  const RunRecord full = run_of("qke", xi, among_electrons);
  EXPECT_LT(averages.eta(0), 0.6 * without.eta(0));
  EXPECT_LT(averages.N_eff, without.N_eff - 0.04);
  EXPECT_NEAR(averages.N_eff, full.summary.N_eff, 1e-4);
  EXPECT_LT(largest(averages.eta - full.summary.eta), 1e-3 * largest(full.history.front().eta));
}

// Nothing changes the spectra then: one step of them has all that is left of the run, and hundreds of rows.
// The schemes agree to what their tolerances leave, below 1e-7 in N_eff, 4e-6 in eta.
TEST(AtaoJv, EndsAsTheFullEquationsWithoutElectronsToScatterFrom) {
  const std::vector<std::string> alone{"collisions.neutrino_electron=none"};
  const RunRecord averages = run_of("atao-jv", "[0.3,-0.3,0.0]", alone);
  const RunRecord full = run_of("qke", "[0.3,-0.3,0.0]", alone);
  EXPECT_LT(averages.summary.steps, 200);
  EXPECT_NEAR(averages.summary.N_eff, full.summary.N_eff, 1e-6);
  EXPECT_LT((averages.summary.eta - full.summary.eta).norm(), 1e-4 * full.history.front().eta.norm());
}

// Where levels of the asymmetry matrix meet, 2 to 3 MeV, momenta do not stay together; the run says so.
TEST(AtaoJv, GoesOnWithTheFullEquations) {
  const RunRecord record = run_of("atao-jv", "[0.3,-0.3,0.0]");
  const double T_cm = record.statistics.full_equations_below_MeV;
  EXPECT_GT(T_cm, 2.0);
  EXPECT_LT(T_cm, 4.0);
  EXPECT_LE(record.statistics.averaged_below_MeV, 0.4);
  const auto& warnings = record.summary.warnings;
  EXPECT_TRUE(std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
    return warning.find("scheme qke was solved in place of atao-jv below T_cm = ") == 0;
  }));
}

// The momenta are locked again soon after levels have crossed, here until averages begin; those of the test
// before part again below 1 MeV.
TEST(AtaoJv, TakesItsOwnEquationsUpAgain) {
  const RunRecord record = run_of("atao-jv", "[1.0,-1.0,0.0]");
  const double again = record.statistics.own_equations_again_below_MeV;
  EXPECT_LT(again, record.statistics.full_equations_below_MeV);
  EXPECT_GT(again, 1.0);
}

// Where the asymmetries of nu_mu and nu_tau cancel the full equations are solved until these two have
// converted, near 12 MeV. With default tolerances swings grow differently in the two schemes, and leave 3e-3
// of the initial asymmetry (docs/dev/asymmetry-convergence.md, "Swings"); here 2.3e-5 of N_eff and 2.3e-4.
TEST(AtaoJv, TakesOverWhereTheAsymmetriesOfMuAndTauCancel) {
  const auto of_scheme = [](const std::string& scheme) {
    return run_of(scheme, "[0.0,0.5,-0.5]", {"run.precision=high"});
  };
  const RunRecord averaged = of_scheme("atao-jv"), full = of_scheme("qke");
  EXPECT_NEAR(averaged.statistics.full_equations_below_MeV, 20.0, 1e-9);
  // Looked at every 20 steps: from 9.58 to 9.99 MeV on the three instruction sets with 12 to 16 nodes.
  EXPECT_NEAR(averaged.statistics.own_equations_again_below_MeV, 9.8, 0.4);
  EXPECT_NEAR(averaged.summary.N_eff, full.summary.N_eff, 1e-4);
  EXPECT_LT(largest(averaged.summary.eta - full.summary.eta), 1e-3 * largest(full.history.front().eta));
}

// J is five times V alone for xi = 1e-5, and where the asymmetries of nu_mu and nu_tau cancel the first order
// in V/J does: the equations of qke from the first step on, with the same numbers.
TEST(AtaoJv, BeginsWithTheFullEquationsWhereItIsNeverValid) {
  for (const std::string xi : {"[1e-5,-1e-5,0.0]", "[0.0,0.5,-0.5]", "[0.02,0.5,-0.45]"}) {
    const RunRecord averaged = run_of("atao-jv", xi, {"epoch.T_end_MeV=19.7"}),
                    full = run_of("qke", xi, {"epoch.T_end_MeV=19.7"});
    EXPECT_NEAR(averaged.statistics.full_equations_below_MeV, 20.0, 1e-9);
    EXPECT_EQ(averaged.summary.steps, full.summary.steps);
    EXPECT_EQ(averaged.summary.eta, full.summary.eta);
  }
  EXPECT_EQ(run_of("atao-jv", "[0.1,0.5,-0.4]", {"epoch.T_end_MeV=19"}).statistics.full_equations_below_MeV,
            0.0);
}

// Near 3 MeV no step of A is short enough here: the full equations come before momenta lag. The schemes
// differ by 1e-4 in N_eff, and by 1e-3 of the initial eta, with so few momenta.
TEST(AtaoJv, GoesOnWithTheFullEquationsWhereAsymmetriesTurnTooFast) {
  const auto run_of_scheme = [](const std::string& scheme) {
    return run(parse_configuration("", "test",
                                   {"run.scheme=" + scheme, "asymmetry.xi=[-0.68,0.7673,-0.24963670014]",
                                    "mixing.dm2_31_eV2=-2.46e-3", "mean_field.eta_b=6.1e-10", "grid.nodes=16",
                                    "grid.y_max=20", "run.error_estimate=off"}),
               1, {});
  };
  const RunRecord averaged = run_of_scheme("atao-jv"), full = run_of_scheme("qke");
  EXPECT_NEAR(averaged.summary.N_eff, full.summary.N_eff, 3e-4);
  EXPECT_LT(largest(averaged.summary.eta - full.summary.eta), 2e-3 * largest(full.history.front().eta));
}

// The same numbers as a run that goes on, whatever the phase in which it ends.
TEST(AtaoJv, MayEndInAnyPhase) {
  const std::string xi = "[0.3,-0.3,0.0]";
  const RunRecord whole = run_of("atao-jv", xi, {"output.history_points=2000"});
  for (const double T_end : {8.0, 1.7, 0.3}) {
    const RunRecord early = run_of("atao-jv", xi, {"epoch.T_end_MeV=" + std::to_string(T_end)});
    EXPECT_EQ(early.statistics.full_equations_below_MeV > 0.0, T_end < 2.0);
    EXPECT_EQ(early.statistics.averaged_below_MeV > 0.0, T_end < 0.4);
    for (int a = 0; a < 3; ++a) {
      const double expected = independent::at_x(whole, 0.51099895 / T_end,
                                                [&](const HistoryPoint& point) { return point.eta(a); });
      // At 1.7 MeV eta still oscillates: by less than this.
      EXPECT_NEAR(early.summary.eta(a), expected, 1e-3 * largest(whole.history.front().eta)) << T_end;
    }
  }
}

// Averages begin where the file says, from either of the phases before.
TEST(AtaoJv, IsAveragedFromTheTemperatureOfTheFile) {
  for (const double T_cm : {6.0, 1.5, 0.8}) {
    const RunRecord record =
        run_of("atao-jv", "[0.3,-0.3,0.0]", {"run.average_below_MeV=" + std::to_string(T_cm)});
    EXPECT_NEAR(record.statistics.averaged_below_MeV, T_cm, 1e-9);
    EXPECT_EQ(record.statistics.full_equations_below_MeV > 0.0, T_cm < 2.0);
  }
}

// CP: xi -> -xi with delta -> -delta exchanges neutrinos and antineutrinos. The runs take the same steps but
// for rounding, which the choice of steps turns into what the tolerance of 1e-5 allows.
TEST(AtaoJv, ExchangesNeutrinosAndAntineutrinosWithTheSignOfAllThatViolatesCp) {
  const RunRecord plus = run_of("atao-jv", "[0.3,-0.3,0.0]", {"mixing.delta_cp_rad=1.0"}),
                  minus = run_of("atao-jv", "[-0.3,0.3,0.0]", {"mixing.delta_cp_rad=-1.0"});
  EXPECT_NEAR(plus.summary.N_eff, minus.summary.N_eff, 1e-5);
  EXPECT_LT(largest(plus.summary.eta + minus.summary.eta), 1e-3 * largest(plus.history.front().eta));
  EXPECT_LT(largest(plus.summary.z_nu - minus.summary.z_nubar), 1e-5);
}

// Bit by bit, from a checkpoint before, during and after the full equations.
TEST(AtaoJv, ResumedEndsLikeAnUninterruptedRun) {
  const Parameters parameters =
      with("atao-jv", "[0.3,-0.3,0.0]", {"integrator.restart_work_s=0.01", "epoch.T_end_MeV=1.2"});
  const RunRecord whole = run(parameters, 1, {});
  const double handed_over = whole.statistics.full_equations_below_MeV,
               again = whole.statistics.own_equations_again_below_MeV;
  for (const auto& [T_cm, phase] : {std::pair{6.0, Phase::own_equations},
                                    {handed_over, Phase::full_equations},
                                    {again, Phase::own_equations}}) {
    const UnfinishedRun unfinished =
        independent::stopped_when(parameters, [T = T_cm](const Progress& at) { return at.T_cm <= T; });
    EXPECT_GT(unfinished.checkpoint.integrator.counters.steps, 0);
    EXPECT_EQ(unfinished.checkpoint.phase, phase) << T_cm;
    const RunRecord resumed = run(parameters, 1, {}, unfinished);
    EXPECT_EQ(resumed.summary.steps, whole.summary.steps);
    EXPECT_EQ(resumed.summary.z_nu, whole.summary.z_nu);
    EXPECT_EQ(resumed.statistics.full_equations_below_MeV, handed_over);
    EXPECT_EQ(resumed.statistics.own_equations_again_below_MeV, again);
    ASSERT_EQ(resumed.history.size(), whole.history.size());
    for (std::size_t n = 0; n < whole.history.size(); ++n) {
      EXPECT_EQ(resumed.history[n].eta, whole.history[n].eta) << n;
    }
  }
}

// xi -> 0, with J: N_eff goes over into that without asymmetry. That of 1e-4 is 4e-5 larger, which is what J
// preserves of coherence (20 nodes: 3.043979, scheme qke 3.043977, without asymmetry 3.043938).
TEST(AtaoJv, GoesOverIntoTheStandardRun) {
  const double N_eff = run_of("atao-jv", "[1e-4,-1e-4,0.0]").summary.N_eff;
  EXPECT_NEAR(N_eff, run_of("atao", "[0.0,0.0,0.0]").summary.N_eff, 1e-4);
}

// Against the full equations with tighter tolerances on the same grid: N_eff_error has the difference between
// the schemes, from a companion on a coarser grid.
TEST(NightlyAtaoJv, HasAnHonestError) {
  for (const auto& [xi, dm2_31] : {std::pair{"[1.0,-1.0,0.0]", "2.53e-3"},
                                   {"[0.1,-0.1,0.0]", "2.53e-3"},
                                   {"[0.240526,-0.381472,0.144853]", "-2.46e-3"}}) {
    const auto configured = [&](const std::string& scheme, std::vector<std::string> more) {
      more.insert(more.end(), {"run.scheme=" + scheme, std::string("asymmetry.xi=") + xi,
                               std::string("mixing.dm2_31_eV2=") + dm2_31, "grid.nodes=28", "grid.y_max=21"});
      return parse_configuration("", "test", more);
    };
    const Parameters parameters = configured("atao-jv", {});
    RunRecord record = run(parameters, 1, {});
    add_error_estimate(parameters, record, 1, {});
    const RunRecord full =
        run(configured("qke", {"integrator.relative_tolerance=2e-6", "integrator.absolute_tolerance=5e-6"}),
            1, {});
    EXPECT_GT(record.summary.N_eff_error, std::abs(record.summary.N_eff - full.summary.N_eff)) << xi;
    EXPECT_GT(residual(record, "N_eff_error_scheme"), 0.0) << xi;
  }
}

}  // namespace
}  // namespace qke
