#include "config/toml_value.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/text.hpp"
#include "config/toml_slips.hpp"

namespace qke {

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

namespace {

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

}  // namespace

std::string shown(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return abbreviated(text);
}

std::string shown(const toml::node& node) { return shown(text_of(node)); }

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

std::optional<NumberList> as_list(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  NumberList values;
  for (const auto& item : *array) {
    const auto value = as_real(item);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

std::optional<FlavourRows> as_flavour_rows(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr || array->size() != 3) return std::nullopt;
  FlavourRows rows{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto row = as_flavour_triple(*array->get(i));
    if (!row) return std::nullopt;
    rows[i] = *row;
  }
  return rows;
}

Meant value_meant(const RealOption&, const toml::node& node) {
  const auto* text = node.as_string();
  return text ? corrected_number(text->get()) : Meant();
}

// 40 by 40.0 or by "40", but not by 40.5.
Meant value_meant(const IntegerOption&, const toml::node& node) {
  const auto* real = node.as_floating_point();
  if (real != nullptr && real->get() == std::trunc(real->get())) return message_number(real->get());
  const auto* text = node.as_string();
  const Meant number = text ? corrected_number(text->get()) : Meant();
  return number && number->find_first_of(".e") == std::string::npos ? number : Meant();
}

Meant value_meant(const FlagOption&, const toml::node& node) {
  const auto* text = node.as_string();
  return corrected_flag(text ? text->get() : shown(node));
}

// true and false stand for "on" and "off", false also for "none", where the key has these
// words.
Meant value_meant(const ChoiceOption& choice, const toml::node& node) {
  const auto* flag = node.as_boolean();
  if (flag == nullptr) return std::nullopt;
  const bool has_switch = std::find(choice.words.begin(), choice.words.end(), "off") != choice.words.end();
  const bool has_none = std::find(choice.words.begin(), choice.words.end(), "none") != choice.words.end();
  if (has_switch) return flag->get() ? "\"on\"" : "\"off\"";
  return has_none && !flag->get() ? Meant("\"none\"") : Meant();
}

Meant value_meant(const TableOption&, const toml::node&) { return std::nullopt; }

// One number without brackets.
Meant value_meant(const ListOption&, const toml::node& node) {
  const auto value = as_real(node);
  return value ? toml_list(NumberList{*value}) : Meant();
}

// One number for all flavours.
Meant value_meant(const FlavourOption&, const toml::node& node) {
  const auto value = as_real(node);
  return value ? toml_array({*value, *value, *value}) : Meant();
}

// Three numbers for the diagonal, or all nine on one line.
Meant value_meant(const MatrixOption&, const toml::node& node) {
  if (const auto diagonal = as_flavour_triple(node)) {
    const auto& [ee, mumu, tautau] = *diagonal;
    return toml_matrix(FlavourRows{{{ee, 0.0, 0.0}, {0.0, mumu, 0.0}, {0.0, 0.0, tautau}}});
  }
  const auto* array = node.as_array();
  if (array == nullptr || array->size() != 9) return std::nullopt;
  FlavourRows rows{};
  for (std::size_t n = 0; n < 9; ++n) {
    const auto value = as_real(*array->get(n));
    if (!value) return std::nullopt;
    rows[n / 3][n % 3] = *value;
  }
  return toml_matrix(rows);
}

}  // namespace qke
