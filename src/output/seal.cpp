#include "output/seal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace qke {
namespace {

constexpr std::string_view mark = "qke-end\n";
using Seal = std::array<char, 24>;  // the mark, and 16 hexadecimal digits
static_assert(mark.size() + 16 == std::tuple_size_v<Seal>);

// The hash FNV-1a of 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv): against accidents, not against forgery.
std::uint64_t hash(std::span<const std::byte> content) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (const std::byte byte : content)
    value = (value ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3U;
  return value;
}

Seal seal_of(std::span<const std::byte> content) {
  Seal seal{};
  std::copy(mark.begin(), mark.end(), seal.begin());
  std::uint64_t value = hash(content);
  for (auto digit = seal.rbegin(); digit != seal.rend() - mark.size(); ++digit, value >>= 4) {
    *digit = "0123456789abcdef"[value & 15];
  }
  return seal;
}

}  // namespace

std::vector<std::byte> sealed(std::vector<std::byte> content) {
  for (const char c : seal_of(content)) content.push_back(static_cast<std::byte>(c));
  return content;
}

std::optional<std::span<const std::byte>> unsealed(std::span<const std::byte> bytes) {
  constexpr std::size_t length = std::tuple_size_v<Seal>;
  if (bytes.size() < length) return std::nullopt;
  const auto content = bytes.first(bytes.size() - length), found = bytes.last(length);
  const Seal seal = seal_of(content);
  const bool intact = std::equal(found.begin(), found.end(), seal.begin(), [](std::byte is, char wanted) {
    return is == static_cast<std::byte>(wanted);
  });
  return intact ? std::optional(content) : std::nullopt;
}

}  // namespace qke
