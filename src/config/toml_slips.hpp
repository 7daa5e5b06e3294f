// Values that are not TOML but whose meaning is plain: what should have been written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qke {

// "0.5" for .5, "20.0" for 20., "2.5e-3" for 2.5d-3, "0.307" for 0,307, "20" for 20 MeV, "true" for True,
// "\"atao\"" for atao, and the same within lists; nothing where the text is none of these, or is TOML.
std::optional<std::string> corrected_value(std::string_view text);

// The number alone, for text that is to be a number.
std::optional<std::string> corrected_number(std::string_view text);

// "KEY = VALUE" for a line of a file whose value, or whose "=", is wrong in such a way.
std::optional<std::string> corrected_line(std::string_view line);

// The line of a text, counted from 1; empty beyond the last.
std::string_view line_of_text(std::string_view text, std::size_t number);

}  // namespace qke
