// How long steps may be where two eigenvalues of J + E come together.
//
// In the eigenbasis of J + E, whose eigenvalues a, b are j apart, small coherences S(y) and
// Sbar(y) of the two states obey, up to elements of V between them,
//   dS/ds    = -i [(j + v) S    - D A],   A = int kappa (S - Sbar) dy,
//   dSbar/ds = -i [(j - v) Sbar - Dbar A],
// with v = V_aa - V_bb, D = rho_aa - rho_bb, Dbar that of rhobar, and J = int kappa (rho - rhobar) dy:
// the linear perturbations of docs/stability.md. So S ~ e^{-i (j + u) s} where
//   1 + int kappa [D/(u - v) - Dbar/(u + v)] dy = 0,
// and u^2 + j u + q = 0, q = int kappa v (D + Dbar) dy, where |u| >> v: a top with the spin j,
// whose swings have the frequency w = 2 sqrt(|q|) where it stops spinning. While |j| falls
// to w some of these modes grow, v not being small beside u. Their frequency is j, and
// an L-stable method with steps of many turns, which serves all others, lets them decay
// (docs/dev/asymmetry-convergence.md, "What grows where eigenvalues meet").
#pragma once

#include <functional>

#include "oscillations/mean_field_precession.hpp"

namespace qke {

// In ln a; infinite where no eigenvalues come together. `sources` has dX/ds by all that is no
// precession, and is called where they are near.
double longest_step_before_crossing(const MeanFieldPrecession<3>& precession,
                                    const MeanFieldPrecession<3>::Pair& X,
                                    const std::function<MeanFieldPrecession<3>::Pair()>& sources);

}  // namespace qke
