// A run that has not ended: what it needs to go on, and what it has seen so far.
#pragma once

#include "qke/integrator/integrator.hpp"
#include "qke/observables.hpp"
#include "qke/run_record.hpp"

namespace qke {

// A point of the trajectory at which every run starts its integrator afresh. What comes after depends on
// nothing else, so that a run resumed here ends bit by bit as if it had never stopped.
struct Checkpoint {
  int phase = 0;                  // which of the successive systems of equations of a run
  double largest_step = 0;        // of the integrator so far, in ln x
  double averaged_below_MeV = 0;  // T_cm at which phase 1 began
  IntegratorState integrator;
  PassiveIntegrals::State passive;
  Residuals residuals;
};

struct UnfinishedRun {
  RunRecord record;  // until the checkpoint; in the summary only status, scheme and counters
  Checkpoint checkpoint;
};

}  // namespace qke
