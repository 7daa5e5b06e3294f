// Runs with directions: without a seed they are the isotropic run, also with asymmetries; what they conserve,
// and what they write.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "config/configuration.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

Summary summary_of(std::vector<std::string> keys) {
  keys.insert(keys.begin(), {"run.scheme=qke", "run.error_estimate=off", "grid.nodes=12", "grid.y_max=15"});
  return run(parse_configuration("", "directions", keys), 1, {}).summary;
}

// J of an isotropic gas without asymmetry does next to nothing here; slow steps of third order leave 2e-7,
// and tolerances some 1e-8 of each of the 1e3 fast steps. Two directions are alike to the last bit; of four
// the rounding errors differ, and they would grow below 9 MeV.
TEST(Directions, WithoutASeedAreTheIsotropicRun) {
  const std::vector<std::string> late{"epoch.T_start_MeV=5", "epoch.T_end_MeV=4.5"},
      early{"epoch.T_start_MeV=10", "epoch.T_end_MeV=9.5"};
  for (const auto& [number, epoch] : {std::pair{2, late}, {4, early}}) {
    const auto run_of = [&epoch = epoch](std::vector<std::string> keys) {
      keys.insert(keys.end(), epoch.begin(), epoch.end());
      return summary_of(std::move(keys));
    };
    const Summary isotropic = run_of({});
    const Summary directions = run_of(
        {"directions.number=" + std::to_string(number), "directions.seed=0", "directions.attenuation=0"});
    for (int a = 0; a < 3; ++a) EXPECT_NEAR(directions.z_nu(a), isotropic.z_nu(a), 1e-6) << number;
  }
}

// Asymmetries that differ: the isotropic equations to 3 MeV, and with directions on from there, through some
// ten thousand turns around J. The tolerances 1e-5 and 1e-8 of the isotropic equations are those that 1e-8
// makes of itself there; they leave 1e-3 of the asymmetry in eta.
TEST(Directions, WithoutASeedAreTheIsotropicRunWithAsymmetries) {
  const auto run_of = [](std::vector<std::string> keys) {
    keys.insert(keys.end(), {"asymmetry.xi=[0.001,-0.001,0]", "epoch.T_end_MeV=2.99"});
    return summary_of(std::move(keys));
  };
  const Summary isotropic =
      run_of({"integrator.relative_tolerance=1e-5", "integrator.absolute_tolerance=1e-8"});
  const Summary directions =
      run_of({"integrator.relative_tolerance=1e-8", "integrator.absolute_tolerance=1e-11",
              "directions.number=2", "directions.seed=0", "directions.attenuation=0"});
  for (int a = 0; a < 3; ++a) {
    EXPECT_NEAR(directions.z_nu(a), isotropic.z_nu(a), 1e-6) << a;
    EXPECT_NEAR(directions.eta(a), isotropic.eta(a), 1e-3 * 1.67e-4) << a;  // of eta = xi/6
  }
}

// The dipole of the coherences as it is given at the start, 1/3 of the seed with two directions; nothing
// where only means are followed.
TEST(Directions, WriteTheirDipole) {
  const auto record_of = [](const std::vector<std::string>& keys) {
    std::vector<std::string> all{"directions.number=2",  "run.error_estimate=off",
                                 "grid.nodes=12",        "grid.y_max=15",
                                 "directions.seed=1e-4", "output.spectra_points=3",
                                 "epoch.T_end_MeV=4.8",  "directions.attenuation=100"};
    all.insert(all.end(), keys.begin(), keys.end());
    return run(parse_configuration("", "directions", all), 1, {});
  };
  const RunRecord record = record_of({"epoch.T_start_MeV=5", "run.average_below_MeV=4.85"});
  const SpectraSnapshot &first = record.spectra.front(), &last = record.spectra.back();
  for (std::size_t i = 0; i < record.y.size(); ++i) {
    const double seed = 1e-4 / 3.0 / (std::exp(record.y[i]) + 1.0);
    EXPECT_NEAR(first.dipole[i](0, 1).real(), seed, 1e-12);
    EXPECT_NEAR(first.dipolebar[i](0, 2).imag(), -seed, 1e-12);
    EXPECT_NEAR(std::abs(first.dipole[i](0, 0)), 0.0, 1e-12);
    EXPECT_TRUE(std::isnan(last.dipole[i](0, 1).real()) && std::isnan(last.dipolebar[i](1, 1).real()));
  }
}

// Energy and lepton numbers: exact in the method, so that residuals are those of any run.
// Asymmetries that are equal give a J in proportion to 1, and are followed from the start.
TEST(Directions, ConserveEnergyAndLeptonNumbers) {
  const std::vector<std::string> late{"epoch.T_start_MeV=5", "epoch.T_end_MeV=4.8"};
  const std::vector<std::string> unequal{"epoch.T_end_MeV=2.998", "directions.attenuation=100"};
  for (const auto& [xi, epoch] :
       {std::pair{"[0,0,0]", late}, {"[0.1,0.1,0.1]", late}, {"[0.001,-0.002,0]", unequal}}) {
    std::vector<std::string> keys{"directions.number=2",  "run.error_estimate=off",
                                  "grid.nodes=12",        "grid.y_max=15",
                                  "directions.seed=1e-6", "asymmetry.xi=" + std::string(xi)};
    keys.insert(keys.end(), epoch.begin(), epoch.end());
    const RunRecord record = run(parse_configuration("", "directions", keys), 1, {});
    EXPECT_EQ(record.summary.scheme, "qke");
    EXPECT_LT(independent::residual(record, "energy_balance"), 1e-6) << xi;
    EXPECT_LT(independent::residual(record, "lepton_number"), 1e-10) << xi;
  }
}

}  // namespace
}  // namespace qke
