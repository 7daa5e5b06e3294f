// Values that are not TOML but whose meaning is plain, and their correction. A correction
// is only ever shown, never used: the user decides.
#include "config/toml_slips.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <regex>
#include <system_error>
#include <vector>

namespace qke {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::string without_leading_zeros(const std::string& digits) {
  const auto first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

// A sign, digits before and after the point or decimal comma, and the exponent after e,
// or Fortran's d or q; a unit may follow.
std::optional<std::string> as_number(const std::string& text) {
  static const std::regex number(
      R"(([-+]?)(\d*)(?:([.,])(\d*))?(?:[eEdDqQ]([-+]?\d+))?(?:\s*(?:MeV|keV|GeV|eV|rad|s)(?:\^?-?\d)?)?)");
  std::smatch part;
  if (text.size() > 60 || !std::regex_match(text, part, number)) return std::nullopt;
  const std::string whole = part[2], decimals = part[4];
  if (whole.empty() && decimals.empty()) return std::nullopt;
  std::string result = part[1].str() + without_leading_zeros(whole);
  if (part[3].matched) result += "." + (decimals.empty() ? "0" : decimals);
  return part[5].matched ? result + "e" + part[5].str() : result;
}

std::optional<std::string> as_boolean(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  if (text == "true" || text == ".true.") return "true";
  if (text == "false" || text == ".false.") return "false";
  return std::nullopt;
}

// Bare, or with a quote missing, or between typographic quotes.
std::optional<std::string> as_word(const std::string& text) {
  static const std::regex word(
      R"((?:["'`]|\xE2\x80[\x98-\x9F])*([A-Za-z][\w+-]*)(?:["'`]|\xE2\x80[\x98-\x9F])*)");
  std::smatch part;
  if (text.size() > 60 || !std::regex_match(text, part, word)) return std::nullopt;
  return '"' + part[1].str() + '"';
}

std::optional<std::string> as_scalar(const std::string& text) {
  for (const auto& read : {as_number(text), as_boolean(text), as_word(text)}) {
    if (read) return read;
  }
  return std::nullopt;
}

// Items between commas, semicolons or blanks.
std::optional<std::string> as_list(std::string text) {
  for (const char bracket : {'[', ']', '(', ')', '{', '}'}) {
    text.erase(std::remove(text.begin(), text.end(), bracket), text.end());
  }
  static const std::regex separator(R"(\s*[,;]\s*|\s+)");
  text = trimmed(text);
  std::string list;
  int count = 0;
  for (std::sregex_token_iterator item(text.begin(), text.end(), separator, -1), end; item != end; ++item) {
    const auto value = as_scalar(trimmed(item->str()));
    if (!value) return std::nullopt;
    list += (count++ == 0 ? "" : ", ") + *value;
  }
  if (count < 2) return std::nullopt;
  return "[" + list + "]";
}

// Counted from 1; empty beyond the last.
std::string_view line_of_text(std::string_view text, std::size_t number) {
  for (; number > 1; --number) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

// The letters and digits from here on, with the signs and points that a number may have.
std::string_view number_like_word(std::string_view text) {
  std::size_t length = 0;
  for (; length < text.size(); ++length) {
    const auto c = static_cast<unsigned char>(text[length]);
    const bool is_sign = c == '-' || c == '+';
    const bool sign_may_stand = length == 0 || text[length - 1] == 'e' || text[length - 1] == 'E';
    if (is_sign ? !sign_may_stand : std::isalnum(c) == 0 && c != '_' && c != '.') break;
  }
  return text.substr(0, length);
}

bool integer_exceeds_64_bits(const std::string& digits, int base) {
  long long value = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value, base);
  return result.ec == std::errc::result_out_of_range && result.ptr == end;
}

// A word that reads as a number beyond 64 bits or beyond a double. Digits may be grouped
// by _.
bool exceeds_toml(std::string_view word) {
  std::string number(word);
  number.erase(std::remove(number.begin(), number.end(), '_'), number.end());
  if (number.empty() || number.find_first_of("0123456789") > 1) return false;
  if (number[0] == '+') number.erase(0, 1);
  const std::string prefix = number.substr(0, 2);
  const int base = prefix == "0x" ? 16 : prefix == "0o" ? 8 : prefix == "0b" ? 2 : 10;
  if (base != 10) return integer_exceeds_64_bits(number.substr(2), base);
  if (number.find_first_of(".eE") == number.npos) return integer_exceeds_64_bits(number, base);
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end);
  return std::isinf(value) && *end == '\0';
}

// Before a comment; a "#" within quotes does not begin one.
std::string_view without_comment(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == '#' && !quoted) return line.substr(0, i);
  }
  return line;
}

}  // namespace

std::optional<std::string> corrected_number(std::string_view text) { return as_number(trimmed(text)); }

std::optional<std::string> corrected_value(std::string_view text) {
  const std::string value = trimmed(text);
  if (value.size() > 200) return std::nullopt;
  auto corrected = as_scalar(value);
  if (!corrected) corrected = as_list(value);
  return corrected == value ? std::nullopt : corrected;
}

std::optional<std::string> corrected_flag(std::string_view word) {
  for (const char* yes : {"1", "true", "True", "TRUE", ".true.", "yes", "on"}) {
    if (word == yes) return "true";
  }
  for (const char* no : {"0", "false", "False", "FALSE", ".false.", "no", "off"}) {
    if (word == no) return "false";
  }
  return std::nullopt;
}

std::optional<std::string> corrected_line(std::string_view line) {
  line = without_comment(line);
  static const std::string key_characters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return std::nullopt;
  const auto end = std::min(line.find_first_not_of(key_characters, begin), line.size());
  const auto value = std::min(line.find_first_not_of(" \t", end), line.size());
  const bool has_equals = value < line.size() && (line[value] == '=' || line[value] == ':');
  const std::string written = trimmed(line.substr(has_equals ? value + 1 : value));
  if (end == begin || written.empty()) return std::nullopt;
  const auto corrected = corrected_value(written);
  if (!corrected && has_equals && line[value] == '=') return std::nullopt;
  // Of a line without "=" only a number or a word is sure to be a value.
  if (!corrected && !as_scalar(written)) return std::nullopt;
  return std::string(line.substr(begin, end - begin)) + " = " + corrected.value_or(written);
}

NumbersTooLarge numbers_too_large(std::string_view text) {
  NumbersTooLarge found;
  std::size_t line = 1;
  bool is_comment = false;
  while (!text.empty()) {
    const std::string_view word = is_comment ? "" : number_like_word(text);
    const std::string_view step = word.empty() ? text.substr(0, 1) : word;
    const bool is_too_large = exceeds_toml(word);
    if (is_too_large) found.first_in_line.emplace(line, word);
    found.text_without += is_too_large ? "1" : step;
    if (step == "\n") ++line;
    is_comment = step != "\n" && (is_comment || step == "#");
    text.remove_prefix(step.size());
  }
  return found;
}

std::optional<std::string> corrected_line_near(std::string_view text, std::size_t number,
                                               const std::function<bool(std::string_view)>& is_toml) {
  for (const std::size_t at : {number, number - 1}) {
    if (at == 0) continue;
    const std::string_view line = line_of_text(text, at);
    if (is_toml(line)) continue;
    const auto corrected = corrected_line(line);
    if (corrected && is_toml(*corrected)) return corrected;
  }
  return std::nullopt;
}

}  // namespace qke
