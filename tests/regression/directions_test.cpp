// Runs with directions: without a seed they are the isotropic run, with one flavours equalise.
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

// Energy and lepton numbers: exact in the method, so that residuals are those of any run.
TEST(Directions, ConserveEnergyAndLeptonNumbers) {
  const RunRecord record = run(
      parse_configuration("", "directions",
                          {"directions.number=2", "run.error_estimate=off", "grid.nodes=12", "grid.y_max=15",
                           "epoch.T_start_MeV=5", "epoch.T_end_MeV=4.8", "directions.seed=1e-6"}),
      1, {});
  EXPECT_EQ(record.summary.scheme, "qke");
  EXPECT_LT(independent::residual(record, "energy_balance"), 1e-6);
  EXPECT_LT(independent::residual(record, "lepton_number"), 1e-10);
}

}  // namespace
}  // namespace qke
