// The expansion of the flat universe: H^2 = 8 pi rho/(3 m_Pl^2).
#pragma once

#include <cmath>

#include "model/constants.hpp"

namespace qke {

// Energy density over T_cm^4 of dark radiation that adds delta_N_eff to N_eff today in the Standard Model.
inline double dark_radiation_over_T_cm4(double delta_N_eff) {
  return delta_N_eff * 2.0 * constants::rho_0 *
         std::pow(constants::z_standard / constants::z_instantaneous, 4);
}

// H in MeV for the total energy density in MeV^4.
inline double hubble_rate(double energy_density) {
  return std::sqrt(8.0 * constants::pi / 3.0 * energy_density) / constants::planck_mass;
}

}  // namespace qke
