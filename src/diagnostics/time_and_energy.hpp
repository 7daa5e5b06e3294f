// Integrals that run beside the evolution: time, and the energy that the equations imply.
#pragma once

#include <functional>

#include "evolution/kinetic_system.hpp"

namespace qke {

// Follows, alongside the run, two integrals over s that do not act back on it:
//   the time, dt = ds/H, from 1/(2H) at the start;
//   the energy balance, d(a^4 rho_tot)/ds = a^4 (rho - 3 P) of plasma and components
//   (neutrinos have none).
class PassiveIntegrals {
 public:
  using Interpolant = std::function<Eigen::VectorXd(double)>;

  struct State {
    double s = 0;
    double time = 0;    // s
    double energy = 0;  // a^4 rho_tot in units of m_e = a T_cm
  };

  PassiveIntegrals(const KineticSystem& system, const State& state)
      : system_(&system), state_(state), inner_(state) {}

  static State start(const KineticSystem& system, double s, const Eigen::VectorXd& u);

  // Adds the step from the last s to this one, where `at` gives the solution.
  void advance(double s, const Interpolant& at);

  // In seconds, at s inside the last step. It goes on from the s asked for before: many s
  // in one long step cost no more than the step.
  double time(double s, const Interpolant& at);
  // |a^4 rho_tot - its integral|/(a^4 rho_tot) for the state u after the last step.
  double energy_residual(const Eigen::VectorXd& u) const;

  const State& state() const { return state_; }

 private:
  // The increments of time and energy between two s.
  State integrate(double s_begin, double s_end, const Interpolant& at) const;

  const KineticSystem* system_;
  State state_;
  State inner_;  // in the last step, at the last s that was asked for or at its beginning
};

}  // namespace qke
