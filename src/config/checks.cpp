// Checks of a whole configuration: ranges, contradictions, and combinations that no
// scheme solves yet.
#include "config/checks.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

#include "base/text.hpp"
#include "config/configuration.hpp"
#include "config/options.hpp"
#include "model/asymmetry.hpp"
#include "model/method.hpp"
#include "model/nsi.hpp"
#include "model/sterile.hpp"
#include "qke/error.hpp"
#include "qke/run_record.hpp"

namespace qke {
namespace {

constexpr FlavourTriple zero{0.0, 0.0, 0.0};

// Step of the grid y_max/nodes. At 1.25 N_eff is still good to 2e-5, at 3 no longer to
// 5e-4.
constexpr double largest_step = 1.25;

// Spectra fall as e^{-(y - xi)}: momenta beyond carry some e^{-10} of the whole.
constexpr double y_max_beyond_xi = 10.0;

// Above, muons hold the flavours of asymmetries (docs/asymmetries.md, "How sure are the
// results?").
constexpr double muons_hold_above_MeV = 16.0;

std::string key_and_value(const std::string& key, const Parameters& parameters) {
  const auto dot = key.find('.');
  const Option* option =
      find_option(std::string_view(key).substr(0, dot), std::string_view(key).substr(dot + 1));
  return key + " = " + option->toml_value(parameters);
}

double lower_limit(std::string_view section, std::string_view name) {
  return std::get<RealOption>(find_option(section, name)->kind).lower;
}

// Rounded up to one decimal: a remedy that works.
double rounded_up(double value) { return std::ceil(10.0 * value) / 10.0; }

// The coolest end, as a part of the start.
constexpr double latest_end = 0.99;

Complaint end_before_start(const EpochParameters& epoch, const std::string& end, const std::string& start) {
  const bool is_below = epoch.T_end_MeV < epoch.T_start_MeV;
  const std::string remedy = "Choose an end below " + message_number(latest_end * epoch.T_start_MeV) +
                             ", or a start above " +
                             message_number(std::max(rounded_up(epoch.T_end_MeV / latest_end),
                                                     lower_limit("epoch", "T_start_MeV"))) +
                             ".";
  return {"epoch.T_end_MeV", end + (is_below ? " is too near to " : " is not below ") + start +
                                 " (the Universe cools, in a run by 1 % at least). " + remedy};
}

// The plasma is as hot as T_cm at least, and at the start hardly hotter: a table from the
// end to the start covers the run.
std::optional<Complaint> gap_of_rate_table(const Parameters& parameters) {
  const RateTable& table = parameters.extra.rate_table;
  const auto& [T_start, T_end] = parameters.epoch;
  if (table.empty() || (table.front().T_MeV <= T_end && table.back().T_MeV >= T_start)) return std::nullopt;
  return Complaint{"extra.rate_table", "extra.rate_table does not cover the run (it has " +
                                           message_number(table.front().T_MeV) + " to " +
                                           message_number(table.back().T_MeV) + " MeV, the run " +
                                           message_number(T_end) + " to " + message_number(T_start) +
                                           " MeV). Add rows at these ends, such as the nearest ones again."};
}

// The nodes that y_max needs, and the y_max that the nodes allow, where it may be so
// small.
std::string remedy_for_few_nodes(const GridParameters& grid, double smallest_y_max) {
  const double needed = std::ceil(grid.y_max / largest_step), allowed = largest_step * grid.nodes;
  const std::string more_nodes = "Use grid.nodes = " + message_number(needed) + " or more";
  return allowed < smallest_y_max ? more_nodes + "."
                                  : more_nodes + ", or grid.y_max = " + message_number(allowed) + " or less.";
}

void throw_if(const std::optional<Complaint>& complaint) {
  if (complaint) throw ConfigurationError(complaint->message);
}

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
    return Complaint{key, key_and_value(key, parameters) + " " + rest};
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

std::vector<std::string> sterile_warnings(const Parameters& parameters) {
  std::vector<std::string> warnings;
  if (!sterile_states_mix(parameters.sterile)) return warnings;
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
  if (scheme_of(parameters) == Scheme::boltzmann) {
    warnings.push_back(key_and_value("run.scheme", parameters) +
                       " has no oscillations: sterile states stay empty.");
  }
  return warnings;
}

// A particle with everything that it needs, and whose decays end before the run does.
std::optional<Complaint> find_invalid_decay(const Parameters& parameters) {
  const DecayParameters& decay = parameters.decay;
  const auto complaint = [&](const std::string& key, const std::string& rest) {
    return Complaint{key, key_and_value(key, parameters) + " " + rest};
  };
  if (decay.energy_density_MeV4 == 0.0) {
    for (const char* key : {"decay.mass_MeV", "decay.lifetime_s", "decay.branching"}) {
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
  const double sum = decay.branching[0] + decay.branching[1] + decay.branching[2];
  if (sum > 1.0 + 1e-12) {
    return complaint("decay.branching", "adds up to " + message_number(sum) +
                                            " (of all decays, at most 1 of 1). "
                                            "Lower a branching.");
  }
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
    return Complaint{"reheating.branching",
                     key_and_value("reheating.branching", parameters) +
                         " has no effect (with reheating.T_RH_MeV = 0 there is no such particle). Give "
                         "reheating.T_RH_MeV."};
  }
  const std::string T_RH = key_and_value("reheating.T_RH_MeV", parameters);
  const auto contradiction = [&](const std::string& key, const std::string& why) {
    return Complaint{key, key_and_value(key, parameters) + " contradicts " + T_RH + " (" + why +
                              "). Leave one of the two out."};
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
  const auto& B = parameters.reheating.branching;
  if (const double sum = B[0] + B[1] + B[2]; sum > 1.0 + 1e-12) {
    return Complaint{"reheating.branching", key_and_value("reheating.branching", parameters) +
                                                " adds up to " + message_number(sum) +
                                                " (of all decays, at most 1 of 1). Lower a branching."};
  }
  return std::nullopt;
}

// Sterile states with what their equations do not hold for.
std::optional<Complaint> find_unavailable_sterile(const Parameters& parameters) {
  if (!sterile_states_mix(parameters.sterile)) return std::nullopt;
  const auto unavailable = [&](const std::string& key, const std::string& why, const std::string& remedy) {
    return Complaint{key, key_and_value(key, parameters) + " is not available with sterile neutrinos (" +
                              why + "). " + remedy};
  };
  const Scheme scheme = scheme_of(parameters);
  if (scheme == Scheme::atao_jv) {
    return unavailable("run.scheme", "it is for asymmetries", "Use \"auto\".");
  }
  if (scheme == Scheme::qke && !nsi_keep_one_matrix(parameters.nsi, parameters.mixing)) {
    return unavailable("run.scheme", "where [nsi] set antineutrinos apart", "Use \"atao\".");
  }
  const char* const without_asymmetry = "asymmetries and sterile states together are not solved yet";
  if (parameters.asymmetry.xi != zero) return unavailable("asymmetry.xi", without_asymmetry, "Use zeros.");
  if (parameters.asymmetry.eta != zero) return unavailable("asymmetry.eta", without_asymmetry, "Use zeros.");
  if (parameters.mean_field.eta_b != 0.0) {
    return unavailable("mean_field.eta_b", without_asymmetry, "Use 0.");
  }
  if (!parameters.mean_field.neutrino_energy) {
    return unavailable("mean_field.neutrino_energy",
                       "without it nu_mu and nu_tau have no potential against them below the muons",
                       "Use true, or leave it out.");
  }
  const bool alike = !muon_background_is_on(parameters) && !mu_or_tau_mixes_with_sterile(parameters.sterile);
  if (scheme == Scheme::qke && parameters.mixing.delta_cp_rad != 0.0 && !alike) {
    return unavailable("mixing.delta_cp_rad",
                       "in scheme \"qke\", where nu_mu and nu_tau differ by muons or by their mixing",
                       "Use scheme \"atao\", or 0.");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Complaint> find_invalid(const Parameters& parameters) {
  for (const auto& option : options()) {
    if (const auto problem = option.complaint(parameters)) return Complaint{option.full_name(), *problem};
  }
  const auto contradiction = [&](const std::string& key, const std::string& rest) {
    return Complaint{key, key_and_value(key, parameters) + " " + rest};
  };
  if (parameters.epoch.T_end_MeV >= latest_end * parameters.epoch.T_start_MeV) {
    return end_before_start(parameters.epoch, key_and_value("epoch.T_end_MeV", parameters),
                            key_and_value("epoch.T_start_MeV", parameters));
  }
  if (const auto gap = gap_of_rate_table(parameters)) return gap;
  if (parameters.asymmetry.xi != zero && parameters.asymmetry.eta != zero) {
    return contradiction("asymmetry.eta", "contradicts " + key_and_value("asymmetry.xi", parameters) +
                                              " (each fixes the asymmetry). Give one of the two.");
  }
  if (auto complaint = find_invalid_sterile(parameters)) return complaint;
  if (auto complaint = find_invalid_decay(parameters)) return complaint;
  if (auto complaint = find_invalid_reheating(parameters)) return complaint;
  const auto& [mass_MeV, degrees, statistics] = parameters.relic;
  if (degrees != 0 && mass_MeV == 0) {
    return contradiction("relic.degrees",
                         "is the relic of a particle without mass (it would never give its entropy to the "
                         "photons). Give relic.mass_MeV, too; massless dark radiation is "
                         "extra.dark_radiation_delta_Neff.");
  }
  if (degrees == 0 && (mass_MeV != 0 || statistics != QuantumStatistics::boson)) {
    return contradiction(mass_MeV != 0 ? "relic.mass_MeV" : "relic.statistics",
                         "has no effect (with relic.degrees = 0 there is no such particle). Give "
                         "relic.degrees, such as 1 for a real scalar.");
  }
  const double largest = largest_degeneracy(parameters.asymmetry);
  const double needed_y_max = largest > 0.0 ? rounded_up(largest + y_max_beyond_xi) : 0.0;
  if (parameters.grid.y_max > largest_step * parameters.grid.nodes) {
    return contradiction(
        "grid.nodes",
        "is too few for " + key_and_value("grid.y_max", parameters) + " (steps above " +
            message_number(largest_step) + " spoil N_eff). " +
            remedy_for_few_nodes(parameters.grid, std::max(needed_y_max, lower_limit("grid", "y_max"))));
  }
  if (parameters.grid.y_max < largest + y_max_beyond_xi && largest > 0.0) {
    return contradiction("grid.y_max",
                         "is too small for the asymmetry (|xi| up to " + message_number(largest) + " needs " +
                             message_number(needed_y_max) + " at least). Raise it, or leave it out.");
  }
  return std::nullopt;
}

// Each combination that the equations of a scheme do not hold for, with the scheme that
// does. Nothing is ignored in silence: a key without effect would look like a result.
std::optional<Complaint> find_unavailable(const Parameters& parameters) {
  const auto unavailable = [&](const std::string& key, const std::string& why, const std::string& instead) {
    return Complaint{key, key_and_value(key, parameters) + " is not available in this version (" + why +
                              "). Use " + instead + "."};
  };
  const auto& [run, asymmetry, mean_field] =
      std::tie(parameters.run, parameters.asymmetry, parameters.mean_field);
  const Scheme scheme = scheme_of(parameters);
  const InitialAsymmetry initial = initial_asymmetry(asymmetry);
  const bool symmetric = initial == InitialAsymmetry::none, unequal = initial == InitialAsymmetry::unequal;
  const bool resolved = resolves_asymmetry(parameters);
  const std::string asymmetry_key = asymmetry.eta != zero ? "asymmetry.eta" : "asymmetry.xi";

  if (auto complaint = find_unavailable_sterile(parameters)) return complaint;
  if (scheme == Scheme::atao && unequal) {
    return unavailable(asymmetry_key,
                       "in scheme \"atao\": averages around V alone hold for equal asymmetries",
                       "scheme \"auto\", which is \"qke\" here");
  }
  if (scheme == Scheme::atao_jv && !unequal) {
    return unavailable("run.scheme", "it is for asymmetries that differ between the flavours", "\"auto\"");
  }
  if (scheme == Scheme::qke && initial == InitialAsymmetry::equal && mean_field.eta_b == 0) {
    return unavailable(
        asymmetry_key,
        "in scheme \"qke\": with equal asymmetries it would resolve nothing that averages leave out",
        "scheme \"auto\", which is \"atao\" here");
  }
  if (run.average_below_MeV != 0 && !resolved) {
    return unavailable("run.average_below_MeV", "only runs that resolve an asymmetry go on with averages",
                       "0");
  }
  if (mean_field.self == Switch::off && scheme == Scheme::atao_jv) {
    return unavailable("mean_field.self", "scheme \"atao-jv\" averages around this potential",
                       "scheme \"qke\"");
  }
  if (mean_field.self == Switch::on && (!resolved || symmetric)) {
    return unavailable("mean_field.self", "only schemes that resolve asymmetries have this potential",
                       "\"auto\"");
  }
  if (mean_field.neutrino_energy && scheme != Scheme::qke && !sterile_states_mix(parameters.sterile)) {
    return unavailable("mean_field.neutrino_energy", "only scheme \"qke\" has this potential",
                       initial == InitialAsymmetry::equal ? "false" : "scheme \"qke\", or false");
  }
  if (scheme == Scheme::qke && !resolved && mean_field.muons == Switch::on &&
      parameters.mixing.delta_cp_rad != 0) {
    return unavailable("mean_field.muons",
                       "with mixing.delta_cp_rad != 0 neutrinos and antineutrinos then evolve apart",
                       "\"off\"");
  }
  if (mean_field.eta_b != 0 && parameters.relic.degrees != 0) {
    return unavailable(
        "mean_field.eta_b",
        "with a relic there are other photons per comoving volume today than those it counts on", "0");
  }
  if (mean_field.eta_b != 0 && !resolved) {
    return unavailable("mean_field.eta_b", "only schemes \"qke\" and \"atao-jv\" have this potential",
                       "scheme \"auto\", or 0");
  }
  return std::nullopt;
}

// Warnings are for numbers that may be meant; the run goes on.
std::vector<std::string> configuration_warnings(const Parameters& parameters) {
  std::vector<std::string> warnings;
  for (const auto& option : options()) {
    if (const auto warning = unusual_value(option, parameters)) warnings.push_back(*warning);
  }
  if (initial_asymmetry(parameters.asymmetry) == InitialAsymmetry::unequal &&
      parameters.epoch.T_start_MeV < muons_hold_above_MeV && scheme_of(parameters) != Scheme::boltzmann) {
    warnings.push_back(key_and_value("epoch.T_start_MeV", parameters) +
                       " is late for unequal asymmetries (below 16 MeV oscillations have begun, and pure "
                       "flavours are another state). "
                       "Start at 16 MeV or above.");
  }
  for (const std::string& warning : sterile_warnings(parameters)) warnings.push_back(warning);
  if (nsi_change_flavour(parameters.nsi) && scheme_of(parameters) == Scheme::boltzmann) {
    warnings.push_back(key_and_value("run.scheme", parameters) +
                       " has no coherence between flavours: [nsi] that change flavour act by their squares "
                       "alone.");
  }
  return warnings;
}

void validate(const Parameters& parameters) { throw_if(find_invalid(parameters)); }

void refuse_unavailable(const Parameters& parameters) { throw_if(find_unavailable(parameters)); }

}  // namespace qke
