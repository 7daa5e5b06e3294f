// The runs beside a run that its error is estimated from. They can take as long as the run itself: what has
// been done of them is kept, so that a stopped estimate goes on where it was.
#pragma once

#include "record/checkpoint.hpp"
#include "run/run.hpp"

namespace qke {

// The run of these parameters, from what has been done of it. `done` is up to date whenever `on_step` is
// called.
RunRecord run_companion(const Parameters& parameters, int threads, const StepCallback& on_step,
                        Companions& done);

}  // namespace qke
