// From TOML text and --set overrides to Parameters.
//
// Reading has two passes. All values are collected first, each with the line or the --set
// that it comes from; they are applied, the open keys (grid, tolerances, order) are
// decided from them, and they are applied again, so that a given value wins over a
// decided one. Every refusal names the origin of the value and, where its meaning is
// plain, the text to write instead.
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "config/checks.hpp"
#include "config/configuration.hpp"
#include "config/options.hpp"
#include "config/override_text.hpp"
#include "config/suggestion.hpp"
#include "config/table_file.hpp"
#include "config/toml_slips.hpp"
#include "config/toml_value.hpp"
#include "model/method.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

[[noreturn]] void fail(const std::string& origin, const std::string& message, const std::string& key = "") {
  throw ConfigurationError(origin + ": " + message, key);
}

// A value given to an option. The node lives in the Assignments that holds this.
struct Assignment {
  const Option* option;
  const toml::node* node;
  std::string origin;                 // "file:line", or "--set section.key=value"
  std::string number_too_large;       // of the value, for TOML; empty where there is none
  std::filesystem::path folder = {};  // to which names of files are relative
};

std::string bad_toml(const toml::parse_error& error, const std::optional<std::string>& corrected) {
  std::string description(error.description());
  if (!description.empty() && description[0] == 'E') description[0] = 'e';  // "Error while parsing ..."
  return "bad TOML (" + description + "). " + (corrected ? "Write " + *corrected + "." : "Correct it.");
}

bool is_toml(std::string_view text) {
  try {
    static_cast<void>(toml::parse(text));
    return true;
  } catch (const toml::parse_error&) {
    return false;
  }
}

using NumbersByLine = std::map<std::size_t, std::string>;

// Numbers too large for TOML become 1, so that the file can be read; where they are
// assigned, they are refused as they were written, with key and range. toml++ would
// refuse the file without them.
toml::table parse(std::string_view text, std::string_view name, NumbersByLine& too_large) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error&) {
    NumbersTooLarge found = numbers_too_large(text);
    if (found.first_in_line.empty() || !is_toml(found.text_without)) throw;
    too_large = std::move(found.first_in_line);
    return toml::parse(found.text_without, name);
  }
}

bool is_accepted(const Option& option, const std::string& value);

// Stores the value of an assignment in the parameters, by the kind of its option.
class Assign {
 public:
  Assign(const Assignment& assignment, Parameters& parameters)
      : option_(*assignment.option),
        node_(*assignment.node),
        origin_(assignment.origin),
        too_large_(assignment.number_too_large),
        folder_(assignment.folder),
        parameters_(parameters) {}

  void operator()(const RealOption& real) const { store_checked(real, as_real(node_)); }
  void operator()(const FlavourOption& flavours) const { store_checked(flavours, as_flavour_triple(node_)); }

  void operator()(const MatrixOption& matrix) const { store_checked(matrix, as_flavour_rows(node_)); }

  void operator()(const ListOption& list) const { store_checked(list, as_list(node_)); }

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

  void operator()(const TableOption& table) const {
    const auto* file = node_.as_string();
    store_checked(table, file ? rows_of(file->get(), table) : as_table(node_, table));
  }

 private:
  std::optional<TableRows> rows_of(const std::string& file, const TableOption& table) const {
    try {
      return read_table(folder_ / file, table);
    } catch (const std::runtime_error& problem) {
      refuse(option_.full_name() + " = " + shown(node_) + " " + problem.what());
    }
  }

  // The range is checked before the value is stored, where it might not fit.
  template <class Kind, class Value>
  void store_checked(const Kind& kind, const std::optional<Value>& value) const {
    if (!too_large_.empty()) fail_size();
    if (!value) fail_type();
    if (const auto problem = kind.check(*value)) refuse(option_.complaint(shown(node_), *problem));
    kind.access.set(parameters_, *value);
  }

  [[noreturn]] void fail_size() const {
    const std::string remedy = too_large_[0] == '-' ? "Choose a larger value." : "Choose a smaller value.";
    refuse(option_.complaint(written(), {"", remedy}));
  }

  [[noreturn]] void refuse(const std::string& message) const { fail(origin_, message, option_.full_name()); }

  std::string written() const { return too_large_.empty() ? shown(node_) : shown(too_large_); }

  [[noreturn]] void fail_type() const {
    if (origin_.empty()) fail("", "is no better");
    auto value = std::visit([&](const auto& kind) { return value_meant(kind, node_); }, option_.kind);
    if (value && (!too_large_.empty() || !is_accepted(option_, *value))) value.reset();
    refuse(option_.full_name() + " = " + written() + " is " + std::string(type_name(node_)) + " (expected: " +
           option_.expectation() + "). " + (value ? "Write " + *value + "." : "Give a value of that kind."));
  }

  [[noreturn]] void fail_word(std::string_view word, const std::vector<std::string_view>& words) const {
    const auto nearest = nearest_word(word, words);
    refuse(option_.full_name() + " = " + shown(node_) +
           " is not a choice (expected: " + option_.expectation() + "). " +
           (nearest.empty() ? "Use one of these." : "Did you mean \"" + std::string(nearest) + "\"?"));
  }

  const Option& option_;
  const toml::node& node_;
  const std::string &origin_, &too_large_;
  const std::filesystem::path& folder_;
  Parameters& parameters_;
};

// Whether an option takes this value: a remedy is proposed only if it works. Such a trial
// has no origin, by which fail_type() knows it and does not look for a remedy of a
// remedy.
bool is_accepted(const Option& option, const std::string& value) {
  try {
    const toml::table document = toml::parse("value = " + value);
    const Assignment assignment{&option, document.get("value"), "", "", {}};
    Parameters ignored;
    std::visit(Assign(assignment, ignored), option.kind);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

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
  std::string number_too_large_in(const toml::node& node) const;

  std::string line_of(const toml::source_region& source) const {
    return name_ + ":" + std::to_string(source.begin.line);
  }
  const Assignment* last(std::string_view full_name) const;
  void refuse_xi_with_eta() const;
  void refuse(const std::optional<Complaint>& complaint) const;

  std::string name_;
  std::deque<toml::table> documents_;  // a deque does not move the nodes that assignments point to
  NumbersByLine too_large_;            // of the last of them
  std::vector<Assignment> assignments_;
};

void Assignments::add_file(std::string_view text) {
  try {
    documents_.push_back(parse(text, name_, too_large_));
  } catch (const toml::parse_error& error) {
    fail(line_of(error.source()) + ":" + std::to_string(error.source().begin.column),
         bad_toml(error, corrected_line_near(text, error.source().begin.line, is_toml)));
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
  if (option == nullptr) {
    fail(origin, unknown_key_message(section, key), std::string(section) + "." + std::string(key));
  }
  const bool is_override = origin.rfind("--set", 0) == 0;
  const auto folder = is_override ? std::filesystem::path() : std::filesystem::path(name_).parent_path();
  assignments_.push_back({option, &node, origin, number_too_large_in(node), folder});
}

std::string Assignments::number_too_large_in(const toml::node& node) const {
  const auto found = too_large_.lower_bound(node.source().begin.line);
  return found != too_large_.end() && found->first <= node.source().end.line ? found->second : "";
}

// Whether a text that is not TOML stands for the name of a file.
bool is_file_name(const Option* option, const std::string& value) {
  const bool is_wanted = option != nullptr && std::holds_alternative<TableOption>(option->kind);
  return is_wanted && !value.empty() && value.find_first_of("[\"'") != 0;
}

// The value of an override as TOML; a bare word, and the name of a file where one is
// wanted, are taken for a string, as shells take its quotes away.
toml::table parse_override_value(const OverrideText& text, const std::string& origin,
                                 NumbersByLine& too_large) {
  const auto& [section, key, value] = text;
  too_large.clear();
  try {
    return parse("value = " + value, "", too_large);
  } catch (const toml::parse_error& error) {
    const Option* option = find_option(section, key);
    if (is_bare_word(value) || is_file_name(option, value)) return toml::table{{"value", value}};
    if (value.empty()) fail(origin, "no value is given (the text ends at \"=\"). Write it after the \"=\".");
    std::optional<std::string> corrected = corrected_value(value);
    if (corrected && option && !is_accepted(*option, *corrected)) corrected.reset();
    if (corrected) corrected = "--set " + quoted_for_shell(section + "." + key + "=" + *corrected);
    fail(origin, bad_toml(error, corrected));
  }
}

void Assignments::add_override(const std::string& text) {
  const std::string origin = "--set " + text;
  const OverrideText parts = split_override(text);
  const Assignment* earlier = last(parts.section + "." + parts.key);
  if (earlier != nullptr && earlier->origin.rfind("--set", 0) == 0) {
    fail(origin, "the key was already given (by " + earlier->origin + "). Give it once.");
  }
  documents_.push_back(parse_override_value(parts, origin, too_large_));
  add_key(parts.section, parts.key, *documents_.back().get("value"), origin);
}

// The last assignment of a key wins: overrides come after the file.
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
  fail(eta->origin,
       "asymmetry.eta = " + shown(*eta->node) + " contradicts asymmetry.xi = " + shown(*xi->node) + " (" +
           xi->origin + "; each fixes the asymmetry). Give one of the two.",
       "asymmetry.eta");
}

void Assignments::refuse(const std::optional<Complaint>& complaint) const {
  if (!complaint) return;
  const Assignment* cause = last(complaint->key);
  fail(cause ? cause->origin : name_, complaint->message, complaint->key);
}

Parameters Assignments::resolve() const {
  Parameters parameters;
  const auto apply = [&](const Assignment& assignment) {
    std::visit(Assign(assignment, parameters), assignment.option->kind);
  };
  refuse_xi_with_eta();
  // First pass: the keys by which others are decided. `given` keeps the open keys that
  // the user gave: they are written out, and do not follow the others any more.
  std::for_each(assignments_.begin(), assignments_.end(), apply);
  decide_open_keys(parameters);
  for (const Assignment& assignment : assignments_) {
    const Option& option = *assignment.option;
    if (!option.decided_by.empty() || option.section == "asymmetry")
      parameters.given.insert(option.full_name());
  }
  std::for_each(assignments_.begin(), assignments_.end(), apply);
  // Every value has been checked by itself as it was stored; now the values that depend
  // on one another.
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
