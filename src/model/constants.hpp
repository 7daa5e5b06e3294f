// Fixed physical constants and unit conversions, natural units with energies in MeV.
// Inputs that a user may vary (G_F, sin^2 theta_W, m_W, m_Z, mixing) are in
// parameters.hpp.
#pragma once

#include <cmath>
#include <numbers>

namespace qke::constants {

using std::numbers::pi;

inline constexpr double electron_mass = 0.51099895;            // MeV [CODATA18]
inline constexpr double muon_mass = 105.6583755;               // MeV [CODATA18]
inline constexpr double planck_mass = 1.220890e22;             // MeV [CODATA18]
inline constexpr double fine_structure = 1.0 / 137.035999084;  // [CODATA18]

inline constexpr double eV = 1e-6;                              // MeV
inline constexpr double GeV = 1e3;                              // MeV
inline constexpr double hbar = 6.582119569e-22;                 // MeV s, exact in SI 2019
inline constexpr double boltzmann_MeV_per_K = 8.617333262e-11;  // exact in SI 2019
inline constexpr double cmb_temperature_K = 2.7255;             // [F09]
inline constexpr double hubble_100 = 3.24077928944e-18;         // 100 km/s/Mpc in s^-1

// Energy density of one flavour and helicity at temperature T_cm: 7 pi^2/240 T_cm^4.
inline constexpr double rho_0 = 7.0 * pi * pi / 240.0;

// (11/4)^(1/3): z after instantaneous decoupling without QED.
inline const double z_instantaneous = std::cbrt(11.0 / 4.0);

// z today in the Standard Model (our converged value; [FPV20] table 1: 1.39797). It turns
// an energy density of late times, in units of N_eff, into one over T_cm^4.
inline constexpr double z_standard = 1.397965;

// T_cm^2 t of a universe of radiation after e+e- annihilation, without much of anything else:
// t = 1/2H with rho = [pi^2/15 z^4 + 6 rho_0] T_cm^4, z = (11/4)^(1/3).
inline constexpr double radiation_time_MeV2_s = 0.678;

}  // namespace qke::constants
