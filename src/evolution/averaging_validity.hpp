// Where averaged oscillations (scheme `atao`) are right: every pair of eigenstates i, j
// of V that differ in their content of nu_e, or of active flavours, has to oscillate fast
// against whatever mixes the two,
//   H |<i|dV/ds|j>|/(E_i - E_j)^2 << 1,   so that the eigenbasis turns adiabatically,
//   Gamma |<i|P|j>|/|E_i - E_j| << 1,   so that collisions do not keep the pair in step
// (at a resonance the first is 1/(2 gamma) of Landau and Zener),
// with the Hubble rate H, s = ln x, energies E_i, the projector P on nu_e, or on the active
// flavours, and the collision rate Gamma = G_F^2 T_gamma^4 T_cm y, all in MeV (docs/physics.md,
// "Where averages are valid"). With non-standard interactions the matrix that collisions
// depend on takes the place of the projector on nu_e.
#pragma once

#include "components/plasma/electromagnetic_plasma.hpp"
#include "cosmology/temperature.hpp"
#include "model/momentum_grid.hpp"
#include "qke/parameters.hpp"

namespace qke {

// The worst place between two temperatures.
struct AveragingValidity {
  double ratio = 0;  // the larger of the two above
  double T_cm = 0;   // MeV
  double y = 0;
};

// Above, averaging may be wrong by more than 1e-6 in N_eff: its error is of second order
// in the ratio, of a conversion that is worth 6e-4.
inline constexpr double largest_averaging_ratio = 0.03;

// Above, neutrinos are in equilibrium: flavours that convert are equally occupied to
// 1e-5.
inline constexpr double equilibrium_above_MeV = 10.0;

// Along an equilibrium history from T_from down to T_to (MeV).
AveragingValidity averaging_validity(const Parameters& parameters, const ElectromagneticPlasma& plasma,
                                     double T_from, double T_to);

// The largest H/|E_i - E_j| at T_cm (MeV) of a pair that collisions tell apart. Averages drop
// the coherence of a resolved run: rightly so only where this is small.
double slowest_pair(const Parameters& parameters, const ElectromagneticPlasma& plasma, double T_cm);

// Whether a resolved run may go on with averages at T_cm (MeV): all pairs oscillate fast
// against the expansion there, so that their coherence is lost, and averaging_validity()
// holds down to the end.
bool averaging_may_begin(const Parameters& parameters, const ElectromagneticPlasma& plasma, double T_cm);

}  // namespace qke
