#include "support/states.hpp"

namespace qke::independent {

Eigensystem eigensystem(const Matrix3& H) {
  const Eigen::SelfAdjointEigenSolver<Matrix3> solver(H);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

}  // namespace qke::independent
