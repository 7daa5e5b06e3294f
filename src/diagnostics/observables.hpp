// Observables of a state of the kinetic system: N_eff, comoving temperatures,
// asymmetries, spectra (docs/physics.md, "Results"). s = ln x, u is the state, du = du/ds
// its slope; masses and temperatures in MeV.
#pragma once

#include "evolution/kinetic_system.hpp"
#include "qke/run_record.hpp"

namespace qke {

// N_eff of an energy density besides the plasma's (MeV^4, all species) in the
// normalisation of late times, [rho/(2 rho_0 T_cm^4)] [(11/4)^(1/3)/z]^4
// ([FPV20] eq. (4.1)): 11.56 at the start, where z = 1.
double effective_number(double rho, double T_cm, double z);

// T_gamma/T_cm today if the neutrinos took no more heat from now on: the entropy of the
// plasma goes to the photons, s_plasma/T_cm^3 = (4 pi^2/45) z^3.
double z_today(const Background& background);

// N_eff today if the neutrinos took no more heat from now on.
double N_eff_so_far(const Background& background);

// Upper bound of the change of N_eff by heat that the neutrinos still take, from their
// heating now. Both annihilation and scattering fall at least like e^{-m_e/T_gamma},
// T_gamma ~ e^{-s}, against the expansion.
double N_eff_to_come(const KineticSystem& system, double s, const Eigen::VectorXd& u,
                     const Eigen::VectorXd& du);

// Moments of the density matrices, int dy y^n rho/(2 pi^2): number (n = 2) and energy
// (n = 3) over T_cm^3 and T_cm^4.
struct Moments {
  StateMatrix n, nbar, rho, rhobar;
};
Moments moments(const KineticSystem& system, const StateDensities& rho);

// xi of the Fermi-Dirac pair with this n_nu - n_nubar and rho_nu + rho_nubar (over
// T_cm^3, T_cm^4).
double effective_degeneracy(double eta, double rho);

// One row of /history, without the time.
HistoryPoint observe(const KineticSystem& system, double s, const Eigen::VectorXd& u,
                     const Eigen::VectorXd& du);

SpectraSnapshot take_spectra(const KineticSystem& system, double s, const Eigen::VectorXd& u);

// Fills the physical quantities of the summary from the final state (s, u) with
// du = du/ds. N_eff, z and sum_mnu_over_omega_h2_eV are values of today; where the
// neutrinos have not decoupled at the end they stay unknown (NaN), with a warning.
void summarise(const KineticSystem& system, double s, const Eigen::VectorXd& u, const Eigen::VectorXd& du,
               Summary& summary);

}  // namespace qke
