// "Did you mean": the known name nearest to a mistyped one, for messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qke {

// Empty when none of the words is near.
std::string_view nearest_word(std::string_view mistyped, const std::vector<std::string_view>& words);

// "problem (why it is one). Remedy." for a section, or a key of a known section, that
// does not exist.
std::string unknown_section_message(std::string_view section);
std::string unknown_key_message(std::string_view section, std::string_view key);

// The same for a key that stands outside every section.
std::string key_without_section_message(std::string_view key);

}  // namespace qke
