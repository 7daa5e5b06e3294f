#include "qke/error_estimate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "qke/asymmetry.hpp"
#include "qke/base/error.hpp"
#include "qke/companion_runs.hpp"
#include "qke/constants.hpp"

namespace qke {
namespace {

constexpr double coarsening = 1.5;
// Measured between steps of 1 and 0.25; 3.7 to 4.2 with other physics (docs/convergence.md).
constexpr double order = 3.7, step_uncertainty = 1.0 / 3.0;
constexpr double loosening = 10.0;
constexpr double loosest_tolerance = 1e-3;
// Momenta beyond the grid are also missing as partners in collisions: measured, with and without nu-nu,
// doubled rates and between y_max = 16 and 24, 2.2 to 2.6 times the energy that they would carry themselves.
constexpr double range_factor = 2.4, range_uncertainty = 1.0 / 5.0;
// Electron tables and rounding, measured (docs/convergence.md).
constexpr double not_varied = 3e-7;

struct BeyondTheGrid {
  double sum = 0, sum_of_sizes = 0;  // over flavours, neutrinos and antineutrinos
};

// N_eff in what the distortion of the last node, continued like e^{-y}, would carry beyond the grid. A node
// stands for the momenta around it, so that the sums over the grid reach half a step beyond the last one.
BeyondTheGrid beyond_the_grid(const RunRecord& record) {
  const double half_step = 0.5 * record.y.front(), y = record.y.back() + half_step;
  const double moment = y * y * y + 3.0 * y * y + 6.0 * y + 6.0;        // int_y^infinity dy' y'^3 e^{y - y'}
  const double one_species = 7.0 * std::pow(constants::pi, 4) / 120.0;  // int dy y^3/(e^y + 1)
  const double unit = std::exp(-half_step) * moment / (2.0 * one_species) *
                      std::pow(constants::z_instantaneous / record.summary.z, 4);
  const SpectraSnapshot &first = record.spectra.front(), &last = record.spectra.back();
  BeyondTheGrid beyond;
  const auto add_change = [&](const std::vector<Matrix3>& before, const std::vector<Matrix3>& after) {
    const Vector3 change = unit * (after.back() - before.back()).diagonal().real();
    beyond.sum += change.sum();
    beyond.sum_of_sizes += change.cwiseAbs().sum();
  };
  add_change(first.rho, last.rho);
  add_change(first.rhobar, last.rhobar);
  return beyond;
}

}  // namespace

ErrorEstimate estimate_error(const Parameters& parameters, const RunRecord& record, int threads,
                             const StepCallback& on_step, Companions& done) {
  Parameters coarse = parameters;
  coarse.grid.nodes = static_cast<int>(std::lround(parameters.grid.nodes / coarsening));
  coarse.output.history_points = coarse.output.spectra_points = 2;
  Parameters loose = coarse;
  for (double* tolerance : {&loose.integrator.relative_tolerance, &loose.integrator.absolute_tolerance}) {
    *tolerance = std::min(*tolerance * loosening, loosest_tolerance);
  }
  const double ratio = static_cast<double>(parameters.grid.nodes) / coarse.grid.nodes;
  const RunRecord coarse_run = run_companion(coarse, threads, on_step, done);
  const double N_coarse = coarse_run.summary.N_eff;
  const double N_loose = run_companion(loose, threads, on_step, done).summary.N_eff;
  const BeyondTheGrid beyond = beyond_the_grid(record), beyond_coarse = beyond_the_grid(coarse_run);
  // The coarse grid reaches further, by its longer half step.
  const double change_of_range = range_factor * (beyond.sum - beyond_coarse.sum);

  ErrorEstimate error;
  error.grid = (N_coarse - record.summary.N_eff - change_of_range) / (std::pow(ratio, order) - 1.0);
  error.range = -range_factor * beyond.sum;
  error.uncertainty =
      step_uncertainty * std::abs(error.grid) + range_uncertainty * range_factor * beyond.sum_of_sizes;
  error.tolerance = std::abs(N_loose - N_coarse);
  error.other = not_varied;
  return error;
}

bool error_estimate_is_wanted(const Parameters& parameters) {
  switch (parameters.run.error_estimate) {
    case ErrorEstimation::on:
      return true;
    case ErrorEstimation::off:
      return false;
    default:
      // Runs that resolve asymmetries are long.
      return !resolves_asymmetry(parameters);
  }
}

bool estimate_is_outstanding(const Summary& summary) {
  const auto& warnings = summary.warnings;
  return std::find(warnings.begin(), warnings.end(), estimate_outstanding) != warnings.end();
}

void add_error_estimate(const Parameters& parameters, RunRecord& record, int threads,
                        const StepCallback& on_step, Companions& done) {
  if (!error_estimate_is_wanted(parameters)) return;
  auto& warnings = record.summary.warnings;
  if (!estimate_is_outstanding(record.summary)) warnings.emplace_back(estimate_outstanding);
  std::optional<ErrorEstimate> error;
  std::string failure;
  try {
    error = estimate_error(parameters, record, threads, on_step, done);
  } catch (const NumericalError& reason) {
    failure = reason.what();
  }
  std::erase(warnings, estimate_outstanding);
  if (!error) {
    warnings.push_back("N_eff_error is missing, as a companion of the run failed: " + failure);
    return;
  }
  record.summary.N_eff_error = error->total();
  auto& residuals = record.statistics.residuals;
  const std::array parts{error->grid, error->range, error->uncertainty, error->tolerance};
  static_assert(parts.size() == error_parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) residuals.emplace_back(error_parts[i], parts[i]);
}

}  // namespace qke
