// Files that appear whole or not at all.
//
// The content goes to a temporary file in the same directory, is forced to disk and only then takes the
// final name. On any failure the temporary is removed and what had the final name before is untouched.
// A symbolic link at the final name is replaced, not followed. Failures are InputOutputError, with the
// path and the reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace qke {

// Without force, a file that has the name by the time the content is complete is kept, and that is an error.
void write_atomically(const std::filesystem::path& target, std::span<const std::byte> content, bool force);

// Throws if write_atomically could not succeed. It does what a write does, but under other names, so that
// a directory without room or permission is found before the hours of a run and not after.
void check_atomic_write(const std::filesystem::path& target, bool force);

}  // namespace qke
