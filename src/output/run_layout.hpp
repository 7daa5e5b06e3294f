// Every number that leaves the program, once: name, unit, meaning, dimensions, and the member that
// has its value; and the attributes of the file. The run file, its reader and the JSON summary are
// made from these tables, and so are the tables of docs/output.md and python/qke_decouple/run_layout.json
// (layout_reference.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "output/hdf5_file.hpp"
#include "output/run_file.hpp"
#include "qke/run_record.hpp"
#include "record/checkpoint.hpp"

namespace qke::layout {

inline constexpr const char* file_kind = "qke-decouple run";
// Rises when a name, shape, unit or meaning of these tables changes.
inline constexpr std::int64_t schema_version = 2;

// The names along a dimension that has names, for this number of neutrino states.
std::vector<std::string> labels(std::string_view dimension, int states);

// The names of the coordinates; the last dimension runs fastest.
using Dimensions = std::array<const char*, 5>;
inline constexpr Dimensions scalar{}, x{"x"}, y{"y"}, flavour{"flavour"}, mass_state{"mass_state"},
    pair{"pair"}, part{"part"}, flavour_column{"flavour_column"}, component{"component"}, mode{"mode"},
    x_mode{"x", "mode"}, x_flavour{"x", "flavour"}, x_mass_state{"x", "mass_state"}, x_pair{"x", "pair"},
    k{"k"}, wave{"wave"}, x_k_wave{"x", "k", "wave"},
    xy_matrix{"x", "y", "flavour", "flavour_column", "part"}, xy_mass_state{"x", "y", "mass_state"};

// What scripts require of the numbers.
enum class Values { finite, not_negative, positive, positive_and_increasing, may_be_nan };
using enum Values;

// In the place of a member: the values are the labels of the dimension.
struct Labels {};
inline constexpr Labels labelled;

// A dataset. Members are pointers to members of the structs that a table is about.
template <class... Members>
struct Row {
  const char* name;
  const char* units;
  const char* meaning;  // the attribute long_name
  Dimensions dimensions;
  std::variant<Members...> member;
  Values values = finite;
  const char* details = "";  // what docs/output.md says besides
  bool is_optional = false;  // files of earlier builds lack it

  Description description() const { return {units, meaning}; }
  std::vector<std::string> dimension_names() const {
    return {dimensions.begin(), std::find(dimensions.begin(), dimensions.end(), nullptr)};
  }
  // The coordinate of a dimension has the name of the dimension.
  bool is_coordinate() const { return dimension_names() == std::vector<std::string>{name}; }
};

// f(row, member) for each row of a table, whatever the type of its member.
template <class Table, class Function>
void for_each_row(const Table& table, Function&& f) {
  for (const auto& row : table) std::visit([&](const auto& member) { f(row, member); }, row.member);
}

// --- attributes of the root ---

struct Attribute {
  const char* name;
  // The value itself, or what has it.
  std::variant<const char*, std::int64_t, std::string Summary::*, std::string Provenance::*,
               int Provenance::*, std::string (*)(const Provenance&)>
      value;
  const char* meaning = "";  // for docs/output.md, which shows the value where this is empty
};

std::string source_of(const Provenance& provenance);
std::string history_of(const Provenance& provenance);

inline constexpr Attribute root_attributes[] = {
    {"kind", file_kind},
    {"schema_version", schema_version, "version of this page"},
    {"Conventions", "CF-1.10 qke-decouple-1"},
    {"title", "Neutrino decoupling in the early Universe", "what the file is about"},
    {"source", source_of, "program and version, as CF has it"},
    {"program_version", &Provenance::program_version, "version of qke-decouple"},
    {"git_commit", &Provenance::git_commit, "commit it was built from"},
    {"hdf5_version", [](const Provenance&) { return Hdf5File::library_version(); },
     "HDF5 library that wrote the file"},
    {"created_utc", &Provenance::created_utc, "time of writing, ISO 8601"},
    {"command_line", &Provenance::command_line, "the command as it was given"},
    {"history", history_of,
     "`created_utc: command_line`, a line for every session of a resumed run, as CF has it (not the group "
     "`/history`)"},
    {"references", "arXiv:2008.01074, arXiv:2110.11889; layout: docs/output.md",
     "publications of the method"},
    {"threads", &Provenance::threads, "number of threads"},
    {"instruction_set", &Provenance::instruction_set,
     "`baseline`, `avx2` or `avx512`: the code of the costly parts; results on two of them differ in the "
     "eighth digit ([dev/performance.md](dev/performance.md))"},
    {"status", &Summary::status, "as `/summary/status`"},
    {"config", &Provenance::configuration_toml,
     "the complete resolved configuration (TOML): feeding it back repeats the run; keys that others decide "
     "are comments unless they were given"},
};

// --- /summary, in the order of the keys of the JSON, where the labels have the key "states" ---

inline constexpr Row<Labels, double Summary::*, int Summary::*, long Summary::*, std::string Summary::*,
                     std::vector<std::string> Summary::*, StateVector Summary::*>
    summary_rows[] = {
        {"status", "1", "how the run ended", scalar, &Summary::status, finite,
         "`done`, or `unfinished`: then all reals except `wall_s` are NaN"},
        {"N_eff", "1", "effective number of neutrino species today, dark radiation included, NaN if unknown",
         scalar, &Summary::N_eff, may_be_nan,
         "`extra.dark_radiation_delta_Neff` is the dark radiation; unknown if the run ends too early to say"},
        {"N_eff_neutrinos", "1", "N_eff without dark radiation, NaN if unknown", scalar,
         &Summary::N_eff_neutrinos, may_be_nan},
        {"N_eff_error", "1",
         "estimated error of N_eff: numerical, for an isotropic gas; NaN if not estimated", scalar,
         &Summary::N_eff_error, may_be_nan, "[physics.md](physics.md), \"Error estimate\""},
        {"z", "1", "T_gamma/T_cm today, NaN if unknown", scalar, &Summary::z, may_be_nan},
        {"flavour", "1", "neutrino flavour", flavour, labelled},
        {"z_nu", "1", "(rho_nu_alpha/rho_0)^(1/4) at the end", flavour, &Summary::z_nu},
        {"z_nubar", "1", "(rho_nubar_alpha/rho_0)^(1/4) at the end", flavour, &Summary::z_nubar},
        {"eta", "1", "(n_nu_alpha - n_nubar_alpha)/T_cm^3 at the end", flavour, &Summary::eta},
        {"eta_error", "1",
         "estimated error of each eta: numerical, for an isotropic gas; NaN if not estimated", scalar,
         &Summary::eta_error, may_be_nan,
         "[physics.md](physics.md), \"Error estimate\"; files of earlier builds lack it", true},
        {"delta_rho", "1", "(rho_nu_alpha + rho_nubar_alpha)/(2 rho_0) - 1 at the end", flavour,
         &Summary::delta_rho},
        {"n_nu", "1", "(n_nu_alpha + n_nubar_alpha)/T_cm^3 at the end", flavour, &Summary::n_nu},
        {"sum_mnu_over_omega_h2_eV", "eV", "sum of neutrino masses over omega_nu h^2, NaN if unknown", scalar,
         &Summary::sum_mnu_over_omega_h2_eV, may_be_nan},
        {"xi_e_effective", "1", "degeneracy parameter of a thermal nu_e with the asymmetry at the end",
         scalar, &Summary::xi_e_effective},
        {"scheme", "1", "scheme of evolution", scalar, &Summary::scheme, finite,
         "`qke`, `atao`, `atao-jv` or `boltzmann`"},
        {"nodes", "1", "number of momentum nodes", scalar, &Summary::nodes},
        {"steps", "1", "number of integrator steps", scalar, &Summary::steps},
        {"rhs_evaluations", "1", "number of right-hand-side evaluations", scalar, &Summary::rhs_evaluations},
        {"wall_s", "s", "elapsed time of the run", scalar, &Summary::wall_s},
        {"warnings", "1", "what to know of these numbers, a line each", scalar, &Summary::warnings, finite,
         "mostly empty; in the JSON a list"},
};

// With [stability], after those.
inline constexpr Row<double StabilitySummary::*> stability_summary_rows[] = {
    {"unstable_from_MeV", "MeV", "comoving temperature of the first slice where perturbations grow", scalar,
     &StabilitySummary::unstable_from_MeV, not_negative,
     "with `stability.modes`; 0 if no slice is unstable; slices where the state turns faster than they grow "
     "do not count"},
    {"unstable_to_MeV", "MeV", "comoving temperature of the last slice where perturbations grow", scalar,
     &StabilitySummary::unstable_to_MeV, not_negative, "likewise"},
    {"stability_efolds", "1", "e-folds by which the fastest perturbation grows between", scalar,
     &StabilitySummary::stability_efolds, not_negative, "the integral of its growth over ln x"},
};

// --- /history ---

inline constexpr Row<Labels, double HistoryPoint::*, StateVector HistoryPoint::*, PairVector HistoryPoint::*>
    history_rows[] = {
        {"x", "1", "m_e/T_cm", x, &HistoryPoint::x, positive_and_increasing},
        {"flavour", "1", "neutrino flavour", flavour, labelled},
        {"mass_state", "1", "vacuum mass state", mass_state, labelled},
        {"pair", "1", "pair of flavours", pair, labelled},
        {"T_cm", "MeV", "comoving temperature", x, &HistoryPoint::T_cm, positive, "proportional to 1/a"},
        {"time_s", "s", "cosmic time, 1/(2H) at the start", x, &HistoryPoint::time_s,
         positive_and_increasing},
        {"z", "1", "T_gamma/T_cm", x, &HistoryPoint::z, positive},
        {"T_gamma", "MeV", "photon temperature", x, &HistoryPoint::T_gamma, positive},
        {"hubble", "s^-1", "Hubble rate", x, &HistoryPoint::hubble, positive},
        {"rho_gamma", "MeV^4", "energy density of photons", x, &HistoryPoint::rho_gamma},
        {"rho_e", "MeV^4", "energy density of electrons and positrons", x, &HistoryPoint::rho_e},
        {"N_eff", "1", "effective number of neutrino species in the final normalisation, 11.56 at the start",
         x, &HistoryPoint::N_eff, finite, "dark radiation included; 11.56 is 3 (11/4)^(4/3)"},
        {"self_over_vacuum", "1",
         "self-interaction over vacuum and matter mean field at y = 3, traceless parts", x,
         &HistoryPoint::self_over_vacuum, may_be_nan, "0 where the self-interaction is left out"},
        {"heating", "1", "d(rho_nu a^4)/dlna / (a^4 T_gamma^4)", x, &HistoryPoint::heating, finite,
         "from the stored rho_nu"},
        {"z_nu", "1", "(rho_nu_alpha/rho_0)^(1/4)", x_flavour, &HistoryPoint::z_nu, not_negative},
        {"z_nubar", "1", "(rho_nubar_alpha/rho_0)^(1/4)", x_flavour, &HistoryPoint::z_nubar, not_negative},
        {"eta", "1", "(n_nu_alpha - n_nubar_alpha)/T_cm^3", x_flavour, &HistoryPoint::eta},
        {"z_mass", "1", "(rho_nu_i/rho_0)^(1/4) of the vacuum mass states", x_mass_state,
         &HistoryPoint::z_mass, not_negative},
        {"coherence", "1", "modulus of the off-diagonal n_nu_ab over the mean of the diagonal n_nu_aa",
         x_pair, &HistoryPoint::coherence, may_be_nan, "number densities in the flavour basis"},
};

// --- /spectra: a matrix has two dimensions of flavour, as readers refuse a repeated one ---

inline constexpr Row<Labels, std::vector<double> RunRecord::*, double SpectraSnapshot::*,
                     std::vector<DensityMatrix> SpectraSnapshot::*,
                     std::vector<StateVector> SpectraSnapshot::*>
    spectra_rows[] = {
        {"x", "1", "m_e/T_cm", x, &SpectraSnapshot::x, positive_and_increasing},
        {"y", "1", "comoving momentum p/T_cm", y, &RunRecord::y, positive_and_increasing},
        {"flavour", "1", "neutrino flavour, row of a density matrix", flavour, labelled},
        {"flavour_column", "1", "neutrino flavour, column of a density matrix", flavour_column, labelled},
        {"part", "1", "part of a complex number", part, labelled},
        {"mass_state", "1", "vacuum mass state", mass_state, labelled},
        {"rho", "1", "density matrix of neutrinos, flavour basis", xy_matrix, &SpectraSnapshot::rho, finite,
         "diagonal: occupation numbers"},
        {"rhobar", "1", "density matrix of antineutrinos, flavour basis", xy_matrix, &SpectraSnapshot::rhobar,
         finite, "it transforms like rho under a change of flavour basis"},
        {"rho_mass", "1", "occupation numbers of neutrinos, vacuum mass basis", xy_mass_state,
         &SpectraSnapshot::rho_mass},
        {"rhobar_mass", "1", "occupation numbers of antineutrinos, vacuum mass basis", xy_mass_state,
         &SpectraSnapshot::rhobar_mass},
};

// With directions, besides.
inline constexpr Row<std::vector<DensityMatrix> SpectraSnapshot::*> dipole_rows[] = {
    {"dipole", "1", "mean of mu rho over directions mu, neutrinos, flavour basis", xy_matrix,
     &SpectraSnapshot::dipole, may_be_nan,
     "with `directions.number`; NaN where only the mean over directions is followed: with averaged "
     "oscillations, and before directions"},
    {"dipolebar", "1", "mean of mu rhobar over directions mu, antineutrinos, flavour basis", xy_matrix,
     &SpectraSnapshot::dipolebar, may_be_nan, "likewise"},
};

// --- /stability ---

inline constexpr Row<Labels, double StabilityPoint::*, MultipoleVector StabilityPoint::*> stability_rows[] = {
    {"x", "1", "m_e/T_cm", x, &StabilityPoint::x, positive_and_increasing},
    {"mode", "1", "multipole of homogeneous perturbations", mode, labelled, finite,
     "isotropic, and a dipole: higher ones do not grow"},
    {"growth_over_hubble", "1", "growth rate of the fastest mode over the Hubble rate, 0 where none grows",
     x_mode, &StabilityPoint::growth, may_be_nan, "NaN where it is not found"},
    {"frequency_over_hubble", "1", "frequency of this mode over the Hubble rate", x_mode,
     &StabilityPoint::frequency, may_be_nan, "there is a mode of the opposite frequency"},
    {"count", "1", "number of growing modes", x_mode, &StabilityPoint::count, not_negative,
     "of those that grow at least a hundredth as fast as momenta oscillate; with `stability.count = false` "
     "those that were found"},
    {"damping_over_hubble", "1", "damping of coherence by collisions, mean, over the Hubble rate", x,
     &StabilityPoint::damping},
    {"turning_over_hubble", "1",
     "norm of [H, rho] over the one of the traceless rho, mean, over the Hubble rate", x,
     &StabilityPoint::turning, not_negative, "how fast single momenta turn"},
    {"turning_in_frame_over_hubble", "1",
     "rate at which the Hamiltonian changes in the frame that turns with J, over the Hubble rate", x,
     &StabilityPoint::turning_in_frame, not_negative,
     "where it is larger than the growth, this says nothing of the run"},
    {"nutation", "1", "share of the density matrices that precesses around the Hamiltonian", x,
     &StabilityPoint::nutation, not_negative, "where it is above 0.1, likewise"},
};

// With `stability.modes = "all"`, besides.
inline constexpr Row<Labels, std::vector<double> RunRecord::*, std::vector<WaveVector> StabilityPoint::*>
    wave_rows[] = {
        {"k", "1", "wave number of perturbations that vary in space over the Hubble rate", k,
         &RunRecord::k_over_hubble, positive_and_increasing, "with `stability.modes = \"all\"`"},
        {"wave", "1", "how they depend on direction", wave, labelled, finite,
         "along the wave, as multipoles l = 0 and 1 do together, or across it"},
        {"growth_k", "1", "growth rate of the fastest mode over the Hubble rate, 0 where none grows",
         x_k_wave, &StabilityPoint::growth_k, may_be_nan, "NaN where it is not found"},
        {"frequency_k", "1", "frequency of this mode over the Hubble rate", x_k_wave,
         &StabilityPoint::frequency_k, may_be_nan},
        {"count_k", "1", "number of growing modes", x_k_wave, &StabilityPoint::count_k, not_negative},
};

// --- /statistics; counters and residuals are in /checkpoint as well ---

inline constexpr Row<long IntegratorCounters::*> counter_rows[] = {
    {"steps", "1", "integrator steps", scalar, &IntegratorCounters::steps},
    {"rhs_evaluations", "1", "right-hand-side evaluations", scalar, &IntegratorCounters::rhs_evaluations},
    {"jacobian_evaluations", "1", "Jacobian evaluations", scalar, &IntegratorCounters::jacobian_evaluations},
    {"linear_setups", "1", "factorisations", scalar, &IntegratorCounters::linear_setups},
    {"newton_iterations", "1", "Newton iterations", scalar, &IntegratorCounters::newton_iterations},
    {"error_test_failures", "1", "steps rejected by the error test", scalar,
     &IntegratorCounters::error_test_failures},
    {"newton_failures", "1", "Newton iterations that did not converge", scalar,
     &IntegratorCounters::newton_failures},
};

inline constexpr Row<double Residuals::*> residual_rows[] = {
    {"energy_balance", "1", "relative residual of the energy balance", scalar, &Residuals::energy_balance},
    {"lepton_number", "1", "relative residual of the lepton number", scalar, &Residuals::lepton_number},
    {"asymmetry_mismatch", "1", "asymmetry matrix against the one of the density matrices, scheme atao-jv",
     scalar, &Residuals::asymmetry_mismatch, finite,
     "the matrix has an equation of its own; largest difference over the norm at the start, small where the "
     "scheme is valid"},
    {"averaging_ratio", "1", "turning of eigenstates, or collisions, over their oscillation where averaged",
     scalar, &Residuals::averaging_ratio, finite,
     "rates ([physics.md](physics.md), \"Where averages are valid\"); above 0.03 averages are not valid"},
};

inline constexpr Row<double Statistics::*> statistics_rows[] = {
    {"averaged_below_MeV", "MeV", "comoving temperature at which averaging began, 0 if it has not", scalar,
     &Statistics::averaged_below_MeV, finite, "in a run that resolved an asymmetry before"},
    {"full_equations_below_MeV", "MeV",
     "comoving temperature at which the equations of qke began, 0 if they have not", scalar,
     &Statistics::full_equations_below_MeV, finite,
     "in scheme `atao-jv`, which goes on with them where its own are not valid"},
    {"own_equations_again_below_MeV", "MeV",
     "comoving temperature at which the equations of atao-jv began again, 0 if they have not", scalar,
     &Statistics::own_equations_again_below_MeV, finite,
     "for the last time, 0 where those of qke come last; in scheme `atao-jv`"},
    {"N_eff_to_come", "1", "what may be added to N_eff after the end of the run, at most", scalar,
     &Statistics::N_eff_to_come, may_be_nan},
};

// Of a counter, a residual or a part of the error of N_eff (error_parts).
std::string meaning_of_statistic(std::string_view name);

// --- /checkpoint ---

inline constexpr Row<Phase Checkpoint::*> phase_row{
    "phase",
    "1",
    "system of equations",
    scalar,
    &Checkpoint::phase,
    finite,
    "0: the scheme's own; 1: oscillations averaged around V; 2: of an isotropic gas, before directions; 3: "
    "of `qke`, after those of `atao-jv`"};

inline constexpr Row<double IntegratorState::*> integrator_rows[] = {
    {"s", "1", "ln x", scalar, &IntegratorState::s},
    {"step", "1", "first step to try in ln x", scalar, &IntegratorState::step},
};

inline constexpr Row<double Checkpoint::*> checkpoint_rows[] = {
    {"averaged_below_MeV", "MeV", "comoving temperature at which averaging began, 0 if it has not", scalar,
     &Checkpoint::averaged_below_MeV},
    {"full_equations_below_MeV", "MeV",
     "comoving temperature at which the equations of qke began, 0 if they have not", scalar,
     &Checkpoint::full_equations_below_MeV},
    {"own_equations_again_below_MeV", "MeV",
     "comoving temperature at which the equations of atao-jv began again, 0 if they have not", scalar,
     &Checkpoint::own_equations_again_below_MeV},
    {"damped_below_MeV", "MeV",
     "comoving temperature at which the method that damps took over, steps being short, 0 if it has not",
     scalar, &Checkpoint::damped_below_MeV},
    {"work", "s", "estimated work of one processor until here", scalar, &Checkpoint::work},
    {"block_start", "1", "ln x from which the mean step is taken", scalar, &Checkpoint::block_start},
    {"progress_start", "1", "ln x after the last full ten thousand of steps", scalar,
     &Checkpoint::progress_start},
};

inline constexpr Row<double PassiveIntegrals::State::*> passive_rows[] = {
    {"time_s", "s", "cosmic time", scalar, &PassiveIntegrals::State::time},
    {"energy", "MeV^4", "x^4 times total energy density, from the integral of its equation", scalar,
     &PassiveIntegrals::State::energy},
};

inline constexpr Row<Eigen::VectorXd IntegratorState::*> state_row{"state", "1", "state of the integrator",
                                                                   component, &IntegratorState::u};

}  // namespace qke::layout
