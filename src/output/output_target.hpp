// Whether a run may have its output where the user wants it.
#pragma once

#include <filesystem>

namespace qke {

// Throws InputOutputError if a run file could not be written to `target`: the name is taken and not to be
// overwritten (force), is too long, is one of the files beside another output, a stream of the program, a
// directory, or lies in a directory that is missing or refuses a new file.
void check_output_target(const std::filesystem::path& target, bool force);

}  // namespace qke
