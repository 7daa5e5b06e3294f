// The stability of a run, in its record and its summary.
#pragma once

#include "qke/parameters.hpp"
#include "qke/run_record.hpp"

namespace qke {

// Where the parameters ask for it, and the record does not have it yet.
void add_stability(const Parameters& parameters, RunRecord& record, int threads);

}  // namespace qke
