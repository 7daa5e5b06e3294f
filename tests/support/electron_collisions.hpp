// nu-e collisions for tests that bring their own rates.
#pragma once

#include <cmath>

#include "collisions/neutrino_electron.hpp"
#include "model/constants.hpp"

namespace qke::independent {

// Of a plasma at x = m_e/T_cm and z = T_gamma/T_cm, temperatures alone.
inline Background background_at(double x, double z) {
  Background b;
  b.s = std::log(x);
  b.x = x;
  b.T_cm = constants::electron_mass / x;
  b.z = z;
  b.T_gamma = z * b.T_cm;
  return b;
}

// The rates of the table are never asked for: its range does not matter.
inline NeutrinoElectron electron_collisions(const MomentumGrid& grid, double sin2_theta_W,
                                            const NsiParameters& nsi = {}) {
  return NeutrinoElectron(
      grid, coupling_maps(sin2_theta_W, nsi), ElectronRateFactors({}), 0.1, 1.0, [](double) { return 1.0; },
      one_thread());
}

}  // namespace qke::independent
