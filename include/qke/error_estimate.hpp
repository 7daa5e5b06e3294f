// The numerical error of N_eff, estimated from the run and two cheaper companions of it.
#pragma once

#include "qke/run.hpp"

namespace qke {

// Contributions to the error of N_eff, all positive.
struct ErrorEstimate {
  double grid = 0;       // step of the momentum grid: the change on a grid 1.5 times coarser
  double range = 0;      // momenta above y_max: what the distortion found there carries beyond it
  double tolerance = 0;  // the change with tolerances ten times looser, on the coarser grid
  double other = 0;      // what is not varied: tables of the electrons, rounding

  double total() const { return grid + range + tolerance + other; }
};

// For a record that run() made of these parameters. The companions cost half of the run, or less.
ErrorEstimate estimate_error(const Parameters& parameters, const RunRecord& record, int threads,
                             const StepCallback& on_step);

// Whether the parameters ask for it.
bool error_estimate_is_wanted(const Parameters& parameters);

// The warning of a run whose estimate is still to be made.
inline constexpr const char* estimate_outstanding =
    "N_eff_error is missing, as its estimate was stopped: --resume makes it";
bool estimate_is_outstanding(const Summary& summary);

// Where it is wanted, puts the estimate into the summary and its parts into the statistics. `on_step` is
// called after every step of the companions. Until the estimate is there, and where `on_step` throws, it is
// outstanding. A companion that fails leaves a warning.
void add_error_estimate(const Parameters& parameters, RunRecord& record, int threads,
                        const StepCallback& on_step);

}  // namespace qke
