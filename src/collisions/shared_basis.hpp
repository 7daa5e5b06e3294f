// Gain and loss where all momenta share one eigenbasis U, as where the self-interaction
// locks them together: rho_i = U diag(f_i) U^dagger, rhobar_i = U diag(fbar_i) U^dagger.
// What depends on U is then taken apart from what depends on the momenta,
//   gain_i = U diag(blind_i) U^dagger + S(U diag(squared_i) U^dagger) + M(U diag(mixed_i) U^dagger),
// likewise loss_i, with the maps S and M of the couplings to electrons
// (weak_couplings.hpp).
#pragma once

#include <Eigen/Dense>

namespace qke {

// Nodes x states.
using StateRows = Eigen::Array<double, Eigen::Dynamic, 3>;

// Occupations of the states.
struct SharedBasisDensities {
  StateRows nu, bar;
};

struct SharedBasisSums {
  explicit SharedBasisSums(int nodes) : gain(StateRows::Zero(nodes, 3)), loss(gain) {}

  StateRows gain, loss;
};

// In units of G_F^2 T_cm^5.
struct SharedBasisRates {
  explicit SharedBasisRates(int nodes) : nu(nodes), bar(nodes) {}

  struct Kind {
    explicit Kind(int nodes) : blind(nodes), squared(nodes), mixed(nodes) {}

    SharedBasisSums blind, squared, mixed;
  };
  Kind nu, bar;
};

}  // namespace qke
