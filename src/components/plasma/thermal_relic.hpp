// A particle beyond the Standard Model in equilibrium with the plasma: an ideal gas at
// T_gamma without chemical potential (docs/beyond.md, "A relic in equilibrium with the
// plasma"). With tau = m/T, u = p/T, eps = sqrt(u^2 + tau^2) and g degrees of freedom
//   P/T^4 = (g/6 pi^2) int du u^4/eps 1/(e^eps -+ 1),   - bosons, + fermions.
#pragma once

#include "components/plasma/electromagnetic_plasma.hpp"

namespace qke {

// P/T^4 at T in MeV, as a jet in ln(m/T); 0 without a relic.
LogarithmicJet relic_pressure(const RelicParameters& relic, double T);

}  // namespace qke
