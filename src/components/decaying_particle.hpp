// A particle phi at rest that decays with the rate Gamma:
//   rho_phi = m n_phi,   P = 0,   d ln(rho_phi a^3)/ds = -Gamma/H,
// into nu_alpha nubar_alpha with the branching B_alpha, and otherwise into e+- and photons:
//   df_alpha/ds = (2 pi^2/p^2) n_phi (Gamma/H) B_alpha delta(p - m/2),   fbar_alpha likewise,
//   heat of the plasma per e-fold = (1 - sum_alpha B_alpha) (Gamma/H) rho_phi
// (docs/beyond.md, "A particle that decays"), with the mass m, momentum p, occupation
// numbers f, all in MeV, and H the Hubble rate.
//
// The line at y = m/2T_cm is split between the two nodes beside it, so that the grid gets
// its number and its energy exactly. Outside the grid the nearest node gets the energy.
#pragma once

#include <array>

#include "components/component.hpp"
#include "qke/parameters.hpp"

namespace qke {

class DecayingParticle : public Component {
 public:
  DecayingParticle(const DecayParameters& decay, double T_start_MeV);

  std::string name() const override { return "decaying particle"; }
  // rho_phi (a/a_start)^3 over its value at the start.
  int unknowns() const override { return 1; }
  Eigen::VectorXd start(double s, double T_cm) const override;
  double energy_density(double T_cm, ConstVector own) const override;
  double pressure(double, ConstVector) const override { return 0.0; }
  bool is_released_later() const override { return true; }
  double slope(const Background& background, ConstVector own, Vector d_own) const override;
  bool emits_neutrinos() const override;
  void emit(const Background& background, ConstVector own, const MomentumGrid& grid,
            Emission& emission) const override;

 private:
  DecayParameters decay_;
  double T_start_;  // MeV
  double rate_;     // MeV
};

}  // namespace qke
