// Whether a run may have its output where the user wants it.
#pragma once

#include <filesystem>

namespace qke {

// Throws InputOutputError if a run file could not be written to `target`: the name is taken (without force)
// or too long, it names a directory, a stream of the program or a file that runs make beside their outputs,
// or its directory is missing or refuses a new file.
void check_output_target(const std::filesystem::path& target, bool force);

}  // namespace qke
