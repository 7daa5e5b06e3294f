// What every 2 -> 2 process contributes to the collision term of one helicity:
//   C_i = gain_i (1 - rho_i) - loss_i rho_i + h.c.
// with one gain and one loss matrix per node, to which the processes add.
#pragma once

#include "flavour/flavour_matrix.hpp"
#include "model/asymmetry.hpp"

namespace qke {

// Density matrices on the grid; bar is used only when antineutrinos are independent.
template <class Scalar>
struct DensityMatrices {
  MatrixField<Scalar> nu, bar;
};

// In units of G_F^2 T_cm^5.
template <class Scalar>
struct GainAndLoss {
  MatrixField<Scalar> gain, loss;

  void set_zero(int nodes) {
    gain.assign(nodes, FlavourMatrix<Scalar>::Zero());
    loss.assign(nodes, FlavourMatrix<Scalar>::Zero());
  }
};

template <class Scalar>
struct CollisionRates {
  GainAndLoss<Scalar> nu, bar;
};

// C at one node, Hermitian.
template <class Scalar>
FlavourMatrix<Scalar> collision_term(const FlavourMatrix<Scalar>& gain, const FlavourMatrix<Scalar>& loss,
                                     const FlavourMatrix<Scalar>& rho) {
  const FlavourMatrix<Scalar> half = gain - (gain + loss) * rho;
  return half + half.adjoint();
}

}  // namespace qke
