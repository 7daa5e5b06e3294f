// A TOML value: its words for messages, and its value as the kinds of options take it.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>

#include "config/option.hpp"

namespace qke {

// "an integer", ...
std::string_view type_name(const toml::node& node);
// For a message: on one line, and not too long.
std::string shown(std::string text);
std::string shown(const toml::node& node);

// Empty where the value is of another type.
std::optional<double> as_real(const toml::node& node);
std::optional<FlavourTriple> as_flavour_triple(const toml::node& node);
std::optional<NumberList> as_list(const toml::node& node);
std::optional<FlavourRows> as_flavour_rows(const toml::node& node);

// The value meant by one of the wrong type: 0.3 by the text "0,3", true by "yes", "on" by
// true, ...; empty where nothing plain is meant.
using Meant = std::optional<std::string>;
Meant value_meant(const RealOption& option, const toml::node& node);
Meant value_meant(const IntegerOption& option, const toml::node& node);
Meant value_meant(const FlagOption& option, const toml::node& node);
Meant value_meant(const ChoiceOption& option, const toml::node& node);
Meant value_meant(const FlavourOption& option, const toml::node& node);
Meant value_meant(const MatrixOption& option, const toml::node& node);
Meant value_meant(const ListOption& option, const toml::node& node);
Meant value_meant(const TableOption& option, const toml::node& node);

}  // namespace qke
