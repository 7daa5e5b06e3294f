// The checks behind validate() and refuse_unavailable(). They name the key, so that the
// reader of a file can add the line; both return the first problem found, or nothing.
#pragma once

#include <optional>
#include <string>

#include "qke/parameters.hpp"

namespace qke {

struct Complaint {
  std::string key;      // section.name
  std::string message;  // "problem (why it is one). Remedy."
};

// "section.name = value", and a complaint that goes on with the rest.
std::string key_and_value(const std::string& key, const Parameters& parameters);
Complaint complaint_of(const std::string& key, const Parameters& parameters, const std::string& rest);

std::optional<Complaint> find_invalid(const Parameters& parameters);
std::optional<Complaint> find_unavailable(const Parameters& parameters);

}  // namespace qke
