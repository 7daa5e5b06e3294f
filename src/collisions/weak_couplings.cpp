#include "collisions/weak_couplings.hpp"

namespace qke {

// Charged currents add 1 to the left-handed coupling of nu_e: -1/2 becomes 1/2.
ElectronCouplings electron_couplings(double sin2_theta_W) {
  return {{0.5 + sin2_theta_W, -0.5 + sin2_theta_W, -0.5 + sin2_theta_W}, sin2_theta_W};
}

Eigen::Matrix3d squared_couplings(const ElectronCouplings& couplings) {
  const auto& [g_L, g_R] = couplings;
  return (g_L * g_L.transpose()).array() + g_R * g_R;
}

Eigen::Matrix3d mixed_couplings(const ElectronCouplings& couplings) {
  const auto& [g_L, g_R] = couplings;
  return g_R * (g_L * Vector3::Ones().transpose() + Vector3::Ones() * g_L.transpose());
}

}  // namespace qke
