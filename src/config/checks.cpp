// Checks of a whole configuration: ranges, contradictions, and what is not available yet.
#include "qke/config/checks.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

#include "qke/base/error.hpp"
#include "qke/base/text.hpp"
#include "qke/config/configuration.hpp"
#include "qke/config/options.hpp"
#include "qke/cosmology/initial_state.hpp"

namespace qke {
namespace {

constexpr FlavourTriple zero{0.0, 0.0, 0.0};

// With steps of 1.25 N_eff is still good to 2e-5, with 3 no longer to 5e-4.
constexpr double largest_step = 1.25;

// Spectra fall as e^{-(y - xi)}: what lies beyond is e^{-10} of the whole.
constexpr double y_max_beyond_xi = 10.0;

std::string key_and_value(const std::string& key, const Parameters& parameters) {
  const auto dot = key.find('.');
  const Option* option =
      find_option(std::string_view(key).substr(0, dot), std::string_view(key).substr(dot + 1));
  return key + " = " + option->toml_value(parameters);
}

void throw_if(const std::optional<Complaint>& complaint) {
  if (complaint) throw ConfigurationError(complaint->message);
}

}  // namespace

FlavourTriple degeneracy_parameters(const AsymmetryParameters& asymmetry) {
  if (asymmetry.eta == zero) return asymmetry.xi;
  FlavourTriple xi{};
  for (std::size_t a = 0; a < 3; ++a) xi[a] = degeneracy_of(asymmetry.eta[a], 1.0);
  return xi;
}

double largest_degeneracy(const AsymmetryParameters& asymmetry) {
  double largest = 0.0;
  for (const double xi : degeneracy_parameters(asymmetry)) largest = std::max(largest, std::abs(xi));
  return largest;
}

bool resolves_asymmetries(const Parameters& parameters) {
  if (parameters.run.scheme == Scheme::atao_jv) return true;
  return parameters.run.scheme == Scheme::qke &&
         (largest_degeneracy(parameters.asymmetry) > 0.0 || parameters.mean_field.eta_b != 0.0);
}

std::optional<Complaint> find_invalid(const Parameters& parameters) {
  for (const auto& option : options()) {
    if (const auto problem = option.complaint(parameters)) return Complaint{option.full_name(), *problem};
  }
  const auto contradiction = [&](const std::string& key, const std::string& rest) {
    return Complaint{key, key_and_value(key, parameters) + " " + rest};
  };
  if (parameters.epoch.T_end_MeV >= 0.99 * parameters.epoch.T_start_MeV) {
    return contradiction("epoch.T_end_MeV",
                         "is not below " + key_and_value("epoch.T_start_MeV", parameters) +
                             " (the Universe cools). Choose a lower end or a higher start.");
  }
  if (parameters.asymmetry.xi != zero && parameters.asymmetry.eta != zero) {
    return contradiction("asymmetry.eta", "contradicts " + key_and_value("asymmetry.xi", parameters) +
                                              " (each fixes the asymmetry). Give one of the two.");
  }
  if (parameters.grid.y_max > largest_step * parameters.grid.nodes) {
    return contradiction("grid.nodes", "is too few for " + key_and_value("grid.y_max", parameters) +
                                           " (steps above " + shortest_decimal(largest_step) +
                                           " spoil N_eff). Use more nodes, or a smaller y_max.");
  }
  const double largest = largest_degeneracy(parameters.asymmetry);
  if (largest > 0.0 && parameters.grid.y_max < largest + y_max_beyond_xi) {
    return contradiction("grid.y_max", "is too small for the asymmetry (|xi| up to " +
                                           shortest_decimal(largest) + " needs y_max of " +
                                           shortest_decimal(largest + y_max_beyond_xi) +
                                           " at least). Raise it, or leave it out.");
  }
  return std::nullopt;
}

std::optional<Complaint> find_unavailable(const Parameters& parameters) {
  const auto unavailable = [&](const std::string& key, const std::string& why, const std::string& instead) {
    return Complaint{key, key_and_value(key, parameters) + " is not available in this version (" + why +
                              "). Use " + instead + "."};
  };
  const auto& [run, asymmetry, mean_field] =
      std::tie(parameters.run, parameters.asymmetry, parameters.mean_field);
  const auto xi = degeneracy_parameters(asymmetry);
  const bool symmetric = xi == zero, equal = xi[0] == xi[1] && xi[1] == xi[2];
  const std::string asymmetry_key = asymmetry.eta != zero ? "asymmetry.eta" : "asymmetry.xi";

  if (run.scheme == Scheme::atao && !equal) {
    return unavailable(asymmetry_key, "averages around V alone hold for equal asymmetries only",
                       "scheme \"qke\"");
  }
  if (run.scheme == Scheme::atao_jv && equal) {
    return unavailable("run.scheme", "it is for asymmetries that differ between the flavours", "\"atao\"");
  }
  if (run.scheme == Scheme::qke && !symmetric && equal) {
    return unavailable(asymmetry_key, "with equal asymmetries nothing is resolved that averages do not have",
                       "scheme \"atao\"");
  }
  if (run.average_below_MeV != 0 && !resolves_asymmetries(parameters)) {
    return unavailable("run.average_below_MeV", "only runs that resolve an asymmetry go on with averages",
                       "0");
  }
  if (mean_field.self == SelfInteraction::off && run.scheme == Scheme::atao_jv) {
    return unavailable("mean_field.self", "scheme \"atao-jv\" averages around this potential",
                       "scheme \"qke\"");
  }
  if (mean_field.self == SelfInteraction::on && run.scheme != Scheme::atao_jv &&
      (run.scheme != Scheme::qke || symmetric)) {
    return unavailable("mean_field.self", "only scheme \"qke\" with asymmetries has this potential",
                       "\"auto\"");
  }
  if (mean_field.neutrino_energy && run.scheme != Scheme::qke) {
    return unavailable("mean_field.neutrino_energy", "only scheme \"qke\" has this potential", "false");
  }
  if (run.scheme == Scheme::qke && symmetric && mean_field.muons == MuonBackground::on &&
      parameters.mixing.delta_cp_rad != 0) {
    return unavailable("mean_field.muons",
                       "with mixing.delta_cp_rad != 0 neutrinos and antineutrinos then evolve apart",
                       "\"off\"");
  }
  if (mean_field.eta_b != 0 && run.scheme != Scheme::qke && run.scheme != Scheme::atao_jv) {
    return unavailable("mean_field.eta_b", "only schemes \"qke\" and \"atao-jv\" have this potential", "0");
  }
  return std::nullopt;
}

void validate(const Parameters& parameters) { throw_if(find_invalid(parameters)); }

void refuse_unavailable(const Parameters& parameters) { throw_if(find_unavailable(parameters)); }

}  // namespace qke
