// The option table as documentation: the tables of docs/configuration.md.
#pragma once

#include <string>

namespace qke {

// Markdown: a heading and a table for each section.
std::string option_tables();

// Markdown: what run.precision stands for.
std::string precision_table();

}  // namespace qke
