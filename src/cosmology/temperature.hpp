// The temperature of the plasma: its equation of motion, and the two limits known from
// entropy conservation.
#pragma once

#include <array>
#include <memory>
#include <utility>

#include "components/background.hpp"
#include "components/reheating.hpp"

namespace qke {

// dT_gamma/ds, s = ln a, in MeV: -[3(rho + P) + Q]/(drho/dT), where Q (MeV^4) is the
// energy density that the plasma loses per e-fold, to the neutrinos and to other
// components ([FPV20] eq. (2.25)).
double temperature_slope(const PlasmaState& plasma, double heat_lost);

// z = T_gamma/T_cm of a plasma that exchanges nothing with the neutrinos:
//   s(z T_cm)/T_cm^3 = its value at T -> infinity.
// or, in a universe that is reheated, its z without neutrinos until that is over. Close to
// the true z for all x: the scale against which z is evolved.
class DecoupledTemperature {
 public:
  explicit DecoupledTemperature(const ElectromagneticPlasma& plasma,
                                std::shared_ptr<const ReheatingHistory> reheating = nullptr)
      : plasma_(plasma), reheating_(std::move(reheating)) {}

  double z(double x) const;
  // d(z/z_reference)/ds, z_reference = z(x), for the plasma's own dT_gamma/ds.
  double ratio_slope(const Background& background, double T_slope) const;

 private:
  bool is_reheating(double x) const { return reheating_ && x < reheating_->x_end(); }

  const ElectromagneticPlasma& plasma_;
  std::shared_ptr<const ReheatingHistory> reheating_;
};

// z while everything, three flavours of neutrinos of these degeneracy parameters
// included, is in equilibrium at one temperature. Entropy and asymmetries are conserved
// from T -> infinity on, where z = 1: there the degeneracy parameters are others, with
// z^3 (xi + xi^3/pi^2) the same.
double coupled_z(const ElectromagneticPlasma& plasma, double x, const std::array<double, 3>& xi = {0, 0, 0});

}  // namespace qke
