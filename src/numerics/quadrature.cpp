#include "numerics/quadrature.hpp"

#include <cmath>

namespace qke {

Quadrature gauss_legendre(int n) {
  // Nodes are the eigenvalues of the Jacobi matrix of the Legendre recurrence; the
  // weights follow from the first components of its eigenvectors.
  Eigen::VectorXd off_diagonal(n - 1);
  for (int k = 1; k < n; ++k) off_diagonal(k - 1) = k / std::sqrt(4.0 * k * k - 1.0);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(Eigen::VectorXd::Zero(n), off_diagonal);
  return {solver.eigenvalues().array(), 2.0 * solver.eigenvectors().row(0).transpose().array().square()};
}

}  // namespace qke
