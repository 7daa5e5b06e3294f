#include "model/nsi.hpp"

#include <complex>

namespace qke {
namespace {

Matrix3 matrix_of(const FlavourRows& real, const FlavourRows& imaginary) {
  Matrix3 X;
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      X(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) = {real[a][b], imaginary[a][b]};
    }
  }
  return X;
}

bool is_diagonal(const Matrix3& X) { return X == Matrix3(X.diagonal().asDiagonal()); }

bool treats_mu_and_tau_alike(const Matrix3& X) { return is_diagonal(X) && X(1, 1) == X(2, 2); }

}  // namespace

NsiMatrices nsi_matrices(const NsiParameters& nsi) {
  return {matrix_of(nsi.left, nsi.left_imaginary), matrix_of(nsi.right, nsi.right_imaginary)};
}

bool has_nsi(const NsiParameters& nsi) { return nsi != NsiParameters{}; }

bool nsi_change_flavour(const NsiParameters& nsi) {
  const auto [left, right] = nsi_matrices(nsi);
  return !is_diagonal(left) || !is_diagonal(right);
}

bool nsi_keep_one_matrix(const NsiParameters& nsi, const MixingParameters& mixing) {
  const auto [left, right] = nsi_matrices(nsi);
  if (mixing.delta_cp_rad == 0.0) return left.imag().isZero(0.0) && right.imag().isZero(0.0);
  return treats_mu_and_tau_alike(left) && treats_mu_and_tau_alike(right);
}

}  // namespace qke
