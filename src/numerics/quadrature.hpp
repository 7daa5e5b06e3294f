// Gauss-Legendre nodes and weights.
#pragma once

#include <Eigen/Dense>

namespace qke {

struct Quadrature {
  Eigen::ArrayXd nodes, weights;
};

// The n-point rule on [-1, 1], exact for polynomials up to degree 2n - 1 [GW69]. n >= 1.
Quadrature gauss_legendre(int n);

}  // namespace qke
