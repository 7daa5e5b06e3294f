// All parameters of a run, as plain structs with the default values (public interface).
// Names and units are the same as in the configuration file, section by section
// (docs/configuration.md). Arrays of three are in the order nu_e, nu_mu, nu_tau.
#pragma once

#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace qke {

enum class Scheme { automatic, boltzmann, atao, atao_jv, qke };  // scheme_of() decides automatic
inline constexpr std::array<const char*, 5> scheme_names{"auto", "boltzmann", "atao", "atao-jv", "qke"};
enum class Precision { fast, standard, high };
enum class Qed { none, e2, e2_ln, e3, e3_ln, e4, e4_ln, e5, e5_ln };
enum class Switch { automatic, on, off };
enum class ProcessTreatment { full, none };
enum class QuantumStatistics { boson, fermion };
enum class StabilityModes { off, homogeneous, all };

struct RunParameters {
  Scheme scheme = Scheme::automatic;
  Precision precision = Precision::standard;
  double average_below_MeV = 0.0;          // 0: automatic
  double slow_precession_below_MeV = 0.0;  // 0: never
  Switch error_estimate = Switch::automatic;
};

// Comoving temperature T_cm at which the run begins and ends.
struct EpochParameters {
  double T_start_MeV = 20.0;
  double T_end_MeV = 0.01;
};

// Uniform comoving momenta y_i = i y_max / nodes, i = 1 ... nodes.
struct GridParameters {
  int nodes = 48;
  double y_max = 24.0;
};

// Initial degeneracy parameters of nu_e, nu_mu, nu_tau; or the comoving asymmetries
// (n_nu - n_nubar)/T_cm^3.
struct AsymmetryParameters {
  std::array<double, 3> xi{0.0, 0.0, 0.0};
  std::array<double, 3> eta{0.0, 0.0, 0.0};
};

// The mixing matrix in its standard parametrisation, and dm2_ij = m_i^2 - m_j^2;
// dm2_31 < 0 is the inverted ordering.
struct MixingParameters {
  double sin2_theta12 = 0.307;
  double sin2_theta13 = 0.0218;
  double sin2_theta23 = 0.545;
  double dm2_21_eV2 = 7.53e-5;
  double dm2_31_eV2 = 2.53e-3;
  double delta_cp_rad = 0.0;
};

// Sterile neutrinos: dm2_ij = m_i^2 - m_j^2 and the angles theta_ij by which
//   U = prod_{i = n ... 2} prod_{j = i - 1 ... 1} R_ji
// mixes them with the active ones, R34 R24 R14 R23 R13 R12 for one; or, for one, the
// squares of its elements U_alpha4 instead.
struct SterileParameters {
  int number = 0;
  double dm2_41_eV2 = 0.0, dm2_51_eV2 = 0.0, dm2_61_eV2 = 0.0;
  double sin2_theta14 = 0.0, sin2_theta24 = 0.0, sin2_theta34 = 0.0;
  double sin2_theta15 = 0.0, sin2_theta25 = 0.0, sin2_theta35 = 0.0, sin2_theta45 = 0.0;
  double sin2_theta16 = 0.0, sin2_theta26 = 0.0, sin2_theta36 = 0.0, sin2_theta46 = 0.0, sin2_theta56 = 0.0;
  double U_e4_squared = 0.0, U_mu4_squared = 0.0, U_tau4_squared = 0.0;
};

struct WeakParameters {
  double G_F_per_GeV2 = 1.1663787e-5;
  double sin2_theta_W = 0.23122;
  double m_W_GeV = 80.379;
  double m_Z_GeV = 91.1876;
};

// Non-standard interactions of neutrinos with electrons: Hermitian 3x3 matrices eps^L and
// eps^R over nu_e, nu_mu, nu_tau, which are added to the couplings G^L and G^R, in units
// of G_F. Rows of the real part, which is symmetric, and of the imaginary part, which is
// antisymmetric.
using FlavourRows = std::array<std::array<double, 3>, 3>;

struct NsiParameters {
  FlavourRows left{}, right{};
  FlavourRows left_imaginary{}, right_imaginary{};

  bool operator==(const NsiParameters&) const = default;
};

struct PlasmaParameters {
  Qed qed = Qed::e3;
  bool muons = false;
};

struct MeanFieldParameters {
  bool matter = true;
  Switch self = Switch::automatic;
  Switch muons = Switch::automatic;
  bool neutrino_energy = false;
  double eta_b = 0.0;
};

// Factors on the annihilation and scattering rates of neutrinos and electrons, where the
// plasma has the temperature T_gamma = T_MeV.
struct RateTableRow {
  double T_MeV = 0, annihilation = 1, scattering = 1;

  bool operator==(const RateTableRow&) const = default;
};
using RateTable = std::vector<RateTableRow>;

struct ExtraParameters {
  double rate_scale = 1.0;
  RateTable rate_table;  // T_MeV increases; empty: no factors
  double dark_radiation_delta_Neff = 0.0;
};

// A particle in equilibrium with the plasma; none where degrees is 0.
struct RelicParameters {
  double mass_MeV = 0.0;
  double degrees = 0.0;  // of freedom, antiparticles included
  QuantumStatistics statistics = QuantumStatistics::boson;
};

// Spectra dN/dE in 1/MeV of the nu_alpha that a decay brings, linear between the rows and
// none beyond them; each integrates to 1, or is 0.
struct SpectrumRow {
  double E_MeV = 0, e = 0, mu = 0, tau = 0;

  bool operator==(const SpectrumRow&) const = default;
};
using SpectrumTable = std::vector<SpectrumRow>;

// A particle that decays: its energy density at the start of the run, and branchings into
// nu_alpha nubar_alpha, of m/2 each or with spectra, and into muons; the rest goes to e+-
// and photons. No particle where the density is 0.
struct DecayParameters {
  double mass_MeV = 0.0;
  double lifetime_s = 0.0;
  double energy_density_MeV4 = 0.0;
  std::array<double, 3> branching{0.0, 0.0, 0.0};
  SpectrumTable spectrum_file;  // E_MeV increases; empty: lines at m/2
  double muons = 0.0;
};

// A universe that a decaying particle reheats to T_RH, from its domination on; no such
// universe where T_RH is 0. It replaces epoch.T_start_MeV.
struct ReheatingParameters {
  double T_RH_MeV = 0.0;
  double mass_MeV = 100.0;
  std::array<double, 3> branching{0.0, 0.0, 0.0};
  double start_H_over_Gamma = 30.0;
};

// Directions of the momenta: how many are resolved (1: none, the gas is isotropic), the
// perturbation that they start with, how much faster than collisions it grows at least
// where oscillations are slowed down (0: they are not), and the T_cm below which directions
// are followed where asymmetries differ.
struct DirectionParameters {
  int number = 1;
  double seed = 1e-10;
  double attenuation = 1000.0;
  double begin_below_MeV = 3.0;
};

// Whether small perturbations of the run's states grow: perturbations that are the same
// everywhere (homogeneous), or also those ~ e^{i k z}, at so many slices of /spectra.
struct StabilityParameters {
  StabilityModes modes = StabilityModes::off;
  int points = 20;
  bool count = true;             // all growing modes; false: only those that are found from slice to slice
  std::vector<double> k_over_H;  // wave numbers k, increasing; empty: decades
};

struct CollisionParameters {
  ProcessTreatment neutrino_electron = ProcessTreatment::full;
  ProcessTreatment neutrino_neutrino = ProcessTreatment::full;
};

// Tolerances apply to the scaled state (rho/f_eq - 1, z/z_ref - 1).
struct IntegratorParameters {
  double relative_tolerance = 1e-7;
  double absolute_tolerance = 1e-10;
  int max_order = 5;  // of the BDF method; 2 where oscillations are resolved
  bool stability_limit_detection = false;
  long max_steps = 1000000;
  double restart_work_s = 4.0;  // of one processor, between points where a run can be resumed
  Switch damp_oscillations = Switch::automatic;
};

struct OutputParameters {
  int history_points = 400;
  int spectra_points = 20;
  double checkpoint_interval_s = 60.0;
};

struct Parameters {
  RunParameters run;
  EpochParameters epoch;
  GridParameters grid;
  AsymmetryParameters asymmetry;
  MixingParameters mixing;
  SterileParameters sterile;
  WeakParameters weak;
  NsiParameters nsi;
  PlasmaParameters plasma;
  MeanFieldParameters mean_field;
  ExtraParameters extra;
  RelicParameters relic;
  DecayParameters decay;
  ReheatingParameters reheating;
  StabilityParameters stability;
  DirectionParameters directions;
  CollisionParameters collisions;
  IntegratorParameters integrator;
  OutputParameters output;

  // The keys (section.name) that the user gave, among those whose default other keys
  // decide: they keep their values when the other keys change.
  std::set<std::string> given;
};

// Reads a TOML file; each override is "section.key=value", the value in TOML or a bare
// word. The result is complete: grid, tolerances and order follow from the other keys
// unless they are given. Throws ConfigurationError naming file, line, key and value.
Parameters read_configuration(const std::filesystem::path& file,
                              const std::vector<std::string>& overrides = {});
// The same from text; `name` stands for the file in messages.
Parameters parse_configuration(std::string_view text, std::string_view name,
                               const std::vector<std::string>& overrides = {});

// The complete configuration as TOML, each key with its meaning. Read back, it gives the
// same Parameters bit by bit. Keys that others decide are comments, unless they were
// given: they go on following the others.
std::string to_toml(const Parameters& parameters);

// Values that are accepted, but likely to be mistakes: one line each.
std::vector<std::string> configuration_warnings(const Parameters& parameters);

// A key of the configuration, explained.
struct KeyDescription {
  std::string name;           // section.name
  std::string unit;           // "1" for pure numbers, empty where there is none
  std::string default_value;  // as TOML
  std::string values;         // "a number from 0 to 1"
  std::string meaning;
  std::string decided_by;  // the keys that decide the default, if any
};
std::vector<KeyDescription> describe_keys();  // all, in the order of the configuration

}  // namespace qke
