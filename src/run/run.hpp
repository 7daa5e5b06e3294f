// One run from parameters to record: a reader starts at run.cpp.
#pragma once

#include <functional>
#include <optional>

#include "evolution/additions.hpp"
#include "qke/parameters.hpp"
#include "qke/run_record.hpp"
#include "record/checkpoint.hpp"

namespace qke {

// Called after every integrator step, with a function that gives the run until its last checkpoint.
// It may throw (an Error) to stop the run.
using StepCallback = std::function<void(const Progress&, const std::function<UnfinishedRun()>&)>;

// Solves the equations for validated parameters on `threads` threads, from the beginning or from where an
// unfinished run of the same parameters stopped.
// additions: physics beside the parameters' own.
// Throws NumericalError when the integrator cannot reach the tolerance, InputOutputError when the
// unfinished run is not one of these parameters.
RunRecord run(const Parameters& parameters, int threads, const StepCallback& on_step,
              std::optional<UnfinishedRun> unfinished = std::nullopt, const Additions& additions = {});

}  // namespace qke
