// Sections of the option table beyond the Standard Model, and of what is asked of a run
// besides its solution.
#pragma once

#include <vector>

#include "config/option.hpp"

namespace qke {

std::vector<Option> relic_options();
std::vector<Option> decay_options();
std::vector<Option> reheating_options();
std::vector<Option> stability_options();
std::vector<Option> direction_options();

}  // namespace qke
