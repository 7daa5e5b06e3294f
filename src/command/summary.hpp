// The summary of a run for stdout: a few aligned lines, or JSON for scripts.
#pragma once

#include <string>

#include "qke/run_record.hpp"

namespace qke {

std::string summary_text(const Summary& summary, const std::string& output);

// One object on one line. Numbers are the shortest that read back the same; NaN is null.
std::string summary_json(const Summary& summary, const std::string& output);

}  // namespace qke
