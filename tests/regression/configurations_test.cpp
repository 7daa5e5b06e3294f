// Every file of configs/ runs, on a small grid, and gives a sensible universe.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "config/configuration.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;

const fs::path configurations = fs::path(QKE_SOURCE_DIR) / "configs";

// With an asymmetry the full equations follow every oscillation: such a run ends at T_end, in MeV, or at
// T_end_large if the asymmetry is of order 1 (asymmetry-large takes 1900 steps for the first MeV).
void run_all(double T_end, double T_end_large) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(configurations)) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path().filename().string());
    ++count;
    Parameters parameters = read_configuration(entry.path(), {"grid.nodes=16", "grid.y_max=16.0"});
    double largest = 0.0;
    for (const auto& asymmetry : {parameters.asymmetry.xi, parameters.asymmetry.eta}) {
      for (const double value : asymmetry) largest = std::max(largest, std::abs(value));
    }
    if (largest > 0.0) parameters.epoch.T_end_MeV = largest > 0.1 ? T_end_large : T_end;
    const RunRecord record = run(parameters, 1, {});
    ASSERT_EQ(record.history.size(), static_cast<std::size_t>(parameters.output.history_points));
    ASSERT_EQ(record.spectra.size(), static_cast<std::size_t>(parameters.output.spectra_points));
    EXPECT_EQ(record.summary.nodes, 16);
    EXPECT_GT(record.summary.steps, 10);
    EXPECT_NEAR(record.history.back().T_cm, parameters.epoch.T_end_MeV, 1e-12);
    for (const HistoryPoint& row : record.history) {
      ASSERT_TRUE(std::isfinite(row.N_eff) && std::isfinite(row.hubble) && row.z_nu.allFinite());
      ASSERT_GT(row.hubble, 0.0);
    }
    // Three neutrinos, heated by less than five per cent, when the run is a whole one.
    if (record.history.back().T_cm < 0.02) {
      EXPECT_GT(record.summary.N_eff, 2.9);
      EXPECT_LT(record.summary.N_eff, 3.2);
    }
  }
  EXPECT_GE(count, 3);
}

TEST(Configurations, AllRun) { run_all(10.0, 19.0); }
TEST(NightlyConfigurations, AllRun) { run_all(5.0, 10.0); }

// Unshortened: what the README shows.
TEST(Configurations, StandardGivesThePublishedNumber) {
  const Parameters parameters = read_configuration(configurations / "standard.toml", {});
  EXPECT_NEAR(run(parameters, 1, {}).summary.N_eff, 3.04398, 1e-4);  // [FPV20] and NEVO
}

TEST(Configurations, QuickIsCloseToStandard) {
  const Parameters parameters = read_configuration(configurations / "quick.toml", {});
  // 1e-4 as for standard.toml (requirement 5), and 2e-5 for the grid and the tolerances of precision "fast".
  EXPECT_NEAR(run(parameters, 1, {}).summary.N_eff, 3.04398, 1.2e-4);
}

}  // namespace
}  // namespace qke
