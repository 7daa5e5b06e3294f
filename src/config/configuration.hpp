// Checking the configuration of a run; qke/parameters.hpp has its reading and writing.
// Every problem is a ConfigurationError whose message names file, line, key and value.
#pragma once

#include <optional>
#include <string>

#include "qke/parameters.hpp"

namespace qke {

// The first key, in the order of the table, whose values give different runs, and both
// values.
struct Difference {
  std::string key;  // section.name
  std::string first, second;
};
std::optional<Difference> first_difference(const Parameters& first, const Parameters& second);

// Ranges, and keys that contradict each other.
void validate(const Parameters& parameters);

// Refuses combinations of keys that no scheme solves yet.
void refuse_unavailable(const Parameters& parameters);

}  // namespace qke
