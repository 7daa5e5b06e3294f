// Checks of runs that follow directions of the momenta.
#include "base/text.hpp"
#include "config/checks_beyond.hpp"
#include "config/options.hpp"
#include "model/asymmetry.hpp"
#include "model/method.hpp"
#include "model/sterile.hpp"

namespace qke {
namespace {

// Where asymmetries differ, directions begin between start and end.
std::optional<Complaint> find_invalid_begin_of_directions(const Parameters& parameters) {
  const char* const key = "directions.begin_below_MeV";
  const double begin = parameters.directions.begin_below_MeV;
  if (first_phase(parameters) == Phase::isotropic) {
    if (begin < parameters.epoch.T_start_MeV && begin > parameters.epoch.T_end_MeV &&
        begin > parameters.run.average_below_MeV) {
      return std::nullopt;
    }
    return complaint_of(key, parameters,
                        "is not between the start and the end of the run, or oscillations are averaged "
                        "before (directions would not be followed). Choose a temperature between.");
  }
  if (begin == DirectionParameters{}.begin_below_MeV) return std::nullopt;
  return complaint_of(key, parameters,
                      "has no effect (it is for directions with asymmetries that differ). Leave it out.");
}

}  // namespace

std::optional<Complaint> find_invalid_directions(const Parameters& parameters) {
  const DirectionParameters& directions = parameters.directions;
  if (directions.number > 1 && directions.number % 2 == 1) {
    return complaint_of("directions.number", parameters,
                        "is odd (one direction would be along no axis). Use 2, 4, 6 or 8.");
  }
  if (auto complaint = find_invalid_begin_of_directions(parameters)) return complaint;
  if (directions_are_resolved(parameters)) return std::nullopt;
  const DirectionParameters defaults;
  const bool changed = directions.seed != defaults.seed || directions.attenuation != defaults.attenuation;
  if (!changed) return std::nullopt;
  return complaint_of(directions.seed != defaults.seed ? "directions.seed" : "directions.attenuation",
                      parameters,
                      "has no effect (with directions.number = 1 the gas is isotropic). Give "
                      "directions.number = 2, 4, 6 or 8.");
}

std::optional<Complaint> find_unavailable_directions(const Parameters& parameters) {
  if (!directions_are_resolved(parameters)) return std::nullopt;
  const bool many = parameters.directions.number > 1;
  const std::string asked = many ? "directions" : "mean_field.self = \"on\" without asymmetry";
  const auto unavailable = [&](const std::string& key, const std::string& why, const std::string& remedy) {
    return complaint_of(key, parameters, "is not available with " + asked + " (" + why + "). " + remedy);
  };
  if (scheme_of(parameters) != Scheme::qke) {
    return unavailable("run.scheme", "oscillations have to be followed", "Use \"auto\" or \"qke\".");
  }
  // Explicit steps follow every turn around J (docs/stability.md, "Directions").
  constexpr double largest_xi = 0.01;
  const double xi = largest_degeneracy(parameters.asymmetry);
  if (first_phase(parameters) == Phase::isotropic && xi > largest_xi) {
    return unavailable(parameters.asymmetry.eta != FlavourTriple{} ? "asymmetry.eta" : "asymmetry.xi",
                       "they turn around J, too often for |xi| above " + message_number(largest_xi) +
                           ", and it is " + message_number(xi),
                       "Use smaller asymmetries, or the same for all flavours.");
  }
  const char* const flavours = "the equations are those of three flavours and of neutral electrons";
  if (parameters.mean_field.eta_b != 0.0) return unavailable("mean_field.eta_b", flavours, "Use 0.");
  if (sterile_states_mix(parameters.sterile)) return unavailable("sterile.number", flavours, "Use 0.");
  if (parameters.reheating.T_RH_MeV != 0.0) {
    return unavailable("reheating.T_RH_MeV", "neutrinos are in equilibrium at the start", "Use 0.");
  }
  if (parameters.mean_field.self == Switch::off) {
    return unavailable("mean_field.self", "perturbations grow by nothing else", "Use \"auto\".");
  }
  return std::nullopt;
}

}  // namespace qke
