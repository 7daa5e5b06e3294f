#include "components/dark_radiation.hpp"

#include <cmath>

#include "model/constants.hpp"

namespace qke {

// N_eff counts energy in units of 2 rho_0 T_cm^4 [z/(11/4)^(1/3)]^4 with the z of today
// (diagnostics/observables.hpp); z_standard is its value in the Standard Model.
DarkRadiation::DarkRadiation(double delta_N_eff)
    : rho_over_T_cm4_(delta_N_eff * 2.0 * constants::rho_0 *
                      std::pow(constants::z_standard / constants::z_instantaneous, 4)) {}

double DarkRadiation::energy_density(double T_cm, ConstVector /*own*/) const {
  return std::pow(T_cm, 4) * rho_over_T_cm4_;
}

}  // namespace qke
