// The record of a run (public interface): everything that the output file and the summary
// contain. Units: MeV for temperatures, MeV^4 for energy densities, seconds for time,
// s^-1 for the Hubble rate; eta, z, z_nu and spectra are comoving and dimensionless.
#pragma once

#include <Eigen/Dense>
#include <array>
#include <complex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qke {

// Flavours, or mass states: nu_e, nu_mu, nu_tau today; sizes are found at run time.
inline constexpr int active_flavours = 3, most_states = 6;
using StateVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, most_states, 1>;
using StateMatrix = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor,
                                  most_states, most_states>;
using DensityMatrix = StateMatrix;
inline StateVector no_states() { return StateVector::Zero(active_flavours); }
// A number for every pair of states, in the order e mu, e tau, mu tau.
inline constexpr int most_pairs = most_states * (most_states - 1) / 2;
using PairVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, most_pairs, 1>;

// One row of /history.
struct HistoryPoint {
  double x = 0;                     // m_e/T_cm
  double T_cm = 0;                  // MeV
  double time_s = 0;                // 1/(2H) at the start
  double z = 0;                     // T_gamma/T_cm
  double T_gamma = 0;               // MeV
  double hubble = 0;                // s^-1
  double rho_gamma = 0, rho_e = 0;  // MeV^4
  // (rho_nu_alpha/rho_0)^(1/4), and (n_nu_alpha - n_nubar_alpha)/T_cm^3.
  StateVector z_nu = no_states(), z_nubar = no_states(), eta = no_states();
  StateVector z_mass = no_states();  // z_nu of the vacuum mass states
  PairVector coherence =
      PairVector::Zero(active_flavours);  // |n_ab|/(mean n_aa) of the pairs e mu, e tau, mu tau
  double self_over_vacuum = 0;            // |J|/|V| at y = 3, traceless parts
  double N_eff = 0;                       // in the final normalisation: 11.56 at the start
  double heating = 0;                     // d(rho_nu a^4)/dlna / (a^4 T_gamma^4)
};

// One slice of /spectra. Vectors run over the momentum nodes.
struct SpectraSnapshot {
  double x = 0;
  std::vector<DensityMatrix> rho, rhobar;          // density matrices, flavour basis
  std::vector<StateVector> rho_mass, rhobar_mass;  // occupation numbers of the vacuum mass states
  // With directions mu of the momenta: the means of mu rho and mu rhobar; else empty.
  std::vector<DensityMatrix> dipole, dipolebar;
};

// The multipoles of a perturbation that feel the self-interaction: of its dependence on
// direction. A number for each.
inline constexpr int stability_multipoles = 2;  // l = 0, isotropic, and l = 1, a dipole
using MultipoleVector = Eigen::Matrix<double, stability_multipoles, 1>;

// Perturbations ~ e^{i k z}: of their dependence on direction the self-interaction feels the
// mean and the z component (longitudinal), or the x or y component (transverse). A number
// for each.
enum class Wave { longitudinal, transverse };
inline constexpr int stability_waves = 2;
using WaveVector = Eigen::Matrix<double, stability_waves, 1>;

// One row of /stability: small perturbations of the state of one slice. All rates are per
// e-fold, in units of the Hubble rate.
struct StabilityPoint {
  double x = 0;
  MultipoleVector growth = MultipoleVector::Zero();     // of the fastest growing mode, 0 where none grows
  MultipoleVector frequency = MultipoleVector::Zero();  // of this mode
  MultipoleVector count = MultipoleVector::Zero();      // growing modes
  double damping = 0;                                   // of coherence by collisions
  double turning = 0;                                   // of the state itself, |[H0, rho0]| over |rho0|
  double turning_in_frame = 0;                          // of the Hamiltonian, for one who turns with J
  double nutation = 0;                                  // share of rho0 that precesses around H0 - Omega0
  // The same of perturbations ~ e^{i k z}, one for each wave number of the record.
  std::vector<WaveVector> growth_k, frequency_k, count_k;
};

// How a run stands, in the summary.
inline constexpr const char* finished_status = "done";
inline constexpr const char* unfinished_status = "unfinished";

// In the summary of a run with [stability]; 0 where nothing grows.
struct StabilitySummary {
  double unstable_from_MeV = 0,
         unstable_to_MeV = 0;   // T_cm of the first and the last slice where a mode grows
  double stability_efolds = 0;  // by which the fastest mode grows between
};

// The numbers of the summary, with the names of the JSON keys.
struct Summary {
  std::string status = finished_status;
  // NaN: the run cannot say, a warning says why.
  double N_eff = 0;            // today, dark radiation included
  double N_eff_neutrinos = 0;  // without dark radiation
  double N_eff_error = 0;      // NaN where no estimate is made
  double z = 0;                // today
  StateVector z_nu = no_states(), z_nubar = no_states(), eta = no_states();
  double eta_error = 0;  // of each eta; NaN where no estimate is made
  StateVector delta_rho = no_states();
  StateVector n_nu = no_states();  // n_nu + n_nubar of a flavour over T_cm^3
  double sum_mnu_over_omega_h2_eV = 0;
  double xi_e_effective = 0;
  std::string scheme;
  int nodes = 0;
  long steps = 0;
  long rhs_evaluations = 0;
  double wall_s = 0;
  std::optional<StabilitySummary> stability;
  std::vector<std::string> warnings;  // in words, for the reader of the numbers
};

// Quantities that should be zero: the largest value so far, each relative to the scale of
// its quantity.
struct Residuals {
  double energy_balance = 0;      // of a^4 rho_tot against the integral of its equation
  double lepton_number = 0;       // of the sum of eta over flavours
  double asymmetry_mismatch = 0;  // of atao-jv: A evolved against A of the density matrices
  double averaging_ratio = 0;     // AveragingValidity::ratio, where oscillations are averaged
};

// /statistics: solver counters, and the residuals of quantities that should be conserved.
struct Statistics {
  std::vector<std::pair<std::string, long>> counters;
  std::vector<std::pair<std::string, double>> residuals;  // dimensionless, relative to the quantity's scale
  double averaged_below_MeV = 0;  // T_cm at which a run that began resolved went on averaged, 0 if it did not
  // T_cm at which scheme atao-jv went on as qke, for the first time, and at which its own equations took
  // over again, for the last time; 0 if they did not.
  double full_equations_below_MeV = 0, own_equations_again_below_MeV = 0;
  double N_eff_to_come = 0;  // upper bound of the change of N_eff after the end of the run; NaN before it
};

// Further residuals of a run whose error of N_eff was estimated: the parts of the
// estimate.
inline constexpr std::array error_parts{
    "N_eff_error_refinement",  "N_eff_error_grid",      "N_eff_error_range",
    "N_eff_error_uncertainty", "N_eff_error_tolerance", "N_eff_error_start",
    "N_eff_error_averaging",   "N_eff_error_scheme",    "N_eff_error_end"};

struct RunRecord {
  std::vector<double> y;  // momentum nodes
  std::vector<HistoryPoint> history;
  std::vector<SpectraSnapshot> spectra;
  std::vector<StabilityPoint> stability;  // with [stability]
  std::vector<double> k_over_hubble;      // wave numbers of its perturbations, of those that vary in space
  Summary summary;
  Statistics statistics;
};

// For the progress display, once per integrator step.
struct Progress {
  double fraction = 0;  // of the way from start to end in ln x
  double T_cm = 0;      // MeV
  double z = 0;
  double N_eff = 0;  // so far: if the neutrinos took no more heat
  long steps = 0;
  long checkpoint_steps = 0;  // until the last checkpoint
  double first_fraction = 0;  // where this process began: above 0 for a resumed run
};

}  // namespace qke
