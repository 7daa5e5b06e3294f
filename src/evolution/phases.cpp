#include "evolution/phases.hpp"

#include <cmath>
#include <limits>

#include "model/asymmetry.hpp"

namespace qke {
namespace {

// Whether the asymmetries of nu_mu and nu_tau, which convert first, cancel: then the first order in V/J of
// scheme atao-jv does, and its second one leaves out what collisions do to coherences.
bool mu_and_tau_asymmetries_cancel(const AsymmetryParameters& asymmetry) {
  constexpr double least_sum = 0.15;  // of the largest (docs/physics.md, "atao-jv")
  const auto xi = degeneracy_parameters(asymmetry);
  return std::abs(asymmetry_of(xi[1], 1.0) + asymmetry_of(xi[2], 1.0)) <
         least_sum * asymmetry_of(largest_degeneracy(asymmetry), 1.0);
}

}  // namespace

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

bool begins_with_full_equations(const KineticSystem& system) {
  const Parameters& parameters = system.parameters();
  return scheme_of(parameters) == Scheme::atao_jv &&
         (mu_and_tau_asymmetries_cancel(parameters.asymmetry) ||
          system.averaging_is_due(system.s_start(), system.initial_vector(),
                                  std::numeric_limits<double>::infinity()));
}

Phase next_phase(const Parameters& parameters, Phase phase, double T_cm) {
  const double given = parameters.run.average_below_MeV;
  const double resolved_above = given != 0.0 ? given : collisions_matter_above_MeV;
  const bool locked_no_more =
      phase == Phase::own_equations && scheme_of(parameters) == Scheme::atao_jv && T_cm > resolved_above;
  return locked_no_more ? Phase::full_equations : phase_after(phase);
}

}  // namespace qke
