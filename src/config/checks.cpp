// Checks of a whole configuration: ranges, contradictions, and combinations that no
// scheme solves yet.
#include "config/checks.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

#include "base/text.hpp"
#include "config/checks_beyond.hpp"
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
  if (complaint) throw ConfigurationError(complaint->message, complaint->key);
}

}  // namespace

std::string key_and_value(const std::string& key, const Parameters& parameters) {
  const auto dot = key.find('.');
  const Option* option =
      find_option(std::string_view(key).substr(0, dot), std::string_view(key).substr(dot + 1));
  return key + " = " + option->toml_value(parameters);
}

Complaint complaint_of(const std::string& key, const Parameters& parameters, const std::string& rest) {
  return {key, key_and_value(key, parameters) + " " + rest};
}

std::optional<Complaint> find_invalid(const Parameters& parameters) {
  for (const auto& option : options()) {
    if (const auto problem = option.complaint(parameters)) return Complaint{option.full_name(), *problem};
  }
  const auto contradiction = [&](const std::string& key, const std::string& rest) {
    return complaint_of(key, parameters, rest);
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
  if (auto complaint = find_invalid_beyond(parameters)) return complaint;
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
  if (auto complaint = find_unavailable_stability(parameters)) return complaint;
  if (scheme == Scheme::atao && unequal) {
    return unavailable(asymmetry_key,
                       "in scheme \"atao\": averages around V alone hold for equal asymmetries",
                       "scheme \"auto\", which is \"qke\" here");
  }
  if (scheme == Scheme::atao_jv && !unequal) {
    return unavailable("run.scheme", "it is for asymmetries that differ between the flavours", "\"auto\"");
  }
  if (scheme == Scheme::atao_jv && (parameters.decay.branching != zero || parameters.decay.muons != 0)) {
    return unavailable("run.scheme", "decays bring neutrinos with coherences in its basis", "\"qke\"");
  }
  if (scheme == Scheme::qke && initial == InitialAsymmetry::equal && mean_field.eta_b == 0 &&
      !has_asymmetry_beside_sterile(parameters) && !directions_are_resolved(parameters)) {
    return unavailable(
        asymmetry_key,
        "in scheme \"qke\": with equal asymmetries it would resolve nothing that averages leave out",
        "scheme \"auto\", which is \"atao\" here");
  }
  if (run.average_below_MeV != 0 && !resolved && !directions_are_resolved(parameters)) {
    return unavailable("run.average_below_MeV",
                       "only runs that resolve an asymmetry or directions go on with averages", "0");
  }
  if (run.slow_precession_below_MeV != 0 && !resolves_unequal_asymmetry(parameters)) {
    return unavailable("run.slow_precession_below_MeV",
                       "only runs that resolve asymmetries which differ between flavours slow precession",
                       "0");
  }
  if (parameters.integrator.damp_oscillations != Switch::automatic &&
      !resolves_unequal_asymmetry(parameters)) {
    return unavailable(
        "integrator.damp_oscillations",
        "only runs that resolve asymmetries which differ between flavours have the method for it",
        "\"auto\"");
  }
  if (mean_field.self == Switch::off && scheme == Scheme::atao_jv) {
    return unavailable("mean_field.self", "scheme \"atao-jv\" averages around this potential",
                       "scheme \"qke\"");
  }
  if (mean_field.self == Switch::on && scheme != Scheme::qke && (!resolved || symmetric)) {
    return unavailable("mean_field.self", "only schemes that resolve asymmetries have this potential",
                       "scheme \"auto\", or mean_field.self = \"auto\"");
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
  return find_unavailable_directions(parameters);
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
  if (resolves_unequal_asymmetry(parameters) && self_interaction_is_on(parameters) &&
      parameters.mean_field.eta_b == 0.0) {
    warnings.push_back(key_and_value("mean_field.eta_b", parameters) +
                       " leaves out that there are more electrons than positrons, which decides what unequal "
                       "asymmetries end as. Nature has 6.1e-10.");
  }
  for (const std::string& warning : warnings_beyond(parameters)) warnings.push_back(warning);
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
