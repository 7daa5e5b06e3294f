#include "diagnostics/time_and_energy.hpp"

#include <algorithm>
#include <cmath>

#include "model/constants.hpp"
#include "numerics/quadrature.hpp"

namespace qke {
namespace {

// a^4 rho_tot with x for a: both grow alike.
double total_energy(const Background& b) {
  return std::pow(b.x, 4) * (b.plasma.energy_density + b.rho_nu + b.rho_components);
}

}  // namespace

PassiveIntegrals::State PassiveIntegrals::start(const KineticSystem& system, double s,
                                                const Eigen::VectorXd& u) {
  const Background b = system.background(s, u);
  return {s, 0.5 * constants::hbar / b.hubble, total_energy(b)};
}

PassiveIntegrals::State PassiveIntegrals::integrate(double s_begin, double s_end,
                                                    const Interpolant& at) const {
  // Where hardly anything happens to the neutrinos a step may be long, while H and the
  // plasma change all the time.
  static const Quadrature rule = gauss_legendre(3);
  constexpr double longest_panel = 0.1;
  const int panels = std::max(1, static_cast<int>(std::ceil((s_end - s_begin) / longest_panel)));
  const double half = 0.5 * (s_end - s_begin) / panels;
  State sum;
  for (int panel = 0; panel < panels; ++panel) {
    for (int n = 0; n < 3; ++n) {
      const double s = s_begin + half * (2 * panel + 1 + rule.nodes(n));
      const Background b = system_->background(s, at(s));
      sum.time += half * rule.weights(n) * constants::hbar / b.hubble;
      sum.energy +=
          half * rule.weights(n) * std::pow(b.x, 4) *
          (b.plasma.energy_density - 3.0 * b.plasma.pressure + b.rho_components - 3.0 * b.P_components);
    }
  }
  return sum;
}

void PassiveIntegrals::advance(double s, const Interpolant& at) {
  const State step = integrate(state_.s, s, at);
  inner_ = state_;
  state_ = {s, state_.time + step.time, state_.energy + step.energy};
}

// The energy in the state follows from the equations of z and of the neutrinos, the
// integral from d(a^4 rho) = a^4 (rho - 3 P) ds of everything: a heat that one side loses
// and the other does not get shows here.
double PassiveIntegrals::energy_residual(const Eigen::VectorXd& u) const {
  const double actual = total_energy(system_->background(state_.s, u));
  return std::abs(actual - state_.energy) / actual;
}

double PassiveIntegrals::time(double s, const Interpolant& at) {
  if (s == state_.s) return state_.time;
  inner_.time += integrate(inner_.s, s, at).time;
  inner_.s = s;
  return inner_.time;
}

}  // namespace qke
