// extra.rate_table: rows in the configuration, or the name of a file with them.
#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <optional>
#include <string_view>

#include "qke/parameters.hpp"

namespace qke {

// Rows [T_MeV, K_annihilation, K_scattering], or [T_MeV, K] where both factors are the
// same. Empty where the value is of another type.
std::optional<RateTable> as_rate_table(const toml::node& node);

// The same as columns of a text file, separated by blanks, tabs or commas; empty lines and
// those that begin with # are skipped. Throws std::runtime_error with
// "problem (reason). Remedy."; ranges and order are checked by RateTableOption.
RateTable read_rate_table(const std::filesystem::path& file);

}  // namespace qke
