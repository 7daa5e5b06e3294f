// The numerical errors of N_eff and of the final eta, estimated from the run and cheaper companions of it.
#pragma once

#include <cmath>

#include "run/run.hpp"

namespace qke {

// Contributions to the error of N_eff. The first three have signs, and cancel unless neutrinos are
// heated far more than usual.
struct ErrorEstimate {
  double refinement = 0;   // from a run on a finer grid or with tighter tolerances, where these are needed to
                           // tell the rest, which is then the error of that run
  double grid = 0;         // by the step of the momentum grid: from a grid 1.5 times coarser
  double range = 0;        // by momenta above y_max: from the distortion at the end of the grid
  double uncertainty = 0;  // of the last two, positive
  double tolerance = 0;    // the change with tolerances ten times looser, on the coarser grid, positive
  double start = 0;        // by the equilibrium of the start where it is not sure, positive
  double averaging = 0;    // by where averages begin after asymmetries were resolved, positive
  double scheme = 0;       // of atao-jv: the change with the equations of qke throughout, positive
  double end = 0;          // by the heat that neutrinos take after T_end, at most, positive
  double other = 0;        // what is not varied: tables of the electrons, rounding, positive

  // How much the first three cancel of one another.
  double cancellation() const {
    return std::abs(refinement) + std::abs(grid) + std::abs(range) - std::abs(refinement + grid + range);
  }
  double total() const {
    return std::abs(refinement + grid + range) + uncertainty + tolerance + start + averaging + scheme + end +
           other;
  }
};

// For a record that run() made of these parameters. The companions cost half of the run, or less, where it is
// at least as fine as precision "fast"; otherwise a few times that of a fast one. What was done of them
// before need not be done again.
ErrorEstimate estimate_error(const Parameters& parameters, const RunRecord& record, int threads,
                             const StepCallback& on_step, Companions& done);
inline ErrorEstimate estimate_error(const Parameters& parameters, const RunRecord& record, int threads,
                                    const StepCallback& on_step) {
  Companions none;
  return estimate_error(parameters, record, threads, on_step, none);
}

// Of each final eta: from the companions of the error of N_eff, which are found in `done`.
double estimate_error_of_eta(const Parameters& parameters, const RunRecord& record, int threads,
                             const StepCallback& on_step, Companions& done);

// Whether the parameters ask for it.
bool error_estimate_is_wanted(const Parameters& parameters);

// The warning of a run whose estimate is still to be made.
inline constexpr const char* estimate_outstanding =
    "N_eff_error is missing, as its estimate was stopped: --resume makes it";
bool estimate_is_outstanding(const Summary& summary);

// Puts the estimates into the summary and the parts of the first into the statistics, or says why there is
// none. `on_step` is called after every step of the companions. Until the estimate is there, and where
// `on_step` throws, it is outstanding. A companion that fails leaves a warning.
void add_error_estimate(const Parameters& parameters, RunRecord& record, int threads,
                        const StepCallback& on_step, Companions& done);
inline void add_error_estimate(const Parameters& parameters, RunRecord& record, int threads,
                               const StepCallback& on_step) {
  Companions none;
  add_error_estimate(parameters, record, threads, on_step, none);
}

}  // namespace qke
