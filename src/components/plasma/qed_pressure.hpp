// Finite-temperature QED corrections to the pressure of photons and e+-, orders e^2 and
// e^3.
//
// With u = p/T, tau = m_e/T, eps = sqrt(u^2 + tau^2), N = 2/(e^eps + 1):
//   A = int du u^2 N/eps,   B = int du N/eps,   I = 2 A + tau^2 B,
//   L = int int du dk (u k/(eps_u eps_k)) ln|(u+k)/(u-k)| N_u N_k,
//   P_2/T^4    = -(e^2/12 pi^2) A - (e^2/8 pi^4) A^2
//   P_2,ln/T^4 = +(e^2 tau^2/16 pi^4) L
//   P_3/T^4    = +(e^3/12 pi^4) I^(3/2)
// Source: [B20] eqs. (3.12)-(3.14).
#pragma once

#include "components/plasma/electromagnetic_plasma.hpp"
#include "qke/parameters.hpp"

namespace qke {

LogarithmicJet qed_pressure_e2(double tau);
LogarithmicJet qed_pressure_e2_ln(double tau);
LogarithmicJet qed_pressure_e3(double tau);

// The sum of the orders that `qed` names.
LogarithmicJet qed_pressure(Qed qed, double tau);

}  // namespace qke
