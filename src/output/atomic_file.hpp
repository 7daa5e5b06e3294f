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

// Without force it is an error if another file has the name once the content is complete; that file is kept.
// The new file gets mode and owner of the file `like` as far as the system allows, by default of the one that
// it replaces.
void write_atomically(const std::filesystem::path& target, std::span<const std::byte> content, bool force,
                      const std::filesystem::path& like = {});

// Throws if write_atomically could not succeed. It makes the same calls under other names: a directory
// without room or permission, or a file that may not be replaced, is found before the hours of a run, not
// after.
void check_atomic_write(const std::filesystem::path& target, bool force);

// The file that a symbolic link leads to. Other names, and links to nowhere, stand for themselves.
std::filesystem::path real_path(const std::filesystem::path& target);

// Gives a file another name unless that is taken; returns zero or errno.
int rename_without_replacing(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace qke
