// The datasets of a run file that are members of a struct: their names, units and meanings, in the order of
// docs/output.md. Writer and reader both go by these tables.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "output/hdf5_file.hpp"
#include "qke/run_record.hpp"
#include "record/checkpoint.hpp"

namespace qke::layout {

inline constexpr const char* file_kind = "qke-decouple run";
inline constexpr std::int64_t schema_version = 2;

inline const std::vector<std::string>& flavours = state_names;
inline const std::vector<std::string> mass_states{"nu_1", "nu_2", "nu_3"};
inline const std::vector<std::string> pairs{"e_mu", "e_tau", "mu_tau"};
inline const std::vector<std::string> parts{"real", "imaginary"};

// A dataset whose values are a member of a struct.
template <class Struct, class Value>
struct Field {
  const char* name;
  const char* units;
  const char* long_name;
  Value Struct::*member;

  Description description() const { return {units, long_name}; }
};

inline constexpr Field<Summary, double> summary_numbers[] = {
    {"N_eff", "1", "effective number of neutrino species today, dark radiation included, NaN if unknown",
     &Summary::N_eff},
    {"N_eff_neutrinos", "1", "N_eff without dark radiation, NaN if unknown", &Summary::N_eff_neutrinos},
    {"N_eff_error", "1", "estimated numerical error of N_eff, NaN if not estimated", &Summary::N_eff_error},
    {"z", "1", "T_gamma/T_cm today, NaN if unknown", &Summary::z},
    {"sum_mnu_over_omega_h2_eV", "eV", "sum of neutrino masses over omega_nu h^2, NaN if unknown",
     &Summary::sum_mnu_over_omega_h2_eV},
    {"xi_e_effective", "1", "degeneracy parameter of a thermal nu_e with the asymmetry at the end",
     &Summary::xi_e_effective},
    {"wall_s", "s", "elapsed time of the run", &Summary::wall_s},
};

inline constexpr Field<Summary, StateVector> summary_flavour_numbers[] = {
    {"z_nu", "1", "(rho_nu_alpha/rho_0)^(1/4) at the end", &Summary::z_nu},
    {"z_nubar", "1", "(rho_nubar_alpha/rho_0)^(1/4) at the end", &Summary::z_nubar},
    {"eta", "1", "(n_nu_alpha - n_nubar_alpha)/T_cm^3 at the end", &Summary::eta},
    {"delta_rho", "1", "(rho_nu_alpha + rho_nubar_alpha)/(2 rho_0) - 1 at the end", &Summary::delta_rho},
    {"n_nu", "1", "(n_nu_alpha + n_nubar_alpha)/T_cm^3 at the end", &Summary::n_nu},
};

inline constexpr Field<HistoryPoint, double> history_numbers[] = {
    {"T_cm", "MeV", "comoving temperature", &HistoryPoint::T_cm},
    {"time_s", "s", "cosmic time, 1/(2H) at the start", &HistoryPoint::time_s},
    {"z", "1", "T_gamma/T_cm", &HistoryPoint::z},
    {"T_gamma", "MeV", "photon temperature", &HistoryPoint::T_gamma},
    {"hubble", "s^-1", "Hubble rate", &HistoryPoint::hubble},
    {"rho_gamma", "MeV^4", "energy density of photons", &HistoryPoint::rho_gamma},
    {"rho_e", "MeV^4", "energy density of electrons and positrons", &HistoryPoint::rho_e},
    {"N_eff", "1", "effective number of neutrino species in the final normalisation, 11.56 at the start",
     &HistoryPoint::N_eff},
    {"self_over_vacuum", "1", "self-interaction over vacuum and matter mean field at y = 3, traceless parts",
     &HistoryPoint::self_over_vacuum},
    {"heating", "1", "d(rho_nu a^4)/dlna / (a^4 T_gamma^4)", &HistoryPoint::heating},
};

inline constexpr Field<HistoryPoint, StateVector> history_flavour_numbers[] = {
    {"z_nu", "1", "(rho_nu_alpha/rho_0)^(1/4)", &HistoryPoint::z_nu},
    {"z_nubar", "1", "(rho_nubar_alpha/rho_0)^(1/4)", &HistoryPoint::z_nubar},
    {"eta", "1", "(n_nu_alpha - n_nubar_alpha)/T_cm^3", &HistoryPoint::eta},
};

inline constexpr Field<HistoryPoint, StateVector> history_mass_numbers[] = {
    {"z_mass", "1", "(rho_nu_i/rho_0)^(1/4) of the vacuum mass states", &HistoryPoint::z_mass},
};

inline constexpr Field<HistoryPoint, PairVector> history_pair_numbers[] = {
    {"coherence", "1", "off-diagonal |n_nu_ab| over the mean of the diagonal n_nu_aa",
     &HistoryPoint::coherence},
};

inline constexpr Field<SpectraSnapshot, std::vector<DensityMatrix>> spectra_matrices[] = {
    {"rho", "1", "density matrix of neutrinos, flavour basis", &SpectraSnapshot::rho},
    {"rhobar", "1", "density matrix of antineutrinos, flavour basis", &SpectraSnapshot::rhobar},
};

inline constexpr Field<SpectraSnapshot, std::vector<StateVector>> spectra_occupations[] = {
    {"rho_mass", "1", "occupation numbers of neutrinos, vacuum mass basis", &SpectraSnapshot::rho_mass},
    {"rhobar_mass", "1", "occupation numbers of antineutrinos, vacuum mass basis",
     &SpectraSnapshot::rhobar_mass},
};

inline constexpr Field<Summary, int> summary_nodes = {"nodes", "1", "number of momentum nodes",
                                                      &Summary::nodes};

inline constexpr Field<Summary, long> summary_counts[] = {
    {"steps", "1", "number of integrator steps", &Summary::steps},
    {"rhs_evaluations", "1", "number of right-hand-side evaluations", &Summary::rhs_evaluations},
};

inline constexpr Field<Checkpoint, double> checkpoint_numbers[] = {
    {"averaged_below_MeV", "MeV", "comoving temperature at which averaging began, 0 if it has not",
     &Checkpoint::averaged_below_MeV},
    {"work", "s", "estimated work of one processor until here", &Checkpoint::work},
    {"block_start", "1", "ln x after the last full hundred of steps", &Checkpoint::block_start},
    {"progress_start", "1", "ln x after the last full ten thousand of steps", &Checkpoint::progress_start},
};

inline constexpr Field<IntegratorState, double> integrator_numbers[] = {
    {"s", "1", "ln x", &IntegratorState::s},
    {"step", "1", "first step to try in ln x", &IntegratorState::step},
};

inline constexpr Field<IntegratorCounters, long> integrator_counts[] = {
    {"steps", "1", "integrator steps", &IntegratorCounters::steps},
    {"rhs_evaluations", "1", "right-hand-side evaluations", &IntegratorCounters::rhs_evaluations},
    {"jacobian_evaluations", "1", "Jacobian evaluations", &IntegratorCounters::jacobian_evaluations},
    {"linear_setups", "1", "factorisations", &IntegratorCounters::linear_setups},
    {"newton_iterations", "1", "Newton iterations", &IntegratorCounters::newton_iterations},
    {"error_test_failures", "1", "steps rejected by the error test",
     &IntegratorCounters::error_test_failures},
    {"newton_failures", "1", "Newton iterations that did not converge", &IntegratorCounters::newton_failures},
};

inline constexpr Field<PassiveIntegrals::State, double> passive_numbers[] = {
    {"time_s", "s", "cosmic time", &PassiveIntegrals::State::time},
    {"energy", "MeV^4", "x^4 times total energy density, from the integral of its equation",
     &PassiveIntegrals::State::energy},
};

inline constexpr Field<Residuals, double> residual_numbers[] = {
    {"energy_balance", "1", "relative residual energy_balance", &Residuals::energy_balance},
    {"lepton_number", "1", "relative residual lepton_number", &Residuals::lepton_number},
    {"asymmetry_mismatch", "1", "relative residual asymmetry_mismatch", &Residuals::asymmetry_mismatch},
    {"averaging_ratio", "1", "turning of eigenstates, or collisions, over their oscillation where averaged",
     &Residuals::averaging_ratio},
};

}  // namespace qke::layout
