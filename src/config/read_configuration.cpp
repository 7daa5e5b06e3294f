// From TOML text and --set overrides to Parameters. The only includer of toml++.
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <deque>
#include <optional>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "config/checks.hpp"
#include "config/configuration.hpp"
#include "config/options.hpp"
#include "config/suggestion.hpp"
#include "config/toml_slips.hpp"
#include "model/method.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

[[noreturn]] void fail(const std::string& origin, const std::string& message) {
  throw ConfigurationError(origin + ": " + message);
}

// A value given to an option. The node lives in the Assignments that holds this.
struct Assignment {
  const Option* option;
  const toml::node* node;
  std::string origin;  // "file:line", or "--set section.key=value"
};

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a float";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date or time";
  }
}

// The value as TOML; toml++ itself writes floats with 17 digits.
std::string text_of(const toml::node& node) {
  std::ostringstream stream;
  if (const auto* array = node.as_array()) {
    for (const auto& item : *array) stream << (stream.tellp() == 0 ? "[ " : ", ") << text_of(item);
    stream << (array->empty() ? "[]" : " ]");
  } else if (const auto* real = node.as_floating_point()) {
    stream << toml_float(real->get());
  } else if (const auto* string = node.as_string()) {
    stream << '"' << string->get() << '"';
  } else {
    node.visit([&](const auto& value) { stream << value; });
  }
  return stream.str();
}

// For a message: on one line, and not too long.
std::string shown(const toml::node& node) {
  std::string text = text_of(node);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
  constexpr std::size_t longest = 60;
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

std::string bad_toml(const toml::parse_error& error, const std::optional<std::string>& corrected) {
  std::string description(error.description());
  if (!description.empty() && description[0] == 'E') description[0] = 'e';  // "Error while parsing ..."
  return "bad TOML (" + description + "). " + (corrected ? "Write " + *corrected + "." : "Correct it.");
}

bool is_toml(const std::string& text) {
  try {
    static_cast<void>(toml::parse(text));
    return true;
  } catch (const toml::parse_error&) {
    return false;
  }
}

// The line as it should have been, if that is plain; errors are found at its end, or where the next begins.
std::optional<std::string> corrected_line_at(std::string_view text, const toml::source_position& place) {
  for (const std::size_t number : {std::size_t{place.line}, std::size_t{place.line} - 1}) {
    if (number == 0) continue;
    const std::string_view line = line_of_text(text, number);
    if (is_toml(std::string(line))) continue;
    const auto corrected = corrected_line(line);
    if (corrected && is_toml(*corrected)) return corrected;
  }
  return std::nullopt;
}

// Adding zero turns -0.0 into 0.0, which are the same number in every equation.
std::optional<double> as_real(const toml::node& node) {
  if (const auto* integer = node.as_integer()) return static_cast<double>(integer->get());
  if (const auto* real = node.as_floating_point()) return real->get() + 0.0;
  return std::nullopt;
}

std::optional<FlavourTriple> as_flavour_triple(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr || array->size() != 3) return std::nullopt;
  FlavourTriple triple{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto value = as_real(*array->get(i));
    if (!value) return std::nullopt;
    triple[i] = *value;
  }
  return triple;
}

// What was meant by a value of the wrong type: "0.3" by the text "0,3", true by "yes", "on" by true, ...
using Meant = std::optional<std::string>;

Meant value_meant(const RealOption&, const toml::node& node) {
  const auto* text = node.as_string();
  return text ? corrected_number(text->get()) : Meant();
}

Meant value_meant(const IntegerOption&, const toml::node& node) {
  const auto* real = node.as_floating_point();
  if (real != nullptr && real->get() == std::trunc(real->get())) return message_number(real->get());
  const auto* text = node.as_string();
  const Meant number = text ? corrected_number(text->get()) : Meant();
  return number && number->find_first_of(".e") == std::string::npos ? number : Meant();
}

Meant value_meant(const FlagOption&, const toml::node& node) {
  const auto* text = node.as_string();
  const std::string word = text ? text->get() : shown(node);
  for (const char* yes : {"1", "true", "True", "TRUE", ".true.", "yes", "on"}) {
    if (word == yes) return "true";
  }
  for (const char* no : {"0", "false", "False", "FALSE", ".false.", "no", "off"}) {
    if (word == no) return "false";
  }
  return std::nullopt;
}

Meant value_meant(const ChoiceOption& choice, const toml::node& node) {
  const auto* flag = node.as_boolean();
  if (flag == nullptr) return std::nullopt;
  const bool has_switch = std::find(choice.words.begin(), choice.words.end(), "off") != choice.words.end();
  const bool has_none = std::find(choice.words.begin(), choice.words.end(), "none") != choice.words.end();
  if (has_switch) return flag->get() ? "\"on\"" : "\"off\"";
  return has_none && !flag->get() ? Meant("\"none\"") : Meant();
}

// One number for all flavours.
Meant value_meant(const FlavourOption&, const toml::node& node) {
  const auto value = as_real(node);
  return value ? toml_array({*value, *value, *value}) : Meant();
}

// Stores the value of an assignment in the parameters, by the kind of its option.
class Assign {
 public:
  Assign(const Assignment& assignment, Parameters& parameters)
      : option_(*assignment.option),
        node_(*assignment.node),
        origin_(assignment.origin),
        parameters_(parameters) {}

  void operator()(const RealOption& real) const { store_checked(real, as_real(node_)); }
  void operator()(const FlavourOption& flavours) const { store_checked(flavours, as_flavour_triple(node_)); }

  void operator()(const IntegerOption& integer) const {
    const auto* value = node_.as_integer();
    store_checked(integer, value ? std::optional<long>(value->get()) : std::nullopt);
  }

  void operator()(const FlagOption& flag) const {
    const auto* value = node_.as_boolean();
    if (value == nullptr) fail_type();
    flag.access.set(parameters_, value->get());
  }

  void operator()(const ChoiceOption& choice) const {
    const auto* value = node_.as_string();
    if (value == nullptr) fail_type();
    const auto found = std::find(choice.words.begin(), choice.words.end(), value->get());
    if (found == choice.words.end()) fail_word(value->get(), choice.words);
    choice.access.set(parameters_, static_cast<int>(found - choice.words.begin()));
  }

 private:
  // The range is checked before the value is stored, where it might not fit.
  template <class Kind, class Value>
  void store_checked(const Kind& kind, const std::optional<Value>& value) const {
    if (!value) fail_type();
    if (const auto problem = kind.check(*value)) fail(origin_, option_.complaint(shown(node_), *problem));
    kind.access.set(parameters_, *value);
  }

  [[noreturn]] void fail_type() const {
    const auto value = std::visit([&](const auto& kind) { return value_meant(kind, node_); }, option_.kind);
    fail(origin_, option_.full_name() + " = " + shown(node_) + " is " + std::string(type_name(node_)) +
                      " (expected: " + option_.expectation() + "). " +
                      (value ? "Write " + *value + "." : "Give a value of that kind."));
  }

  [[noreturn]] void fail_word(std::string_view word, const std::vector<std::string_view>& words) const {
    const auto nearest = nearest_word(word, words);
    fail(origin_,
         option_.full_name() + " = " + shown(node_) + " is not a choice (expected: " + option_.expectation() +
             "). " +
             (nearest.empty() ? "Use one of these." : "Did you mean \"" + std::string(nearest) + "\"?"));
  }

  const Option& option_;
  const toml::node& node_;
  const std::string& origin_;
  Parameters& parameters_;
};

// All values given, in the file and by --set, and where.
class Assignments {
 public:
  Assignments(std::string_view text, std::string_view name) : name_(name) { add_file(text); }

  void add_override(const std::string& text);
  Parameters resolve() const;

 private:
  void add_file(std::string_view text);
  void add_section(std::string_view section, const toml::node& node);
  void add_key(std::string_view section, std::string_view key, const toml::node& node,
               const std::string& origin);

  std::string line_of(const toml::source_region& source) const {
    return name_ + ":" + std::to_string(source.begin.line);
  }
  const Assignment* last(std::string_view full_name) const;
  void refuse_xi_with_eta() const;
  void refuse(const std::optional<Complaint>& complaint) const;

  std::string name_;
  std::deque<toml::table> documents_;  // a deque does not move the nodes that assignments point to
  std::vector<Assignment> assignments_;
};

void Assignments::add_file(std::string_view text) {
  try {
    documents_.push_back(toml::parse(text, std::string_view(name_)));
  } catch (const toml::parse_error& error) {
    fail(line_of(error.source()) + ":" + std::to_string(error.source().begin.column),
         bad_toml(error, corrected_line_at(text, error.source().begin)));
  }
  for (const auto& [key, node] : documents_.back()) {
    const auto sections = section_names();
    const bool known = std::find(sections.begin(), sections.end(), key.str()) != sections.end();
    if (!known) {
      fail(line_of(key.source()),
           node.is_table() ? unknown_section_message(key.str()) : key_without_section_message(key.str()));
    }
    if (!node.is_table()) {
      fail(line_of(key.source()), std::string(key.str()) + " is " + std::string(type_name(node)) + " (" +
                                      std::string(key.str()) + " is a section). Write [" +
                                      std::string(key.str()) + "].");
    }
    add_section(key.str(), node);
  }
}

void Assignments::add_section(std::string_view section, const toml::node& node) {
  for (const auto& [key, value] : *node.as_table()) add_key(section, key.str(), value, line_of(key.source()));
}

void Assignments::add_key(std::string_view section, std::string_view key, const toml::node& node,
                          const std::string& origin) {
  const Option* option = find_option(section, key);
  if (option == nullptr) fail(origin, unknown_key_message(section, key));
  assignments_.push_back({option, &node, origin});
}

// The value of an override as TOML; text that is not TOML but a word, such as atao or e3+ln, as a string.
toml::table parse_override_value(const std::string& key, const std::string& value,
                                 const std::string& origin) {
  if (value.find_first_of("\r\n") != std::string::npos) {
    fail(origin, "the value has more than one line (it is one value). Write it on one line.");
  }
  try {
    return toml::parse("value = " + value);
  } catch (const toml::parse_error& error) {
    const bool is_word = std::all_of(value.begin(), value.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '-' || c == '+' || c == '_';
    });
    if (is_word && !value.empty()) return toml::table{{"value", value}};
    if (value.empty()) fail(origin, "no value is given (the text ends at \"=\"). Write it after the \"=\".");
    std::optional<std::string> corrected = corrected_value(value);
    if (corrected && !is_toml("value = " + *corrected)) corrected.reset();
    if (corrected) corrected = "--set " + quoted_for_shell(key + "=" + *corrected);
    fail(origin, bad_toml(error, corrected));
  }
}

void Assignments::add_override(const std::string& text) {
  const std::string origin = "--set " + text;
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    fail(origin, "no value is given (expected: section.key=value). Add one.");
  }
  std::string full_name = text.substr(0, equals);
  full_name.erase(full_name.find_last_not_of(" \t") + 1);  // "key = value" as in the file
  const auto dot = full_name.find('.');
  if (dot == std::string::npos) fail(origin, key_without_section_message(full_name));
  const std::string section = full_name.substr(0, dot), key = full_name.substr(dot + 1);
  const auto sections = section_names();
  if (std::find(sections.begin(), sections.end(), section) == sections.end()) {
    fail(origin, unknown_section_message(section));
  }
  const Assignment* earlier = last(full_name);
  if (earlier != nullptr && earlier->origin.rfind("--set", 0) == 0) {
    fail(origin, "the key was already given (by " + earlier->origin + "). Give it once.");
  }
  documents_.push_back(parse_override_value(full_name, text.substr(equals + 1), origin));
  add_key(section, key, *documents_.back().get("value"), origin);
}

const Assignment* Assignments::last(std::string_view full_name) const {
  const auto found =
      std::find_if(assignments_.rbegin(), assignments_.rend(),
                   [&](const Assignment& assignment) { return assignment.option->full_name() == full_name; });
  return found == assignments_.rend() ? nullptr : &*found;
}

void Assignments::refuse_xi_with_eta() const {
  const Assignment* xi = last("asymmetry.xi");
  const Assignment* eta = last("asymmetry.eta");
  if (xi == nullptr || eta == nullptr) return;
  fail(eta->origin, "asymmetry.eta = " + shown(*eta->node) +
                        " contradicts asymmetry.xi = " + shown(*xi->node) + " (" + xi->origin +
                        "; each fixes the asymmetry). Give one of the two.");
}

void Assignments::refuse(const std::optional<Complaint>& complaint) const {
  if (!complaint) return;
  const Assignment* cause = last(complaint->key);
  fail(cause ? cause->origin : name_, complaint->message);
}

Parameters Assignments::resolve() const {
  Parameters parameters;
  const auto apply = [&](const Assignment& assignment) {
    std::visit(Assign(assignment, parameters), assignment.option->kind);
  };
  refuse_xi_with_eta();
  // The others decide the defaults of the keys that are in `given`.
  std::for_each(assignments_.begin(), assignments_.end(), apply);
  decide_open_keys(parameters);
  for (const Assignment& assignment : assignments_) {
    const Option& option = *assignment.option;
    if (!option.decided_by.empty() || option.section == "asymmetry")
      parameters.given.insert(option.full_name());
  }
  std::for_each(assignments_.begin(), assignments_.end(), apply);
  refuse(find_invalid(parameters));
  refuse(find_unavailable(parameters));
  return parameters;
}

}  // namespace

Parameters parse_configuration(std::string_view text, std::string_view name,
                               const std::vector<std::string>& overrides) {
  Assignments assignments(text, name);
  for (const auto& text_of_one : overrides) assignments.add_override(text_of_one);
  return assignments.resolve();
}

}  // namespace qke
