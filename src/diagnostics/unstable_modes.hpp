// The zeros of a dispersion relation in the upper half of the complex plane: modes
// e^{-i Omega s} that grow.
#pragma once

#include <optional>
#include <vector>

#include "diagnostics/dispersion_relation.hpp"

namespace qke {

// The number of zeros with Im Omega > gamma: by how often D turns around 0 along the line
// Im Omega = gamma.
int count_faster_than(double gamma, const DispersionRelation& D);

// These zeros, the fastest first; of a pair Omega, -Omega* the one with Re Omega >= 0.
// `multiplicity` counts both. Empty where the search does not find as many as there are.
// Where Newton's method finds all of them from guesses, such as the modes of a similar gas,
// one line is enough.
struct UnstableMode {
  Complex Omega;
  int multiplicity = 1;
};
std::optional<std::vector<UnstableMode>> modes_faster_than(double gamma, const DispersionRelation& D,
                                                           const std::vector<Complex>& guesses = {});

// Those of them that Newton's method finds near guesses, until there are `most`; some may be
// missing.
std::vector<UnstableMode> modes_near(const std::vector<Complex>& guesses, double gamma,
                                     const DispersionRelation& D, std::size_t most);

// The zero that Newton's method finds from a guess; none where it leads below `gamma`, or
// towards infinity.
std::optional<Complex> zero_near(Complex guess, double gamma, const DispersionRelation& D,
                                 const std::vector<UnstableMode>& known = {});

}  // namespace qke
