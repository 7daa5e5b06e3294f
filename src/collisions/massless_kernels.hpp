// The kernels of nu-nu collisions for one quadruple of nodes at a time. Sums over all
// quadruples use running sums instead (kernels/quadruple_sums.cpp).
#pragma once

#include <algorithm>

namespace qke {

// What is taken off a kernel where it has a kink on which the rest of the integrand does not
// vanish: a sum over y_3 is short of so much there, with the numbers m, M of two nodes.
inline double kink_correction(double m, double M) { return 2.0 / 3.0 * m * m * M * M; }

// K_s and K_u of massless particles, in units of h^5, from the numbers of the nodes. In
// K_s m and M are the smallest and the largest of all four momenta, in K_u the smaller
// and the larger of the pair 2, 3 or 1, 4 that has the smaller sum (docs/physics.md, "The
// sums on the grid"). K_s is corrected for its kink k = j, K_u for its k = i.
inline double scattering_kernel(int i, int j, int k, int l) {
  const double m = std::min({i, j, k, l}) + 1.0, M = std::max({i, j, k, l}) + 1.0;
  const double kernel = m * m * m * (8.0 / 3.0 * M * M + 4.0 / 3.0 * m * M + 4.0 / 15.0 * m * m);
  return k == j ? kernel - kink_correction(m, M) : kernel;
}
inline double annihilation_kernel(int i, int j, int k, int l) {
  const bool second_and_third = j + k < i + l;
  const int a = second_and_third ? j : i, b = second_and_third ? k : l;
  const double m = std::min(a, b) + 1.0, M = std::max(a, b) + 1.0;
  const double kernel = m * m * m * (8.0 / 3.0 * M * M - 4.0 / 3.0 * m * M + 4.0 / 15.0 * m * m);
  return k == i ? kernel - kink_correction(m, M) : kernel;
}

}  // namespace qke
