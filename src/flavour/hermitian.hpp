// Hermitian 3x3 matrices as nine real numbers, and linear maps between them as real 9x9 matrices.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "flavour/flavour_matrix.hpp"

namespace qke {

// Order: diagonal 00, 11, 22; real parts 01, 02, 12; imaginary parts 01, 02, 12.
inline constexpr int hermitian_components = 9;
using HermitianVector = Eigen::Matrix<double, hermitian_components, 1>;
using HermitianMap = Eigen::Matrix<double, hermitian_components, hermitian_components>;

template <class Components>
Matrix3 to_matrix(const Components& c) {
  const std::complex<double> c01(c(3), c(6)), c02(c(4), c(7)), c12(c(5), c(8));
  Matrix3 X;
  X << c(0), c01, c02, std::conj(c01), c(1), c12, std::conj(c02), std::conj(c12), c(2);
  return X;
}

inline HermitianVector to_components(const Matrix3& X) {
  HermitianVector c;
  c << X(0, 0).real(), X(1, 1).real(), X(2, 2).real(), X(0, 1).real(), X(0, 2).real(), X(1, 2).real(),
      X(0, 1).imag(), X(0, 2).imag(), X(1, 2).imag();
  return c;
}

// "rho_ee", "Re rho_emu" and so on: a component of the matrix of this symbol between these three states.
inline std::string hermitian_component_name(const std::string& symbol,
                                            const std::array<const char*, 3>& states, int component) {
  constexpr std::array rows{0, 1, 2, 0, 0, 1}, columns{0, 1, 2, 1, 2, 2};
  const int element = component < 6 ? component : component - 3;
  const std::string part = component < 3 ? "" : component < 6 ? "Re " : "Im ";
  return part + symbol + "_" + states[rows[element]] + states[columns[element]];
}

// The matrix of a linear map of Hermitian matrices, from what it does to the nine unit matrices.
template <class Function>
HermitianMap linear_map(Function&& f) {
  HermitianMap map;
  for (int n = 0; n < hermitian_components; ++n) {
    const HermitianVector unit = HermitianVector::Unit(n);
    map.col(n) = to_components(f(to_matrix(unit)));
  }
  return map;
}

// -i [V, X], Hermitian for Hermitian V and X.
inline Matrix3 precession(const Matrix3& V, const Matrix3& X) {
  const Matrix3 product = V * X;
  return std::complex<double>(0.0, -1.0) * (product - product.adjoint());
}

// X -> -i [V, X]: the real antisymmetric structure of a rotation.
inline HermitianMap precession_map(const Matrix3& V) {
  return linear_map([&](const Matrix3& X) { return precession(V, X); });
}

}  // namespace qke
