#include "cosmology/initial_state.hpp"

#include <algorithm>
#include <cmath>

#include "components/reheating.hpp"
#include "cosmology/temperature.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "numerics/quadrature.hpp"

namespace qke {

// Neutrinos that do not scatter on electrons keep their own temperature, at the start that
// of a plasma whose electrons were massless: T_cm (t = 1) up to the order e^3 of QED and
// without a relic. The plasma has z_reference. Coupled neutrinos share the z of the plasma
// (docs/physics.md, "Initial state").
InitialState initial_state(const Parameters& parameters, const ElectromagneticPlasma& plasma) {
  InitialState initial;
  if (const auto history = reheating_history(parameters, plasma)) {
    initial.x = constants::electron_mass / history->T_cm_start();
    initial.z = history->z_start();
    return initial;
  }
  initial.x = constants::electron_mass / parameters.epoch.T_start_MeV;
  initial.xi = parameters.asymmetry.xi;
  const bool coupled = parameters.collisions.neutrino_electron == ProcessTreatment::full;
  const auto find_temperature = [&] {
    initial.z =
        coupled ? coupled_z(plasma, initial.x, initial.xi) : DecoupledTemperature(plasma).z(initial.x);
    const double T_gamma = initial.z * parameters.epoch.T_start_MeV;
    initial.neutrino_temperature =
        coupled ? initial.z : std::cbrt(plasma.asymptotic_entropy() / plasma.massless_entropy(T_gamma));
  };
  find_temperature();
  const auto& eta = parameters.asymmetry.eta;
  if (eta != std::array<double, 3>{0, 0, 0}) {
    // xi depends on the temperature and the temperature, weakly, on xi: a fixed point.
    for (int iteration = 0; iteration < 20; ++iteration) {
      for (int a = 0; a < 3; ++a) initial.xi[a] = degeneracy_of(eta[a], initial.neutrino_temperature);
      find_temperature();
    }
  }
  return initial;
}

double fermi_dirac_moment(int power, double t, double xi) {
  // In v = y/t. The poles lie at xi +- i pi: sixteen points on panels of width 2 are
  // exact to rounding.
  static const Quadrature rule = gauss_legendre(16);
  const auto panels = static_cast<int>(std::ceil(0.5 * std::max(xi, 0.0) + 30.0));
  double sum = 0.0;
  for (int panel = 0; panel < panels; ++panel) {
    const Eigen::ArrayXd v = 2.0 * panel + 1.0 + rule.nodes;
    sum += (rule.weights * v.pow(power) * fermi_dirac(v, 1.0, xi)).sum();
  }
  return sum * std::pow(t, power + 1);
}

// The sum is a trapezoidal rule, to which y = 0 adds nothing: accurate to h^4 as far as
// it reaches. The correction is the same for every later spectrum, as spectra stay close
// to the first one.
double moment_correction(const MomentumGrid& grid, double t, int power, double xi) {
  const double sum = grid.step() * (grid.y().pow(power) * fermi_dirac(grid.y(), t, xi)).sum();
  return fermi_dirac_moment(power, t, xi) - sum;
}

StateDensities initial_density_matrices(const InitialState& initial, const MomentumGrid& grid, int states) {
  StateDensities rho;
  for (int i = 0; i < grid.size(); ++i) {
    StateMatrix f = StateMatrix::Zero(states, states), fbar = f;
    for (int a = 0; initial.has_neutrinos() && a < active_flavours; ++a) {
      const double v = grid.y(i) / initial.neutrino_temperature;
      f(a, a) = 1.0 / (std::exp(v - initial.xi[a]) + 1.0);
      fbar(a, a) = 1.0 / (std::exp(v + initial.xi[a]) + 1.0);
    }
    rho.nu.push_back(f);
    rho.bar.push_back(fbar);
  }
  return rho;
}

MomentCorrections::MomentCorrections(const MomentumGrid& grid, const InitialState& initial) {
  if (!initial.has_neutrinos()) return;
  for (int flavour = 0; flavour < active_flavours; ++flavour) {
    for (const bool bar : {false, true}) {
      const double xi = (bar ? -1.0 : 1.0) * initial.xi[flavour];
      for (const int power : {2, 3}) {
        values_[power - 2][bar ? 1 : 0][flavour] =
            moment_correction(grid, initial.neutrino_temperature, power, xi);
      }
      energy_ += of(3, bar, flavour);
    }
  }
}

}  // namespace qke
