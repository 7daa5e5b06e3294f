// Values that are not TOML but whose meaning is plain: what should have been written.
#include "config/toml_slips.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
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

// A sign, digits before and after the point or decimal comma, and the exponent after e, or Fortran's d or q;
// a unit may follow.
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

std::string_view line_of_text(std::string_view text, std::size_t number) {
  for (; number > 1; --number) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace qke
