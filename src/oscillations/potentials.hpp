// The list of potentials of the Hamiltonian V (docs/physics.md, "Hamiltonian";
// [FPV20] eq. (2.23)).
#pragma once

#include "components/plasma/electromagnetic_plasma.hpp"
#include "oscillations/potential.hpp"
#include "qke/parameters.hpp"

namespace qke {

// The potentials that the parameters switch on: a new one is a line here.
Potentials potentials(const Parameters& parameters, const ElectromagneticPlasma& plasma);

// The self-interaction J = sqrt(2) G_F T_cm^3/(2 pi^2) (A + P Tr A) for the asymmetry
// matrix A = int dy y^2 P (rho - rhobar) P of the active flavours: J/(A + P Tr A) in MeV.
// J is odd, and stands apart from the list: implicit methods solve for it.
double self_coupling(const WeakParameters& weak, double T_cm);

// A + P Tr A; A alone where there are no sterile states: there the trace commutes with all.
template <int N>
FlavourMatrix<N> self_interaction(const Matrix3& A) {
  if constexpr (N == active_flavours) {
    return A;
  } else {
    return from_active_block<N, std::complex<double>>(A + A.trace() * Matrix3::Identity());
  }
}

}  // namespace qke
