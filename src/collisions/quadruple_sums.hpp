// The sums over quadruples of momenta behind neutrino_neutrino.cpp, on plain arrays:
// compiled once for every instruction set (kernels/quadruple_sums.cpp).
#pragma once

#include <array>
#include <cstddef>

#include "base/instruction_set.hpp"

namespace qke {

// rho and rhobar by component: nu[c * stride + i] is component c of node i, c = 0 ... 8:
// the diagonal, then the real and the imaginary parts of the elements 01, 02, 12. Real
// matrices have the first six. `margin` numbers on either side of the nodes can be read,
// and are zero.
struct QuadrupleInput {
  static constexpr int margin = 8;

  int nodes;
  std::ptrdiff_t stride;
  const double* nu;
  const double* bar;     // where antineutrinos are independent
  const double* inside;  // 1 at the nodes, 0 in the margins
};

// One relation of rhobar and rho, one instruction set. The work is cut into blocks; each
// adds to a workspace, and several workspaces may be at work at the same time.
struct QuadrupleSums {
  int (*blocks)(int nodes);
  // In doubles; the workspace is to be aligned to 64 bytes.
  std::size_t (*workspace_size)(int nodes);
  void (*begin)(int nodes, double* workspace);
  void (*add_block)(const QuadrupleInput& input, int block, double* workspace);
  // Adds the sums of a workspace to
  // out[((species * 2 + loss) * components + c) * nodes + i] with species = 0 (nu), 1
  // (nubar) and the components of a general matrix: the nine real parts row by row, then
  // the imaginary ones. Kernels are in units of h^5.
  void (*finish)(int nodes, const double* workspace, double* out);
};

enum class QuadrupleKind {
  real_equal,
  real_independent,
  complex_equal,
  complex_conjugate,
  complex_independent,
};

using QuadrupleSumsTable = std::array<QuadrupleSums, 5>;  // by kind

namespace baseline {
const QuadrupleSumsTable& quadruple_sums();
}
namespace avx2 {
const QuadrupleSumsTable& quadruple_sums();
}
namespace avx512 {
const QuadrupleSumsTable& quadruple_sums();
}

const QuadrupleSums& quadruple_sums(InstructionSet set, QuadrupleKind kind);

}  // namespace qke
