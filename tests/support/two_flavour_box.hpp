// Two flavours of neutrinos in a box.
//
// Flavours e and tau, in the 3x3 matrices: rho = (P_0 + P.sigma)/2 in (e, tau), so
// that -i [H, rho] is dP/dt = h x P for H = (h_0 + h.sigma)/2. With p the momentum and
// omega = dm2/(2p) the vacuum term is omega B, B = (sin 2theta, 0, -cos 2theta);
// antineutrinos have -omega B. The mean field, of J = sum w (rho - rhobar), is sum w (P -
// Pbar), the same for both.
#pragma once

#include <cmath>

#include "support/neutrino_gas.hpp"

namespace qke::independent {

using Densities = NeutrinoGas::Densities;

inline constexpr int e = 0, x = 2;

// theta13 alone: U M^2 U^dagger/(2p) = omega U diag(0, 0, 1) U^dagger.
inline Matrix3 vacuum(double omega, double theta) {
  const double c = std::cos(theta), s = std::sin(theta);
  Matrix3 V = Matrix3::Zero();
  V(e, e) = omega * s * s;
  V(x, x) = omega * c * c;
  V(e, x) = V(x, e) = omega * s * c;
  return V;
}

inline Matrix3 diagonal(double at_e, double at_x) {
  Matrix3 rho = Matrix3::Zero();
  rho(e, e) = at_e;
  rho(x, x) = at_x;
  return rho;
}

// P of rho, and of a Hamiltonian.
inline Eigen::Vector3d polarisation(const Matrix3& rho) {
  return {2.0 * rho(e, x).real(), -2.0 * rho(e, x).imag(), (rho(e, e) - rho(x, x)).real()};
}

inline IntegratorOptions tolerance(double relative, double absolute) {
  IntegratorOptions options;
  options.relative_tolerance = relative;
  options.absolute_tolerance = absolute;
  options.max_steps = 20000;  // five times what any of these takes
  return options;
}

// Calls observe(t, u) at the start and after every step.
template <class Observe>
Eigen::VectorXd evolve(NeutrinoGas& gas, const Eigen::VectorXd& start, double t_begin, double t_end,
                       const IntegratorOptions& options, Observe&& observe) {
  ImexIntegrator integrator(gas, {t_begin, start}, t_end, options);
  observe(t_begin, start);
  while (!integrator.finished()) {
    integrator.step();
    observe(integrator.s(), integrator.interpolate(integrator.s()));
  }
  return integrator.interpolate(t_end);
}

}  // namespace qke::independent
