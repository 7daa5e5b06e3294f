// A gas of neutrinos whose state turns, and the frame that turns with it (docs/stability.md,
// "States that turn").
#pragma once

#include "diagnostics/linear_response.hpp"

namespace qke {

// Mean |[H, rho]| over the mean of the traceless |rho|: how fast density matrices change,
// most of which may be a small and fast precession of single momenta around J.
double turning_of_momenta(const IsotropicGas& gas);

// How fast the Hamiltonian changes for an observer who turns with e^{-i Omega s}: the sum of
//   |sum_y kappa_y [V, rho + rhobar] - [Omega, J]| over |J| + |V|,   J = sum_y kappa_y (rho -
// rhobar), and the mean |[Omega, V]| over |V|, all traceless, with V = (H - Hbar)/2.
double turning_seen_from(const IsotropicGas& gas, const Matrix3& Omega);

// The part of the density matrices that is not diagonal in the eigenbases of H - Omega, and
// oscillates, over the traceless ones.
double nutation_seen_from(const IsotropicGas& gas, const Matrix3& Omega);

// The Omega that leaves the least turning, in the mean square; 0 where it does not help.
Matrix3 turning_of(const IsotropicGas& gas);

// H and Hbar less Omega, in which perturbations have the same growth as at rest.
void turn(IsotropicGas& gas, const Matrix3& Omega);

}  // namespace qke
