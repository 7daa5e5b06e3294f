// Checks of a whole configuration: ranges, contradictions, and what is not available yet.
#include "qke/config/checks.hpp"

#include <string_view>
#include <tuple>

#include "qke/base/error.hpp"
#include "qke/config/configuration.hpp"
#include "qke/config/options.hpp"

namespace qke {
namespace {

constexpr FlavourTriple zero{0.0, 0.0, 0.0};

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

std::optional<Complaint> find_invalid(const Parameters& parameters) {
  for (const auto& option : options()) {
    if (const auto problem = option.complaint(parameters)) return Complaint{option.full_name(), *problem};
  }
  const auto contradiction = [&](const std::string& key, const std::string& rest) {
    return Complaint{key, key_and_value(key, parameters) + " " + rest};
  };
  if (parameters.epoch.T_end_MeV >= parameters.epoch.T_start_MeV) {
    return contradiction("epoch.T_end_MeV",
                         "is not below " + key_and_value("epoch.T_start_MeV", parameters) +
                             " (the Universe cools). Choose a lower end or a higher start?");
  }
  if (parameters.asymmetry.xi != zero && parameters.asymmetry.eta != zero) {
    return contradiction("asymmetry.eta", "contradicts " + key_and_value("asymmetry.xi", parameters) +
                                              " (each fixes the asymmetry). Give one of the two?");
  }
  return std::nullopt;
}

std::optional<Complaint> find_unavailable(const Parameters& parameters) {
  const auto unavailable = [&](const std::string& key, const std::string& why, const std::string& instead) {
    return Complaint{key, key_and_value(key, parameters) + " is not available in this version (" + why +
                              "). Use " + instead + "?"};
  };
  const auto& [run, asymmetry, mean_field, extra] =
      std::tie(parameters.run, parameters.asymmetry, parameters.mean_field, parameters.extra);
  const std::string asymmetry_comes_later = "neutrinos and antineutrinos are taken to be equal";

  if (run.scheme == Scheme::atao_jv) {
    return unavailable("run.scheme", "it is for asymmetries, which come later", "\"qke\" or \"atao\"");
  }
  if (run.average_below_MeV != 0) {
    return unavailable("run.average_below_MeV", "without asymmetry nothing need be averaged", "0");
  }
  if (asymmetry.xi != zero) return unavailable("asymmetry.xi", asymmetry_comes_later, "[0, 0, 0]");
  if (asymmetry.eta != zero) return unavailable("asymmetry.eta", asymmetry_comes_later, "[0, 0, 0]");
  if (mean_field.self == SelfInteraction::on) {
    return unavailable("mean_field.self", "without asymmetry there is no such potential", "\"auto\"");
  }
  if (mean_field.neutrino_energy && run.scheme != Scheme::qke) {
    return unavailable("mean_field.neutrino_energy", "only scheme \"qke\" has this potential", "false");
  }
  if (run.scheme == Scheme::qke && mean_field.muons == MuonBackground::on &&
      parameters.mixing.delta_cp_rad != 0) {
    return unavailable("mean_field.muons",
                       "with mixing.delta_cp_rad != 0 neutrinos and antineutrinos then evolve apart",
                       "\"off\"");
  }
  if (mean_field.eta_b != 0) {
    return unavailable("mean_field.eta_b", "the potential of the electron asymmetry is not built", "0");
  }
  if (extra.rate_scale != 1) return unavailable("extra.rate_scale", "rates are not scaled", "1");
  if (extra.dark_radiation_delta_Neff != 0) {
    return unavailable("extra.dark_radiation_delta_Neff", "there is no dark radiation", "0");
  }
  return std::nullopt;
}

void validate(const Parameters& parameters) { throw_if(find_invalid(parameters)); }

void refuse_unavailable(const Parameters& parameters) { throw_if(find_unavailable(parameters)); }

}  // namespace qke
