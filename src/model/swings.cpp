#include "model/swings.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/asymmetry.hpp"

namespace qke {
namespace {

// |xi_a - xi_b| of two flavours.
double difference(const AsymmetryParameters& asymmetry, std::size_t a, std::size_t b) {
  const std::array<double, 3> xi = degeneracy_parameters(asymmetry);
  return std::abs(xi[a] - xi[b]);
}

}  // namespace

bool swings_are_small(const AsymmetryParameters& asymmetry) {
  return largest_degeneracy(asymmetry) < swings_damped_below_xi;
}

Swings swings_of(const Parameters& parameters) {
  if (!resolves_unequal_asymmetry(parameters)) return Swings::none;
  switch (parameters.integrator.damp_oscillations) {
    case Switch::on:
      return Swings::damped;
    case Switch::off:
      return Swings::followed;
    case Switch::automatic:
      break;
  }
  if (!swings_are_small(parameters.asymmetry)) return Swings::kept;
  return parameters.run.precision == Precision::high ? Swings::followed : Swings::damped;
}

bool oscillations_are_damped(const Parameters& parameters) { return swings_of(parameters) == Swings::damped; }

bool short_steps_may_be_damped(const Parameters& parameters) { return swings_of(parameters) == Swings::kept; }

bool swings_grow(const Parameters& parameters) {
  constexpr double up_to = 1.0;  // above, none was seen to
  const AsymmetryParameters& xi = parameters.asymmetry;
  return resolves_unequal_asymmetry(parameters) &&
         std::min({difference(xi, 0, 1), difference(xi, 0, 2), difference(xi, 1, 2)}) <= up_to;
}

// In proportion to the difference, of which swings are made. nu_mu and nu_tau that are alike convert before,
// and swing little.
double closer_where_swings_begin(const Parameters& parameters, double relative_tolerance) {
  if (swings_of(parameters) != Swings::kept) return 1.0;
  constexpr double alike = 0.1, closest = 0.01, tightest = 1e-8;  // of |xi|; factors; of a relative tolerance
  const AsymmetryParameters& xi = parameters.asymmetry;
  const double largest = largest_degeneracy(xi);
  const double part = std::min(difference(xi, 0, 1), difference(xi, 0, 2)) / largest;
  const double least = std::max(closest * std::min(largest, 1.0), tightest / relative_tolerance);
  return std::clamp(part / alike, std::min(least, 1.0), 1.0);
}

}  // namespace qke
