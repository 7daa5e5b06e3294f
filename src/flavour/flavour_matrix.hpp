// 3x3 matrices in flavour space, and fields of them over the momentum nodes.
#pragma once

#include <Eigen/Dense>
#include <complex>
#include <vector>

namespace qke {

// Scalar is double (delta_CP = 0 and all averages real) or std::complex<double>.
template <class Scalar>
using FlavourMatrix = Eigen::Matrix<Scalar, 3, 3>;

using Matrix3 = FlavourMatrix<std::complex<double>>;
using Vector3 = Eigen::Vector3d;  // one real number per flavour (or per mass state)

// One matrix per momentum node.
template <class Scalar>
using MatrixField = std::vector<FlavourMatrix<Scalar>>;

// Real numbers in one 3x3 matrix of this scalar.
template <class Scalar>
inline constexpr int components = 9 * static_cast<int>(sizeof(Scalar) / sizeof(double));

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// The field as a real matrix, one row per node: what matrix products over momenta act on.
template <class Scalar>
Eigen::Map<RowMatrix> as_rows(MatrixField<Scalar>& field) {
  static_assert(sizeof(FlavourMatrix<Scalar>) == components<Scalar> * sizeof(double));
  return {reinterpret_cast<double*>(field.data()), static_cast<Eigen::Index>(field.size()),
          components<Scalar>};
}
template <class Scalar>
Eigen::Map<const RowMatrix> as_rows(const MatrixField<Scalar>& field) {
  return {reinterpret_cast<const double*>(field.data()), static_cast<Eigen::Index>(field.size()),
          components<Scalar>};
}

}  // namespace qke
