#include "collisions/weak_couplings.hpp"

#include "model/nsi.hpp"

namespace qke {
namespace {

// X_ab -> weight_ab X_ab.
HermitianMap<3> diagonal_map(const Eigen::Matrix3d& weight) {
  HermitianMap<3> map = HermitianMap<3>::Zero();
  map.diagonal().head<3>() = weight.diagonal();
  int pair = 3;
  for (const auto& [a, b] : state_pairs<3>()) {
    map(pair, pair) = map(pair + 3, pair + 3) = weight(a, b);
    ++pair;
  }
  return map;
}

}  // namespace

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

CouplingMatrices coupling_matrices(double sin2_theta_W, const NsiParameters& nsi) {
  auto [left, right] = nsi_matrices(nsi);
  const auto [g_L, g_R] = electron_couplings(sin2_theta_W);
  left.diagonal() += g_L;
  right.diagonal().array() += g_R;
  return {left, right};
}

CouplingMaps coupling_maps(double sin2_theta_W, const NsiParameters& nsi) {
  if (!has_nsi(nsi)) {
    const ElectronCouplings couplings = electron_couplings(sin2_theta_W);
    return {diagonal_map(squared_couplings(couplings)), diagonal_map(mixed_couplings(couplings)), true};
  }
  const auto [L, R] = coupling_matrices(sin2_theta_W, nsi);
  return {linear_map<3>([&L = L, &R = R](const Matrix3& X) -> Matrix3 { return L * X * L + R * X * R; }),
          linear_map<3>([&L = L, &R = R](const Matrix3& X) -> Matrix3 { return L * X * R + R * X * L; }),
          false};
}

}  // namespace qke
