// A run and its error estimate, kept in a file while they are under way.
#pragma once

#include "qke/parameters.hpp"
#include "qke/run_record.hpp"
#include "run/run.hpp"
#include "session/stored_output.hpp"

namespace qke {

// Solves the run, or what `output` lacks of it, and estimates its error; `output` keeps
// both. Then `on_step` and `on_companion_step` are called; they may throw to stop the run.
RunRecord solve_and_keep(const Parameters& parameters, int threads, StoredOutput& output,
                         const ProgressCallback& on_step, const std::function<void()>& on_companion_step);

}  // namespace qke
