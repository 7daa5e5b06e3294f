// The summary of a run for stdout: a few aligned lines; qke/run.hpp has it as JSON for
// scripts.
#pragma once

#include <string>

#include "qke/run.hpp"

namespace qke {

std::string summary_text(const Summary& summary, const std::string& output);

}  // namespace qke
