// Whether neutrinos and antineutrinos differ, whether that differs between the flavours, and which equations
// it asks for. Nothing else decides this.
#pragma once

#include "qke/parameters.hpp"

namespace qke {

// Of the neutrinos at the start; `equal`: the same for all flavours.
enum class InitialAsymmetry { none, equal, unequal };
InitialAsymmetry initial_asymmetry(const AsymmetryParameters& asymmetry);

// Whether neutrinos and antineutrinos are evolved apart, by an asymmetry of their own or of the electrons.
bool has_asymmetry(const Parameters& parameters);

// The scheme that is solved: run.scheme, where "auto" is atao as far as that is exact, and qke beyond.
Scheme scheme_of(const Parameters& parameters);

// Whether the run follows what oscillations do to an asymmetry.
bool resolves_asymmetry(const Parameters& parameters);

}  // namespace qke
