// nu-e collisions for tests that bring their own rates.
#pragma once

#include "collisions/neutrino_electron.hpp"

namespace qke::independent {

// The rates of the table are never asked for: its range does not matter.
inline NeutrinoElectron electron_collisions(const MomentumGrid& grid, double sin2_theta_W,
                                            const NsiParameters& nsi = {}) {
  return NeutrinoElectron(
      grid, coupling_maps(sin2_theta_W, nsi), ElectronRateFactors({}), 0.1, 1.0, [](double) { return 1.0; },
      one_thread());
}

}  // namespace qke::independent
