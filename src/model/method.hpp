// The one room for policy: how a run of given physics is solved - grid, tolerances,
// orders, phases, and the companions that its error is estimated from.
#pragma once

#include <string>

#include "qke/parameters.hpp"

namespace qke {

// The values behind run.precision, unless the keys are given one by one.
struct PrecisionDefaults {
  int nodes;
  double y_max;
  double relative_tolerance;
  double absolute_tolerance;
};
PrecisionDefaults precision_defaults(Precision precision);

// Sets the keys that others decide - the grid, the tolerances, the order - from
// run.precision, run.scheme and the asymmetry.
void decide_open_keys(Parameters& parameters);

// n of model/precession_pace.hpp.
int power_of_slowed_precession(const AsymmetryParameters& asymmetry);

// T_cm in MeV at which a universe of radiation is so many lifetimes old.
double decayed_below(double lifetime_s, double lifetimes);
// The largest y at which decays bring neutrinos after so many lifetimes; 0 where they
// bring none. After `few_are_left` one particle in a thousand is left.
double largest_y_of_decays(const Parameters& parameters, double lifetimes);
inline constexpr double few_are_left = 7.0;
// Lifetimes after which particles that decay no longer matter: what is left after the
// second is less than 1e-8, whatever it dominated.
inline constexpr double shortest_history = 20.0, long_history = 30.0;

// Of the BDF method.
int default_max_order(Scheme scheme);

// Schemes qke and atao-jv with asymmetries have two phases: their own equations, and then
// oscillations averaged around V alone, as in atao; the other schemes have the first
// only. Where directions are followed and asymmetries differ, the equations of an isotropic
// gas come before; between the two phases of scheme atao-jv come the equations of scheme qke
// where its own are not valid. (Files have these numbers.)
enum class Phase { own_equations = 0, averaged = 1, isotropic = 2, full_equations = 3 };
Phase first_phase(const Parameters& parameters);
Phase phase_after(Phase phase);

// s = ln x at which the phase ends.
double phase_end(const Parameters& parameters, Phase phase);

// Tolerances and order of the phase.
IntegratorParameters phase_integrator(const Parameters& parameters, Phase phase);

// The same physics in scheme qke, for a run of scheme atao whose averages are not valid.
// Scheme qke does not have it with equal asymmetries, nor with muons in V and a CP phase,
// nor with non-standard interactions that set antineutrinos apart.
bool full_equations_are_there(const Parameters& parameters);
// A run of scheme atao-jv with the equations, tolerances and slowed precession of scheme qke from the start.
Parameters with_qke_throughout(const Parameters& parameters);
Parameters with_full_equations(const Parameters& parameters);

// Why the run has no error estimate, empty where it has one.
std::string why_no_error_estimate(const Parameters& parameters);

// The companions of a run. `fine`: as the run, but at least as fine as precision "fast"
// where it is coarser than the orders and factors of the estimate hold for.
Parameters fine_companion(const Parameters& parameters);
// `coarse`: steps of the grid 1.5 times longer.
Parameters coarse_companion(const Parameters& fine);
// A run of unequal asymmetries that follows swings: those of small ones that are damped, and those of larger
// ones, which its tolerances may miss. Others as they are.
Parameters with_swings_followed(Parameters parameters);
// The same with other tolerances: swings that grow out of errors of steps end elsewhere.
Parameters with_swings_followed_again(Parameters followed);
// Tolerances ten times looser, or tighter where asymmetries are resolved, which have them as loose as may
// be. What small ones are damped too much tighter ones hardly show: their companion follows oscillations.
bool tolerance_companion_is_tighter(const Parameters& parameters);
Parameters tolerance_companion(const Parameters& coarse);

}  // namespace qke
