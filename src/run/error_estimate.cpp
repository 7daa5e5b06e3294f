// The errors of N_eff and of the final eta from companions: runs of the same physics on another grid, with
// other tolerances, or with another start (docs/physics.md, "Error estimate").
#include "run/error_estimate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include "components/reheating.hpp"
#include "diagnostics/soundness.hpp"
#include "evolution/averaging_validity.hpp"
#include "model/constants.hpp"
#include "model/method.hpp"
#include "model/sterile.hpp"
#include "oscillations/mixing.hpp"
#include "qke/error.hpp"
#include "run/companion_changes.hpp"

namespace qke {
namespace {

// Measured between steps of 1 and 0.25; 3.7 to 4.2 with other physics
// (docs/dev/convergence.md).
constexpr double order = 3.7, step_uncertainty = 1.0 / 3.0;
// Where neutrinos are heated by more than in any of these (rates of 3 or 1000 times the
// usual) the order falls to 2, and the factor of the range below is less certain, too.
constexpr double usual_heating = 0.005;  // in z_nu: 0.0018 with the usual rates
constexpr double lowest_order = 2.0, range_uncertainty_if_heated = 0.5;
// Momenta beyond the grid are also missing as partners in collisions: measured, with and
// without nu-nu, doubled rates and between y_max = 16 and 24, 2.2 to 2.6 times the energy
// that they would carry themselves.
constexpr double range_factor = 2.4, range_uncertainty = 1.0 / 5.0;
// Electron tables and rounding, measured (docs/dev/convergence.md).
constexpr double not_varied = 3e-7;

// What averages produce too much of a sterile state, as a part of it: twice (D/|V|)^2 where
// most is produced; and what is produced before a start at 50 MeV (dm2/eV^2)^(1/6). At
// most, by mixing with nu_e, nu_mu, nu_tau and while the state is nearly empty
// (docs/sterile.md, "How sure are the results?").
constexpr std::array too_much_by_averages{8e-6, 5.3e-5, 5.3e-5};
constexpr std::array produced_before_early_start{8e-6, 2e-5, 5e-5};
constexpr double power_of_production = 9.0;  // in T, above the peak

// The first neutrinos of a particle that reheats come at the first nodes, where their
// spectrum rises like y^{-3/2}: what the grid makes of their energy is wrong by less than
// this times h/y, y = m/(2 T_RH) (docs/dev/convergence.md, "Neutrinos of a particle that
// reheats").
constexpr double error_of_first_nodes = 0.015;

// The change of 1 - e^{-t} when t changes by a part, over that part of it.
double response_of_filled(double filled) {
  if (filled >= 1.0) return 0.0;
  return filled > 0.0 ? -std::log1p(-filled) * (1.0 - filled) / filled : 1.0;
}

// The sum over sterile states of the part, weighted with what each mixes with, times what
// it has of N_eff.
double of_sterile(const std::array<double, 3>& part, const Parameters& parameters, const Summary& summary) {
  const StateMatrix U = mixing_matrix(parameters.mixing, parameters.sterile);
  double sum = 0.0;
  for (Eigen::Index i = active_flavours; i < U.cols(); ++i) {
    const Eigen::Array3d content = U.col(i).head<active_flavours>().cwiseAbs2();
    const Eigen::Array3d parts = Eigen::Map<const Eigen::Array3d>(part.data());
    const double mean = content.sum() > 0.0 ? (content * parts).sum() / content.sum() : parts.maxCoeff();
    const double energy = 1.0 + summary.delta_rho(i), of_nu_e = 1.0 + summary.delta_rho(0);
    sum += mean * response_of_filled(energy / of_nu_e) * energy;
  }
  return sum * std::pow(constants::z_instantaneous / summary.z, 4);
}

double produced_before_start(const Parameters& parameters, const Summary& summary) {
  const double early = production_begins_below(parameters.sterile, early_start);
  return std::pow(early / parameters.epoch.T_start_MeV, power_of_production) *
         of_sterile(produced_before_early_start, parameters, summary);
}

// The N_eff of the energy that goes into neutrinos is at most its share of all energy,
// photons included, and at most all that there is.
double of_first_nodes(const Parameters& parameters, const RunRecord& record) {
  if (!is_reheated(parameters)) return 0.0;
  const auto& [T_RH, mass, branching, start] = parameters.reheating;
  const double photons = 8.0 / 7.0 * std::pow(constants::z_instantaneous, 4);
  const double N_eff = record.summary.N_eff;
  const double share = std::accumulate(branching.begin(), branching.end(), 0.0);
  const double h_over_y = record.y.front() * T_RH / (0.5 * mass);
  return error_of_first_nodes * h_over_y * std::min(N_eff, share * (N_eff + photons));
}

struct BeyondTheGrid {
  double sum = 0, sum_of_sizes = 0;  // over flavours, neutrinos and antineutrinos
};

// The N_eff that the distortion of the last node, continued like e^{-y}, would carry
// beyond the grid. A node stands for the momenta around it, so that the sums over the
// grid reach half a step beyond the last one.
BeyondTheGrid beyond_the_grid(const RunRecord& record) {
  const double half_step = 0.5 * record.y.front(), y = record.y.back() + half_step;
  const double moment = y * y * y + 3.0 * y * y + 6.0 * y + 6.0;        // int_y^infinity dy' y'^3 e^{y - y'}
  const double one_species = 7.0 * std::pow(constants::pi, 4) / 120.0;  // int dy y^3/(e^y + 1)
  const double unit = std::exp(-half_step) * moment / (2.0 * one_species) *
                      std::pow(constants::z_instantaneous / record.summary.z, 4);
  const SpectraSnapshot &first = record.spectra.front(), &last = record.spectra.back();
  BeyondTheGrid beyond;
  const auto add_change = [&](const std::vector<DensityMatrix>& before,
                              const std::vector<DensityMatrix>& after) {
    const StateVector change = unit * (after.back() - before.back()).diagonal().real();
    beyond.sum += change.sum();
    beyond.sum_of_sizes += change.cwiseAbs().sum();
  };
  add_change(first.rho, last.rho);
  add_change(first.rhobar, last.rhobar);
  return beyond;
}

// By more than half a per cent in any z_nu, heating or cooling.
bool is_strongly_heated(const RunRecord& record) {
  const HistoryPoint& start = record.history.front();
  const auto change = [](const StateVector& before, const StateVector& after) {
    return (after.array() / before.array() - 1.0).abs().maxCoeff();
  };
  return change(start.z_nu, record.summary.z_nu) > usual_heating ||
         change(start.z_nubar, record.summary.z_nubar) > usual_heating;
}

// The error of order p by the step h is c h^p; a grid with steps `ratio` times longer
// changes N_eff by c h^p (ratio^p - 1). `value` turns this change into the error,
// `uncertainty` is relative to it. With strong heating p lies between 2 and 3.7: the mean
// of both, and half of their difference.
struct StepFactor {
  double value, uncertainty;
};

StepFactor step_factor(double ratio, bool strongly_heated) {
  const auto factor = [&](double p) { return 1.0 / (std::pow(ratio, p) - 1.0); };
  if (!strongly_heated) return {factor(order), step_uncertainty};
  const double sum = factor(order) + factor(lowest_order);
  return {0.5 * sum, (factor(lowest_order) - factor(order)) / sum};
}

// In the keys that fine_companion() may change.
bool equal(const Parameters& a, const Parameters& b) {
  return a.grid.nodes == b.grid.nodes && a.grid.y_max == b.grid.y_max &&
         a.integrator.relative_tolerance == b.integrator.relative_tolerance &&
         a.integrator.absolute_tolerance == b.integrator.absolute_tolerance &&
         a.integrator.max_order == b.integrator.max_order;
}

// Companions may have asymmetries that are equal to rounding only, and the scheme of the run.
Parameters with_own_scheme(Parameters parameters) {
  parameters.run.scheme = scheme_of(parameters);
  return parameters;
}

class Estimator {
 public:
  Estimator(int threads, const StepCallback& on_step, Companions& done)
      : of_N_eff_(threads, on_step, done,
                  [](const RunRecord& record) { return StateVector::Constant(1, record.summary.N_eff); }) {}

  ErrorEstimate operator()(const Parameters& parameters, const RunRecord& record) const {
    const Parameters fine = fine_companion(parameters);
    ErrorEstimate error;
    if (equal(fine, parameters)) {
      error = of_fine_run(parameters, record);
    } else {
      const RunRecord fine_run = of_N_eff_.run(fine);
      error = of_fine_run(fine, fine_run);
      error.refinement = record.summary.N_eff - fine_run.summary.N_eff;
    }
    // The order of strongly heated runs is not known well enough for the sign of their
    // grid part.
    if (is_strongly_heated(record)) error.uncertainty += error.cancellation();
    error.end = record.statistics.N_eff_to_come;
    if (sterile_states_mix(parameters.sterile)) {
      error.start += produced_before_start(parameters, record.summary);
      const bool averaged = scheme_of(parameters) == Scheme::atao;
      if (averaged) error.uncertainty += of_sterile(too_much_by_averages, parameters, record.summary);
    }
    return error;
  }

 private:
  ErrorEstimate of_fine_run(const Parameters& parameters, const RunRecord& record) const;

  CompanionChanges of_N_eff_;
};

ErrorEstimate Estimator::of_fine_run(const Parameters& parameters, const RunRecord& record) const {
  const Parameters coarse = coarse_companion(parameters);
  const RunRecord coarse_run = of_N_eff_.run(coarse);
  const BeyondTheGrid beyond = beyond_the_grid(record), beyond_coarse = beyond_the_grid(coarse_run);
  // The coarse grid reaches further, by its longer half step.
  const double change_of_range = range_factor * (beyond.sum - beyond_coarse.sum);

  const bool heated = is_strongly_heated(record);
  const double ratio = static_cast<double>(parameters.grid.nodes) / coarse.grid.nodes;
  const StepFactor step = step_factor(ratio, heated);
  const double range_error = heated ? range_uncertainty_if_heated : range_uncertainty;

  ErrorEstimate error;
  error.grid = step.value * (coarse_run.summary.N_eff - record.summary.N_eff - change_of_range);
  error.range = -range_factor * beyond.sum;
  error.uncertainty = step.uncertainty * std::abs(error.grid) +
                      range_error * range_factor * beyond.sum_of_sizes + of_first_nodes(parameters, record);
  error.tolerance = of_N_eff_.of_tolerance(coarse, coarse_run);
  error.start = of_N_eff_.of_start(coarse, coarse_run);
  error.averaging = of_N_eff_.of_averaging(coarse, coarse_run);
  error.scheme = of_N_eff_.of_scheme(coarse, coarse_run);
  error.other = not_varied;
  return error;
}

bool averages_are_valid(const Statistics& statistics) {
  return std::none_of(statistics.residuals.begin(), statistics.residuals.end(), [](const auto& residual) {
    return residual.first == "averaging_ratio" && residual.second > largest_averaging_ratio;
  });
}

// Why the run has no estimate; empty where it has one.
std::string reason_for_none(const Parameters& parameters, const RunRecord& record) {
  if (!std::isfinite(record.summary.N_eff)) return "N_eff itself is not known";
  if (!averages_are_valid(record.statistics)) return "oscillations are averaged where that is not valid";
  if (swings_warning(record.history, parameters)) return "differences between flavours grow";
  return why_no_error_estimate(parameters);
}

}  // namespace

ErrorEstimate estimate_error(const Parameters& parameters, const RunRecord& record, int threads,
                             const StepCallback& on_step, Companions& done) {
  return Estimator(threads, on_step, done)(with_own_scheme(parameters), record);
}

// The whole change to the coarser grid counts: what precesses has other phases on every grid, and the order
// of the method does not hold for them. What one flavour loses others gain, by chance little of one of them:
// the changes are those of the vector of eta. The range is no part: momenta beyond the grid carry next to
// nothing of an asymmetry.
double estimate_error_of_eta(const Parameters& of, const RunRecord& record, int threads,
                             const StepCallback& on_step, Companions& done) {
  const Parameters parameters = with_own_scheme(of), fine = fine_companion(parameters),
                   coarse = coarse_companion(fine);
  const auto eta = [](const RunRecord& run) { return run.summary.eta; };
  const CompanionChanges changes(threads, on_step, done, eta);
  const RunRecord fine_run = equal(fine, parameters) ? record : changes.run(fine);
  const RunRecord coarse_run = changes.run(coarse);
  return (eta(record) - eta(fine_run)).norm() + (eta(coarse_run) - eta(fine_run)).norm() +
         changes.of_tolerance(coarse, coarse_run) + changes.of_start(coarse, coarse_run) +
         changes.of_averaging(coarse, coarse_run) + changes.of_scheme(coarse, coarse_run);
}

bool error_estimate_is_wanted(const Parameters& parameters) {
  return why_no_error_estimate(parameters).empty();
}

bool estimate_is_outstanding(const Summary& summary) {
  const auto& warnings = summary.warnings;
  return std::find(warnings.begin(), warnings.end(), estimate_outstanding) != warnings.end();
}

void add_error_estimate(const Parameters& parameters, RunRecord& record, int threads,
                        const StepCallback& on_step, Companions& done) {
  auto& warnings = record.summary.warnings;
  if (const std::string reason = reason_for_none(parameters, record); !reason.empty()) {
    warnings.push_back("no error estimate: " + reason);
    return;
  }
  if (!estimate_is_outstanding(record.summary)) warnings.emplace_back(estimate_outstanding);
  // A companion that fails costs the estimate, not the run.
  std::optional<ErrorEstimate> error;
  double error_of_eta = 0.0;
  std::string failure;
  try {
    error = estimate_error(parameters, record, threads, on_step, done);
    error_of_eta = estimate_error_of_eta(parameters, record, threads, on_step, done);
  } catch (const NumericalError& reason) {
    failure = reason.what();
  }
  std::erase(warnings, estimate_outstanding);
  if (error && !std::isfinite(error->total())) {
    error.reset();
    failure = "its N_eff is not known";
  }
  if (!error) {
    warnings.push_back("no error estimate: a companion of the run failed: " + failure);
    return;
  }
  record.summary.N_eff_error = error->total();
  record.summary.eta_error = error_of_eta;
  auto& residuals = record.statistics.residuals;
  const std::array parts{error->refinement,  error->grid,      error->range,
                         error->uncertainty, error->tolerance, error->start,
                         error->averaging,   error->scheme,    error->end};
  static_assert(parts.size() == error_parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) residuals.emplace_back(error_parts[i], parts[i]);
}

}  // namespace qke
