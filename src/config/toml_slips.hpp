// Values that are not TOML but whose meaning is plain, and their correction.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace qke {

// "0.5" for .5, "20.0" for 20., "2.5e-3" for 2.5d-3, "0.307" for 0,307, "20" for 20 MeV,
// "true" for True, "\"atao\"" for atao, and the same within lists; nothing where the text
// is none of these, or is TOML.
std::optional<std::string> corrected_value(std::string_view text);

// The number alone, for text that is to be a number.
std::optional<std::string> corrected_number(std::string_view text);

// "true" or "false" for 1, yes, on, .false., ...
std::optional<std::string> corrected_flag(std::string_view word);

// "KEY = VALUE" for a line of a file whose value, or whose "=", is wrong in such a way.
std::optional<std::string> corrected_line(std::string_view line);

// The same of the line where TOML ends, or of the line before: errors are found at the
// end of a line, or where the next begins.
std::optional<std::string> corrected_line_near(std::string_view text, std::size_t number,
                                               const std::function<bool(std::string_view)>& is_toml);

// Numbers that no TOML can hold, such as 1e999 or an integer of 20 digits: the first of
// them in each line, by the number of the line, and the text with a 1 in place of all.
struct NumbersTooLarge {
  std::map<std::size_t, std::string> first_in_line;
  std::string text_without;
};
NumbersTooLarge numbers_too_large(std::string_view text);

}  // namespace qke
