// Numbers and words as text, for messages and files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qke {

// The shortest decimal that reads back as the same double; "nan", "inf" and "-inf" for the others.
std::string shortest_decimal(double value);

// Three digits, for messages.
std::string rounded(double value);

// The same for messages: at most ten significant digits.
std::string message_number(double value);

// The beginning of a long text, for messages: 60 characters and three points.
std::string abbreviated(const std::string& text);

// Now, in ISO 8601.
std::string utc_now();

// As it could be typed in a shell.
std::string quoted_for_shell(const std::string& word);

// With U+FFFD for every byte that is not part of well-formed UTF-8 (RFC 3629): names of files may be any
// bytes.
std::string valid_utf8(std::string_view text);

// For messages: a, b and c.
std::string enumeration(const std::vector<std::string_view>& words, std::string_view conjunction);

// How many typing errors apart: insertions, deletions and replacements of one character, and swaps of two
// neighbours (the optimal string alignment distance).
int edit_distance(std::string_view first, std::string_view second);

}  // namespace qke
