// Finite-temperature QED corrections to the pressure of photons and e+-, orders e^2 to
// e^5.
//
// With u = p/T, tau = m_e/T, eps = sqrt(u^2 + tau^2), N = 2/(e^eps + 1):
//   A = int du u^2 N/eps,   B = int du N/eps,   I = 2 A + tau^2 B,
//   L = int int du dk (u k/(eps_u eps_k)) ln|(u+k)/(u-k)| N_u N_k,
//   P_2/T^4    = -(e^2/12 pi^2) A - (e^2/8 pi^4) A^2
//   P_2,ln/T^4 = +(e^2 tau^2/16 pi^4) L
//   P_3/T^4    = +(e^3/12 pi^4) I^(3/2)
//   P_4/T^4    = -(e^2/6 pi^2) ln(tau) P_2/T^4 + e^4 c_4 (pi^2/45) fade(tau)
//   P_5/T^4    = -(e^2/4 pi^2) ln(tau) P_3/T^4 + e^5 c_5 (pi^2/45) fade(tau)
// Source: [B20] eqs. (3.12)-(3.14); P_4 and P_5 of massless electrons [PC95], as the
// program nudec_BSM v2 [EJLS25] has them. Their logarithms are the running of e in P_2 and
// P_3.
// The constants c_4 and c_5 belong to a gas of massless electrons: we let them fade with
// the electrons, as otherwise photons alone would keep them (docs/beyond.md, "Plasma at
// higher orders").
#pragma once

#include <vector>

#include "components/plasma/electromagnetic_plasma.hpp"
#include "qke/parameters.hpp"

namespace qke {

LogarithmicJet qed_pressure_e2(double tau);
LogarithmicJet qed_pressure_e2_ln(double tau);
LogarithmicJet qed_pressure_e3(double tau);

// How c_4 and c_5 fade: not at all, as in the published formula; with the squared mass of
// hard photons, A(tau)/A(0); or with the squared Debye mass, I(tau)/I(0).
enum class Fading { none, photon_mass, debye_mass };
LogarithmicJet qed_pressure_e4(double tau, Fading fading = Fading::photon_mass);
LogarithmicJet qed_pressure_e5(double tau, Fading fading = Fading::photon_mass);

// The sum of the orders that `qed` names.
LogarithmicJet qed_pressure(Qed qed, double tau);
// The same orders for massless electrons, from e^2 on; tau is in the running coupling
// alone.
std::vector<LogarithmicJet> massless_qed_pressures(Qed qed, double tau);

}  // namespace qke
