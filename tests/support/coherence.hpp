// How a small coherence between two flavours decays by collisions near equilibrium, from
// the formulas of docs/physics.md ("Collisions"), worked out for this case apart from the
// library.
//
// Let rho = f 1 but for drho_ab = (drho_ba)^* = c_i at the nodes i, f = FD(y/z), and
// rhobar = rho^*, so that drhobar_ab = sigma c with sigma = 1 for real and -1 for
// imaginary c. The terms of first order in c are
//   scattering    dc_1 = sum_AB int W_AB { -[g f3 + l (1-f3)] (X_a + X_b) c_1
//                                          + [g (1-f1) + l f1] Y c_3 }
//   annihilation  dc_1 = sum_AB int W_AB { -[g (1-f2) + l f2] (X_a + X_b) c_1
//                                          - [g (1-f1) + l f1] Y sigma c_2 }
// with X_a = G^A_a G^B_a, Y = G^A_a G^B_b + G^B_a G^A_b, and the electrons' factors of
// gain and loss g, l = f4 (1-f2), f2 (1-f4) and f3 f4, (1-f3)(1-f4).
#pragma once

#include "support/brute_force.hpp"

namespace qke::independent {

// Numbers of the flavours e, mu, tau.
struct Pair {
  int a, b;
};

// dC_ab = matrix * c in units of G_F^2 T_cm^5, c imaginary or real.
using CoherenceMatrix = Eigen::MatrixXd;

// Sums over the handednesses, weighted by couplings.
struct CouplingSums {
  double squared_local, squared_transfer;  // LL + RR of X_a + X_b and Y
  double mixed_local, mixed_transfer;      // LR + RL
};
inline CouplingSums coupling_sums(Pair pair, double sin2_theta_W) {
  const Couplings<3> G = weak_couplings<3>(sin2_theta_W);
  const double La = G.L(pair.a, pair.a).real(), Lb = G.L(pair.b, pair.b).real(), R = sin2_theta_W;
  return {La * La + Lb * Lb + 2.0 * R * R, 2.0 * La * Lb + 2.0 * R * R, 2.0 * R * (La + Lb),
          2.0 * R * (La + Lb)};
}

// The integrals over the electrons of all pairs of nodes.
class ElectronCoherence {
 public:
  ElectronCoherence(const MomentumGrid& grid, double x, double z) : grid_(grid), z_(z) {
    for (int i = 0; i < grid.size(); ++i) {
      for (int k = 0; k < grid.size(); ++k) {
        scattering_.push_back(scattering_integrals(grid.y(i), grid.y(k), x, z));
        annihilation_.push_back(annihilation_integrals(grid.y(i), grid.y(k), x, z));
      }
    }
  }

  CoherenceMatrix scattering(const CouplingSums& G) const { return matrix(scattering_, G, 1.0, true); }
  CoherenceMatrix annihilation(const CouplingSums& G, double sigma) const {
    return matrix(annihilation_, G, -sigma, false);
  }

 private:
  CoherenceMatrix matrix(const std::vector<ElectronIntegrals>& integrals, const CouplingSums& G,
                         double transfer_sign, bool partner_is_final) const {
    const int N = grid_.size();
    CoherenceMatrix M = CoherenceMatrix::Zero(N, N);
    for (int i = 0; i < N; ++i) {
      const double prefactor = grid_.step() / (8.0 * std::pow(std::numbers::pi, 3) * grid_.y(i) * grid_.y(i));
      const double f1 = fermi(grid_.y(i), z_);
      for (int k = 0; k < N; ++k) {
        const ElectronIntegrals& I = integrals[static_cast<std::size_t>(i) * N + k];
        const double fk = fermi(grid_.y(k), z_), occupied = partner_is_final ? fk : 1.0 - fk;
        // Left and right: the squared terms are equal after integration over both electrons.
        const auto local = [&](int gain, int loss) {
          return I(gain) * occupied + I(loss) * (1.0 - occupied);
        };
        const auto transfer = [&](int gain, int loss) { return I(gain) * (1.0 - f1) + I(loss) * f1; };
        M(i, i) -= prefactor * (G.squared_local * local(0, 2) + G.mixed_local * local(1, 3));
        M(i, k) += transfer_sign * prefactor *
                   (G.squared_transfer * transfer(0, 2) + G.mixed_transfer * transfer(1, 3));
      }
    }
    return M;
  }

  const MomentumGrid& grid_;
  double z_;
  std::vector<ElectronIntegrals> scattering_, annihilation_;
};

// nu-nu: central differences of the formulas written out. They are of third order in rho, which leaves an
// error of (step)^2.
inline CoherenceMatrix neutrino_coherence(const MomentumGrid& grid, Pair pair, double sigma, double z) {
  const int N = grid.size();
  const double step = 1e-4;
  CoherenceMatrix M(N, N);
  for (int k = 0; k < N; ++k) {
    const auto change = [&](double amount) {
      Field nu;
      for (int i = 0; i < N; ++i) nu.push_back(fermi(grid.y(i), z) * Matrix3::Identity());
      const Complex c = sigma > 0.0 ? Complex(amount, 0.0) : Complex(0.0, amount);
      nu[k](pair.a, pair.b) = c;
      nu[k](pair.b, pair.a) = std::conj(c);
      Field bar = nu;
      for (Matrix3& X : bar) X = X.conjugate().eval();
      const Field C = neutrino_neutrino_terms(grid, nu, bar);
      Eigen::VectorXd column(N);
      for (int i = 0; i < N; ++i) {
        column(i) = sigma > 0.0 ? C[i](pair.a, pair.b).real() : C[i](pair.a, pair.b).imag();
      }
      return column;
    };
    M.col(k) = (change(step) - change(-step)) / (2.0 * step);
  }
  return M;
}

}  // namespace qke::independent
