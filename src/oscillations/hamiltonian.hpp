// The mean-field Hamiltonian that acts on a neutrino of comoving momentum y (docs/physics.md,
// "Hamiltonian"; [FPV20] eq. (2.23)):
//   V = U M^2 U^dagger/(2 y T_cm) - 2 sqrt(2) G_F y T_cm [(E+P)_lep/m_W^2 + (4/3) (E_nu + E_nubar)/m_Z^2],
// one function per term, in MeV. The same V stands in the equation of the antineutrinos with opposite sign.
#pragma once

#include "flavour/flavour_matrix.hpp"
#include "qke/parameters.hpp"

namespace qke {

// Vacuum term for mass_squared in MeV^2.
template <class Scalar>
FlavourMatrix<Scalar> vacuum_hamiltonian(const FlavourMatrix<Scalar>& mass_squared, double y, double T_cm) {
  return mass_squared / (2.0 * y * T_cm);
}

// The bracket of V, in MeV^2: (E+P) of the charged leptons per flavour, and (E_nu + E_nubar) as a matrix
// (zero where it is left out), in MeV^4.
Matrix3 matter_source(const WeakParameters& weak, const Vector3& lepton_enthalpy,
                      const Matrix3& neutrino_energy);

// The matter term of V for that source.
Matrix3 matter_hamiltonian(const WeakParameters& weak, const Matrix3& source, double y, double T_cm);

// The self-interaction J = sqrt(2) G_F T_cm^3/(2 pi^2) A for the asymmetry matrix A = int dy y^2 (rho -
// rhobar). It has the same sign in the equations of neutrinos and antineutrinos.
double self_coupling(const WeakParameters& weak, double T_cm);  // J/A in MeV

// sqrt(2) G_F (n_e- - n_e+), in MeV for MeV^3: the potential of nu_e in an asymmetry of electrons, with the
// sign of J.
double electron_asymmetry_potential(const WeakParameters& weak, double electron_excess);

}  // namespace qke
