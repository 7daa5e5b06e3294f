// The keys that others decide: what run.precision, run.scheme and the asymmetry stand for.
#include <algorithm>
#include <cmath>

#include "qke/asymmetry.hpp"
#include "qke/config/checks.hpp"
#include "qke/config/configuration.hpp"

namespace qke {
namespace {

// Errors are to be small beside the asymmetry that is resolved.
void adapt_tolerances(IntegratorParameters& integrator, Scheme scheme, double largest_xi) {
  // The method of scheme qke is of fourth order then, that of atao-jv of second.
  const bool fourth_order = scheme == Scheme::qke;
  double& relative = integrator.relative_tolerance;
  // Above 1e-4 errors make occupation numbers negative (measured for xi = (-0.6064, 0, 0.6064)).
  constexpr double loosest = 1e-4;
  relative = std::min(relative * (fourth_order ? 1000.0 : 10.0), loosest);
  // Beyond, the relative error is one of occupation numbers far from equilibrium, no longer of a distortion.
  constexpr double small_asymmetry = 0.1;
  relative *= std::min(1.0, small_asymmetry / std::min(largest_xi, 1.0));
  // Oscillations of less than a thousandth of the asymmetry need not be followed: they would stop the run
  // where eigenvalues of J meet (docs/asymmetries.md).
  const double absolute = fourth_order
                              ? std::min(10.0 * relative, 1e-3) * std::min(largest_xi, small_asymmetry)
                              : 0.1 * relative * std::min(largest_xi, 1.0);
  constexpr double rounding = 1e-9;
  integrator.absolute_tolerance = std::max(absolute, rounding);
}

// Degenerate spectra reach further; the step stays.
void extend(GridParameters& grid, double largest_xi) {
  const double step = grid.y_max / grid.nodes;
  grid.y_max += std::ceil(largest_xi);
  grid.nodes = static_cast<int>(std::lround(grid.y_max / step));
}

}  // namespace

PrecisionDefaults precision_defaults(Precision precision) {
  switch (precision) {
    case Precision::fast:
      return {32, 24.0, 1e-6, 1e-9};
    case Precision::high:
      return {120, 30.0, 1e-8, 1e-11};
    case Precision::standard:
      break;
  }
  return {48, 24.0, 1e-7, 1e-10};
}

void set_decided_keys(Parameters& parameters) {
  const auto defaults = precision_defaults(parameters.run.precision);
  const Scheme scheme = scheme_of(parameters);
  const double largest_xi = largest_degeneracy(parameters.asymmetry);
  parameters.grid = {defaults.nodes, defaults.y_max};
  extend(parameters.grid, largest_xi);
  IntegratorParameters& integrator = parameters.integrator;
  integrator.relative_tolerance = defaults.relative_tolerance;
  integrator.absolute_tolerance = defaults.absolute_tolerance;
  integrator.max_order = default_max_order(scheme);
  if (resolves_asymmetry(parameters)) adapt_tolerances(integrator, scheme, largest_xi);
}

}  // namespace qke
