// Non-standard interactions of neutrinos with electrons ([nsi]): what they are, and what
// they take from the schemes. Nothing else decides these.
#pragma once

#include "flavour/flavour_matrix.hpp"
#include "qke/parameters.hpp"

namespace qke {

// eps^L and eps^R, Hermitian.
struct NsiMatrices {
  Matrix3 left, right;
};
NsiMatrices nsi_matrices(const NsiParameters& nsi);

// Whether any element is not 0; whether any element off the diagonal is not.
bool has_nsi(const NsiParameters& nsi);
bool nsi_change_flavour(const NsiParameters& nsi);

// Whether one matrix per node is enough for scheme qke without asymmetry (docs/physics.md,
// "qke without asymmetries"): antineutrinos are rhobar = rho* for real couplings, and a CP
// phase is a rotation of nu_mu and nu_tau, which the couplings must not see.
bool nsi_keep_one_matrix(const NsiParameters& nsi, const MixingParameters& mixing);

}  // namespace qke
