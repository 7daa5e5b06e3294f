// The state of the Universe at one moment, flavours of the neutrinos apart.
#pragma once

#include "components/plasma/electromagnetic_plasma.hpp"

namespace qke {

// s = ln x = ln a up to a constant is the time of all equations.
struct Background {
  double s = 0;
  double x = 0, T_cm = 0;     // m_e/T_cm; MeV
  double z = 0, T_gamma = 0;  // T_gamma/T_cm; MeV
  PlasmaState plasma;
  double rho_nu = 0;                            // MeV^4, all neutrinos and antineutrinos
  double rho_components = 0, P_components = 0;  // MeV^4, of the list of components
  double rho_dark = 0;                          // MeV^4, the part of rho_components in N_eff
  double rho_to_release = 0;                    // MeV^4, the part that plasma and neutrinos will get
  double hubble = 0;                            // MeV
};

}  // namespace qke
