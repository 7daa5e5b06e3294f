// The option table as documentation: the tables of docs/configuration.md,
// configs/all-keys.toml, and the text of --help KEY.
#pragma once

#include <string>
#include <string_view>

namespace qke {

// Markdown: a heading and a table for each section.
std::string option_tables();

// Markdown: the values behind each word of run.precision.
std::string precision_table();

// All keys as a configuration, explained and commented out: configs/all-keys.toml.
std::string all_keys();

// In the same form: of a key, with or without its section, of a section, or with "all" of
// everything. Throws ConfigurationError for other topics.
std::string help_on(std::string_view topic);

// One word a line, then a tab and its meaning: "grid.nodes=", and for keys with a list of
// values also "run.scheme=auto". The completion of shells is made from them.
std::string completion_of_keys();

}  // namespace qke
