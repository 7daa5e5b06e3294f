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

// Gamma in s^-1 of a particle that reheats the universe to T_RH in MeV: 3 H(T_RH) with
// rho = (pi^2/30) g* T^4, g* = 10.75.
inline double reheating_rate_per_s(double T_RH_MeV) {
  constexpr double g_star = 10.75;
  return 3.0 * hubble_rate(constants::pi * constants::pi / 30.0 * g_star * std::pow(T_RH_MeV, 4)) /
         constants::hbar;
}

}  // namespace qke
