#include "components/reheating.hpp"

#include <algorithm>
#include <cmath>

#include "model/constants.hpp"
#include "model/expansion.hpp"

namespace qke {
namespace {

using constants::pi;

// The plasma's temperature at which it has this energy density, by Newton's method in ln T.
double temperature_of(double energy_density, const ElectromagneticPlasma& plasma) {
  double T = std::pow(energy_density / 1.81, 0.25);  // photons, electrons and positrons
  for (int iteration = 0; iteration < 50; ++iteration) {
    const PlasmaState state = plasma.state(T);
    const double change = (energy_density - state.energy_density) / (T * state.heat_capacity);
    T *= std::exp(change);
    if (std::abs(change) < 1e-14) break;
  }
  return T;
}

// Of the plasma and phi; a = 1 at the start.
struct State {
  double T, time;  // MeV, MeV^-1
};

}  // namespace

ReheatingHistory::ReheatingHistory(const ReheatingParameters& reheating,
                                   const ElectromagneticPlasma& plasma) {
  const double Gamma = reheating_rate_per_s(reheating.T_RH_MeV) * constants::hbar;  // MeV
  const double ratio = reheating.start_H_over_Gamma, H_start = ratio * Gamma;
  const double rho_total = 3.0 / (8.0 * pi) * std::pow(H_start * constants::planck_mass, 2);
  const double rho_phi = rho_total / (1.0 + 0.4 / ratio);

  const auto slope = [&](double s, const State& state) -> State {
    const PlasmaState p = plasma.state(state.T);
    const double left = rho_phi * std::exp(-3.0 * s - Gamma * state.time);
    const double H = hubble_rate(p.energy_density + left);
    return {-(3.0 * (p.energy_density + p.pressure) - Gamma / H * left) / p.heat_capacity, 1.0 / H};
  };
  // Runge and Kutta's method of fourth order; nothing is stiff.
  constexpr double step = 2e-3;
  State state{temperature_of(rho_total - rho_phi, plasma), 0.0};
  std::vector<double> ln_T_a{std::log(state.T)};
  constexpr double lifetimes = 40.0;  // until phi is gone
  double s = 0.0;
  while (Gamma * state.time < lifetimes) {
    const auto moved = [&](const State& by, double factor) -> State {
      return {state.T + factor * by.T, state.time + factor * by.time};
    };
    const State k1 = slope(s, state), k2 = slope(s + 0.5 * step, moved(k1, 0.5 * step)),
                k3 = slope(s + 0.5 * step, moved(k2, 0.5 * step)), k4 = slope(s + step, moved(k3, step));
    state = {state.T + step / 6.0 * (k1.T + 2.0 * k2.T + 2.0 * k3.T + k4.T),
             state.time + step / 6.0 * (k1.time + 2.0 * k2.time + 2.0 * k3.time + k4.time)};
    s += step;
    ln_T_a.push_back(std::log(state.T) + s);
  }
  // Entropy is conserved from here on, s a^3 = (s/T_cm^3) (a T_cm)^3 as in any other history.
  const double entropy = plasma.state(state.T).entropy_density * std::exp(3.0 * s);
  T_cm_start_ = std::cbrt(entropy / plasma.asymptotic_entropy());
  x_start_ = constants::electron_mass / T_cm_start_;
  x_end_ = x_start_ * std::exp(s);
  for (const double value : ln_T_a) ln_z_.push_back(value - std::log(T_cm_start_));

  particle_.mass_MeV = reheating.mass_MeV;
  particle_.lifetime_s = constants::hbar / Gamma;
  particle_.energy_density_MeV4 = rho_phi;
  particle_.branching = reheating.branching;
}

Cubic ReheatingHistory::cubic_at(double x) const {
  return {std::clamp(std::log(x / x_start_), 0.0, std::log(x_end_ / x_start_)) / spacing(), ln_z_.size()};
}

std::shared_ptr<const ReheatingHistory> reheating_history(const Parameters& parameters,
                                                          const ElectromagneticPlasma& plasma) {
  if (!is_reheated(parameters)) return nullptr;
  return std::make_shared<const ReheatingHistory>(parameters.reheating, plasma);
}

}  // namespace qke
