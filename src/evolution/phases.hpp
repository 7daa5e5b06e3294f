// When a run that resolves the oscillations of an asymmetry goes on with averages, with other
// equations, or with a method that damps.
#pragma once

#include <functional>
#include <memory>

#include "evolution/kinetic_system.hpp"
#include "model/method.hpp"

namespace qke {

// Below this T_cm (MeV) collisions no longer change flavour observably, beside sterile states
// (docs/sterile.md).
inline constexpr double collisions_matter_above_MeV = 1.0;

// Oscillations can matter only by their averages (docs/asymmetries.md) when
//   collisions are too slow to matter for N_eff, or
//   |J| < |V|/10: the momenta are not locked to one another, and each turns with its own V.
bool only_averages_matter(const KineticSystem& system, double s, const OdeSystem::ConstVector& u);

// Below this T_cm (MeV) averages take over from asymmetries that are resolved; and the one of a run,
// which beside sterile states is the one above.
inline constexpr double asymmetries_averaged_below_MeV = 0.4;
double averages_begin_below_MeV(const Parameters& parameters);

// Whether scheme atao-jv has to have the full equations from its first state on: where
// momenta are not locked, or where its first order in V/J cancels.
bool begins_with_full_equations(const KineticSystem& system);

// Whether the steps to come need the method that damps (IntegratorOptions), from the mean length of
// the last ones. Where two eigenvalues a, b of the asymmetry matrix come close, what is left of J
// between their states swings around V at a rate V (f_a - f_b)/(a - b), up to sqrt(|V||J|): 1e7
// radians per unit of s. Errors of the steps excite swings, too; where the other method hardly
// damps them all steps follow them.
bool damping_is_due(const Parameters& parameters, Phase phase, double s, double mean_step);

// Watches a run of scheme atao-jv that solves the full equations for where its own hold again.
class OwnEquations {
 public:
  // Where the phase of the run is another one, or the scheme, they are never due.
  OwnEquations(const Parameters& parameters, const Threads& threads, const Additions& additions);

  // u: the state of `full` after so many steps of the run; last_time_MeV: T_cm at which they were
  // taken up before, 0 if never. Where they hold by a hair two phases would take turns for ever.
  bool are_due(const KineticSystem& full, Phase phase, double s, const OdeSystem::ConstVector& u, long steps,
               double last_time_MeV);

 private:
  bool scheme_has_others_;
  std::function<std::unique_ptr<KineticSystem>()> make_;
  std::unique_ptr<KineticSystem> own_;  // made when it is first asked for
};

// The phase after one that ends at T_cm (MeV) since only averages matter, or since its
// equations are not valid: scheme atao-jv goes on with the full ones while there is still
// something to resolve.
Phase next_phase(const Parameters& parameters, Phase phase, double T_cm);

}  // namespace qke
