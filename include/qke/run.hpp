// One run from parameters to record: the page where a reader starts is src/run.cpp.
#pragma once

#include <functional>

#include "qke/parameters.hpp"
#include "qke/run_record.hpp"

namespace qke {

// Called after every integrator step. It may throw (an Error) to stop the run.
using ProgressCallback = std::function<void(const Progress&)>;

// Solves the equations for validated parameters on `threads` threads.
// Throws NumericalError when the integrator cannot reach the tolerance.
RunRecord run(const Parameters& parameters, int threads, const ProgressCallback& on_progress);

}  // namespace qke
