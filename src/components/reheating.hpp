// A universe that a particle phi at rest reheats to T_RH: phi dominates, and decays with the
// rate Gamma,
//   Gamma = 3 H(T_RH),   H(T_RH) that of radiation with g* = 10.75,
// so that T_RH = 0.7015 MeV (Gamma s)^(1/2). Neutrinos are made by the plasma alone
// (docs/beyond.md, "Low reheating"; [K99], [SLMMPP15]).
//
// Start: H = `start_H_over_Gamma` Gamma, no neutrinos, and the plasma of the slow
// solution, rho = (2/5) (Gamma/H) rho_phi.
//
// The history without neutrinos,
//   dT_gamma/ds = -[3(rho + P) - (Gamma/H) rho_phi]/(drho/dT),   rho_phi ~ a^-3 e^{-Gamma t},
// fixes T_cm ~ 1/a, so that z = T_gamma/T_cm ends as in any other history without heat
// exchange, and is close to the z of the run.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "components/plasma/electromagnetic_plasma.hpp"
#include "numerics/cubic.hpp"
#include "qke/parameters.hpp"

namespace qke {

class ReheatingHistory {
 public:
  ReheatingHistory(const ReheatingParameters& reheating, const ElectromagneticPlasma& plasma);

  double T_cm_start() const { return T_cm_start_; }  // MeV
  double z_start() const { return std::exp(ln_z_.front()); }
  // phi: its lifetime, and its energy density at the start.
  const DecayParameters& particle() const { return particle_; }
  // z without neutrinos, for x = m_e/T_cm up to x_end(), where phi is gone.
  double z(double x) const { return std::exp(cubic_at(x)(ln_z_)); }
  double slope_of_ln_z(double x) const { return cubic_at(x).slope(ln_z_) / spacing(); }  // d(ln z)/ds
  double x_end() const { return x_end_; }

 private:
  Cubic cubic_at(double x) const;
  double spacing() const { return std::log(x_end_ / x_start_) / (static_cast<double>(ln_z_.size()) - 1.0); }

  DecayParameters particle_;
  double T_cm_start_ = 0;
  double x_start_ = 0, x_end_ = 0;
  std::vector<double> ln_z_;  // at equally spaced ln x, to the end of the decays
};

// Whether the run is one; its history, or none.
inline bool is_reheated(const Parameters& parameters) { return parameters.reheating.T_RH_MeV != 0.0; }
std::shared_ptr<const ReheatingHistory> reheating_history(const Parameters& parameters,
                                                          const ElectromagneticPlasma& plasma);

}  // namespace qke
