// A Hermitian 3x3 matrix of the active flavours at every node, packed by component, as
// the collision kernels read it.
#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "flavour/flavour_matrix.hpp"

namespace qke {

// One row per component: the diagonal 00, 11, 22, the real parts of 01, 02, 12 and,
// unless all matrices are real, their imaginary parts. In front of and behind the nodes
// of a row stand `margin` zeros, which vector loads may reach.
class HermitianField {
 public:
  static constexpr int margin = 8, real_components = 6, complex_components = 9;

  HermitianField() = default;
  HermitianField(int nodes, bool is_real)
      : nodes_(nodes), is_real_(is_real), values_(static_cast<std::size_t>(components()) * stride(), 0.0) {}

  int nodes() const { return nodes_; }
  bool is_real() const { return is_real_; }
  int components() const { return is_real_ ? real_components : complex_components; }
  std::ptrdiff_t stride() const { return nodes_ + 2 * margin; }

  double* row(int component) { return values_.data() + component * stride() + margin; }
  const double* row(int component) const { return values_.data() + component * stride() + margin; }

  // Nodes x components.
  using ConstMap = Eigen::Map<const Eigen::MatrixXd, Eigen::Unaligned, Eigen::OuterStride<>>;
  ConstMap by_node() const { return {row(0), nodes_, components(), Eigen::OuterStride<>(stride())}; }

 private:
  int nodes_ = 0;
  bool is_real_ = true;
  std::vector<double> values_;
};

// The matrix of one node.
inline Matrix3 unpacked(const HermitianField& field, int node) {
  const auto at = [&](int component) { return field.row(component)[node]; };
  Matrix3 X;
  for (int a = 0; a < 3; ++a) X(a, a) = at(a);
  int pair = 3;
  for (const auto& [a, b] : {std::pair{0, 1}, std::pair{0, 2}, std::pair{1, 2}}) {
    X(a, b) = {at(pair), field.is_real() ? 0.0 : at(pair + 3)};
    X(b, a) = std::conj(X(a, b));
    ++pair;
  }
  return X;
}

// The active blocks of a field of density matrices.
template <int N, class Scalar>
HermitianField packed(const MatrixField<N, Scalar>& field) {
  constexpr bool is_real = std::is_same_v<Scalar, double>;
  HermitianField result(static_cast<int>(field.size()), is_real);
  const std::ptrdiff_t stride = result.stride();
  for (int i = 0; i < result.nodes(); ++i) {
    const FlavourMatrix<N, Scalar>& X = field[i];
    double* to = result.row(0) + i;
    for (int a = 0; a < 3; ++a) to[a * stride] = std::real(X(a, a));
    to[3 * stride] = std::real(X(0, 1));
    to[4 * stride] = std::real(X(0, 2));
    to[5 * stride] = std::real(X(1, 2));
    if constexpr (!is_real) {
      to[6 * stride] = X(0, 1).imag();
      to[7 * stride] = X(0, 2).imag();
      to[8 * stride] = X(1, 2).imag();
    }
  }
  return result;
}

}  // namespace qke
