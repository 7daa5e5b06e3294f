// The files that a run makes beside its output, by their names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace qke {

std::filesystem::path lock_file_of(const std::filesystem::path& target);        // .RUN.h5.qke-lock
std::filesystem::path unfinished_file_of(const std::filesystem::path& target);  // RUN.h5.part
std::string temporary_file_of(const std::filesystem::path& target);             // RUN.h5.tmp.<process>

// Whether a run could make a file of this name beside another output.
bool has_name_of_side_file(const std::filesystem::path& target);

// By how many bytes the longest of these names is longer than the name of the output.
constexpr std::size_t longest_addition = 24;  // .part.tmp.<7 digits>.<2 digits>

}  // namespace qke
