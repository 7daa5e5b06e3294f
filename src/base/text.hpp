// Numbers and words as text, for messages and files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qke {

// All reals in messages and files are made by these five, with a point in every locale.

// The shortest decimal that reads back as the same double; "nan", "inf" and "-inf" for the others.
std::string shortest_decimal(double value);

// The shortest one, but at most ten significant digits: for numbers that a message asks to write.
std::string message_number(double value);

// The beginning of a long text, for messages: 60 characters and three points.
std::string abbreviated(const std::string& text);

// So many significant digits: 0.0123, 1.23e+05.
std::string rounded(double value, int digits = 3);

// So many digits after the point: 3.044.
std::string with_decimals(double value, int decimals);

// The same times a power of ten: 1.2e-06.
std::string scientific(double value, int decimals);

// The time, UTC, in ISO 8601.
std::string utc_now();

// The word as one types it in a shell: quoted where the shell would change it.
std::string quoted_for_shell(const std::string& word);

// The text with U+FFFD for every byte that is not part of well-formed UTF-8 (RFC 3629), as names of files may
// have.
std::string valid_utf8(std::string_view text);

std::string joined(const std::vector<std::string_view>& words, std::string_view separator);

// "a, b and c", with "and" or another conjunction.
std::string enumeration(const std::vector<std::string_view>& words, std::string_view conjunction);

// The number of typing errors that turn one word into the other: insertions, deletions and replacements of
// one character, and swaps of two neighbours (the optimal string alignment distance).
int edit_distance(std::string_view first, std::string_view second);

}  // namespace qke
