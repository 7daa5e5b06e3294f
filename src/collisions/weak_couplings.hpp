// Couplings of the flavours to electrons and positrons at energies far below m_W:
//   g_L = (1/2 + s2, -1/2 + s2, -1/2 + s2) of nu_e, nu_mu, nu_tau,   g_R = s2,
//   s2 = sin^2 theta_W, theta_W the weak mixing angle
// ([FPV20] eq. (2.12)).
#pragma once

#include "flavour/hermitian.hpp"
#include "qke/parameters.hpp"

namespace qke {

struct ElectronCouplings {
  Vector3 g_L;
  double g_R;
};
ElectronCouplings electron_couplings(double sin2_theta_W);

// Weights of the elements (a, b): g_La g_Lb + g_R^2, and g_R (g_La + g_Lb).
Eigen::Matrix3d squared_couplings(const ElectronCouplings& couplings);
Eigen::Matrix3d mixed_couplings(const ElectronCouplings& couplings);

// With non-standard interactions ([nsi]; docs/beyond.md) the couplings are Hermitian
// matrices:
//   G^L = diag(g_L) + eps^L,   G^R = g_R 1 + eps^R.
struct CouplingMatrices {
  Matrix3 L, R;
};
CouplingMatrices coupling_matrices(double sin2_theta_W, const NsiParameters& nsi);

// What the couplings make of a Hermitian matrix X, as maps of its components (those of
// HermitianField):
//   squared: G^L X G^L + G^R X G^R,   mixed: G^L X G^R + G^R X G^L.
// Diagonal without non-standard interactions: the weights above.
struct CouplingMaps {
  HermitianMap<3> squared, mixed;
  bool are_diagonal;
};
CouplingMaps coupling_maps(double sin2_theta_W, const NsiParameters& nsi);

}  // namespace qke
