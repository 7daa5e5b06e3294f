// nu-nu and nu-nubar collisions with the full matrix structure, on the uniform grid.
//
//   C_1 = G_F^2/(8 pi^3 y_1^2) sum over quadruples of
//       K_s F_sc(nu1,nu2,nu3,nu4)
//       + K_u [F_sc(nu1,nubar2,nu3,nubar4) + F_ann(nu1,nubar2,nu3,nubar4)],
//   K_s = int dq (p1.p2)(p3.p4),   K_u = int dq (p1.p4)(p2.p3)   (collisions/kernels.hpp)
// Sources: [SR93]; [FPV20] eqs. (2.14)-(2.17), (B.2); discretisation and notation of
// docs/physics.md, "Neutrinos and neutrinos" and "The sums on the grid".
//
// y_4 = y_1 + y_2 - y_3 is a node of the grid, and every quadruple has the same weight
// h^2: number, energy and the flavour matrix of the lepton numbers are conserved to
// rounding.
//
// How the sum is arranged. With d = i - k = l - j fixed (1, 2, 3, 4 = i, j, k, l) the
// second momentum is summed into
//   M_ik = sum_j [K_s Y_d(j) + K_u Ybar_d(j)^dagger],   Mbar likewise,
//   Y_d(j) = rho_l (1 - rho_j) + Tr   (+ Tr: plus the trace times the unit matrix),
//   gain_i += M_ik rho_k,   loss_i += M_ki^dagger (1 - rho_k),
// and with K_+- = (K_s +- K_u)/2 both M and Mbar follow from two sums,
//   M, Mbar^dagger = K_+ (Y + Ybar^dagger) +- K_- (Y - Ybar^dagger).
// Annihilation is summed for fixed i + j:
//   A_ij = sum_k K_u [rho_k rhobar_l + Tr],
//   B_ij = sum_k K_u [(1 - rho_k)(1 - rhobar_l) + Tr],
//   gain_i += A_ij (1 - rhobar_j),   loss_i += B_ij rhobar_j.
// For massless particles these sums are running sums
// (src/collisions/kernels/quadruple_sums.cpp): the cost is N^2 times a constant.
#pragma once

#include <memory>
#include <mutex>

#include "base/thread_pool.hpp"
#include "collisions/process.hpp"
#include "model/momentum_grid.hpp"

namespace qke {

class NeutrinoNeutrino : public CollisionProcess {
 public:
  explicit NeutrinoNeutrino(const MomentumGrid& grid, Threads threads = one_thread());
  ~NeutrinoNeutrino() override;
  NeutrinoNeutrino(NeutrinoNeutrino&&) = delete;
  NeutrinoNeutrino(const NeutrinoNeutrino&) = delete;
  NeutrinoNeutrino& operator=(const NeutrinoNeutrino&) = delete;
  NeutrinoNeutrino& operator=(NeutrinoNeutrino&&) = delete;

  // Scattering into the own momentum cancels between gain and loss, and is left out unless
  // there are sterile states, whose coherence with active ones it damps.
  void add(const Background& background, const ActiveDensities& rho, CollisionRates& sum) const override;
  bool is_flavour_blind() const override { return true; }
  void add(const ActiveDensities& rho, CollisionRates& sum) const;

  // Without asymmetry around f_eq, from which the true spectra mostly differ by 1 % or less.
  void add_response(const Background& background, const ActiveDensities& rho,
                    CollisionResponse& sum) const override;

  // Adds the response of the neutrinos around flavour-diagonal spectra; with f and fbar
  // exchanged, the response of the antineutrinos.
  void add_response(const Spectra& f, const Spectra& fbar, KindResponse& response) const;

 private:
  struct Scratch;

  void add_into_own_momentum(const ActiveDensities& rho, CollisionRates& sum) const;

  MomentumGrid grid_;
  Threads threads_;
  Eigen::ArrayXd weight_;  // h^2/(8 pi^3 y_i^2)
  std::unique_ptr<Scratch> scratch_;
  mutable std::once_flag equilibrium_is_linearised_;
  mutable std::unique_ptr<const KindResponse> equilibrium_response_;
};

}  // namespace qke
