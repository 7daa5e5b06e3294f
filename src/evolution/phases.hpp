// When a run that resolves the oscillations of an asymmetry goes on with averages.
#pragma once

#include "evolution/kinetic_system.hpp"
#include "model/method.hpp"

namespace qke {

// Below this T_cm (MeV) collisions no longer change flavour observably
// (docs/asymmetries.md).
inline constexpr double collisions_matter_above_MeV = 1.0;

// Oscillations can matter only by their averages (docs/asymmetries.md) when
//   collisions are too slow to change flavour observably, or
//   |J| < |V|: the momenta are not locked to one another, and each turns with its own V;
// and have to be averaged when the steps have come down to where some 1e5 oscillations
// per unit of s are followed: two eigenvalues of J have met, and momenta turn with V in
// the plane of their states.
bool only_averages_matter(const KineticSystem& system, double s, const OdeSystem::ConstVector& u,
                          double mean_step);

// Whether scheme atao-jv has to have the full equations from its first state on: where
// momenta are not locked, or where its first order in V/J cancels.
bool begins_with_full_equations(const KineticSystem& system);

// The phase after one that ends at T_cm (MeV) since only averages matter, or since its
// equations are not valid: scheme atao-jv goes on with the full ones while there is still
// something to resolve.
Phase next_phase(const Parameters& parameters, Phase phase, double T_cm);

}  // namespace qke
