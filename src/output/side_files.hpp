// The files that a run makes beside its output, by their names.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace qke {

std::filesystem::path lock_file_of(const std::filesystem::path& target);        // .RUN.h5.qke-lock
std::filesystem::path unfinished_file_of(const std::filesystem::path& target);  // RUN.h5.part
std::string temporary_file_of(const std::filesystem::path& target);             // RUN.h5.tmp.<process>

// Whether an output of this name could be in the way of another's files.
bool has_name_of_side_file(const std::filesystem::path& target);

// By how many bytes the longest of these names is longer than the output's.
constexpr std::size_t longest_addition = 24;  // .part.tmp.<7 digits>.<2 digits>

}  // namespace qke
