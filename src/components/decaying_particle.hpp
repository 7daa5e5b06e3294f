// A particle phi at rest that decays with the rate Gamma:
//   rho_phi = m n_phi,   P = 0,   d ln(rho_phi a^3)/ds = -Gamma/H,
// into neutrinos with the spectra dN_alpha/dE (model/decay_spectrum.hpp), and otherwise into
// e+- and photons:
//   df_alpha/ds = (2 pi^2/p^2) n_phi (Gamma/H) (dN_alpha/dE)(p),   fbar_alpha likewise,
//   heat of the plasma per e-fold = (1 - 2 sum_alpha int dE E dN_alpha/dE / m) (Gamma/H) rho_phi
// (docs/beyond.md, "A particle that decays"), with the mass m, momentum p, energy E,
// occupation numbers f, all in MeV, and H the Hubble rate.
//
// Neutrinos of any energy are shared among nodes so that the grid gets their number and
// their energy exactly: the four around it, by cubic splines, so that what a node gets
// changes smoothly while a line passes it, which halves the steps of a run; the two beside
// it at the ends. Outside the grid the nearest node gets the energy.
#pragma once

#include "components/component.hpp"
#include "model/decay_spectrum.hpp"
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
  bool emits_neutrinos() const override { return !spectrum_.is_empty(); }
  void emit(const Background& background, ConstVector own, const MomentumGrid& grid,
            Emission& emission) const override;

 private:
  DecayParameters decay_;
  DecaySpectrum spectrum_;
  double T_start_;  // MeV
  double rate_;     // MeV
};

}  // namespace qke
