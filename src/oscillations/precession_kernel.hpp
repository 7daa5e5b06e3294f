// One pass of Newton's method behind mean_field_precession.cpp over all momentum modes, on
// plain arrays: compiled once for every instruction set (kernels/precession.cpp).
#pragma once

#include <cstddef>

#include "base/instruction_set.hpp"

namespace qke {

// Modes m = 0 ... count - 1: neutrinos and antineutrinos of all nodes, with the signs of V
// and of the weight in J of each. A Hermitian matrix is nine rows, one per component, of
// `stride` numbers: the diagonal, then the real and the imaginary parts of 01, 02, 12.
struct PrecessionModes {
  // The arrays are read and written up to the next multiple of this; the weights there are 0.
  static constexpr int padding = 8;

  int count;
  std::ptrdiff_t stride;
  const double* V;
  const double* weight;
  const double* damping;
  const double* known;
  double* change;
};

// Sums over the modes for Newton's method.
struct PrecessionSums {
  double collective[9];  // sum w (d X + i [V + E, X])
  // The change of `collective` for a change dJ of J is (R dJ) + (R dJ)^dagger, (R dJ)_pq =
  // sum_rs R_pq,rs dJ_rs with R_pq,rs = response_re + i response_im at [9 (3 p + q) + 3 r + s].
  double response_re[81], response_im[81];
};

// Solves (1 + gamma d) X + i gamma [H, X] = known for change = X - known of every mode, H = V + mean_field,
// with mean_field = J + E and external = E by component. Without `response` that part of the sums stays as it
// is.
using PrecessionPass = void (*)(const PrecessionModes& modes, double gamma, const double* mean_field,
                                const double* external, bool response, PrecessionSums& sums);

namespace baseline {
PrecessionPass precession_pass();
}
namespace avx2 {
PrecessionPass precession_pass();
}
namespace avx512 {
PrecessionPass precession_pass();
}

PrecessionPass precession_pass(InstructionSet set);

}  // namespace qke
