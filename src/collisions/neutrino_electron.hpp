// nu-e+- scattering and nu-nubar <-> e-e+ annihilation, electron mass included, electrons
// thermal at z = T_gamma/T_cm.
//
// Scattering nu1 e2 -> nu3 e4 (e- and e+ merged) and annihilation nu1 nubar2 -> e3 e4
// (docs/physics.md, "Neutrinos and electrons"; [FPV20] eqs. (2.10)-(2.13)). The electrons
// being thermal, their energies are integrated once per (x, z), x = m_e/T_cm. In comoving
// units (momenta y and energies E over T_cm), with w = 1/[4 cosh(E/2z) cosh(E'/2z)] of
// the two electrons,
//   scattering:    R1(y1,y3) = int dE2 w 4 (K_s + K_u),  R2(y1,y3) = int dE2 w 4 x^2 K_t,
//   annihilation:  A1(y1,y2) = int dE3 w 4 K_u,          A2(y1,y2) = int dE3 w 2 x^2 K_s'
// are all symmetric, and detailed balance is exact by construction:
//   f4 (1-f2) = w e^{-(y1-y3)/2z},   f2 (1-f4) = w e^{+(y1-y3)/2z},
//   f3 f4 = w e^{-(y1+y2)/2z},       (1-f3)(1-f4) = w e^{+(y1+y2)/2z}.
// In flavour space R1, A1 come with the weights g_La g_Lb + g_R^2 of the element (a,b),
// R2 and A2 with -g_R (g_La + g_Lb) and +g_R (g_La + g_Lb); with non-standard interactions
// products with matrices take the place of the weights (weak_couplings.hpp).
#pragma once

#include "collisions/electron_rate_table.hpp"
#include "collisions/electron_sums.hpp"
#include "collisions/process.hpp"
#include "collisions/weak_couplings.hpp"
#include "model/electron_rate_factors.hpp"

namespace qke {

class NeutrinoElectron : public CollisionProcess {
 public:
  // x_first, x_last: range of the run; z_reference(x): a z close to the z of the run.
  NeutrinoElectron(const MomentumGrid& grid, const CouplingMaps& couplings, ElectronRateFactors factors,
                   double x_first, double x_last, const std::function<double(double)>& z_reference,
                   const Threads& threads, OwnMomentum own = OwnMomentum::cancels,
                   TemperatureRange range = TemperatureRange::narrow);

  void add(const Background& background, const ActiveDensities& rho, CollisionRates& sum) const override;
  void add_in_shared_basis(const Background& background, const SharedBasisDensities& f,
                           SharedBasisRates& sum) const override;
  // Exact in the damping of a node; the blocking factors are taken from the diagonal of
  // rho.
  void add_response(const Background& background, const ActiveDensities& rho,
                    CollisionResponse& sum) const override;

  // With these tables.
  void add(const ElectronRates& rates, double z, const ActiveDensities& rho, CollisionRates& sum) const;

 private:
  struct Sums {
    Eigen::MatrixXd squared, mixed;
  };

  ElectronRates rates_at(const Background& background) const;
  void add_kind(const ElectronRates& rates, double z, const HermitianField& own,
                const HermitianField& partner, bool partner_is_conjugate, GainAndLoss& to) const;
  void add_kind_in_shared_basis(const ElectronRates& rates, double z, const StateRows& own,
                                const StateRows& partner, SharedBasisRates::Kind& to) const;
  // squared = R1 scattered + A1 annihilated, mixed = A2 annihilated - R2 scattered.
  Sums sums(const ElectronRates& rates, const Eigen::MatrixXd& scattered,
            const Eigen::MatrixXd& annihilated) const;
  void apply_couplings(int components, Eigen::MatrixXd& squared, const Eigen::MatrixXd& mixed) const;
  void add_response_of_kind(const ElectronRates& rates, double z, const HermitianField& own,
                            const GainAndLoss& own_rates, KindResponse& to) const;

  MomentumGrid grid_;
  ElectronRateFactors factors_;
  ElectronRateTable table_;
  CouplingMaps couplings_;  // with which R1, A1 (squared) and A2, -R2 (mixed) enter
  ElectronSums electron_sums_;
  Eigen::ArrayXd weight_;  // h/(8 pi^3 y_i^2)
};

}  // namespace qke
