// Hermitian NxN matrices as N^2 real numbers, and linear maps between them as real
// matrices.
#pragma once

#include <array>
#include <utility>

#include "flavour/flavour_matrix.hpp"

namespace qke {

// The pairs a < b of N states, row by row: 01, 02, 12 for three.
template <int N>
inline constexpr int pair_count = N*(N - 1) / 2;
template <int N>
constexpr std::array<std::pair<int, int>, pair_count<N>> state_pairs() {
  std::array<std::pair<int, int>, pair_count<N>> pairs{};
  int n = 0;
  for (int a = 0; a < N; ++a) {
    for (int b = a + 1; b < N; ++b) pairs[n++] = {a, b};
  }
  return pairs;
}

// Order of the components: the diagonal; the real parts of the pairs; the imaginary
// parts.
template <int N>
inline constexpr int hermitian_components = N* N;
template <int N>
using HermitianVector = Eigen::Matrix<double, hermitian_components<N>, 1>;
template <int N>
using HermitianMap = Eigen::Matrix<double, hermitian_components<N>, hermitian_components<N>>;

template <int N, class Components>
FlavourMatrix<N> to_matrix(const Components& c) {
  FlavourMatrix<N> X;
  for (int a = 0; a < N; ++a) X(a, a) = c(a);
  int pair = N;
  for (const auto& [a, b] : state_pairs<N>()) {
    X(a, b) = {c(pair), c(pair + pair_count<N>)};
    X(b, a) = std::conj(X(a, b));
    ++pair;
  }
  return X;
}

template <int N>
HermitianVector<N> to_components(const FlavourMatrix<N>& X) {
  HermitianVector<N> c;
  for (int a = 0; a < N; ++a) c(a) = X(a, a).real();
  int pair = N;
  for (const auto& [a, b] : state_pairs<N>()) {
    c(pair) = X(a, b).real();
    c(pair + pair_count<N>) = X(a, b).imag();
    ++pair;
  }
  return c;
}

template <int N>
FlavourMatrix<N> traceless(const FlavourMatrix<N>& X) {
  return X - X.trace() / static_cast<double>(N) * FlavourMatrix<N>::Identity();
}

// The matrix of a linear map of Hermitian matrices, from its images of the unit matrices.
template <int N, class Function>
HermitianMap<N> linear_map(Function&& f) {
  HermitianMap<N> map;
  for (int n = 0; n < hermitian_components<N>; ++n) {
    const HermitianVector<N> unit = HermitianVector<N>::Unit(n);
    map.col(n) = to_components<N>(f(to_matrix<N>(unit)));
  }
  return map;
}

// H = U diag(values) U^dagger of a Hermitian matrix, values increasing. Compiled in hermitian.cpp alone,
// since Eigen's solver takes the compiler seconds for each N.
template <int N>
struct Eigensystem {
  FlavourVector<N> values;
  FlavourMatrix<N> vectors;
};
template <int N>
Eigensystem<N> eigensystem(const FlavourMatrix<N>& H);
StateVector eigenvalues(const StateMatrix& H);

// -i [V, X], Hermitian for Hermitian V and X.
template <int N>
FlavourMatrix<N> precession(const FlavourMatrix<N>& V, const FlavourMatrix<N>& X) {
  const FlavourMatrix<N> product = V * X;
  return std::complex<double>(0.0, -1.0) * (product - product.adjoint());
}

// X -> -i [V, X]: the real antisymmetric structure of a rotation.
template <int N>
HermitianMap<N> precession_map(const FlavourMatrix<N>& V) {
  return linear_map<N>([&](const FlavourMatrix<N>& X) { return precession<N>(V, X); });
}

}  // namespace qke
