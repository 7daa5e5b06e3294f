// The tables of run_layout.hpp for those who read files: docs/output.md has them in Markdown,
// python/qke_decouple/run_layout.json for scripts. unit/LayoutReference compares both.
#pragma once

#include <string>

namespace qke {

// Of the root of the file.
std::string attribute_table();

// Of "summary", "history", "spectra", "statistics" or "checkpoint".
std::string layout_table(const std::string& group);

std::string layout_json();

}  // namespace qke
