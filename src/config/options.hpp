// The one table of options. Parsing, checks, --print-config and the documentation are
// made from it.
#pragma once

#include <string_view>
#include <vector>

#include "config/option.hpp"

namespace qke {

// In the order of the configuration file, section by section.
const std::vector<Option>& options();

const Option* find_option(std::string_view section, std::string_view name);
std::vector<std::string_view> section_names();

}  // namespace qke
