// Couplings to electrons as [nsi] gives them.
#pragma once

#include "support/brute_force.hpp"

namespace qke::independent {

// eps^L and eps^R by the elements of the keys.
inline NsiParameters nsi_of(const Matrix3& left, const Matrix3& right) {
  NsiParameters nsi;
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      const auto row = static_cast<std::size_t>(a), column = static_cast<std::size_t>(b);
      nsi.left[row][column] = left(a, b).real();
      nsi.left_imaginary[row][column] = left(a, b).imag();
      nsi.right[row][column] = right(a, b).real();
      nsi.right_imaginary[row][column] = right(a, b).imag();
    }
  }
  return nsi;
}

// The eps that make the couplings G.
inline NsiParameters nsi_for(const Couplings<3>& G, double sin2_theta_W) {
  const Couplings<3> standard = weak_couplings<3>(sin2_theta_W);
  return nsi_of(G.L - standard.L, G.R - standard.R);
}

// Any Hermitian G^L and G^R of the size of the standard ones.
inline Couplings<3> random_couplings(Random& random) {
  return {0.4 * random_hermitian(random), 0.4 * random_hermitian(random)};
}

}  // namespace qke::independent
