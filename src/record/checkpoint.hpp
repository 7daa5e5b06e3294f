// A run that has not ended: the state from which it goes on, and its record so far.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "diagnostics/time_and_energy.hpp"
#include "integrator/integrator.hpp"
#include "model/method.hpp"
#include "qke/run_record.hpp"

namespace qke {

// A point of the trajectory at which every run starts its integrator afresh. The rest of
// the run depends on nothing else, so that a run resumed here ends bit by bit as if it
// had never stopped.
struct Checkpoint {
  Phase phase = Phase::own_equations;
  double averaged_below_MeV = 0;             // T_cm at which the averaged phase began
  double full_equations_below_MeV = 0;       // the one of the full equations, for the first time
  double own_equations_again_below_MeV = 0;  // those of the scheme after them, for the last time
  double damped_below_MeV = 0;               // the one at which steps had become too short in this phase
  IntegratorState integrator;
  PassiveIntegrals::State passive;
  Residuals residuals;
  double work = 0;            // of the steps before, in s (checkpoint_schedule.hpp)
  double block_start = 0;     // s from which the mean step is taken
  double progress_start = 0;  // s after the last full ten thousand of steps

  void begin(Phase next, double T_cm) {
    const bool again = phase == Phase::full_equations && next == Phase::own_equations;
    if (again) own_equations_again_below_MeV = T_cm;
    if (next == Phase::averaged) averaged_below_MeV = T_cm;
    if (next == Phase::averaged && phase == Phase::full_equations) own_equations_again_below_MeV = 0.0;
    if (next == Phase::full_equations && full_equations_below_MeV == 0.0) full_equations_below_MeV = T_cm;
    phase = next;
    damped_below_MeV = 0.0;
  }
};

struct UnfinishedRun {
  RunRecord record;  // until the checkpoint; in the summary only status, scheme and counters
  Checkpoint checkpoint;
};

// The companions of a run's error estimate, each under its configuration in TOML.
struct Companions {
  std::map<std::string, RunRecord> finished;
  std::optional<std::pair<std::string, UnfinishedRun>> unfinished;
  long progress = 0;  // a counter: grows whenever a companion gets further
};

}  // namespace qke
