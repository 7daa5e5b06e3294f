// nu-nu collisions linearised around spectra that are diagonal in flavour space: for the
// Jacobians of Newton iterations. A quadruple i + j = k + l (1, 2, 3, 4 below) contributes
//   C_aa = 2 [m_a gain_a - m'_a loss_a],
// and to C_ab of a pair of flavours the sum of both orders of the factors, with
//   scattering:    m = X + Tr X, X = f_4 g_2, X' = g_4 f_2, gain = f_3 g_1, loss = g_3 f_1,
//   annihilation:  m = X + Tr X, X = f_3 f_4, X' = g_3 g_4, gain = g_1 g_2, loss = f_1 f_2,
// g = 1 - f. Differentiated by one of its four momenta it is a product of the own f_1 or g_1
// and of two others, summed over all quadruples in which the differentiated momentum is the
// same: of these the sums K F_p F_q^T are kept, with F = (f_e, f_mu, f_tau, 1), which have
// those with g as well.
#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "collisions/massless_kernels.hpp"
#include "collisions/neutrino_neutrino.hpp"

namespace qke {
namespace {

using Eigen::Array3d;
using Eigen::Matrix3d;

// Calls f(j, k, l) for all quadruples i + j = k + l.
template <class Function>
void for_quadruples(int nodes, int i, Function&& f) {
  for (int j = 0; j < nodes; ++j) {
    for (int k = std::max(0, i + j - nodes + 1); k <= std::min(nodes - 1, i + j); ++k) f(j, k, i + j - k);
  }
}

// (f_e, f_mu, f_tau, 1) of every node.
using Occupations = Eigen::Matrix<double, 4, Eigen::Dynamic>;
Occupations with_ones(const Spectra& f) {
  Occupations F(4, f.cols());
  F << f.matrix(), Eigen::RowVectorXd::Ones(f.cols());
  return F;
}

// sum K F_p F_q^T.
using Sum = Eigen::Matrix4d;

// Elements (a, b) are sums of K f_p,a f_q,b, and with g = 1 - f for either.
struct Products {
  explicit Products(const Sum& sum) {
    const Matrix3d both = sum.topLeftCorner<3, 3>();
    const Matrix3d p = sum.col(3).head<3>().replicate<1, 3>(), q = sum.row(3).head<3>().replicate<3, 1>();
    ff = both;
    fg = p - both;
    gf = q - both;
    gg = (both - p - q).array() + sum(3, 3);
  }
  Matrix3d ff, fg, gf, gg;
};

// The sums for a node i with fixed k, l or j. In those of antiparticles 2 and 4 are such.
// Without k = i, where scattering cancels, but for the second.
struct SumsOfNode {
  Sum fixed_3 = Sum::Zero(), fixed_3_anti = Sum::Zero();  // of 2 and 4
  Sum fixed_4 = Sum::Zero(), fixed_4_anti = Sum::Zero();  // of 3 and 2
  Sum fixed_2 = Sum::Zero(), fixed_2_anti = Sum::Zero();  // of 3 and 4
};

Array3d with_trace(const Array3d& X) { return X + X.sum(); }
Array3d diagonal(const Matrix3d& X) { return X.diagonal().array(); }
// diag(a) X + diag(b) Y.
Matrix3d scaled(const Array3d& a, const Matrix3d& X, const Array3d& b, const Matrix3d& Y) {
  return a.matrix().asDiagonal() * X + b.matrix().asDiagonal() * Y;
}

// Of a product X_ab = sum p_a q_b, for every pair a, b: p_a q_a + p_b q_b, and p_a q_b + p_b q_a.
Array3d parallel(const Matrix3d& X) { return first_of_pairs(diagonal(X)) + second_of_pairs(diagonal(X)); }
using qke::crossed;  // of single p and q
Array3d crossed(const Matrix3d& X) { return of_pairs(X + X.transpose()); }

// The response to a factor inside [X + Tr X], which couples flavours: X has the factors
// outside in its rows, and the one beside the changed factor in its columns.
void add_full(NodeResponse& to, double sign, const Matrix3d& X, const Array3d& off_diagonal) {
  to.diagonal += 2.0 * sign * X;
  to.diagonal.diagonal() += 2.0 * sign * X.diagonal();
  to.off_diagonal += sign * off_diagonal;
}

// The response to a factor outside, which does not.
void add_local(NodeResponse& to, double sign, const Array3d& diagonal, const Array3d& off_diagonal) {
  to.diagonal.diagonal().array() += 2.0 * sign * diagonal;
  to.off_diagonal += sign * off_diagonal;
}

// f_1, and g_1.
struct Own {
  Array3d f, g;
};

// To a factor of momentum 3, `scattered` where that is not the own one; the result is the factor of -f_1 in
// C_aa/2.
Array3d add_to_third(const SumsOfNode& sums, const Own& own, const Array3d& f3, bool scattered,
                     NodeResponse& same) {
  const Products p_24(sums.fixed_3), anti_24(sums.fixed_3_anti);
  const Matrix3d of_pair = scaled(own.g, anti_24.gf, own.f, anti_24.fg);
  add_full(same, 1.0, of_pair, parallel(of_pair));
  if (!scattered) return Array3d::Zero();
  const Array3d m = with_trace(diagonal(p_24.gf + anti_24.gf)),
                m_reverse = with_trace(diagonal(p_24.fg + anti_24.fg));
  add_local(same, 1.0, m * own.g + m_reverse * own.f, crossed(m, own.g) + crossed(m_reverse, own.f));
  return m * f3 + m_reverse * (1.0 - f3);
}

// To one of 4. A scattered 4 stands beside 2 on the side of rho_3 for neutrinos, and on the
// other for antineutrinos; 2 stands beside 4 the other way round. `at_own` is what the sums
// of antiparticles leave out.
void add_to_fourth(const SumsOfNode& sums, const Own& own, const Sum& at_own, NodeResponse& same,
                   NodeResponse& opposite) {
  const Products p_32(sums.fixed_4), anti_32(sums.fixed_4_anti), pair_32(sums.fixed_4_anti + at_own);
  const Matrix3d scattered = scaled(own.g, p_32.fg, own.f, p_32.gf),
                 scattered_anti = scaled(own.g, anti_32.fg, own.f, anti_32.gf),
                 of_pair = scaled(own.g, pair_32.fg.transpose(), own.f, pair_32.gf.transpose());
  add_full(same, 1.0, scattered, parallel(scattered));
  add_full(opposite, 1.0, scattered_anti, crossed(scattered_anti));
  add_full(opposite, 1.0, of_pair, crossed(of_pair));
}

// To one of 2; the result as for 3.
Array3d add_to_second(const SumsOfNode& sums, const Own& own, const Array3d& f2, const Sum& at_own,
                      NodeResponse& same, NodeResponse& opposite) {
  const Products p_34(sums.fixed_2), anti_34(sums.fixed_2_anti), pair_34(sums.fixed_2_anti + at_own);
  const Matrix3d scattered = scaled(own.g, p_34.ff, own.f, p_34.gg),
                 scattered_anti = scaled(own.g, anti_34.ff, own.f, anti_34.gg);
  add_full(same, -1.0, scattered, crossed(scattered));
  add_full(opposite, -1.0, scattered_anti, parallel(scattered_anti));
  const Array3d m = with_trace(diagonal(pair_34.ff)), m_reverse = with_trace(diagonal(pair_34.gg));
  add_local(opposite, -1.0, m * own.g + m_reverse * own.f, crossed(m, own.g) + crossed(m_reverse, own.f));
  return m * (1.0 - f2) + m_reverse * f2;
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
    const Spectra blind = fermi_dirac(grid_.y()).transpose().replicate(3, 1);
    KindResponse around_equilibrium(grid_.size());
    add_response(blind, blind, around_equilibrium);
    equilibrium_response_ = std::make_unique<const KindResponse>(std::move(around_equilibrium));
  });
  sum.nu += *equilibrium_response_;
}

void NeutrinoNeutrino::add_response(const Spectra& f, const Spectra& fbar, KindResponse& response) const {
  const int nodes = grid_.size();
  const Occupations F = with_ones(f), Fbar = with_ones(fbar);
  threads_->for_each(nodes, [&](int i) {
    const double weight = weight_(i) * std::pow(grid_.step(), 5);
    std::vector<SumsOfNode> of(nodes);
    for_quadruples(nodes, i, [&](int j, int k, int l) {
      const double K_s = weight * scattering_kernel(i, j, k, l),
                   K_u = weight * annihilation_kernel(i, j, k, l);
      const auto add = [](double K, const auto& p, const auto& q, Sum& to) { to += K * p * q.transpose(); };
      add(K_u, Fbar.col(j), Fbar.col(l), of[k].fixed_3_anti);
      if (k == i) return;
      add(K_s, F.col(j), F.col(l), of[k].fixed_3);
      add(K_s, F.col(k), F.col(j), of[l].fixed_4);
      add(K_u, F.col(k), Fbar.col(j), of[l].fixed_4_anti);
      add(K_s, F.col(k), F.col(l), of[j].fixed_2);
      add(K_u, F.col(k), Fbar.col(l), of[j].fixed_2_anti);
    });

    const Own own{f.col(i), 1.0 - f.col(i)};
    Array3d lost = Array3d::Zero();
    for (int n = 0; n < nodes; ++n) {
      NodeResponse &same = response.same_at(i, n), &opposite = response.opposite_at(i, n);
      const Sum at_own = weight * annihilation_kernel(i, n, i, n) * F.col(i) * Fbar.col(n).transpose();
      lost += add_to_third(of[n], own, f.col(n), n != i, same);
      add_to_fourth(of[n], own, at_own, same, opposite);
      lost += add_to_second(of[n], own, fbar.col(n), at_own, same, opposite);
    }
    add_local(response.same_at(i, i), -1.0, lost, first_of_pairs(lost) + second_of_pairs(lost));
  });
}

}  // namespace qke
