// Matrices in flavour space, and fields of them over the momentum nodes.
//
// N states: nu_e, nu_mu, nu_tau, which interact ("active"), and then sterile ones. Inside
// a scheme N is a template parameter; where it is not known, matrices have any size up to
// most_states.
#pragma once

#include <Eigen/Dense>
#include <complex>
#include <vector>

#include "qke/run_record.hpp"

namespace qke {

// Scalar is double (delta_CP = 0 and all averages real) or std::complex<double>.
template <int N, class Scalar = std::complex<double>>
using FlavourMatrix = Eigen::Matrix<Scalar, N, N>;
template <int N>
using FlavourVector = Eigen::Matrix<double, N, 1>;

// Of the active flavours.
using Matrix3 = FlavourMatrix<3>;
using Vector3 = FlavourVector<3>;

// One matrix per momentum node.
template <int N, class Scalar = std::complex<double>>
using MatrixField = std::vector<FlavourMatrix<N, Scalar>>;
using StateMatrixField = std::vector<StateMatrix>;

// Density matrices on the grid; bar is used only where antineutrinos are evolved on their
// own.
template <int N, class Scalar = std::complex<double>>
struct DensityMatrices {
  MatrixField<N, Scalar> nu, bar;
};

// The block of the active flavours.
template <int N, class Scalar>
FlavourMatrix<3, Scalar> active_block(const FlavourMatrix<N, Scalar>& X) {
  if constexpr (N == 3) {
    return X;
  } else {
    return X.template topLeftCorner<3, 3>();
  }
}

// X with zeros for the sterile states.
template <int N, class Scalar>
FlavourMatrix<N, Scalar> from_active_block(const FlavourMatrix<3, Scalar>& X) {
  if constexpr (N == 3) {
    return X;
  } else {
    FlavourMatrix<N, Scalar> whole = FlavourMatrix<N, Scalar>::Zero();
    whole.template topLeftCorner<3, 3>() = X;
    return whole;
  }
}

// Of `states` states; those beyond N, if any, are empty.
template <int N, class Scalar>
StateMatrixField as_state_matrices(const MatrixField<N, Scalar>& field, int states = N) {
  StateMatrixField result;
  result.reserve(field.size());
  for (const auto& matrix : field) {
    result.emplace_back(StateMatrix::Zero(states, states));
    result.back().template topLeftCorner<N, N>() = matrix.template cast<std::complex<double>>();
  }
  return result;
}

// The block of the first N states.
template <int N>
FlavourMatrix<N> as_fixed(const StateMatrix& matrix) {
  return matrix.topLeftCorner<N, N>();
}
template <int N>
MatrixField<N> as_fixed(const StateMatrixField& field) {
  MatrixField<N> result;
  result.reserve(field.size());
  for (const StateMatrix& matrix : field) result.push_back(as_fixed<N>(matrix));
  return result;
}

}  // namespace qke
