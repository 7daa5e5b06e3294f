// "--set section.key=value", taken apart.
#pragma once

#include <string>
#include <string_view>

namespace qke {

struct OverrideText {
  std::string section, key, value;
};

// Throws ConfigurationError where a part is missing, or there is no such section.
OverrideText split_override(const std::string& text);

// Such as atao or e3+ln, which is taken for a string without quotes.
bool is_bare_word(std::string_view value);

}  // namespace qke
