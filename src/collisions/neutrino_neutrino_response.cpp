// nu-nu collisions linearised: for the Jacobians of Newton iterations.
//
// Two reference states: flavour-diagonal spectra (with asymmetries), where every product
// of a quadruple is differentiated by each of its four factors, and flavour-blind
// Fermi-Dirac spectra (without), where the response is the same for all bases of flavour
// space and is computed once. Both sum over all N^3 quadruples, without the running sums
// of the right-hand side.
#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

#include "collisions/massless_kernels.hpp"
#include "collisions/neutrino_neutrino.hpp"

namespace qke {
namespace {

using Eigen::Array3d;

// Calls f(j, k, l) for all quadruples i + j = k + l.
template <class Function>
void for_quadruples(int nodes, int i, Function&& f) {
  for (int j = 0; j < nodes; ++j) {
    for (int k = std::max(0, i + j - nodes + 1); k <= std::min(nodes - 1, i + j); ++k) f(j, k, i + j - k);
  }
}

// (delta_ab + 1) column_a row_b: the response of [X + Tr X] to X_b.
Eigen::Matrix3d with_trace(const Array3d& column, const Array3d& row) {
  Eigen::Matrix3d outer = column.matrix() * row.matrix().transpose();
  outer.diagonal() *= 2.0;
  return outer;
}

// The response to a factor inside [X + Tr X], which couples flavours, and to a factor
// outside, which does not. On the diagonal the Hermitian conjugate doubles a term; off it
// the term and its conjugate are the two summands of parallel() and crossed().
void add_full(NodeResponse& to, double factor, const Eigen::Matrix3d& diagonal, const Array3d& off_diagonal) {
  to.diagonal += 2.0 * factor * diagonal;
  to.off_diagonal += factor * off_diagonal;
}

void add_local(NodeResponse& to, double factor, const Array3d& diagonal, const Array3d& off_diagonal) {
  to.diagonal.diagonal().array() += 2.0 * factor * diagonal;
  to.off_diagonal += factor * off_diagonal;
}

// [X + Tr] rho_3 (1 - rho_1) + h.c. - [X' + Tr](1 - rho_3) rho_1 - h.c. of one quadruple,
// with X = rho_4 (1 - rho_2), X' = (1 - rho_4) rho_2 for neutrinos and the reverse order
// for antineutrinos 2, 4.
struct Quadruple {
  Array3d f1, f2, f3, f4;
};
void add_scattering(double K, const Quadruple& q, bool antineutrinos, NodeResponse& r1, NodeResponse& r2,
                    NodeResponse& r3, NodeResponse& r4) {
  const Array3d &f1 = q.f1, &f2 = q.f2, &f3 = q.f3, &f4 = q.f4;
  const Array3d g1 = 1.0 - f1, g2 = 1.0 - f2, g3 = 1.0 - f3, g4 = 1.0 - f4;
  const Array3d X = f4 * g2, X_reverse = g4 * f2;
  const Array3d m = X + X.sum(), m_reverse = X_reverse + X_reverse.sum();
  const Array3d gain = f3 * g1, loss = g3 * f1;
  add_local(r1, -K, m * f3 + m_reverse * g3, parallel(m, f3) + parallel(m_reverse, g3));
  add_local(r3, K, m * g1 + m_reverse * f1, crossed(m, g1) + crossed(m_reverse, f1));
  // In X the factor beside the changed one stands on the side of rho_3 (parallel) or on
  // the other (crossed).
  const auto beside4 = antineutrinos ? crossed : parallel;
  const auto beside2 = antineutrinos ? parallel : crossed;
  add_full(r4, K, with_trace(gain, g2) + with_trace(loss, f2), beside4(g2, gain) + beside4(f2, loss));
  add_full(r2, -K, with_trace(gain, f4) + with_trace(loss, g4), beside2(f4, gain) + beside2(g4, loss));
}

// [rho_3 rhobar_4 + Tr](1 - rhobar_2)(1 - rho_1) + h.c.
//   - [(1 - rho_3)(1 - rhobar_4) + Tr] rhobar_2 rho_1 - h.c. of one quadruple.
void add_annihilation(double K, const Quadruple& q, NodeResponse& r1, NodeResponse& r2, NodeResponse& r3,
                      NodeResponse& r4) {
  const Array3d &f1 = q.f1, &f2 = q.f2, &f3 = q.f3, &f4 = q.f4;
  const Array3d g1 = 1.0 - f1, g2 = 1.0 - f2, g3 = 1.0 - f3, g4 = 1.0 - f4;
  const Array3d X = f3 * f4, X_reverse = g3 * g4;
  const Array3d m = X + X.sum(), m_reverse = X_reverse + X_reverse.sum();
  const Array3d gain = g2 * g1, loss = f2 * f1;
  add_local(r1, -K, m * g2 + m_reverse * f2, parallel(m, g2) + parallel(m_reverse, f2));
  add_local(r2, -K, m * g1 + m_reverse * f1, crossed(m, g1) + crossed(m_reverse, f1));
  add_full(r3, K, with_trace(gain, f4) + with_trace(loss, g4), parallel(f4, gain) + parallel(g4, loss));
  add_full(r4, K, with_trace(gain, f3) + with_trace(loss, g3), crossed(f3, gain) + crossed(g3, loss));
}

// Around the flavour-blind rho = rhobar = f(y) 1:
//   dC_i = sum_k same(i,k) drho_k + same_trace(i,k) Tr drho_k 1
//                + opposite(i,k) drhobar_k + opposite_trace(i,k) Tr drhobar_k 1.
struct FlavourBlindResponse {
  Eigen::MatrixXd same, same_trace, opposite, opposite_trace;
};

NodeResponse with_trace(double own, double trace) {
  NodeResponse response;
  response.diagonal.setConstant(trace);
  response.diagonal.diagonal().array() += own;
  response.off_diagonal.setConstant(own);
  return response;
}

KindResponse node_by_node(const FlavourBlindResponse& L) {
  const int nodes = static_cast<int>(L.same.rows());
  KindResponse response(nodes);
  for (int i = 0; i < nodes; ++i) {
    for (int k = 0; k < nodes; ++k) {
      response.same_at(i, k) = with_trace(L.same(i, k), L.same_trace(i, k));
      response.opposite_at(i, k) = with_trace(L.opposite(i, k), L.opposite_trace(i, k));
    }
  }
  return response;
}

}  // namespace

void NeutrinoNeutrino::add_response(const Background& /*background*/, const ActiveDensities& rho,
                                    CollisionResponse& sum) const {
  if (rho.independent()) {
    const Spectra f = diagonals(rho.nu), fbar = diagonals(rho.bar);
    add_response(f, fbar, sum.nu);
    add_response(fbar, f, sum.bar);
    return;
  }
  // Far from f_eq, as where neutrinos are only being made, around their own spectra.
  const Spectra f = diagonals(rho.nu);
  const Eigen::ArrayXd y3 = grid_.y().cube();
  const double energy = (f.colwise().mean().transpose() * y3).sum() / (fermi_dirac(grid_.y()) * y3).sum();
  constexpr double least = 0.5, most = 2.0;  // of f_eq's energy
  if (energy < least || energy > most) {
    add_response(f, f, sum.nu);
    return;
  }
  std::call_once(equilibrium_is_linearised_, [this] {
    equilibrium_response_ = std::make_unique<const KindResponse>(linearise(fermi_dirac(grid_.y())));
  });
  sum.nu += *equilibrium_response_;
}

void NeutrinoNeutrino::add_response(const Spectra& f, const Spectra& fbar, KindResponse& response) const {
  threads_->for_each(grid_.size(), [&](int i) {
    const double weight = weight_(i) * std::pow(grid_.step(), 5);
    NodeResponse& here = response.same_at(i, i);
    for_quadruples(grid_.size(), i, [&](int j, int k, int l) {
      const double K_s = weight * scattering_kernel(i, j, k, l),
                   K_u = weight * annihilation_kernel(i, j, k, l);
      const Quadruple particles{f.col(i), f.col(j), f.col(k), f.col(l)},
          with_antiparticles{f.col(i), fbar.col(j), f.col(k), fbar.col(l)};
      NodeResponse &same_3 = response.same_at(i, k), &opposite_2 = response.opposite_at(i, j),
                   &opposite_4 = response.opposite_at(i, l);
      add_annihilation(K_u, with_antiparticles, here, opposite_2, same_3, opposite_4);
      if (k == i) return;  // scattering into the own momentum cancels
      add_scattering(K_s, particles, false, here, response.same_at(i, j), same_3, response.same_at(i, l));
      add_scattering(K_u, with_antiparticles, true, here, opposite_2, same_3, opposite_4);
    });
  });
}

// rho = f 1 commutes with everything: the Hermitian conjugate doubles every term (the 2
// of weight), and [X + Tr X] = 4 X for X a multiple of 1 (the factors 4). Only the
// factors inside the brackets reach the trace of the other flavours.
KindResponse NeutrinoNeutrino::linearise(const Eigen::ArrayXd& f) const {
  const int nodes = grid_.size();
  const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(nodes, nodes);
  FlavourBlindResponse L{zero, zero, zero, zero};
  const Eigen::ArrayXd g = 1.0 - f;

  threads_->for_each(nodes, [&](int i) {
    const double weight = 2.0 * weight_(i) * std::pow(grid_.step(), 5);
    for_quadruples(nodes, i, [&](int j, int k, int l) {
      const double K_s = weight * scattering_kernel(i, j, k, l),
                   K_u = weight * annihilation_kernel(i, j, k, l);
      const double d4 = f(k) * g(i) * g(j) + g(k) * f(i) * f(j);
      {
        // Annihilation, [X + Tr](1 - rhobar_2)(1 - rho_1) - [X' + Tr] rhobar_2 rho_1,
        // X = rho_3 rhobar_4, X' = (1 - rho_3)(1 - rhobar_4).
        const double X = f(k) * f(l), X_reverse = g(k) * g(l);
        const double d3 = f(l) * g(i) * g(j) + g(l) * f(i) * f(j);
        L.same(i, k) += K_u * d3, L.same_trace(i, k) += K_u * d3;
        L.opposite(i, l) += K_u * d4, L.opposite_trace(i, l) += K_u * d4;
        L.same(i, i) -= K_u * 4.0 * (X * g(j) + X_reverse * f(j));
        L.opposite(i, j) -= K_u * 4.0 * (X * g(i) + X_reverse * f(i));
      }
      if (k == i) return;  // scattering into the own momentum cancels
      // Scattering, [X + Tr] rho_3 (1 - rho_1) - [X' + Tr](1 - rho_3) rho_1,
      // X = rho_4 (1 - rho_2), X' = (1 - rho_4) rho_2.
      const double X = f(l) * g(j), X_reverse = g(l) * f(j), K = K_s + K_u;
      const double d2 = -f(k) * g(i) * f(l) - g(k) * f(i) * g(l);
      L.same(i, k) += K * 4.0 * (X * g(i) + X_reverse * f(i));
      L.same(i, i) -= K * 4.0 * (X * f(k) + X_reverse * g(k));
      L.same(i, l) += K_s * d4, L.same_trace(i, l) += K_s * d4;
      L.same(i, j) += K_s * d2, L.same_trace(i, j) += K_s * d2;
      L.opposite(i, l) += K_u * d4, L.opposite_trace(i, l) += K_u * d4;
      L.opposite(i, j) += K_u * d2, L.opposite_trace(i, j) += K_u * d2;
    });
  });
  return node_by_node(L);
}

}  // namespace qke
