// A seal at the end of a file, by which a file that was cut off, damaged or edited is known.
//
// HDF5 checks little of what it reads, and a damaged file can crash it: no file is opened unless its seal is
// right. The seal is 24 bytes after the content, which readers of HDF5 ignore.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace qke {

std::vector<std::byte> sealed(std::vector<std::byte> content);

// The content, or nothing if the seal is missing or not that of the content.
std::optional<std::span<const std::byte>> unsealed(std::span<const std::byte> bytes);

}  // namespace qke
