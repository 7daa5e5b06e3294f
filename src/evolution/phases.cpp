#include "evolution/phases.hpp"

#include <cmath>

namespace qke {

bool only_averages_matter(const KineticSystem& system, double s, const OdeSystem::ConstVector& u,
                          double mean_step) {
  // Steps this short follow some 1e5 oscillations per unit of ln x. Above 5 MeV J locks
  // the momenta to one another: short steps there follow a collective motion, which
  // averages would lose.
  constexpr double locked_above_MeV = 5.0, shortest_step = 5e-6;
  const Parameters& parameters = system.parameters();
  if (parameters.run.average_below_MeV != 0.0) return false;  // the phase ends there
  const double T_cm = constants::electron_mass * std::exp(-s);
  if (T_cm < collisions_matter_above_MeV) return true;
  if (T_cm < locked_above_MeV && mean_step < shortest_step) return true;
  return self_interaction_is_on(parameters) &&
         system.self_over_vacuum(system.background(s, u), system.densities(s, u)) < 1.0;
}

}  // namespace qke
