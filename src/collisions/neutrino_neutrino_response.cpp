// The nu-nu collision integral linearised: for the Jacobians of Newton iterations.
#include "qke/collisions/neutrino_neutrino.hpp"

namespace qke {
namespace {

using Eigen::Array3d;

// (delta_ab + 1) column_a row_b: the response of [X + Tr X] to X_b.
Eigen::Matrix3d with_trace(const Array3d& column, const Array3d& row) {
  Eigen::Matrix3d outer = column.matrix() * row.matrix().transpose();
  outer.diagonal() *= 2.0;
  return outer;
}

void add_full(NodeResponse& to, double factor, const Eigen::Matrix3d& diagonal, const Array3d& off_diagonal) {
  to.diagonal += 2.0 * factor * diagonal;
  to.off_diagonal += factor * off_diagonal;
}

void add_local(NodeResponse& to, double factor, const Array3d& diagonal, const Array3d& off_diagonal) {
  to.diagonal.diagonal().array() += 2.0 * factor * diagonal;
  to.off_diagonal += factor * off_diagonal;
}

// [X + Tr] rho_3 (1 - rho_1) + h.c. - [X' + Tr](1 - rho_3) rho_1 - h.c. of one quadruple, with
// X = rho_4 (1 - rho_2), X' = (1 - rho_4) rho_2 for neutrinos and the reverse order for antineutrinos 2, 4.
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
  // In X the factor beside the changed one stands on the side of rho_3 (parallel) or on the other (crossed).
  const auto beside4 = antineutrinos ? crossed : parallel;
  const auto beside2 = antineutrinos ? parallel : crossed;
  add_full(r4, K, with_trace(gain, g2) + with_trace(loss, f2), beside4(g2, gain) + beside4(f2, loss));
  add_full(r2, -K, with_trace(gain, f4) + with_trace(loss, g4), beside2(f4, gain) + beside2(g4, loss));
}

// [rho_3 rhobar_4 + Tr](1 - rhobar_2)(1 - rho_1) + h.c. - [(1 - rho_3)(1 - rhobar_4) + Tr] rhobar_2 rho_1 -
// h.c.
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

}  // namespace

void NeutrinoNeutrino::add_response(const Spectra& f, const Spectra& fbar, FlavourResponse& response) const {
  const auto add_quadruple = [&](int i, int j, int k, int l, double K_s, double K_u) {
    add_scattering(weight_(i) * K_s, {f.col(i), f.col(j), f.col(k), f.col(l)}, false, response.same_at(i, i),
                   response.same_at(i, j), response.same_at(i, k), response.same_at(i, l));
    add_scattering(weight_(i) * K_u, {f.col(i), fbar.col(j), f.col(k), fbar.col(l)}, true,
                   response.same_at(i, i), response.opposite_at(i, j), response.same_at(i, k),
                   response.opposite_at(i, l));
  };
  for (int d = 0; d < nodes_; ++d) {
    for (int a = 0; a < nodes_ - d; ++a) {
      for (int b = 0; b < nodes_ - d; ++b) {
        const double K_s = sum_[d](a, b) + difference_[d](a, b), K_u = sum_[d](a, b) - difference_[d](a, b);
        add_quadruple(a + d, b, a, b + d, K_s, K_u);
        if (d != 0) add_quadruple(a, b + d, a + d, b, K_s, K_u);  // the reverse reaction
      }
    }
  }
  for (int n = 0; n < static_cast<int>(annihilation_.size()); ++n) {
    const int first = first_of_pair(n), count = static_cast<int>(annihilation_[n].rows());
    for (int a = 0; a < count; ++a) {
      for (int b = 0; b < count; ++b) {
        const int i = first + a, j = n - i, k = first + b, l = n - k;
        add_annihilation(weight_(i) * annihilation_[n](a, b), {f.col(i), fbar.col(j), f.col(k), fbar.col(l)},
                         response.same_at(i, i), response.opposite_at(i, j), response.same_at(i, k),
                         response.opposite_at(i, l));
      }
    }
  }
}

LinearResponse NeutrinoNeutrino::linearise(const Eigen::ArrayXd& f) const {
  const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(nodes_, nodes_);
  LinearResponse L{zero, zero, zero, zero};
  const Eigen::ArrayXd g = 1.0 - f;

  for (int d = 0; d < nodes_; ++d) {
    for (int a = 0; a < nodes_ - d; ++a) {
      for (int b = 0; b < nodes_ - d; ++b) {
        const double K_s = sum_[d](a, b) + difference_[d](a, b), K_u = sum_[d](a, b) - difference_[d](a, b);
        // The quadruple and its reverse have the same kernel.
        for (const bool reverse : {false, true}) {
          if (reverse && d == 0) continue;
          const int i = reverse ? a : a + d, k = reverse ? a + d : a;
          const int j = reverse ? b + d : b, l = reverse ? b : b + d;
          const double c = 2.0 * weight_(i);
          // [X + Tr] rho_3 (1 - rho_1) - [X' + Tr](1 - rho_3) rho_1,
          // X = rho_4 (1 - rho_2), X' = (1 - rho_4) rho_2.
          const double X = f(l) * g(j), X_reverse = g(l) * f(j);
          const double K = K_s + K_u;
          L.same(i, k) += c * K * 4.0 * (X * g(i) + X_reverse * f(i));
          L.same(i, i) -= c * K * 4.0 * (X * f(k) + X_reverse * g(k));
          const double d4 = f(k) * g(i) * g(j) + g(k) * f(i) * f(j);
          const double d2 = -f(k) * g(i) * f(l) - g(k) * f(i) * g(l);
          L.same(i, l) += c * K_s * d4, L.same_trace(i, l) += c * K_s * d4;
          L.same(i, j) += c * K_s * d2, L.same_trace(i, j) += c * K_s * d2;
          L.opposite(i, l) += c * K_u * d4, L.opposite_trace(i, l) += c * K_u * d4;
          L.opposite(i, j) += c * K_u * d2, L.opposite_trace(i, j) += c * K_u * d2;
        }
      }
    }
  }
  for (int n = 0; n <= 2 * (nodes_ - 1); ++n) {
    const int first = first_of_pair(n), count = static_cast<int>(annihilation_[n].rows());
    for (int a = 0; a < count; ++a) {
      for (int b = 0; b < count; ++b) {
        const int i = first + a, j = n - i, k = first + b, l = n - k;
        const double cK = 2.0 * weight_(i) * annihilation_[n](a, b);
        // [X + Tr](1 - rhobar_2)(1 - rho_1) - [X' + Tr] rhobar_2 rho_1, X = rho_3 rhobar_4, X' =
        // (1-rho_3)(1-rhobar_4).
        const double X = f(k) * f(l), X_reverse = g(k) * g(l);
        const double d3 = f(l) * g(i) * g(j) + g(l) * f(i) * f(j);
        const double d4 = f(k) * g(i) * g(j) + g(k) * f(i) * f(j);
        L.same(i, k) += cK * d3, L.same_trace(i, k) += cK * d3;
        L.opposite(i, l) += cK * d4, L.opposite_trace(i, l) += cK * d4;
        L.same(i, i) -= cK * 4.0 * (X * g(j) + X_reverse * f(j));
        L.opposite(i, j) -= cK * 4.0 * (X * g(i) + X_reverse * f(i));
      }
    }
  }
  return L;
}

}  // namespace qke
