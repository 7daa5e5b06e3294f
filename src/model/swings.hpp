// Swings: where two eigenvalues of the asymmetry matrix meet, all momenta turn around V together between
// their two states. What is left of them there grows, errors of the steps included
// (docs/dev/asymmetry-convergence.md, "Swings"). How closely a run follows them stands here.
#pragma once

#include "qke/parameters.hpp"

namespace qke {

// What implicit-explicit steps do with oscillations of which they follow little: keep most until steps become
// short, let them die out, or follow them, however short steps become.
enum class Swings { none, kept, damped, followed };
Swings swings_of(const Parameters& parameters);

// Below, tolerances in proportion to the asymmetry let errors of the steps grow where nothing damps them;
// larger asymmetries lose more by being damped.
inline constexpr double swings_damped_below_xi = 0.05;
bool swings_are_small(const AsymmetryParameters& asymmetry);

// Whether implicit-explicit steps damp oscillations that they do not follow well.
bool oscillations_are_damped(const Parameters& parameters);
// Whether the method that damps takes over where steps become short.
bool short_steps_may_be_damped(const Parameters& parameters);

// Whether swings of unequal asymmetries grow out of errors of the steps, too, by which they end elsewhere:
// where degeneracy parameters of two flavours differ by 1 at most.
bool swings_grow(const Parameters& parameters);

// T_cm in MeV above which swings grow from next to nothing, errors of the steps with them; and the factor, at
// most 1, of both tolerances there: small where nu_e and another flavour begin nearly alike.
inline constexpr double swings_begin_above_MeV = 1.5;
double closer_where_swings_begin(const Parameters& parameters, double relative_tolerance);

}  // namespace qke
