// Couplings of the flavours to electrons and positrons at energies far below m_W:
//   g_L = (1/2 + s2, -1/2 + s2, -1/2 + s2) of nu_e, nu_mu, nu_tau,   g_R = s2,
//   s2 = sin^2 theta_W, theta_W the weak mixing angle
// ([FPV20] eq. (2.12)).
#pragma once

#include "flavour/flavour_matrix.hpp"

namespace qke {

struct ElectronCouplings {
  Vector3 g_L;
  double g_R;
};
ElectronCouplings electron_couplings(double sin2_theta_W);

// Weights of the elements (a, b): g_La g_Lb + g_R^2, and g_R (g_La + g_Lb).
Eigen::Matrix3d squared_couplings(const ElectronCouplings& couplings);
Eigen::Matrix3d mixed_couplings(const ElectronCouplings& couplings);

}  // namespace qke
