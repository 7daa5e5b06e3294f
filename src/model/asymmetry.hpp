// Asymmetries between neutrinos and antineutrinos, and the equations that they need:
// scheme, potentials, antineutrinos apart or not. Nothing else decides these.
#pragma once

#include <array>

#include "qke/parameters.hpp"

namespace qke {

// (n_nu - n_nubar)/T_cm^3 of a Fermi-Dirac pair of temperature t T_cm and degeneracy
// parameter xi:
//   eta = t^3 (xi + xi^3/pi^2)/6,
// and its inverse.
double asymmetry_of(double xi, double t);
double degeneracy_of(double eta, double t);

// xi of nu_e, nu_mu, nu_tau at t = 1, whether given as xi or as eta; and the largest
// |xi|.
std::array<double, 3> degeneracy_parameters(const AsymmetryParameters& asymmetry);
double largest_degeneracy(const AsymmetryParameters& asymmetry);

// Of the neutrinos at the start; `equal`: the same for all flavours.
enum class InitialAsymmetry { none, equal, unequal };
InitialAsymmetry initial_asymmetry(const AsymmetryParameters& asymmetry);

// Whether the neutrinos have one at the start, with sterile states to mix with.
bool has_asymmetry_beside_sterile(const Parameters& parameters);

// Whether neutrinos and antineutrinos are evolved apart, by an asymmetry of their own or
// of the electrons.
bool has_asymmetry(const Parameters& parameters);

// The scheme that is solved: run.scheme, where "auto" is atao as far as that is exact,
// and qke beyond.
Scheme scheme_of(const Parameters& parameters);

// Whether the run follows how oscillations change an asymmetry: one of the start, or one
// that non-standard interactions make by violating CP.
bool resolves_asymmetry(const Parameters& parameters);

// Whether that is one of the start that differs between flavours, in an isotropic gas.
bool resolves_unequal_asymmetry(const Parameters& parameters);

// Whether directions of the momenta are resolved, or the one direction of an isotropic gas
// with J in the equations although there is no asymmetry at the start: scheme qke then
// follows every oscillation.
bool directions_are_resolved(const Parameters& parameters);

// Whether J is in the equations. Where all degeneracy parameters are equal, J is
// proportional to 1 up to effects of the oscillations themselves, and is left out
// (docs/physics.md, "Self-interaction"); beside sterile states, which have no part in it,
// it counts.
bool self_interaction_is_on(const Parameters& parameters);

// Whether muons are in V.
bool muon_background_is_on(const Parameters& parameters);

// How antineutrinos relate to neutrinos; the cheaper cases evolve only one of the two.
enum class AntineutrinoRelation {
  equal,        // rhobar = rho (averaged schemes without asymmetry)
  conjugate,    // rhobar = rho* (qke without asymmetry, delta_CP = 0)
  independent,  // rhobar is evolved on its own
};

// Of averaged schemes.
AntineutrinoRelation averaged_antineutrinos(const Parameters& parameters);

}  // namespace qke
