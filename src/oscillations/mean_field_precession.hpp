// The precession of all momenta in their Hamiltonians and in the mean field of their own
// asymmetry (docs/physics.md, "Kinetic equations"; [FP22] eqs. (2.1)-(2.6)):
//   dX_i/ds    = -i [ V_i + J + E, X_i]    - d_i X_i,
//   dXbar_i/ds = -i [-V_i + J + E, Xbar_i] - dbar_i Xbar_i, J = sum_i w_i (X_i - Xbar_i),
// for Hermitian X_i = rho_i/scale_i - 1 (the identity commutes) at fixed V_i, with the
// weights w_i of J and an optional damping d_i. E is an asymmetry of other particles,
// felt in the same way. V, E, J and the damping are in units of the Hubble rate where
// s = ln a.
#pragma once

#include "flavour/flavour_matrix.hpp"

namespace qke {

template <int N>
struct MeanFieldPrecession {
  using Matrix = FlavourMatrix<N>;
  using Field = MatrixField<N>;
  struct Pair {
    Field nu, bar;
  };

  Field V;
  Matrix external = Matrix::Zero();  // E
  Eigen::ArrayXd weight;
  Eigen::ArrayXd damping, damping_bar;  // d_i, dbar_i

  int nodes() const { return static_cast<int>(V.size()); }
  Matrix self_hamiltonian(const Pair& X) const;
  Pair slope(const Pair& X) const;
  // Solves X = known + gamma slope(X), the equation of a stage of an implicit method, for
  // change = X - known: its relative error is rounding, so that steps far shorter than a
  // turn do not add up rounding of X. The momenta are coupled by J alone: Newton's method
  // for its nine components, each momentum solved exactly in the eigenbasis of its
  // Hamiltonian. `change` holds a guess; false if there is no convergence.
  bool solve(double gamma, const Pair& known, Pair& change) const;
};

}  // namespace qke
