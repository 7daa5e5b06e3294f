// Every file of configs/ runs, on a small grid, and gives what is known of it.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "config/configuration.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;

const fs::path configurations = fs::path(QKE_SOURCE_DIR) / "configs";

// N_eff of a whole run, or the asymmetries with which a shortened one begins: the full equations follow every
// oscillation of an asymmetry. Degenerate spectra reach beyond 16: with xi = 4 and 14 to 18 momenta some runs
// stop at negative occupation numbers.
struct Known {
  std::optional<double> N_eff = std::nullopt;
  Vector3 eta = Vector3::Zero();
  double N_eff_error = 0.0;  // besides that of the grid
  double T_end = 0.01, nightly_T_end = 0.01;
  int nodes = 16;  // as many as y_max
};

// eta = (xi + xi^3/pi^2)/6 of equal temperatures (docs/physics.md).
Vector3 eta_of(double xi_e, double xi_mu, double xi_tau) {
  const Eigen::Array3d xi(xi_e, xi_mu, xi_tau);
  return (xi + xi.cube() / 9.869604401089358) / 6.0;
}

// N_eff is that of FPV and NEVO, that of FPV without oscillations, and that of Li & Yu for xi = 0.1
// (docs/physics.md). With |U_e4|^2 = 0.001 it is that of the quasi-static estimate of
// sterile_test.cpp, good to 3 % of 0.52; the base of its scans has one that does not mix.
const std::map<std::string, Known> known = {
    {"all-keys.toml", {.N_eff = 3.04398}},
    {"asymmetry-equal.toml", {.N_eff = 3.0571356, .eta = eta_of(0.1, 0.1, 0.1)}},
    {"asymmetry-large.toml", {.eta = {0.1, 2.1, -1.9}, .T_end = 19.7, .nightly_T_end = 10.0, .nodes = 24}},
    {"asymmetry-scan.toml", {.eta = eta_of(0.3, -0.3, 0.0), .T_end = 12.0, .nightly_T_end = 5.0}},
    {"asymmetry-small.toml", {.eta = eta_of(0.01, -0.01, 0.0), .T_end = 12.0, .nightly_T_end = 5.0}},
    {"bbn.toml", {.N_eff = 3.04398}},
    {"boltzmann.toml", {.N_eff = 3.04340}},
    {"quick.toml", {.N_eff = 3.04398}},
    {"standard.toml", {.N_eff = 3.04398}},
    {"sterile.toml", {.N_eff = 3.04398 + 0.52, .N_eff_error = 0.03 * 0.52}},
    {"sterile-scan.toml", {.N_eff = 3.04398}},
};

// The published numbers are good to 1e-4, and this grid is 7e-5 below finer ones (docs/dev/convergence.md);
// the fit of Li & Yu is of momentum-averaged runs, good to 1e-3 (asymmetry_test.cpp). z_in^3 - 1 is 5e-5 or
// less.
constexpr double N_eff_error = 1.5e-4, fit_error = 1e-3, eta_error = 5e-5;

void expect_finite_rows(const RunRecord& record) {
  for (const HistoryPoint& row : record.history) {
    ASSERT_TRUE(std::isfinite(row.N_eff) && std::isfinite(row.hubble) && row.z_nu.allFinite());
    ASSERT_GT(row.hubble, 0.0);
    // All processes keep the sum; the bound is that of asymmetry_test.cpp.
    ASSERT_NEAR(row.eta.sum(), record.history.front().eta.sum(), 1e-9);
  }
}

void expect_known(const Parameters& parameters, const Known& expected) {
  const RunRecord record = run(parameters, 1, {});
  ASSERT_EQ(record.history.size(), static_cast<std::size_t>(parameters.output.history_points));
  ASSERT_EQ(record.spectra.size(), static_cast<std::size_t>(parameters.output.spectra_points));
  EXPECT_EQ(record.summary.nodes, expected.nodes);
  EXPECT_GT(record.summary.steps, 10);
  EXPECT_NEAR(record.history.back().T_cm, parameters.epoch.T_end_MeV, 1e-12);
  expect_finite_rows(record);
  const double largest = expected.eta.cwiseAbs().maxCoeff();
  EXPECT_LE((record.history.front().eta - expected.eta).norm(), eta_error * largest);
  if (expected.N_eff) {
    EXPECT_NEAR(record.summary.N_eff, *expected.N_eff,
                expected.N_eff_error + (largest > 0.0 ? fit_error : N_eff_error));
  }
}

void run_all(double Known::*T_end) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(configurations)) {
    if (entry.path().extension() != ".toml") continue;
    const std::string name = entry.path().filename();
    SCOPED_TRACE(name);
    ++count;
    ASSERT_TRUE(known.count(name)) << "say here what is known of it";
    const std::string nodes = std::to_string(known.at(name).nodes);
    Parameters parameters = read_configuration(entry.path(), {"grid.nodes=" + nodes, "grid.y_max=" + nodes});
    if (!known.at(name).N_eff) parameters.epoch.T_end_MeV = known.at(name).*T_end;
    expect_known(parameters, known.at(name));
  }
  EXPECT_EQ(count, known.size());
}

TEST(Configurations, AllRun) { run_all(&Known::T_end); }
TEST(NightlyConfigurations, AllRun) { run_all(&Known::nightly_T_end); }

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
