// The integrals over the electron's energy behind ElectronRates, on plain arrays:
// compiled once for every instruction set (kernels/electron_integrals.cpp).
#pragma once

#include <cstddef>

namespace qke {

constexpr int electron_quadrature_points = 12;  // between kinks
constexpr int electron_orders = 3;              // of ln z

struct ElectronIntegralsInput {
  int nodes;
  const double* y;
  double x, z;
  // Gauss-Legendre on [-1, 1].
  const double* rule_nodes;
  const double* rule_weights;
  // Whether the diagonals of R1 and R2 make up for their kink (electron_rate_table.hpp).
  bool corrects_kink;
};

// The lower triangles, row by row, of R1, R2, A1, A2, one after the other:
// packed[order * stride + n].
using ElectronIntegrals = void (*)(const ElectronIntegralsInput& input, double* packed,
                                   std::ptrdiff_t stride);

namespace baseline {
ElectronIntegrals electron_integrals();
}
namespace avx2 {
ElectronIntegrals electron_integrals();
}
namespace avx512 {
ElectronIntegrals electron_integrals();
}

}  // namespace qke
