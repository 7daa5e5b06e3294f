// Seeds of what tests draw at random. QKE_TEST_SEED, 0 unless it is set, shifts all of
// them.
#pragma once

#include <cstdlib>

namespace qke::independent {

inline unsigned test_seed() {
  const char* text = std::getenv("QKE_TEST_SEED");
  return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : 0U;
}

// For the series of random numbers with this `number`.
inline unsigned seed(unsigned number) { return number + 1000U * test_seed(); }

}  // namespace qke::independent
