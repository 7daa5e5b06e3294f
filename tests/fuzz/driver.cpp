// Feeds a fuzz target a fixed series of inputs, for compilers without libFuzzer and for a
// test that always does the same unless QKE_TEST_SEED is set: seed files, spliced and
// changed at random.
//     TARGET COUNT SEED_FILE...
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "support/seed.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

class Mutator {
 public:
  explicit Mutator(std::vector<Bytes> seeds) : seeds_(std::move(seeds)) {}

  Bytes next() {
    Bytes bytes = seeds_[below(seeds_.size())];
    for (std::size_t changes = below(8); changes > 0; --changes) change(bytes);
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void change(Bytes& bytes) {
    const std::size_t place = below(bytes.size() + 1);
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(place);
    const std::size_t length = std::min(below(40), bytes.size() - place);
    switch (below(5)) {
      case 0:
        if (at != bytes.end()) *at = static_cast<std::uint8_t>(random_());
        break;
      case 1:
        bytes.erase(at, at + static_cast<std::ptrdiff_t>(length));
        break;
      case 2:
        bytes.insert(at, length, static_cast<std::uint8_t>(random_()));
        break;
      case 3:
        if (at != bytes.end()) *at ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      default: {
        const Bytes& other = seeds_[below(seeds_.size())];
        const std::size_t from = below(other.size()), count = std::min(below(80), other.size() - from);
        const auto begin = other.begin() + static_cast<std::ptrdiff_t>(from);
        bytes.insert(at, begin, begin + static_cast<std::ptrdiff_t>(count));
      }
    }
  }

  std::vector<Bytes> seeds_;
  std::mt19937_64 random_{qke::independent::seed(1)};
};

}  // namespace

int main(int argument_count, char** arguments) {
  std::vector<Bytes> seeds{Bytes{}, Bytes(600, 255)};
  for (int i = 2; i < argument_count; ++i) {
    std::ifstream stream(arguments[i], std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  const long count = argument_count > 1 ? std::atol(arguments[1]) : 10000;
  Mutator mutator(std::move(seeds));
  for (long i = 0; i < count; ++i) {
    const Bytes input = mutator.next();
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::cout << count << " inputs, nothing found\n";
  return EXIT_SUCCESS;
}
