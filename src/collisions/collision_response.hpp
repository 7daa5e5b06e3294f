// Collision terms linearised around density matrices that are diagonal in flavour space.
// The diagonal elements then respond to one another, and an off-diagonal element to the
// same element of the other nodes alone. Newton's iterations use it; the solution does
// not depend on it.
#pragma once

#include <vector>

#include "flavour/flavour_matrix.hpp"
#include "flavour/hermitian_field.hpp"

namespace qke {

// Occupation numbers: a column of three flavours for every node.
using Spectra = Eigen::Array<double, 3, Eigen::Dynamic>;

inline Spectra diagonals(const HermitianField& rho) { return rho.by_node().leftCols<3>().transpose(); }

// How the collision term of node i responds to the density matrix of node k.
struct NodeResponse {
  Eigen::Matrix3d diagonal = Eigen::Matrix3d::Zero();    // dC_aa = sum_b diagonal(a, b) drho_bb
  Eigen::Array3d off_diagonal = Eigen::Array3d::Zero();  // of the pairs 01, 02, 12: real factors

  NodeResponse& operator+=(const NodeResponse& other) {
    diagonal += other.diagonal;
    off_diagonal += other.off_diagonal;
    return *this;
  }
  NodeResponse operator*(double factor) const { return {factor * diagonal, factor * off_diagonal}; }
  NodeResponse operator+(const NodeResponse& other) const { return NodeResponse(*this) += other; }
};

// dC_i for the change of rho_k, active flavours.
template <class Scalar>
FlavourMatrix<3, Scalar> response_to(const NodeResponse& response, const FlavourMatrix<3, Scalar>& change) {
  const auto& o = response.off_diagonal;
  Eigen::Matrix3d factors;
  factors << 0.0, o(0), o(1), o(0), 0.0, o(2), o(1), o(2), 0.0;
  FlavourMatrix<3, Scalar> dC = factors.cast<Scalar>().cwiseProduct(change);
  dC.diagonal() += (response.diagonal * change.diagonal().real()).template cast<Scalar>();
  return dC;
}

// The response of one kind (nu or nubar) to its own kind and to the other.
struct KindResponse {
  explicit KindResponse(int nodes_)
      : nodes(nodes_), same(static_cast<std::size_t>(nodes_) * nodes_), opposite(same) {}

  NodeResponse& same_at(int i, int k) { return same[static_cast<std::size_t>(i) * nodes + k]; }
  NodeResponse& opposite_at(int i, int k) { return opposite[static_cast<std::size_t>(i) * nodes + k]; }
  const NodeResponse& same_at(int i, int k) const { return same[static_cast<std::size_t>(i) * nodes + k]; }
  const NodeResponse& opposite_at(int i, int k) const {
    return opposite[static_cast<std::size_t>(i) * nodes + k];
  }
  KindResponse& operator+=(const KindResponse& other);

  int nodes;
  std::vector<NodeResponse> same, opposite;
};

inline KindResponse& KindResponse::operator+=(const KindResponse& other) {
  for (std::size_t n = 0; n < same.size(); ++n) {
    same[n] += other.same[n];
    opposite[n] += other.opposite[n];
  }
  return *this;
}

// In units of G_F^2 T_cm^5; bar is used only where antineutrinos are independent.
struct CollisionResponse {
  CollisionResponse(int nodes, bool independent) : nu(nodes), bar(independent ? nodes : 0) {}

  KindResponse nu, bar;
};

// a_first and a_second of the pairs 01, 02, 12.
inline Eigen::Array3d first_of_pairs(const Eigen::Array3d& a) { return {a(0), a(0), a(1)}; }
inline Eigen::Array3d second_of_pairs(const Eigen::Array3d& a) { return {a(1), a(2), a(2)}; }
// Elements (a, b) of the pairs.
inline Eigen::Array3d of_pairs(const Eigen::Matrix3d& X) { return {X(0, 1), X(0, 2), X(1, 2)}; }

// a_first b_second + a_second b_first of every pair.
inline Eigen::Array3d crossed(const Eigen::Array3d& a, const Eigen::Array3d& b) {
  return first_of_pairs(a) * second_of_pairs(b) + second_of_pairs(a) * first_of_pairs(b);
}

}  // namespace qke
