#include "components/reheating.hpp"

#include <algorithm>
#include <cmath>

#include "model/constants.hpp"
#include "model/expansion.hpp"

namespace qke {
namespace {

using constants::pi;

// Gamma in s^-1 that reheats to T_RH in MeV: 3 H(T_RH) with rho = (pi^2/30) g* T^4.
double decay_rate_per_s(double T_RH_MeV) {
  constexpr double g_star = 10.75;
  return 3.0 * hubble_rate(pi * pi / 30.0 * g_star * std::pow(T_RH_MeV, 4)) / constants::hbar;
}

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
  const double Gamma = decay_rate_per_s(reheating.T_RH_MeV) * constants::hbar;  // MeV
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

// ln z, or its slope, of a cubic through the four points around x.
double ReheatingHistory::interpolated(double x, int derivative) const {
  const int last = static_cast<int>(ln_z_.size()) - 1;
  const double spacing = std::log(x_end_ / x_start_) / last;
  const double position = std::clamp(std::log(x / x_start_) / spacing, 0.0, static_cast<double>(last));
  const int first = std::clamp(static_cast<int>(std::floor(position)) - 1, 0, last - 3);
  double sum = 0.0;
  for (int a = first; a < first + 4; ++a) {
    double basis = 1.0, slope = 0.0;
    for (int b = first; b < first + 4; ++b) {
      if (b == a) continue;
      slope = slope * (position - b) / (a - b) + basis / (a - b);
      basis *= (position - b) / (a - b);
    }
    sum += (derivative == 0 ? basis : slope / spacing) * ln_z_[static_cast<std::size_t>(a)];
  }
  return sum;
}

std::shared_ptr<const ReheatingHistory> reheating_history(const Parameters& parameters,
                                                          const ElectromagneticPlasma& plasma) {
  if (!is_reheated(parameters)) return nullptr;
  return std::make_shared<const ReheatingHistory>(parameters.reheating, plasma);
}

}  // namespace qke
