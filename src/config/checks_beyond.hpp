// The part of checks.hpp that is about physics beyond the Standard Model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/checks.hpp"

namespace qke {

std::optional<Complaint> find_invalid_beyond(const Parameters& parameters);
// Sterile states with what their equations do not hold for.
std::optional<Complaint> find_unavailable_sterile(const Parameters& parameters);
// Runs whose stability cannot be analysed.
std::optional<Complaint> find_unavailable_stability(const Parameters& parameters);
// Keys of [directions] that contradict others, and runs whose directions cannot be resolved.
std::optional<Complaint> find_invalid_directions(const Parameters& parameters);
std::optional<Complaint> find_unavailable_directions(const Parameters& parameters);
std::vector<std::string> warnings_beyond(const Parameters& parameters);

}  // namespace qke
