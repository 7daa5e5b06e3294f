// Keys whose value is a table, such as extra.rate_table: rows in the configuration, or the
// name of a file with them.
#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <optional>

#include "config/option.hpp"

namespace qke {

// Rows with a number for each column, or with two, where the second stands for all that
// follow. Empty where the value is of another type.
std::optional<TableRows> as_table(const toml::node& node, const TableOption& table);

// The same as columns of a text file, separated by blanks, tabs or commas; empty lines and
// those that begin with # are skipped. Throws std::runtime_error with
// "problem (reason). Remedy."; ranges and order are checked by TableOption.
TableRows read_table(const std::filesystem::path& file, const TableOption& table);

}  // namespace qke
