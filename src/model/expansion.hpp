// The expansion of the flat universe: H^2 = 8 pi rho/(3 m_Pl^2), with the Hubble rate H
// and the Planck mass m_Pl in MeV, the total energy density rho in MeV^4
// (docs/physics.md, "Expansion and temperature").
#pragma once

#include <cmath>

#include "model/constants.hpp"

namespace qke {

// H in MeV for the total energy density in MeV^4.
inline double hubble_rate(double energy_density) {
  return std::sqrt(8.0 * constants::pi / 3.0 * energy_density) / constants::planck_mass;
}

}  // namespace qke
