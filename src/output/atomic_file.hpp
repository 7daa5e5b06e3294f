// Files that appear whole or not at all.
//
// The content goes to a temporary file in the same directory, is forced to disk and only then takes the
// final name. On any failure the temporary is removed and what had the final name before is untouched.
// A symbolic link at the final name is replaced, not followed: real_path() follows it. Failures are
// InputOutputError, with the path and the reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace qke {

// Without force, a file that has the name by the time the content is complete is kept, and that is an error.
// The file has mode and owner of the file `like`, by default the one that it replaces, as far as that is
// allowed.
void write_atomically(const std::filesystem::path& target, std::span<const std::byte> content, bool force,
                      const std::filesystem::path& like = {});

// Throws if write_atomically could not succeed. It does what a write does, but under other names, so that
// a directory without room or permission, and a file that may not be replaced, are found before the hours of
// a run and not after.
void check_atomic_write(const std::filesystem::path& target, bool force);

// The file that a symbolic link leads to. Other names, and links to nowhere, stand for themselves.
std::filesystem::path real_path(const std::filesystem::path& target);

// Gives a file another name unless that is taken; returns zero or errno.
int rename_without_replacing(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace qke
