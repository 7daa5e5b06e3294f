// Numbers and words as text, for messages and files.
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <ctime>
#include <numeric>

namespace qke {

namespace {

// What std::to_chars makes of a value in this format; the longest doubles have 309 digits before the point.
template <class... Format>
std::string decimal(double value, Format... format) {
  std::array<char, 400> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value, format...).ptr};
}

}  // namespace

std::string shortest_decimal(double value) { return decimal(value); }

std::string abbreviated(const std::string& text) {
  constexpr std::size_t longest = 60;
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

std::string message_number(double value) {
  const std::string ten = rounded(value, 10), shortest = shortest_decimal(value);
  return shortest.size() <= ten.size() ? shortest : ten;
}

std::string rounded(double value, int digits) { return decimal(value, std::chars_format::general, digits); }

std::string with_decimals(double value, int decimals) {
  return decimal(value, std::chars_format::fixed, decimals);
}

std::string scientific(double value, int decimals) {
  return decimal(value, std::chars_format::scientific, decimals);
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

std::string quoted_for_shell(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\$`!*?[](){}<>|&;#~") == std::string::npos;
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

namespace {

// Bytes of the first character, 0 if it is not well-formed (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0), second = byte(1);
  const auto follows = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool is_right = !(first == 0xE0 && second < 0xA0) && !(first == 0xED && second > 0x9F);
    return is_right && follows(1) && follows(2) ? 3 : 0;
  }
  const bool is_right = first >= 0xF0 && first <= 0xF4 && !(first == 0xF0 && second < 0x90) &&
                        !(first == 0xF4 && second > 0x8F);
  return is_right && follows(1) && follows(2) && follows(3) ? 4 : 0;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    valid += length == 0 ? "\xEF\xBF\xBD" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return valid;
}

std::string joined(const std::vector<std::string_view>& words, std::string_view separator) {
  std::string text;
  for (const auto word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string enumeration(const std::vector<std::string_view>& words, std::string_view conjunction) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " " + std::string(conjunction) + " " : ", ";
    text += words[i];
  }
  return text;
}

// Element j of row i is the distance of the first i characters of `first` from the first j of `second`.
int edit_distance(std::string_view first, std::string_view second) {
  std::vector<int> before_previous, previous(second.size() + 1), row(second.size() + 1);
  std::iota(previous.begin(), previous.end(), 0);
  for (std::size_t i = 1; i <= first.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= second.size(); ++j) {
      const int replaced = previous[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, previous[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1];
      if (swapped) row[j] = std::min(row[j], before_previous[j - 2] + 1);
    }
    before_previous = previous;
    previous = row;
  }
  return previous.back();
}

}  // namespace qke
