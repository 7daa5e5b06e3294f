// Runs with sterile neutrinos: limits, other schemes, and what others found.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/sterile.hpp"

namespace qke {
namespace {

using independent::N_eff_of_three_flavours;
using independent::summary_of;
using independent::with_sterile;

const std::string nodes_24 = "grid.nodes=24";

// Angles of zero: the sterile state is empty, and the three flavours do not notice it, bit for bit.
TEST(SterileWithoutMixing, IsARunOfThreeFlavours) {
  for (const std::string scheme : {"atao", "boltzmann", "qke"}) {
    const std::vector<std::string> keys{"run.scheme=" + scheme, nodes_24, "run.error_estimate=off"};
    auto with = keys;
    with.insert(with.end(), {"sterile.number=1", "sterile.dm2_41_eV2=1.29"});
    const RunRecord three = run(parse_configuration("", "three", keys), 1, {});
    const RunRecord four = run(parse_configuration("", "four", with), 1, {});
    EXPECT_EQ(four.summary.N_eff, three.summary.N_eff) << scheme;
    ASSERT_EQ(four.summary.z_nu.size(), 4);
    EXPECT_EQ(four.summary.z_nu.head<3>(), three.summary.z_nu);
    EXPECT_EQ(four.summary.delta_rho(3), -1.0);
    for (const DensityMatrix& rho : four.spectra.back().rho) EXPECT_EQ(rho.row(3).norm(), 0.0);
  }
}

// The equations of four states with angles so small that nothing is produced: N_eff of three
// flavours, with the potential of the neutrinos and muons, which change it by less than 3e-6
// (docs/dev/convergence.md).
TEST(SterileWithHardlyAnyMixing, HasNEffOfThreeFlavours) {
  const Summary four = summary_of(with_sterile(1.29, "U_e4_squared", 1e-9));
  EXPECT_NEAR(four.N_eff, N_eff_of_three_flavours, 3e-6);
  EXPECT_LT(four.delta_rho(3), -1.0 + 1e-5);
}

// 1905.11290, abstract: full thermalisation, N_eff about 4.05. An independent estimate of a species in
// equilibrium until all decouple: one more, with as much heating as the others.
TEST(Sterile, ThermalisesAtLargeMixing) {
  const Summary summary = summary_of(with_sterile(1.29, "U_e4_squared", 0.012, {nodes_24}));
  EXPECT_NEAR(summary.N_eff, 4.05, 0.01);
  EXPECT_NEAR(summary.delta_rho(3), summary.delta_rho(2), 0.02);
}

// FortEPiaNO's output for 3+2 with s14^2 = 0.01, s45^2 = 0.5, dm2 = 1, 2 eV^2: the two share one species,
// N_eff = 4.05 +- 0.02, its tolerance.
TEST(Sterile, SharesOneSpeciesAmongTwoThatMixFully) {
  const Parameters parameters = parse_configuration(
      "", "3+2",
      {"run.error_estimate=off", "grid.nodes=24", "sterile.number=2", "sterile.dm2_41_eV2=1",
       "sterile.dm2_51_eV2=2", "sterile.sin2_theta14=0.01", "sterile.sin2_theta45=0.5"});
  const Summary summary = summary_of(parameters);
  EXPECT_NEAR(summary.N_eff, 4.05, 0.02);
  EXPECT_NEAR(summary.delta_rho(3), summary.delta_rho(4), 1e-12);
  EXPECT_NEAR((1.0 + summary.delta_rho(3)) / (1.0 + summary.delta_rho(0)), 0.5, 0.01);
}

// A quasi-static estimate with equilibrium rates, good to 3 % (docs/sterile.md, "Numbers"): Delta N of
// nu_e and nu_tau; nu_mu has muons besides, which it left out.
TEST(Sterile, IsProducedAsAQuasiStaticEstimateSays) {
  const auto delta_N = [](const std::string& element, double squared) {
    return summary_of(with_sterile(1.29, element, squared, {"grid.nodes=36"})).N_eff -
           N_eff_of_three_flavours;
  };
  EXPECT_NEAR(delta_N("U_e4_squared", 1e-5), 0.0076, 0.03 * 0.0076);
  EXPECT_NEAR(delta_N("U_e4_squared", 1e-4), 0.073, 0.03 * 0.073);
  EXPECT_NEAR(delta_N("U_e4_squared", 1e-3), 0.52, 0.03 * 0.52);
  EXPECT_NEAR(delta_N("U_tau4_squared", 1e-5), 0.0101, 0.03 * 0.0101);
  EXPECT_NEAR(delta_N("U_tau4_squared", 1e-3), 0.63, 0.03 * 0.63);
}

// At small Delta N it depends on dm2 |U|^4 alone, to 2 % (the same estimate).
TEST(Sterile, DependsOnTheProductOfMassAndMixing) {
  const auto N = [](double dm2, double squared) {
    return summary_of(with_sterile(dm2, "U_e4_squared", squared, {"grid.nodes=36"})).N_eff;
  };
  const double first = N(0.1, 1e-4) - N_eff_of_three_flavours,
               second = N(10.0, 1e-5) - N_eff_of_three_flavours;
  EXPECT_NEAR(first / second, 1.0, 0.03);
}

// qke resolves what atao averages; the averages are good to (D/|V|)^2, D/|V| = 1e-2.
TEST(Sterile, IsAveragedAsTheFullEquationsSay) {
  const double averaged = summary_of(with_sterile(1.29, "U_e4_squared", 1e-3, {nodes_24})).N_eff;
  const double full =
      summary_of(with_sterile(1.29, "U_e4_squared", 1e-3, {nodes_24, "run.scheme=qke"})).N_eff;
  EXPECT_NEAR(full, averaged, 1e-4 * (averaged - N_eff_of_three_flavours));
}

// Sums over the grid are accurate to h^4, kinks included: h = 1, 2/3, 1/2. A kink left out shows as
// 4e-4 and more, falling as h^2.
TEST(Sterile, ConvergesAsTheFourthPowerOfTheStep) {
  const auto N = [](const std::string& nodes) {
    return summary_of(with_sterile(1.29, "U_e4_squared", 1e-3, {"grid.nodes=" + nodes})).N_eff;
  };
  const double N_24 = N("24"), N_36 = N("36"), N_48 = N("48");
  const double expected = (1.0 - std::pow(1.5, -4)) / (std::pow(1.5, -4) - std::pow(2.0, -4));
  EXPECT_NEAR((N_24 - N_36) / (N_36 - N_48), expected, 0.25 * expected);
  EXPECT_LT(std::abs(N_36 - N_48), 2e-4);
}

TEST(Sterile, DoesNotDependOnTheStart) {
  const double default_start = summary_of(with_sterile(1.29, "U_tau4_squared", 1e-3, {nodes_24})).N_eff;
  const double earlier =
      summary_of(with_sterile(1.29, "U_tau4_squared", 1e-3, {nodes_24, "epoch.T_start_MeV=100"})).N_eff;
  // What is produced above falls like T^-9: some 2e-5 here.
  EXPECT_NEAR(earlier, default_start, 5e-5);
}

// A complex mixing matrix: nu_mu - nu_tau phases leave nu_e's production alone.
TEST(Sterile, OfNuEDoesNotNoticeThePhase) {
  const double without = summary_of(with_sterile(1.29, "U_e4_squared", 1e-3, {nodes_24})).N_eff;
  const double with =
      summary_of(with_sterile(1.29, "U_e4_squared", 1e-3, {nodes_24, "mixing.delta_cp_rad=1.2"})).N_eff;
  EXPECT_NEAR(with, without, 3e-6);
}

// docs/sterile.md, "Lepton asymmetries": below the active neutrinos a sterile state takes what is not the
// asymmetry, which grows several times over. N_eff: the table has it to 1e-3 with 16 nodes.
TEST(SterileAsymmetryRun, GrowsAsTheResonancePasses) {
  const Parameters parameters =
      with_sterile(-1.29, "U_e4_squared", 0.01,
                   {"asymmetry.xi=[0.01,0.01,0.01]", "run.precision=fast", "grid.nodes=16", "grid.y_max=20"});
  const RunRecord record = run(parameters, 1, {});
  const Summary& summary = record.summary;
  EXPECT_EQ(summary.scheme, "qke");
  EXPECT_NEAR(summary.N_eff, 3.047, 1e-3);
  const double first = record.history.front().eta.sum();
  EXPECT_LT(summary.eta(3), -2.0 * first);
  EXPECT_GT(summary.z_nubar(3), 1.2 * summary.z_nu(3));
  EXPECT_LT(independent::residual(record, "lepton_number"), 1e-9);
  EXPECT_LT(summary.steps, 3000);
}

}  // namespace
}  // namespace qke
