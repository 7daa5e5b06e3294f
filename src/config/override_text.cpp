#include "config/override_text.hpp"

#include <algorithm>
#include <cctype>

#include "config/options.hpp"
#include "config/suggestion.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

[[noreturn]] void fail(const std::string& text, const std::string& message) {
  throw ConfigurationError("--set " + text + ": " + message);
}

// Blanks as in "key = value" of a file.
std::string without_blanks(std::string text) {
  text.erase(text.find_last_not_of(" \t") + 1);
  text.erase(0, text.find_first_not_of(" \t"));
  return text;
}

}  // namespace

// The section is checked here, key and value where they are assigned: all messages name
// the whole --set.
OverrideText split_override(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    fail(text, "no value is given (expected: section.key=value). Add one.");
  }
  const std::string name = without_blanks(text.substr(0, equals));
  const auto dot = name.find('.');
  if (name.empty() || dot == 0 || dot == name.size() - 1) {
    fail(text, "a part of the key is missing (expected: section.key=value). Write the whole key.");
  }
  if (dot == std::string::npos) fail(text, key_without_section_message(name));
  const std::string section = name.substr(0, dot);
  const auto sections = section_names();
  if (std::find(sections.begin(), sections.end(), section) == sections.end()) {
    fail(text, unknown_section_message(section));
  }
  const std::string value = text.substr(equals + 1);
  if (value.find_first_of("\r\n") != std::string::npos) {
    fail(text, "the value has more than one line (it is one value). Write it on one line.");
  }
  return {section, name.substr(dot + 1), value};
}

bool is_bare_word(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '+' || c == '_';
  });
}

}  // namespace qke
