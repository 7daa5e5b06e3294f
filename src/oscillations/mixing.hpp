// Neutrino mixing: the PMNS matrix and the mass-squared matrix in the flavour basis.
//   U = R23 S R13 S^dagger R12,   S = diag(1, 1, e^{i delta}),
//   U M^2 U^dagger,   M^2 = diag(0, dm2_21, dm2_31),
// with rotations R_ij by theta_ij in the plane (i, j) and the CP phase delta; from there to
// n states with sterile ones
//   U_n = R_{n-1,n} ... R_{2,n} R_{1,n} U_{n-1},   M^2 = diag(0, dm2_21, dm2_31, dm2_41, ...).
// Sources: [FPV20] eqs. (2.20)-(2.22); [GSP19] section 2 for sterile states.
#pragma once

#include "flavour/flavour_matrix.hpp"
#include "qke/parameters.hpp"

namespace qke {

// Unitary: nu_alpha = sum_i U_(alpha i) nu_i.
Matrix3 pmns_matrix(const MixingParameters& mixing);

// The same for all states, sterile ones included.
StateMatrix mixing_matrix(const MixingParameters& mixing, const SterileParameters& sterile);
// The block of the first N states: of all, or of the active ones where sterile ones do not
// mix with them.
template <int N>
FlavourMatrix<N> mixing_matrix(const MixingParameters& mixing, const SterileParameters& sterile = {}) {
  if constexpr (N == active_flavours) {
    return pmns_matrix(mixing);
  } else {
    return as_fixed<N>(mixing_matrix(mixing, sterile));
  }
}

// Diagonal of M^2 in MeV^2: m_i^2 - m_1^2.
template <int N = active_flavours>
FlavourVector<N> masses_squared(const MixingParameters& mixing, const SterileParameters& sterile = {});

// U M^2 U^dagger in MeV^2. Real for delta_CP = 0.
template <int N = active_flavours>
FlavourMatrix<N> mass_squared_matrix(const MixingParameters& mixing, const SterileParameters& sterile = {}) {
  const FlavourMatrix<N> U = mixing_matrix<N>(mixing, sterile);
  const FlavourVector<N> M2 = masses_squared<N>(mixing, sterile);
  return U * M2.template cast<std::complex<double>>().asDiagonal() * U.adjoint();
}

// Whether U M^2 U^dagger has an element off the diagonal.
template <int N = active_flavours>
bool flavours_are_mixed(const MixingParameters& mixing, const SterileParameters& sterile = {}) {
  const FlavourMatrix<N> M2 = mass_squared_matrix<N>(mixing, sterile);
  return M2 != FlavourMatrix<N>(M2.diagonal().asDiagonal());
}

// A = R23 S R23^T: U M^2 U^dagger = A (the same for delta_CP = 0) A^dagger. A acts on
// nu_mu and nu_tau alone: where these two interact alike, A removes the CP phase from the
// equations ([FPV20] appendix F).
Matrix3 cp_rotation(const MixingParameters& mixing);

}  // namespace qke
