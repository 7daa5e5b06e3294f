#include "output/layout_reference.hpp"

#include <span>
#include <vector>

#include "output/run_layout.hpp"

namespace qke {
namespace {

using namespace layout;

// A row without its member.
struct Entry {
  std::string name, type, units, meaning, details;
  std::vector<std::string> dimensions;
  Values values = finite;
  bool is_optional = false, is_coordinate = false;
};
using Entries = std::vector<Entry>;

const char* type_of(Labels) { return "text"; }
const char* type_of(const char*) { return "text"; }
const char* type_of(std::int64_t) { return "integer"; }
const char* type_of(std::string (*)(const Provenance&)) { return "text"; }

template <class Struct, class Value>
const char* type_of(Value Struct::*) {
  constexpr bool is_text = std::is_same_v<Value, std::string>;
  constexpr bool is_list_of_text = std::is_same_v<Value, std::vector<std::string>>;
  if (is_text || is_list_of_text) return "text";
  constexpr bool is_integer = std::is_integral_v<Value>;
  constexpr bool is_enumeration = std::is_enum_v<Value>;
  return is_integer || is_enumeration ? "integer" : "real";
}

template <class Table>
void add(Entries& entries, const Table& table, bool is_optional = false) {
  for_each_row(table, [&](const auto& row, auto member) {
    entries.push_back({row.name, type_of(member), row.units, row.meaning, row.details, row.dimension_names(),
                       row.values, is_optional || row.is_optional, row.is_coordinate()});
  });
}

template <class... Members>
void add(Entries& entries, const Row<Members...>& row) {
  add(entries, std::span(&row, 1));
}

Entries statistics_entries() {
  Entries entries;
  add(entries, counter_rows, true);
  add(entries, residual_rows, true);
  for (const char* part : error_parts) {
    entries.push_back({part, "real", "1", meaning_of_statistic(part), "", {}, finite, true, false});
  }
  add(entries, statistics_rows);
  return entries;
}

Entries checkpoint_entries() {
  Entries entries;
  add(entries, phase_row);
  add(entries, integrator_rows);
  add(entries, counter_rows);
  add(entries, checkpoint_rows);
  add(entries, passive_rows);
  add(entries, residual_rows);
  add(entries, state_row);
  return entries;
}

Entries entries_of(const std::string& group) {
  if (group == "statistics") return statistics_entries();
  if (group == "checkpoint") return checkpoint_entries();
  Entries entries;
  if (group == "summary") add(entries, summary_rows), add(entries, stability_summary_rows, true);
  if (group == "history") add(entries, history_rows);
  if (group == "spectra") add(entries, spectra_rows), add(entries, dipole_rows, true);
  if (group == "stability") add(entries, stability_rows, true), add(entries, wave_rows, true);
  return entries;
}

std::string joined(const std::vector<std::string>& words, const std::string& quote) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + quote + word + quote;
  return text;
}

std::string markdown(const Entry& entry) {
  const std::vector<std::string> first = labels(entry.name, active_flavours);
  const std::string more = labels(entry.name, most_states) != first ? ", ..." : "";
  const std::string names = joined(first, "`") + more;
  return "| `" + entry.name + "` | " + joined(entry.dimensions, "") +
         (entry.dimensions.empty() ? "| " : " | ") + entry.type + " | " + entry.units + " | " +
         (entry.is_coordinate ? "coordinate: " : "") + entry.meaning + (names.empty() ? "" : ": " + names) +
         (entry.details.empty() ? "" : "; " + entry.details) + " |\n";
}

const char* type_of(const Attribute& attribute) {
  return std::visit([](const auto& value) { return type_of(value); }, attribute.value);
}

std::string markdown(const Attribute& attribute) {
  const auto* const text = std::get_if<const char*>(&attribute.value);
  const std::string meaning = attribute.meaning;
  return "| `" + std::string(attribute.name) + "` | " + type_of(attribute) + " | " +
         (meaning.empty() && text ? "`" + std::string(*text) + "`" : meaning) + " |\n";
}

const char* name_of(Values values) {
  switch (values) {
    case finite:
      return "finite";
    case not_negative:
      return "not negative";
    case positive:
      return "positive";
    case positive_and_increasing:
      return "positive and increasing";
    case may_be_nan:
      return "may be NaN";
  }
  return "";
}

std::string json(const Entry& entry) {
  return "\"" + entry.name + "\": {\"type\": \"" + entry.type + "\", \"dimensions\": [" +
         joined(entry.dimensions, "\"") + "], \"units\": \"" + entry.units + "\", \"values\": \"" +
         name_of(entry.values) + "\", \"optional\": " + (entry.is_optional ? "true" : "false") + "}";
}

std::string json_group(const std::string& group) {
  std::string rows;
  for (const Entry& entry : entries_of(group)) rows += (rows.empty() ? "" : ",\n      ") + json(entry);
  return "    \"" + group + "\": {\n      " + rows + "\n    }";
}

std::string json_attributes() {
  std::string text;
  for (const Attribute& attribute : root_attributes) {
    text += std::string(text.empty() ? "" : ",\n") + "    \"" + attribute.name + "\": \"" +
            type_of(attribute) + "\"";
  }
  return text;
}

std::string json_labels(int states) {
  std::string text;
  for (const char* dimension : {"flavour", "flavour_column", "mass_state", "pair", "part", "mode", "wave"}) {
    text += std::string(text.empty() ? "" : ",\n") + "      \"" + dimension + "\": [" +
            joined(labels(dimension, states), "\"") + "]";
  }
  return "    \"" + std::to_string(states) + "\": {\n" + text + "\n    }";
}

// By the number of states.
std::string json_labels() {
  std::string text;
  for (int states = active_flavours; states <= most_states; ++states) {
    text += (text.empty() ? "" : ",\n") + json_labels(states);
  }
  return text;
}

}  // namespace

std::string attribute_table() {
  std::string table = "| attribute | type | meaning |\n|---|---|---|\n";
  for (const Attribute& attribute : root_attributes) table += markdown(attribute);
  return table;
}

std::string layout_table(const std::string& group) {
  std::string table = "| dataset | dimensions | type | units | meaning |\n|---|---|---|---|---|\n";
  for (const Entry& entry : entries_of(group)) table += markdown(entry);
  return table;
}

std::string layout_json() {
  std::string groups;
  for (const char* group : {"summary", "history", "spectra", "statistics", "stability"}) {
    groups += (groups.empty() ? "" : ",\n") + json_group(group);
  }
  return "{\n  \"kind\": \"" + std::string(file_kind) +
         "\",\n  \"schema_version\": " + std::to_string(schema_version) + ",\n  \"attributes\": {\n" +
         json_attributes() + "\n  },\n  \"labels\": {\n" + json_labels() + "\n  },\n  \"groups\": {\n" +
         groups + "\n  }\n}\n";
}

}  // namespace qke
