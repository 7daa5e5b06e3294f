// The one table of options: section by section, name, unit, kind with its range, help.
// The help is also the text of docs/configuration.md and of --help KEY.
#include "config/options.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "config/option_access.hpp"
#include "config/options_beyond.hpp"

namespace qke {
namespace {

// Scheme qke with asymmetries keeps a square matrix, and its factors, for 18 N unknowns.
std::string jacobian_memory(long nodes) {
  const double gigabytes = 2.0 * 8.0 * std::pow(18.0 * static_cast<double>(nodes), 2) / 1e9;
  return "the Jacobian of scheme qke would need up to 2*8*(18*nodes)^2 bytes = " + rounded(gigabytes) + " GB";
}

constexpr double two_pi = 2.0 * std::numbers::pi;

// The keys that decide the default of another, for messages and documentation.
constexpr std::string_view by_precision_and_xi =
    "run.precision, the asymmetry, [sterile], [decay] and [reheating]";
constexpr std::string_view by_precision_and_asymmetry = "run.precision, run.scheme and the asymmetry";
constexpr std::string_view by_scheme_asymmetry_and_masses =
    "run.scheme, the asymmetry and the mass differences";
constexpr std::string_view by_decay = "[decay]";
constexpr std::string_view by_sterile = "[sterile]";

// An angle up to 90 degrees where the key is the square of its sine; 0 is never proposed.
Slip angle_in_degrees() {
  return {"degrees", [](double angle) {
            return angle <= 90.0 ? std::pow(std::sin(in_degrees().converted(angle)), 2) : 0.0;
          }};
}

std::vector<Option> run_options() {
  using S = RunParameters;
  return {
      {"run", "scheme", "",
       ChoiceOption{access<int>(&P::run, &S::scheme), {"auto", "boltzmann", "atao", "atao-jv", "qke"}},
       "equations: without oscillations, averaged oscillations, the same with asymmetry, or in full; auto: "
       "atao, or qke where an asymmetry is resolved"},
      {"run", "precision", "",
       ChoiceOption{access<int>(&P::run, &S::precision), {"fast", "standard", "high"}},
       "sets the defaults of [grid] and of the tolerances"},
      {"run", "average_below_MeV", "MeV", RealOption{access<double>(&P::run, &S::average_below_MeV), 0, 100},
       "comoving temperature below which scheme qke averages the oscillations; 0: automatic"},
      {"run", "slow_precession_below_MeV", "MeV",
       RealOption{access<double>(&P::run, &S::slow_precession_below_MeV), 0, 3},
       "comoving temperature below which asymmetries precess more slowly than in nature, but still fast; 0: "
       "never",
       by_scheme_asymmetry_and_masses},
      {"run", "error_estimate", "",
       ChoiceOption{access<int>(&P::run, &S::error_estimate), {"auto", "on", "off"}},
       "estimate the numerical errors of N_eff and eta by two or three cheaper runs; auto: not with "
       "directions, nor with an asymmetry beside sterile states"},
  };
}

std::vector<Option> epoch_options() {
  using S = EpochParameters;
  return {
      {"epoch", "T_start_MeV", "MeV",
       RealOption{access<double>(&P::epoch, &S::T_start_MeV), 5, 100, false, {}, {in_keV(), in_GeV()}},
       "comoving temperature at the start; 16 or more for unequal asymmetries, which are given there",
       by_sterile},
      {"epoch", "T_end_MeV", "MeV",
       RealOption{access<double>(&P::epoch, &S::T_end_MeV), 0.001, 50, false, {}, {in_GeV()}},
       "comoving temperature at the end", by_decay},
  };
}

std::vector<Option> grid_options() {
  using S = GridParameters;
  return {
      {"grid", "nodes", "1", IntegerOption{access<long>(&P::grid, &S::nodes), 10, 640, jacobian_memory},
       "number of comoving momenta y_i = i*y_max/nodes", by_precision_and_xi},
      {"grid", "y_max", "1", RealOption{access<double>(&P::grid, &S::y_max), 12, 100},
       "largest comoving momentum p/T_cm", by_precision_and_xi},
  };
}

std::vector<Option> asymmetry_options() {
  using S = AsymmetryParameters;
  return {
      {"asymmetry", "xi", "1", FlavourOption{access<FlavourTriple>(&P::asymmetry, &S::xi), -20, 20},
       "initial degeneracy parameters of nu_e, nu_mu, nu_tau"},
      {"asymmetry", "eta", "1", FlavourOption{access<FlavourTriple>(&P::asymmetry, &S::eta), -100, 100},
       "instead of xi: initial asymmetries (n_nu - n_nubar)/T_cm^3"},
  };
}

std::vector<Option> mixing_options() {
  using S = MixingParameters;
  return {
      {"mixing", "sin2_theta12", "1",
       RealOption{access<double>(&P::mixing, &S::sin2_theta12), 0, 1, false, {}, {angle_in_degrees()}},
       "sin^2 of the mixing angle theta_12"},
      {"mixing", "sin2_theta13", "1",
       RealOption{access<double>(&P::mixing, &S::sin2_theta13), 0, 1, false, {}, {angle_in_degrees()}},
       "sin^2 of the mixing angle theta_13"},
      {"mixing", "sin2_theta23", "1",
       RealOption{access<double>(&P::mixing, &S::sin2_theta23), 0, 1, false, {}, {angle_in_degrees()}},
       "sin^2 of the mixing angle theta_23"},
      {"mixing", "dm2_21_eV2", "eV^2",
       RealOption{access<double>(&P::mixing, &S::dm2_21_eV2),
                  0,
                  0.01,
                  false,
                  {1e-5, 1e-3},
                  {in_unit("* 1e-5 eV^2", 1e-5), in_unit("* 1e-3 eV^2", 1e-3)}},
       "squared mass difference m_2^2 - m_1^2"},
      {"mixing", "dm2_31_eV2", "eV^2",
       RealOption{access<double>(&P::mixing, &S::dm2_31_eV2),
                  -1,
                  1,
                  false,
                  {1e-3, 1e-2},
                  {in_unit("* 1e-3 eV^2", 1e-3), in_unit("* 1e-5 eV^2", 1e-5)}},
       "squared mass difference m_3^2 - m_1^2; negative: inverted ordering"},
      {"mixing", "delta_cp_rad", "rad",
       RealOption{access<double>(&P::mixing, &S::delta_cp_rad), -two_pi, two_pi, false, {}, {in_degrees()}},
       "Dirac CP phase"},
  };
}

Option sterile_angle(std::string_view name, double SterileParameters::*angle, std::string_view help) {
  return {"sterile", name, "1",
          RealOption{access<double>(&P::sterile, angle), 0, 1, false, {}, {angle_in_degrees()}}, help};
}

Option sterile_dm2(std::string_view name, double SterileParameters::*dm2, std::string_view help) {
  return {"sterile", name, "eV^2", RealOption{access<double>(&P::sterile, dm2), -1e4, 1e4}, help};
}

std::vector<Option> sterile_options() {
  using S = SterileParameters;
  return {
      {"sterile", "number", "1", IntegerOption{access<long>(&P::sterile, &S::number), 0, 3},
       "number of sterile neutrinos"},
      sterile_dm2("dm2_41_eV2", &S::dm2_41_eV2, "squared mass difference m_4^2 - m_1^2"),
      sterile_dm2("dm2_51_eV2", &S::dm2_51_eV2, "squared mass difference m_5^2 - m_1^2"),
      sterile_dm2("dm2_61_eV2", &S::dm2_61_eV2, "squared mass difference m_6^2 - m_1^2"),
      sterile_angle("sin2_theta14", &S::sin2_theta14, "sin^2 of the mixing angle theta_14"),
      sterile_angle("sin2_theta24", &S::sin2_theta24, "sin^2 of the mixing angle theta_24"),
      sterile_angle("sin2_theta34", &S::sin2_theta34, "sin^2 of the mixing angle theta_34"),
      sterile_angle("sin2_theta15", &S::sin2_theta15, "sin^2 of the mixing angle theta_15"),
      sterile_angle("sin2_theta25", &S::sin2_theta25, "sin^2 of the mixing angle theta_25"),
      sterile_angle("sin2_theta35", &S::sin2_theta35, "sin^2 of the mixing angle theta_35"),
      sterile_angle("sin2_theta45", &S::sin2_theta45, "sin^2 of the mixing angle theta_45"),
      sterile_angle("sin2_theta16", &S::sin2_theta16, "sin^2 of the mixing angle theta_16"),
      sterile_angle("sin2_theta26", &S::sin2_theta26, "sin^2 of the mixing angle theta_26"),
      sterile_angle("sin2_theta36", &S::sin2_theta36, "sin^2 of the mixing angle theta_36"),
      sterile_angle("sin2_theta46", &S::sin2_theta46, "sin^2 of the mixing angle theta_46"),
      sterile_angle("sin2_theta56", &S::sin2_theta56, "sin^2 of the mixing angle theta_56"),
      sterile_angle("U_e4_squared", &S::U_e4_squared,
                    "squared modulus of U_e4 of one sterile neutrino, instead of its angles"),
      sterile_angle("U_mu4_squared", &S::U_mu4_squared,
                    "squared modulus of U_mu4 of one sterile neutrino, instead of its angles"),
      sterile_angle("U_tau4_squared", &S::U_tau4_squared,
                    "squared modulus of U_tau4 of one sterile neutrino, instead of its angles"),
  };
}

std::vector<Option> weak_options() {
  using S = WeakParameters;
  return {
      {"weak", "G_F_per_GeV2", "GeV^-2",
       RealOption{access<double>(&P::weak, &S::G_F_per_GeV2),
                  0,
                  0.001,
                  true,
                  {1e-6, 1e-4},
                  {in_unit("* 1e-5 GeV^-2", 1e-5)}},
       "Fermi constant"},
      {"weak", "sin2_theta_W", "1", RealOption{access<double>(&P::weak, &S::sin2_theta_W), 0, 1},
       "sin^2 of the weak mixing angle"},
      {"weak", "m_W_GeV", "GeV",
       RealOption{access<double>(&P::weak, &S::m_W_GeV), 1, 1e6, false, {10, 1e4}, {in_unit("MeV", 1e-3)}},
       "mass of the W boson"},
      {"weak", "m_Z_GeV", "GeV",
       RealOption{access<double>(&P::weak, &S::m_Z_GeV), 1, 1e6, false, {10, 1e4}, {in_unit("MeV", 1e-3)}},
       "mass of the Z boson"},
  };
}

std::vector<Option> nsi_options() {
  using S = NsiParameters;
  constexpr double largest = 10.0;
  return {
      {"nsi", "left", "1", MatrixOption{access<FlavourRows>(&P::nsi, &S::left), largest},
       "eps^L in units of G_F, added to the couplings of left-handed electrons: its real part, rows and "
       "columns e, mu, tau"},
      {"nsi", "right", "1", MatrixOption{access<FlavourRows>(&P::nsi, &S::right), largest},
       "eps^R, the same for right-handed electrons: its real part"},
      {"nsi", "left_imaginary", "1",
       MatrixOption{access<FlavourRows>(&P::nsi, &S::left_imaginary), largest, true},
       "imaginary part of eps^L"},
      {"nsi", "right_imaginary", "1",
       MatrixOption{access<FlavourRows>(&P::nsi, &S::right_imaginary), largest, true},
       "imaginary part of eps^R"},
  };
}

std::vector<Option> plasma_options() {
  using S = PlasmaParameters;
  return {
      {"plasma", "qed", "",
       ChoiceOption{access<int>(&P::plasma, &S::qed),
                    {"none", "e2", "e2+ln", "e3", "e3+ln", "e4", "e4+ln", "e5", "e5+ln"}},
       "order of the QED corrections to the plasma's pressure; ln: with the logarithmic term of e2"},
      {"plasma", "muons", "", FlagOption{access<bool>(&P::plasma, &S::muons)},
       "muons in the plasma's energy and pressure; true with sterile neutrinos", by_sterile},
  };
}

std::vector<Option> mean_field_options() {
  using S = MeanFieldParameters;
  return {
      {"mean_field", "matter", "", FlagOption{access<bool>(&P::mean_field, &S::matter)},
       "potential of the charged leptons"},
      {"mean_field", "self", "", ChoiceOption{access<int>(&P::mean_field, &S::self), {"auto", "on", "off"}},
       "potential of the neutrinos' asymmetry; auto: on where there is one"},
      {"mean_field", "muons", "", ChoiceOption{access<int>(&P::mean_field, &S::muons), {"auto", "on", "off"}},
       "muons in the potential of the charged leptons; auto: on with asymmetry or sterile neutrinos"},
      {"mean_field", "neutrino_energy", "", FlagOption{access<bool>(&P::mean_field, &S::neutrino_energy)},
       "potential of the neutrinos' energy density; true with sterile neutrinos", by_sterile},
      {"mean_field", "eta_b", "1",
       RealOption{access<double>(&P::mean_field, &S::eta_b),
                  -0.001,
                  0.001,
                  false,
                  {1e-11, 1e-8},
                  {in_unit("* 1e-10", 1e-10)}},
       "baryons per photon, some 6e-10, for the potential of the electron asymmetry"},
  };
}

std::vector<Option> extra_options() {
  using S = ExtraParameters;
  return {
      {"extra", "rate_scale", "1", RealOption{access<double>(&P::extra, &S::rate_scale), 0, 1000},
       "factor on all neutrino-electron rates"},
      {"extra", "rate_table", "1",
       TableOption{access(&P::extra, &S::rate_table),
                   {"T_MeV", "K_annihilation", "K_scattering"},
                   "factors on the rates, about 1",
                   1000,
                   true},
       "factors on the neutrino-electron rates by the plasma's temperature; printed as rows, whatever file "
       "they come from"},
      {"extra", "dark_radiation_delta_Neff", "1",
       RealOption{access<double>(&P::extra, &S::dark_radiation_delta_Neff), 0, 100},
       "additional radiation, in the expansion rate only"},
  };
}

std::vector<Option> collision_options() {
  using S = CollisionParameters;
  return {
      {"collisions", "neutrino_electron", "",
       ChoiceOption{access<int>(&P::collisions, &S::neutrino_electron), {"full", "none"}},
       "scattering on and annihilation into electrons and positrons"},
      {"collisions", "neutrino_neutrino", "",
       ChoiceOption{access<int>(&P::collisions, &S::neutrino_neutrino), {"full", "none"}},
       "scattering and annihilation among neutrinos and antineutrinos"},
  };
}

std::vector<Option> integrator_options() {
  using S = IntegratorParameters;
  return {
      {"integrator", "relative_tolerance", "1",
       RealOption{access<double>(&P::integrator, &S::relative_tolerance), 1e-12, 1e-3},
       "on the deviations from equilibrium, which are what is integrated", by_precision_and_asymmetry},
      {"integrator", "absolute_tolerance", "1",
       RealOption{access<double>(&P::integrator, &S::absolute_tolerance), 1e-16, 1e-3},
       "on the same deviations", by_precision_and_asymmetry},
      {"integrator", "max_order", "1", IntegerOption{access<long>(&P::integrator, &S::max_order), 1, 5},
       "largest order of the backward differentiation formulas", "run.scheme"},
      {"integrator", "stability_limit_detection", "",
       FlagOption{access<bool>(&P::integrator, &S::stability_limit_detection)},
       "lower the order where it is found unstable"},
      {"integrator", "damp_oscillations", "",
       ChoiceOption{access<int>(&P::integrator, &S::damp_oscillations), {"auto", "on", "off"}},
       "where asymmetries differ, by the method that damps what turns by radians in a step; auto: below "
       "xi = 0.05, but not with precision = \"high\", and where steps have become short"},
      {"integrator", "max_steps", "1",
       IntegerOption{access<long>(&P::integrator, &S::max_steps), 1, 1000000000},
       "steps after which the integration is given up"},
      {"integrator", "restart_work_s", "s",
       RealOption{access<double>(&P::integrator, &S::restart_work_s), 1e-3, 1e6},
       "estimated work of one processor after which the integrator starts afresh, at least: there a run can "
       "be resumed"},
  };
}

std::vector<Option> output_options() {
  using S = OutputParameters;
  return {
      {"output", "history_points", "1",
       IntegerOption{access<long>(&P::output, &S::history_points), 2, 100000},
       "rows of /history, from start to end"},
      {"output", "spectra_points", "1", IntegerOption{access<long>(&P::output, &S::spectra_points), 2, 1000},
       "slices of /spectra, from start to end"},
      {"output", "checkpoint_interval_s", "s",
       RealOption{access<double>(&P::output, &S::checkpoint_interval_s), 0, 1e6},
       "wall time between checkpoints"},
  };
}

std::vector<Option> make_options() {
  std::vector<Option> all;
  for (auto make : {run_options, epoch_options, grid_options, asymmetry_options, mixing_options,
                    sterile_options, weak_options, nsi_options, plasma_options, mean_field_options,
                    extra_options, relic_options, decay_options, reheating_options, stability_options,
                    direction_options, collision_options, integrator_options, output_options}) {
    for (auto& option : make()) all.push_back(std::move(option));
  }
  return all;
}

}  // namespace

const std::vector<Option>& options() {
  static const std::vector<Option> table = make_options();
  return table;
}

const Option* find_option(std::string_view section, std::string_view name) {
  for (const auto& option : options()) {
    if (option.section == section && option.name == name) return &option;
  }
  return nullptr;
}

std::vector<std::string_view> section_names() {
  std::vector<std::string_view> names;
  for (const auto& option : options()) {
    if (names.empty() || names.back() != option.section) names.push_back(option.section);
  }
  return names;
}

}  // namespace qke
