// Sterile neutrinos: which of them take part, and when production begins. Nothing else
// decides these.
#pragma once

#include "qke/parameters.hpp"

namespace qke {

// sin^2 theta_ji of states j < i, numbered from 1, i >= 4; from the elements U_alpha4 where
// these are given.
double sterile_sin2_theta(const SterileParameters& sterile, int j, int i);

// m_i^2 - m_1^2 of state i >= 4, eV^2.
double sterile_dm2_eV2(const SterileParameters& sterile, int i);

// Whether any sterile state mixes with an active one: the others stay empty.
bool sterile_states_mix(const SterileParameters& sterile);

// Whether nu_mu or nu_tau mixes with a sterile state.
bool mu_or_tau_mixes_with_sterile(const SterileParameters& sterile);

// Number of states in the equations: sterile ones that mix with no active one stand in the
// output alone, empty.
int coupled_states(const Parameters& parameters);

// Comoving temperature in MeV above which hardly anything is produced, as matter
// suppresses mixing: `factor` (dm2/eV^2)^{1/6} for the largest |dm2|. A start at 50 is early
// enough; at 20 much is missing.
double production_begins_below(const SterileParameters& sterile, double factor);
inline constexpr double early_start = 50.0, late_start = 20.0;

}  // namespace qke
