// Whole runs of scheme qke for the tests.
#pragma once

#include "support/runs.hpp"

namespace qke::independent {

// Nothing averaged, with the order of the method that suits the scheme.
inline Parameters full_equations(int nodes = 40, double y_max = 20.0) {
  Parameters parameters = small_grid(Scheme::qke, nodes, y_max);
  parameters.integrator.max_order = default_max_order(Scheme::qke);
  return parameters;
}

// The same physics with averaged oscillations, or without any.
inline Parameters with_scheme(Parameters parameters, Scheme scheme) {
  parameters.run.scheme = scheme;
  parameters.integrator.max_order = default_max_order(scheme);
  return parameters;
}

inline Summary summary_of(const Parameters& parameters) { return run(parameters, 1, {}).summary; }

}  // namespace qke::independent
