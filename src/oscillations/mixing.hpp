// Neutrino mixing: the PMNS matrix and the mass-squared matrix in the flavour basis.
//   U = R23 S R13 S^dagger R12,   S = diag(1, 1, e^{i delta}),
//   U M^2 U^dagger,   M^2 = diag(0, dm2_21, dm2_31),
// with rotations R_ij by theta_ij in the plane (i, j) and the CP phase delta.
// Source: [FPV20] eqs. (2.20)-(2.22).
#pragma once

#include "flavour/flavour_matrix.hpp"
#include "qke/parameters.hpp"

namespace qke {

// Unitary: nu_alpha = sum_i U_(alpha i) nu_i.
Matrix3 pmns_matrix(const MixingParameters& mixing);

// The same for N states.
template <int N>
FlavourMatrix<N> mixing_matrix(const MixingParameters& mixing) {
  static_assert(N == 3, "mixing with sterile states is not there yet");
  return pmns_matrix(mixing);
}

// Diagonal of M^2 in MeV^2: m_i^2 - m_1^2.
Vector3 masses_squared(const MixingParameters& mixing);

// U M^2 U^dagger in MeV^2. Real for delta_CP = 0.
Matrix3 mass_squared_matrix(const MixingParameters& mixing);

// Whether U M^2 U^dagger has an element off the diagonal.
bool flavours_are_mixed(const MixingParameters& mixing);

// A = R23 S R23^T: U M^2 U^dagger = A (the same for delta_CP = 0) A^dagger. A acts on
// nu_mu and nu_tau alone: where these two interact alike, A removes the CP phase from the
// equations ([FPV20] appendix F).
Matrix3 cp_rotation(const MixingParameters& mixing);

}  // namespace qke
