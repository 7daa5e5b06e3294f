#include "model/asymmetry.hpp"

#include <algorithm>
#include <cmath>

#include "model/constants.hpp"
#include "model/nsi.hpp"
#include "model/sterile.hpp"

namespace qke {

using constants::pi;

double asymmetry_of(double xi, double t) { return t * t * t * (xi + xi * xi * xi / (pi * pi)) / 6.0; }

double degeneracy_of(double eta, double t) {
  // xi^3 + pi^2 xi = 6 pi^2 eta/t^3: its one real root in hyperbolic functions, without
  // cancellation.
  const double unit = pi / std::sqrt(3.0);
  return 2.0 * unit * std::sinh(std::asinh(3.0 * pi * pi * eta / std::pow(t * unit, 3)) / 3.0);
}

std::array<double, 3> degeneracy_parameters(const AsymmetryParameters& asymmetry) {
  if (asymmetry.eta == std::array<double, 3>{0.0, 0.0, 0.0}) return asymmetry.xi;
  std::array<double, 3> xi{};
  for (std::size_t a = 0; a < 3; ++a) xi[a] = degeneracy_of(asymmetry.eta[a], 1.0);
  return xi;
}

double largest_degeneracy(const AsymmetryParameters& asymmetry) {
  double largest = 0.0;
  for (const double xi : degeneracy_parameters(asymmetry)) largest = std::max(largest, std::abs(xi));
  return largest;
}

InitialAsymmetry initial_asymmetry(const AsymmetryParameters& asymmetry) {
  const std::array<double, 3> zero{0.0, 0.0, 0.0};
  const auto& values = asymmetry.eta == zero ? asymmetry.xi : asymmetry.eta;
  if (values == zero) return InitialAsymmetry::none;
  const bool equal = values[0] == values[1] && values[1] == values[2];
  return equal ? InitialAsymmetry::equal : InitialAsymmetry::unequal;
}

bool has_asymmetry_beside_sterile(const Parameters& parameters) {
  return initial_asymmetry(parameters.asymmetry) != InitialAsymmetry::none &&
         sterile_states_mix(parameters.sterile);
}

bool has_asymmetry(const Parameters& parameters) {
  return initial_asymmetry(parameters.asymmetry) != InitialAsymmetry::none ||
         parameters.mean_field.eta_b != 0.0;
}

Scheme scheme_of(const Parameters& parameters) {
  if (parameters.run.scheme != Scheme::automatic) return parameters.run.scheme;
  const bool averages_are_exact = initial_asymmetry(parameters.asymmetry) != InitialAsymmetry::unequal &&
                                  parameters.mean_field.eta_b == 0.0 &&
                                  !directions_are_resolved(parameters) &&
                                  !has_asymmetry_beside_sterile(parameters);
  return averages_are_exact ? Scheme::atao : Scheme::qke;
}

bool resolves_asymmetry(const Parameters& parameters) {
  const Scheme scheme = scheme_of(parameters);
  if (scheme != Scheme::qke) return scheme == Scheme::atao_jv;
  return has_asymmetry(parameters) || !nsi_keep_one_matrix(parameters.nsi, parameters.mixing);
}

bool resolves_unequal_asymmetry(const Parameters& parameters) {
  return initial_asymmetry(parameters.asymmetry) == InitialAsymmetry::unequal &&
         resolves_asymmetry(parameters) && !directions_are_resolved(parameters);
}

bool directions_are_resolved(const Parameters& parameters) {
  if (parameters.directions.number > 1) return true;
  return parameters.mean_field.self == Switch::on && !has_asymmetry(parameters);
}

bool self_interaction_is_on(const Parameters& parameters) {
  if (parameters.mean_field.self != Switch::automatic) return parameters.mean_field.self == Switch::on;
  return initial_asymmetry(parameters.asymmetry) == InitialAsymmetry::unequal ||
         has_asymmetry_beside_sterile(parameters) || directions_are_resolved(parameters);
}

bool muon_background_is_on(const Parameters& parameters) {
  if (parameters.mean_field.muons != Switch::automatic) return parameters.mean_field.muons == Switch::on;
  return initial_asymmetry(parameters.asymmetry) != InitialAsymmetry::none ||
         sterile_states_mix(parameters.sterile);
}

AntineutrinoRelation averaged_antineutrinos(const Parameters& parameters) {
  const bool independent =
      has_asymmetry(parameters) || resolves_asymmetry(parameters) || directions_are_resolved(parameters);
  return independent ? AntineutrinoRelation::independent : AntineutrinoRelation::equal;
}

}  // namespace qke
