// Radiation that interacts with nothing:
//   rho = 2 rho_0 (z_standard/(11/4)^(1/3))^4 delta_N_eff T_cm^4,   P = rho/3,
// which adds delta_N_eff to N_eff today in the Standard Model (docs/physics.md,
// "Expansion and temperature"). rho and P in MeV^4, T_cm in MeV; rho_0 and z_standard:
// model/constants.hpp.
#pragma once

#include "components/component.hpp"

namespace qke {

class DarkRadiation : public Component {
 public:
  explicit DarkRadiation(double delta_N_eff);

  std::string name() const override { return "dark radiation"; }
  double energy_density(double T_cm, ConstVector own) const override;
  double pressure(double T_cm, ConstVector own) const override { return energy_density(T_cm, own) / 3.0; }
  bool is_dark_radiation() const override { return true; }

 private:
  double rho_over_T_cm4_;
};

}  // namespace qke
