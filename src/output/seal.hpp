// A seal at the end of a file: what was cut off, damaged or edited since is known by it.
//
// HDF5 checks little of what it reads, and a damaged file can crash it; a sealed one is looked at only where
// it is whole. The seal is 24 bytes after the content, which readers of HDF5 do not see.
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
