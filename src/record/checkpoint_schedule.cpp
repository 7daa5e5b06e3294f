#include "record/checkpoint_schedule.hpp"

#include <algorithm>
#include <cmath>

#include "model/asymmetry.hpp"
#include "numerics/ode_system.hpp"

namespace qke {
namespace {

// Of one processor, in s. Measured with 20 to 640 nodes (docs/dev/reliability.md).
struct Costs {
  double evaluation;  // of the right-hand side
  double setup;       // of a Newton matrix and its factorisation
};

// Explicit evaluations of the slow part, each with the solution of an implicit stage.
Costs split_costs(double nodes) { return {1.6e-7 * nodes * nodes + 1.5e-6 * nodes, 0.0}; }

// Evaluations of the fast part, with the few of the slow one.
Costs multirate_costs(double unknowns) { return {2.6e-8 * unknowns, 0.0}; }

Costs implicit_costs(double nodes, double unknowns, bool antineutrinos_are_independent) {
  const double factorisation = 2.5e-11 * std::pow(unknowns, 3);
  if (antineutrinos_are_independent) {
    return {2.5e-7 * nodes * nodes, 2.1e-7 * std::pow(nodes, 3) + factorisation};
  }
  return {1.2e-7 * nodes * nodes, 5e-7 * nodes * nodes + factorisation};
}

Costs costs_of(KineticSystem& system) {
  const double nodes = system.grid().size();
  if (std::holds_alternative<SplitOdeSystem*>(system.solvable())) return split_costs(nodes);
  if (std::holds_alternative<MultirateOdeSystem*>(system.solvable())) {
    return multirate_costs(system.dimension());
  }
  const bool independent = averaged_antineutrinos(system.parameters()) == AntineutrinoRelation::independent;
  return implicit_costs(nodes, system.dimension(), independent);
}

}  // namespace

double estimated_work(KineticSystem& system, const IntegratorCounters& from, const IntegratorCounters& to) {
  const Costs costs = costs_of(system);
  return costs.evaluation * static_cast<double>(to.rhs_evaluations - from.rhs_evaluations) +
         costs.setup * static_cast<double>(to.linear_setups - from.linear_setups);
}

bool checkpoint_is_due(double work_at_last, double work_now, double least) {
  constexpr double share = 1.0 / 14.0;
  return work_now - work_at_last >= std::max(least, share * work_at_last);
}

}  // namespace qke
