#include "cosmology/temperature.hpp"

#include <cmath>
#include <string>

#include "base/text.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

// s/T^3 of neutrinos and antineutrinos of one flavour, with n = n_nu - n_nubar:
//   4/3 rho/T^4 - xi n/T^3 = 7 pi^2/90 + xi^2/6, exactly.
double neutrino_entropy(double xi) { return 8.0 / 3.0 * constants::rho_0 + xi * xi / 6.0; }

// z with s_plasma(z T_cm)/T_cm^3 + extra z^3 = total, by Newton's method in ln z. The
// left side grows with z: there is one solution. `extra` is the comoving entropy of
// neutrinos at z = 1.
double solve_entropy(const ElectromagneticPlasma& plasma, double x, double extra, double total) {
  const double T_cm = constants::electron_mass / x;
  double z = x < 1.0 ? 1.0 : constants::z_instantaneous;
  for (int iteration = 0; iteration < 50; ++iteration) {
    const PlasmaState state = plasma.state(z * T_cm);
    const double T_cm3 = T_cm * T_cm * T_cm;
    const double entropy = state.entropy_density / T_cm3 + extra * z * z * z;
    // T ds/dT = drho/dT.
    const double slope = state.heat_capacity / T_cm3 + 3.0 * extra * z * z * z;
    const double change = (total - entropy) / slope;
    z *= std::exp(change);
    if (std::abs(change) < 1e-14) return z;
    if (iteration > 8 && std::abs(change) < 1e-13) return z;
  }
  throw NumericalError("entropy conservation has no solution at x = " + with_decimals(x, 6) +
                       ". Please report this with the configuration.");
}

}  // namespace

double temperature_slope(const PlasmaState& plasma, double heat_lost) {
  return -(3.0 * (plasma.energy_density + plasma.pressure) + heat_lost) / plasma.heat_capacity;
}

double DecoupledTemperature::z(double x) const {
  if (is_reheating(x)) return reheating_->z(x);
  return solve_entropy(plasma_, x, 0.0, plasma_.asymptotic_entropy());
}

// z = T_gamma x/m_e, so that dz/ds = z + (dT_gamma/ds)/T_cm; z_reference obeys the same
// equation with no heat lost, or has the slope of the universe that is reheated. The ratio r = z/z_reference
// then has
//   dr/ds = (dz/ds - r dz_reference/ds)/z_reference.
double DecoupledTemperature::ratio_slope(const Background& b, double T_slope) const {
  const double z_reference = z(b.x);
  const PlasmaState reference = plasma_.state(z_reference * b.T_cm);
  const double z_slope = b.z + T_slope / b.T_cm;
  const double reference_slope = is_reheating(b.x) ? z_reference * reheating_->slope_of_ln_z(b.x)
                                                   : z_reference + temperature_slope(reference, 0.0) / b.T_cm;
  return (z_slope - b.z / z_reference * reference_slope) / z_reference;
}

// Fixed point: z gives the degeneracy parameters at infinity, their entropy gives z.
double coupled_z(const ElectromagneticPlasma& plasma, double x, const std::array<double, 3>& xi) {
  double neutrinos = 0.0;
  for (const double degeneracy : xi) neutrinos += neutrino_entropy(degeneracy);
  double z = 1.0;
  constexpr int most_iterations = 200;  // each gains a third at least, however large xi is
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    double total = plasma.asymptotic_entropy();
    for (const double degeneracy : xi) {
      total += neutrino_entropy(degeneracy_of(asymmetry_of(degeneracy, z), 1.0));
    }
    const double last = z;
    z = solve_entropy(plasma, x, neutrinos, total);
    if (std::abs(z - last) <= 1e-15 * z) break;
  }
  return z;
}

}  // namespace qke
