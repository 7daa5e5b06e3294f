#include "evolution/phases.hpp"

#include <cmath>
#include <limits>

#include "evolution/schemes.hpp"
#include "model/asymmetry.hpp"
#include "model/swings.hpp"

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

double averages_begin_below_MeV(const Parameters& parameters) {
  return has_asymmetry_beside_sterile(parameters) ? collisions_matter_above_MeV
                                                  : asymmetries_averaged_below_MeV;
}

bool only_averages_matter(const KineticSystem& system, double s, const OdeSystem::ConstVector& u) {
  constexpr double least_J_over_V = 0.1;
  const Parameters& parameters = system.parameters();
  if (parameters.run.average_below_MeV != 0.0) return false;  // the phase ends there
  const double T_cm = constants::electron_mass * std::exp(-s);
  if (T_cm < asymmetries_averaged_below_MeV) return true;
  return self_interaction_is_on(parameters) &&
         system.self_over_vacuum(system.background(s, u), system.densities(s, u)) < least_J_over_V;
}

bool begins_with_full_equations(const KineticSystem& system) {
  const Parameters& parameters = system.parameters();
  return scheme_of(parameters) == Scheme::atao_jv &&
         (mu_and_tau_asymmetries_cancel(parameters.asymmetry) ||
          system.averaging_is_due(system.s_start(), system.initial_vector(),
                                  std::numeric_limits<double>::infinity()));
}

bool damping_is_due(const Parameters& parameters, Phase phase, double s, double mean_step) {
  // Above, J locks the momenta to one another: short steps there follow a collective motion.
  constexpr double locked_above_MeV = 5.0, shortest_step = 5e-6;
  const bool full = phase == Phase::full_equations ||
                    (phase == Phase::own_equations && scheme_of(parameters) == Scheme::qke);
  return full && short_steps_may_be_damped(parameters) && mean_step < shortest_step &&
         constants::electron_mass * std::exp(-s) < locked_above_MeV;
}

OwnEquations::OwnEquations(const Parameters& parameters, const Threads& threads, const Additions& additions)
    : scheme_has_others_(scheme_of(parameters) == Scheme::atao_jv),
      make_([=] { return make_kinetic_system(parameters, Phase::own_equations, threads, additions); }) {}

bool OwnEquations::are_due(const KineticSystem& full, Phase phase, double s, const OdeSystem::ConstVector& u,
                           long steps, double last_time_MeV) {
  constexpr long between_two_looks = 20;
  constexpr double since_last_time = 0.99;
  if (!scheme_has_others_ || phase != Phase::full_equations || steps % between_two_looks != 0) return false;
  const Background b = full.background(s, u);
  if (last_time_MeV != 0.0 && b.T_cm > since_last_time * last_time_MeV) return false;
  if (!own_) own_ = make_();
  return own_->holds_for(s, b, full.densities(s, u), full.component_unknowns(u));
}

Phase next_phase(const Parameters& parameters, Phase phase, double T_cm) {
  const double given = parameters.run.average_below_MeV;
  const double resolved_above = given != 0.0 ? given : asymmetries_averaged_below_MeV;
  const bool locked_no_more =
      phase == Phase::own_equations && scheme_of(parameters) == Scheme::atao_jv && T_cm > resolved_above;
  return locked_no_more ? Phase::full_equations : phase_after(phase);
}

}  // namespace qke
