// Where a run can be resumed. An integrator cannot be stored with its history, so that
// every run starts it afresh at certain points of its trajectory, whether or not anything
// is written there: otherwise a resumed run would not take the same steps. The points
// follow from the work done, as the counters of the integrator tell it; threads, machine
// and time have no part in it.
#pragma once

#include "evolution/kinetic_system.hpp"
#include "integrator/integrator.hpp"

namespace qke {

// Of one processor in s, between two states of the counters: measured, good to a factor
// of two.
double estimated_work(KineticSystem& system, const IntegratorCounters& from, const IntegratorCounters& to);

// After `least` s, and after a fourteenth of all work before: when a signal stops a run,
// less than a tenth of its work has to be repeated, or some s. A restart costs some ten
// steps (docs/dev/reliability.md).
bool checkpoint_is_due(double work_at_last, double work_now, double least);

}  // namespace qke
