// Checks of what a run may have beyond the Standard Model: sterile neutrinos, relics,
// particles that decay or reheat.
#include "config/checks_beyond.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <variant>

#include "base/text.hpp"
#include "config/options.hpp"
#include "flavour/states.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/decay_spectrum.hpp"
#include "model/method.hpp"
#include "model/nsi.hpp"
#include "model/sterile.hpp"
#include "qke/run_record.hpp"

namespace qke {
namespace {

constexpr FlavourTriple zero{0.0, 0.0, 0.0};

// The index i of a sterile state that a key is about: sin2_theta24 and dm2_41_eV2 are about
// 4, U_e4_squared about 4, too; 0 for the number.
int state_of_sterile_key(std::string_view name) {
  if (name.starts_with("sin2_theta")) return name.back() - '0';
  if (name.starts_with("dm2_")) return name[4] - '0';
  return name.starts_with("U_") ? 4 : 0;
}

std::optional<Complaint> find_invalid_sterile(const Parameters& parameters) {
  const SterileParameters& sterile = parameters.sterile;
  const auto contradiction = [&](const std::string& key, const std::string& rest) {
    return complaint_of(key, parameters, rest);
  };
  std::string element, angle;  // the last of each kind that is not 0
  for (const auto& option : options()) {
    if (option.section != "sterile" || option.name == "number") continue;
    if (std::get<RealOption>(option.kind).access.get(parameters) == 0.0) continue;
    const int state = state_of_sterile_key(option.name);
    if (state > active_flavours + sterile.number) {
      return contradiction(
          option.full_name(),
          "is about a state that is not there (sterile.number = " + std::to_string(sterile.number) +
              "). Set sterile.number to " + std::to_string(state - active_flavours) + " or more.");
    }
    if (option.name.starts_with("U_")) element = option.full_name();
    if (option.name.starts_with("sin2_")) angle = option.full_name();
  }
  if (!element.empty() && sterile.number > 1) {
    return contradiction(element, "is for one sterile neutrino (sterile.number = " +
                                      std::to_string(sterile.number) + "). Give angles instead.");
  }
  if (!element.empty() && !angle.empty()) {
    return contradiction(element, "contradicts " + key_and_value(angle, parameters) +
                                      " (each fixes the mixing). Give elements or angles.");
  }
  const double sum = sterile.U_e4_squared + sterile.U_mu4_squared + sterile.U_tau4_squared;
  if (sum > 1.0) {
    return contradiction(element, "is too large (the squares of U_e4, U_mu4 and U_tau4 add up to " +
                                      message_number(sum) +
                                      ", a column of a unitary matrix to 1). Lower one.");
  }
  if (!sterile_states_mix(sterile)) return std::nullopt;
  const double latest = production_begins_below(sterile, late_start);
  if (parameters.epoch.T_start_MeV < latest) {
    return contradiction(
        "epoch.T_start_MeV",
        "is too late for these sterile neutrinos (they are produced above it; the start is at " +
            message_number(latest) + " at least, at 20 MeV (dm2/eV^2)^(1/6)). Start at " +
            message_number(std::ceil(production_begins_below(sterile, early_start))) + ".");
  }
  return std::nullopt;
}

std::optional<Complaint> branchings_beyond_one(const std::string& key, const FlavourTriple& branching,
                                               const Parameters& parameters, double others = 0.0) {
  const double sum = branching[0] + branching[1] + branching[2] + others;
  if (sum <= 1.0 + 1e-12) return std::nullopt;
  return complaint_of(
      key, parameters,
      "adds up to " + message_number(sum) + " (of all decays, at most 1 of 1). Lower a branching.");
}

// decay.branching and the spectra that go with it: normalised, and of energies that the
// particle has.
std::optional<Complaint> find_invalid_spectra(const Parameters& parameters) {
  const DecayParameters& decay = parameters.decay;
  const auto complaint = [&](const std::string& key, const std::string& rest) {
    return complaint_of(key, parameters, rest);
  };
  const double needed = 2.0 * constants::muon_mass;
  if (decay.muons > 0.0 && decay.mass_MeV < needed) {
    return complaint("decay.muons", "contradicts " + key_and_value("decay.mass_MeV", parameters) +
                                        " (two muons weigh " + message_number(needed) +
                                        " MeV). Raise the mass, or leave muons out.");
  }
  if (decay.spectrum_file.empty()) {
    return branchings_beyond_one("decay.branching", decay.branching, parameters, decay.muons);
  }
  if (decay.branching == zero) {
    return complaint("decay.branching",
                     "leaves the spectra of decay.spectrum_file without effect (it is the "
                     "number of neutrinos of each flavour in a decay). Give it.");
  }
  const Eigen::Array3d norm = integral(decay.spectrum_file);
  for (int a = 0; a < 3; ++a) {
    constexpr double rounding = 1e-3;  // of printed tables, and of the sums that made them
    const double B = decay.branching[static_cast<std::size_t>(a)];
    if (B == 0.0 || std::abs(norm(a) - 1.0) <= rounding) continue;
    return Complaint{"decay.spectrum_file", "decay.spectrum_file is not normalised (its column " +
                                                flavour_names(active_flavours)[static_cast<std::size_t>(a)] +
                                                " has the integral " + message_number(norm(a)) +
                                                " by the trapezoid rule). Divide it by "
                                                "that; decay.branching is the number of neutrinos."};
  }
  if (decay.spectrum_file.back().E_MeV > 0.5 * decay.mass_MeV * (1.0 + 1e-9)) {
    return Complaint{"decay.spectrum_file",
                     "decay.spectrum_file goes on to " + message_number(decay.spectrum_file.back().E_MeV) +
                         " MeV (no neutrino has more than half of " +
                         key_and_value("decay.mass_MeV", parameters) + "). Cut it, or raise the mass."};
  }
  const double energy = 2.0 * DecaySpectrum(decay).energy().sum();
  if (energy > decay.mass_MeV * (1.0 + 1e-9)) {
    return complaint("decay.branching", "gives neutrinos more energy than there is (" +
                                            message_number(energy) + " MeV of " +
                                            key_and_value("decay.mass_MeV", parameters) +
                                            " in a decay, antineutrinos included). Lower a branching.");
  }
  return std::nullopt;
}

// A particle with everything that it needs, and whose decays end before the run does.
std::optional<Complaint> find_invalid_decay(const Parameters& parameters) {
  const DecayParameters& decay = parameters.decay;
  const auto complaint = [&](const std::string& key, const std::string& rest) {
    return complaint_of(key, parameters, rest);
  };
  if (decay.energy_density_MeV4 == 0.0) {
    for (const char* key :
         {"decay.mass_MeV", "decay.lifetime_s", "decay.branching", "decay.spectrum_file", "decay.muons"}) {
      if (key_and_value(key, parameters) == key_and_value(key, Parameters{})) continue;
      return complaint(key,
                       "has no effect (with decay.energy_density_MeV4 = 0 there is no such particle). Give "
                       "its energy density at the start.");
    }
    return std::nullopt;
  }
  for (const char* key : {"decay.mass_MeV", "decay.lifetime_s"}) {
    if (key_and_value(key, parameters) != key_and_value(key, Parameters{})) continue;
    return complaint(key, "is missing (" + key_and_value("decay.energy_density_MeV4", parameters) +
                              " asks for a particle). Give it.");
  }
  if (auto wrong = find_invalid_spectra(parameters)) return wrong;
  const double end_of_decays = decayed_below(decay.lifetime_s, shortest_history);
  if (parameters.epoch.T_end_MeV > end_of_decays) {
    return complaint("decay.lifetime_s",
                     "is too long for " + key_and_value("epoch.T_end_MeV", parameters) +
                         " (some of the particles are left at the end). Lower epoch.T_end_MeV "
                         "to " +
                         message_number(std::floor(1e4 * end_of_decays) / 1e4) + ", or leave it out.");
  }
  return std::nullopt;
}

// A universe that is reheated begins with the particle alone.
std::optional<Complaint> find_invalid_reheating(const Parameters& parameters) {
  if (parameters.reheating.T_RH_MeV == 0.0) {
    const ReheatingParameters defaults;
    if (parameters.reheating.branching == defaults.branching) return std::nullopt;
    return complaint_of("reheating.branching", parameters,
                        "has no effect (with reheating.T_RH_MeV = 0 there is no such particle). Give "
                        "reheating.T_RH_MeV.");
  }
  const std::string T_RH = key_and_value("reheating.T_RH_MeV", parameters);
  const auto contradiction = [&](const std::string& key, const std::string& why) {
    return complaint_of(key, parameters, "contradicts " + T_RH + " (" + why + "). Leave one of the two out.");
  };
  if (parameters.given.contains("epoch.T_start_MeV")) {
    return contradiction("epoch.T_start_MeV",
                         "a universe that is reheated starts where its particle dominates");
  }
  if (parameters.decay.energy_density_MeV4 != 0.0) {
    return contradiction("decay.energy_density_MeV4", "there is one particle that decays");
  }
  if (parameters.relic.degrees != 0.0) return contradiction("relic.degrees", "not solved together");
  if (parameters.extra.dark_radiation_delta_Neff != 0.0) {
    return contradiction("extra.dark_radiation_delta_Neff", "not solved together");
  }
  if (sterile_states_mix(parameters.sterile)) return contradiction("sterile.number", "not solved together");
  if (largest_degeneracy(parameters.asymmetry) != 0.0) {
    return contradiction(parameters.asymmetry.eta != zero ? "asymmetry.eta" : "asymmetry.xi",
                         "there are no neutrinos at the start");
  }
  if (parameters.mean_field.eta_b != 0.0) return contradiction("mean_field.eta_b", "not solved together");
  return branchings_beyond_one("reheating.branching", parameters.reheating.branching, parameters);
}

std::optional<Complaint> find_invalid_relic(const Parameters& parameters) {
  const auto& [mass_MeV, degrees, statistics] = parameters.relic;
  if (degrees != 0 && mass_MeV == 0) {
    return complaint_of("relic.degrees", parameters,
                        "is the relic of a particle without mass (it would never give its entropy to the "
                        "photons). Give relic.mass_MeV, too; massless dark radiation is "
                        "extra.dark_radiation_delta_Neff.");
  }
  if (degrees == 0 && (mass_MeV != 0 || statistics != QuantumStatistics::boson)) {
    return complaint_of(mass_MeV != 0 ? "relic.mass_MeV" : "relic.statistics", parameters,
                        "has no effect (with relic.degrees = 0 there is no such particle). Give "
                        "relic.degrees, such as 1 for a real scalar.");
  }
  return std::nullopt;
}

// The analysis takes its states from the slices of the spectra, and their temperatures from
// the history.
std::optional<Complaint> find_invalid_stability(const Parameters& parameters) {
  constexpr int fewest_rows = 50;  // between which the temperature is a cubic, to 1e-5
  if (!parameters.stability.k_over_H.empty() && parameters.stability.modes != StabilityModes::all) {
    return complaint_of("stability.k_over_H", parameters,
                        "has no effect (" + key_and_value("stability.modes", parameters) +
                            "). Set stability.modes = \"all\".");
  }
  if (parameters.stability.modes == StabilityModes::off) return std::nullopt;
  if (parameters.stability.points > parameters.output.spectra_points) {
    return complaint_of("stability.points", parameters,
                        "is more than the slices of the spectra (" +
                            key_and_value("output.spectra_points", parameters) + "). Raise these.");
  }
  if (parameters.output.history_points < fewest_rows) {
    return complaint_of("output.history_points", parameters,
                        "is too few for [stability] (temperatures are interpolated between the rows). Use " +
                            std::to_string(fewest_rows) + " or more.");
  }
  return std::nullopt;
}

void add_sterile_warnings(const Parameters& parameters, std::vector<std::string>& warnings) {
  if (!sterile_states_mix(parameters.sterile)) return;
  const double early = production_begins_below(parameters.sterile, early_start);
  if (parameters.epoch.T_start_MeV < early) {
    warnings.push_back(key_and_value("epoch.T_start_MeV", parameters) +
                       " is late for these sterile neutrinos (some are produced above it). Start at " +
                       message_number(std::ceil(early)) + ".");
  }
  if (parameters.collisions.neutrino_neutrino == ProcessTreatment::none) {
    warnings.push_back(key_and_value("collisions.neutrino_neutrino", parameters) +
                       " leaves out half of what produces sterile neutrinos.");
  }
  if (has_asymmetry_beside_sterile(parameters)) {
    warnings.emplace_back(
        "N_eff is good to 5e-3, flavours and eta are not final (with sterile neutrinos an asymmetry goes on "
        "changing below 1 MeV, where averages begin).");
  }
  if (scheme_of(parameters) == Scheme::boltzmann) {
    warnings.push_back(key_and_value("run.scheme", parameters) +
                       " has no oscillations: sterile states stay empty.");
  }
}

// Neutrinos that decays bring beyond the grid, or below it, are put on its nearest node:
// with their energy, but another number, and with other rates.
void add_decay_warnings(const Parameters& parameters, std::vector<std::string>& warnings) {
  const double y_of_most = largest_y_of_decays(parameters, 1.0);
  if (y_of_most > 0.0 && y_of_most < parameters.grid.y_max / parameters.grid.nodes) {
    warnings.push_back(
        "most decays bring neutrinos below y = " + message_number(y_of_most) +
        ", less than the first momentum of the grid (which stands for them): N_eff and numbers "
        "of neutrinos may be wrong. Take a heavier particle, or more grid.nodes.");
  }
  const double y = largest_y_of_decays(parameters, few_are_left);
  if (y <= parameters.grid.y_max) return;
  warnings.push_back("decays bring neutrinos up to y = " + message_number(std::ceil(y)) + ", beyond " +
                     key_and_value("grid.y_max", parameters) +
                     " (the last momentum stands for them): N_eff may be wrong. Raise grid.y_max, or take a "
                     "lighter particle.");
}

// Asymmetries that the implicit equations of scheme qke follow (docs/sterile.md, "Lepton
// asymmetries").
std::optional<Complaint> find_unavailable_asymmetry_beside_sterile(const Parameters& parameters) {
  if (!has_asymmetry_beside_sterile(parameters)) return std::nullopt;
  const auto unavailable = [&](const std::string& why, const std::string& remedy) {
    const std::string key = parameters.asymmetry.eta != zero ? "asymmetry.eta" : "asymmetry.xi";
    return complaint_of(key, parameters, "is not available with sterile neutrinos (" + why + "). " + remedy);
  };
  constexpr double smallest = 1e-3, largest = 0.1;
  if (scheme_of(parameters) != Scheme::qke) {
    return unavailable("only scheme \"qke\" solves for both", "Use run.scheme = \"auto\".");
  }
  if (parameters.sterile.number > 1) {
    return unavailable("only one of them is solved with asymmetries", "Use sterile.number = 1, or zeros.");
  }
  if (parameters.sterile.dm2_41_eV2 > 0.0) {
    return unavailable(
        "where m_4 > m_1 the asymmetry runs away into them at a resonance, faster than steps can follow",
        "Use zeros, or leave out [sterile].");
  }
  if (initial_asymmetry(parameters.asymmetry) != InitialAsymmetry::equal) {
    return unavailable("only equal asymmetries are solved", "Use the same for all flavours.");
  }
  const double xi = largest_degeneracy(parameters.asymmetry);
  if (xi < smallest || xi > largest) {
    return unavailable("|xi| is " + message_number(xi) + ", and is solved from 0.001 to 0.1",
                       "Use such a value, or zeros.");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Complaint> find_invalid_beyond(const Parameters& parameters) {
  for (const auto find : {find_invalid_sterile, find_invalid_decay, find_invalid_reheating,
                          find_invalid_relic, find_invalid_stability, find_invalid_directions}) {
    if (auto complaint = find(parameters)) return complaint;
  }
  return std::nullopt;
}

// Sterile states with what their equations do not hold for.
std::optional<Complaint> find_unavailable_sterile(const Parameters& parameters) {
  if (!sterile_states_mix(parameters.sterile)) return std::nullopt;
  const auto unavailable = [&](const std::string& key, const std::string& why, const std::string& remedy) {
    return complaint_of(key, parameters, "is not available with sterile neutrinos (" + why + "). " + remedy);
  };
  const Scheme scheme = scheme_of(parameters);
  if (scheme == Scheme::atao_jv) {
    return unavailable("run.scheme", "it is for asymmetries", "Use \"auto\".");
  }
  if (scheme == Scheme::qke && !nsi_keep_one_matrix(parameters.nsi, parameters.mixing)) {
    return unavailable("run.scheme", "where [nsi] set antineutrinos apart", "Use \"atao\".");
  }
  if (auto complaint = find_unavailable_asymmetry_beside_sterile(parameters)) return complaint;
  if (parameters.mean_field.eta_b != 0.0) {
    return unavailable("mean_field.eta_b", "they are solved where antineutrinos are the image of neutrinos",
                       "Use 0.");
  }
  if (!parameters.mean_field.neutrino_energy) {
    return unavailable("mean_field.neutrino_energy",
                       "without it nu_mu and nu_tau have no potential against them below the muons",
                       "Use true, or leave it out.");
  }
  const bool alike = !muon_background_is_on(parameters) && !mu_or_tau_mixes_with_sterile(parameters.sterile);
  const bool one_matrix = scheme == Scheme::qke && !has_asymmetry(parameters);
  if (one_matrix && parameters.mixing.delta_cp_rad != 0.0 && !alike) {
    return unavailable("mixing.delta_cp_rad",
                       "in scheme \"qke\", where nu_mu and nu_tau differ by muons or by their mixing",
                       "Use scheme \"atao\", or 0.");
  }
  return std::nullopt;
}

std::optional<Complaint> find_unavailable_stability(const Parameters& parameters) {
  if (parameters.stability.modes == StabilityModes::off) return std::nullopt;
  const auto unavailable = [&](const std::string& why, const std::string& remedy) {
    return complaint_of("stability.modes", parameters, "is not available " + why + ". Use " + remedy + ".");
  };
  if (sterile_states_mix(parameters.sterile)) {
    return unavailable("with sterile neutrinos (the analysis is one of three flavours)", "\"off\"");
  }
  if (scheme_of(parameters) == Scheme::boltzmann) {
    return unavailable(
        "in scheme \"boltzmann\" (its flavours do not oscillate: they are no solution to perturb)",
        "another run.scheme, or \"off\"");
  }
  return std::nullopt;
}

std::vector<std::string> warnings_beyond(const Parameters& parameters) {
  std::vector<std::string> warnings;
  add_sterile_warnings(parameters, warnings);
  add_decay_warnings(parameters, warnings);
  return warnings;
}

}  // namespace qke
