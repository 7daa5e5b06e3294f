// Checking and writing the configuration of a run; qke/parameters.hpp has its reading.
// Every problem is a ConfigurationError whose message names file, line, key and value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "qke/parameters.hpp"

namespace qke {

// The complete configuration as TOML, each key with its meaning. Read back, it gives the
// same Parameters bit by bit. Keys that others decide are comments, unless they were
// given: they go on following the others.
std::string to_toml(const Parameters& parameters);

// The first key, in the order of the table, whose values give different runs, and both
// values.
struct Difference {
  std::string key;  // section.name
  std::string first, second;
};
std::optional<Difference> first_difference(const Parameters& first, const Parameters& second);

// Values that are accepted, but likely to be mistakes: one line each.
std::vector<std::string> configuration_warnings(const Parameters& parameters);

// Ranges, and keys that contradict each other.
void validate(const Parameters& parameters);

// Refuses combinations of keys that no scheme solves yet.
void refuse_unavailable(const Parameters& parameters);

}  // namespace qke
