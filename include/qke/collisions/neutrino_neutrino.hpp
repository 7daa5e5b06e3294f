// nu-nu and nu-nubar collisions with the full matrix structure, on the uniform grid.
//
//   C_1 = G_F^2/(8 pi^3 y_1^2) sum over quadruples of
//       K_s F_sc(nu1,nu2,nu3,nu4) + K_u [F_sc(nu1,nubar2,nu3,nubar4) + F_ann(nu1,nubar2,nu3,nubar4)],
//   K_s = int dq (p1.p2)(p3.p4),  K_u = int dq (p1.p4)(p2.p3)             (collisions/kernels.hpp)
// Sources: Sigl & Raffelt 1993; FPV eqs. (2.14)-(2.17), (B.2); discretisation and notation of
// docs/physics.md.
//
// y_4 = y_1 + y_2 - y_3 is a node of the grid, and every quadruple has the same weight h^2: number, energy
// and the flavour matrix of the lepton numbers are conserved to rounding.
//
// How the sum is arranged. With d = i - k = l - j fixed (1, 2, 3, 4 = i, j, k, l) the second momentum is
// summed by
//   M_ik = sum_j [K_s Y_d(j) + K_u Ybar_d(j)^dagger],  Y_d(j) = rho_l (1 - rho_j) + Tr,  Mbar likewise,
//   gain_i += M_ik rho_k,   loss_i += M_ki^dagger (1 - rho_k),
// and with K_+- = (K_s +- K_u)/2 both M and Mbar follow from two products,
//   M, Mbar^dagger = K_+ (Y + Ybar^dagger) +- K_- (Y - Ybar^dagger).
// Annihilation is summed for fixed i + j:
//   A_ij = sum_k K_u [rho_k rhobar_l + Tr],  B_ij = sum_k K_u [(1 - rho_k)(1 - rhobar_l) + Tr],
//   gain_i += A_ij (1 - rhobar_j),   loss_i += B_ij rhobar_j.
#pragma once

#include <algorithm>
#include <vector>

#include "qke/base/thread_pool.hpp"
#include "qke/collisions/collision_term.hpp"
#include "qke/collisions/flavour_response.hpp"
#include "qke/momentum_grid.hpp"

namespace qke {

// The nu-nu collision operator linearised around the flavour-blind rho = rhobar = f(y) 1:
//   dC_i = sum_k same(i,k) drho_k + same_trace(i,k) Tr drho_k 1 + opposite(i,k) drhobar_k + ...
struct LinearResponse {
  Eigen::MatrixXd same, same_trace, opposite, opposite_trace;
};

class NeutrinoNeutrino {
 public:
  // Computes the kernels: 4/3 N^3 numbers.
  explicit NeutrinoNeutrino(const MomentumGrid& grid, Threads threads = one_thread());

  // Adds the gain and loss matrices of rho (and of rhobar where independent) to `rates`.
  template <class Scalar>
  void add(const DensityMatrices<Scalar>& rho, Antineutrinos antineutrinos,
           CollisionRates<Scalar>& rates) const;

  LinearResponse linearise(const Eigen::ArrayXd& f) const;

  // Adds the response of the neutrinos around flavour-diagonal spectra; with f and fbar exchanged, that of
  // the antineutrinos.
  void add_response(const Spectra& f, const Spectra& fbar, FlavourResponse& response) const;

 private:
  template <class Scalar, Antineutrinos relation>
  void add_related(const DensityMatrices<Scalar>& rho, CollisionRates<Scalar>& rates) const;

  // First node of the pairs (i, n - i) that lie on the grid.
  int first_of_pair(int n) const { return std::max(0, n - nodes_ + 1); }

  int nodes_;
  Threads threads_;
  Eigen::ArrayXd weight_;  // h^2/(8 pi^3 y_i^2)
  // Kernels of scattering, entry d: (a, b) is the quadruple i = a + d, k = a, j = b, l = b + d (from 0);
  // symmetric.
  std::vector<Eigen::MatrixXd> sum_, difference_;  // K_+, K_-
  // Entry n: nodes i and k from first(n) on, j = n - i, l = n - k (from 0).
  std::vector<Eigen::MatrixXd> annihilation_;  // K_u
};

}  // namespace qke
