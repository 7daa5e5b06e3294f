#include "qke/collisions/neutrino_neutrino.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>
#include <utility>

#include "qke/collisions/kernels.hpp"
#include "qke/constants.hpp"

namespace qke {
namespace {

// The matrix X + Tr(X) 1.
template <class Scalar>
FlavourMatrix<Scalar> plus_trace(FlavourMatrix<Scalar> X) {
  X.diagonal().array() += X.trace();
  return X;
}

// Y + Ybar^dagger and Y - Ybar^dagger as few real numbers as the relation of rhobar and rho leaves, for the
// matrix products: Ybar = Y (equal) leaves Hermitian and anti-Hermitian matrices, Ybar = Y* (conjugate)
// symmetric and antisymmetric ones.
template <class Scalar, Antineutrinos relation>
struct Packing;

template <>
struct Packing<double, Antineutrinos::equal> {
  using M = FlavourMatrix<double>;
  static constexpr int sum = 6, difference = 3;
  static void pack(const M& Y, const M&, double* s, double* d) {
    s[0] = 2 * Y(0, 0), s[1] = 2 * Y(1, 1), s[2] = 2 * Y(2, 2);
    s[3] = Y(0, 1) + Y(1, 0), s[4] = Y(0, 2) + Y(2, 0), s[5] = Y(1, 2) + Y(2, 1);
    d[0] = Y(0, 1) - Y(1, 0), d[1] = Y(0, 2) - Y(2, 0), d[2] = Y(1, 2) - Y(2, 1);
  }
  static void unpack(const double* s, const double* d, M& Y, M&) {
    Y << s[0], s[3] + d[0], s[4] + d[1], s[3] - d[0], s[1], s[5] + d[2], s[4] - d[1], s[5] - d[2], s[2];
  }
};

// Complex matrices are packed as pairs of real ones; the pattern is that of the real case.
template <>
struct Packing<std::complex<double>, Antineutrinos::conjugate> {
  using M = FlavourMatrix<std::complex<double>>;
  using Real = Packing<double, Antineutrinos::equal>;
  static constexpr int sum = 12, difference = 6;
  static void pack(const M& Y, const M&, double* s, double* d) {
    const FlavourMatrix<double> re = Y.real(), im = Y.imag();
    Real::pack(re, re, s, d);
    Real::pack(im, im, s + 6, d + 3);
  }
  static void unpack(const double* s, const double* d, M& Y, M&) {
    FlavourMatrix<double> re, im;
    Real::unpack(s, d, re, re);
    Real::unpack(s + 6, d + 3, im, im);
    Y.real() = re;
    Y.imag() = im;
  }
};

template <>
struct Packing<std::complex<double>, Antineutrinos::equal> {
  using M = FlavourMatrix<std::complex<double>>;
  static constexpr int sum = 9, difference = 9;
  static void pack(const M& Y, const M&, double* s, double* d) {
    // Hermitian and anti-Hermitian part: real and imaginary parts change roles in the difference.
    const M H = Y + Y.adjoint(), D = Y - Y.adjoint();
    for (int a = 0, n = 0; a < 3; ++a) {
      s[n] = H(a, a).real(), d[n++] = D(a, a).imag();
      for (int b = a + 1; b < 3; ++b) {
        s[n] = H(a, b).real(), d[n++] = D(a, b).real();
        s[n] = H(a, b).imag(), d[n++] = D(a, b).imag();
      }
    }
  }
  static void unpack(const double* s, const double* d, M& Y, M&) {
    for (int a = 0, n = 0; a < 3; ++a) {
      Y(a, a) = {s[n], d[n]}, ++n;
      for (int b = a + 1; b < 3; ++b, n += 2) {
        Y(a, b) = {s[n] + d[n], s[n + 1] + d[n + 1]};
        Y(b, a) = {s[n] - d[n], d[n + 1] - s[n + 1]};
      }
    }
  }
};

template <class Scalar>
struct Packing<Scalar, Antineutrinos::independent> {
  using M = FlavourMatrix<Scalar>;
  static constexpr int sum = components<Scalar>, difference = components<Scalar>;
  static void pack(const M& Y, const M& Ybar, double* s, double* d) {
    Eigen::Map<M>(reinterpret_cast<Scalar*>(s)) = Y + Ybar.adjoint();
    Eigen::Map<M>(reinterpret_cast<Scalar*>(d)) = Y - Ybar.adjoint();
  }
  static void unpack(const double* s, const double* d, M& Y, M& Ybar) {
    const Eigen::Map<const M> S(reinterpret_cast<const Scalar*>(s)), D(reinterpret_cast<const Scalar*>(d));
    Y = S + D;
    Ybar = (S - D).adjoint();
  }
};

// rhobar from rho, where it is not evolved on its own.
template <class Scalar, Antineutrinos relation>
FlavourMatrix<Scalar> bar_of(const DensityMatrices<Scalar>& rho, int node) {
  if constexpr (relation == Antineutrinos::independent) return rho.bar[node];
  if constexpr (relation == Antineutrinos::conjugate) return rho.nu[node].conjugate();
  return rho.nu[node];
}

// The quadruples of one d: gain_i += M_ik rho_k and so on for k = i -+ d.
template <class Scalar, Antineutrinos relation>
void add_scattering(int d, const Eigen::MatrixXd& K_sum, const Eigen::MatrixXd& K_difference,
                    const DensityMatrices<Scalar>& rho, CollisionRates<Scalar>& rates) {
  using M = FlavourMatrix<Scalar>;
  using P = Packing<Scalar, relation>;
  constexpr bool independent = relation == Antineutrinos::independent;
  const int count = static_cast<int>(K_sum.rows());
  const int directions = d == 0 ? 1 : 2;  // +d and -d

  RowMatrix S(count, directions * P::sum), D(count, directions * P::difference);
  for (int j = 0; j < count; ++j) {
    const int l = j + d;
    const M product = rho.nu[l] * rho.nu[j];
    M up = plus_trace<Scalar>(rho.nu[l] - product), down = plus_trace<Scalar>(rho.nu[j] - product.adjoint());
    M up_bar = up, down_bar = down;
    if constexpr (independent) {
      const M product_bar = rho.bar[l] * rho.bar[j];
      up_bar = plus_trace<Scalar>(rho.bar[l] - product_bar);
      down_bar = plus_trace<Scalar>(rho.bar[j] - product_bar.adjoint());
    }
    P::pack(up, up_bar, &S(j, 0), &D(j, 0));
    if (d != 0) P::pack(down, down_bar, &S(j, P::sum), &D(j, P::difference));
  }

  const RowMatrix M_sum = K_sum * S;
  const RowMatrix M_difference = K_difference * D;

  const auto accumulate = [](GainAndLoss<Scalar>& r, const MatrixField<Scalar>& n, int i, int k, const M& up,
                             const M& down) {
    r.gain[i].noalias() += up * n[k];
    r.loss[i].noalias() += down.adjoint() * (M::Identity() - n[k]);
  };
  for (int k = 0; k < count; ++k) {
    const int i = k + d;
    M up, down, up_bar, down_bar;
    P::unpack(&M_sum(k, 0), &M_difference(k, 0), up, up_bar);
    if (d == 0) {
      accumulate(rates.nu, rho.nu, i, k, up, up);
      if constexpr (independent) accumulate(rates.bar, rho.bar, i, k, up_bar, up_bar);
      continue;
    }
    P::unpack(&M_sum(k, P::sum), &M_difference(k, P::difference), down, down_bar);
    accumulate(rates.nu, rho.nu, i, k, up, down);
    accumulate(rates.nu, rho.nu, k, i, down, up);
    if constexpr (independent) {
      accumulate(rates.bar, rho.bar, i, k, up_bar, down_bar);
      accumulate(rates.bar, rho.bar, k, i, down_bar, up_bar);
    }
  }
}

// The pairs of one n = i + j = k + l.
template <class Scalar, Antineutrinos relation>
void add_annihilation(int n, int first, const Eigen::MatrixXd& K, const DensityMatrices<Scalar>& rho,
                      CollisionRates<Scalar>& rates) {
  using M = FlavourMatrix<Scalar>;
  constexpr int c = components<Scalar>;
  constexpr bool independent = relation == Antineutrinos::independent;
  const int count = static_cast<int>(K.rows());
  // A_ji = A_ij^T (rhobar = rho*) or A_ij^dagger (rhobar = rho): half of the rows are enough.
  const int rows = independent ? count : (count + 1) / 2;

  RowMatrix Z(count, 2 * c);
  for (int a = 0; a < count; ++a) {
    const M& rho_k = rho.nu[first + a];
    const M rhobar_l = bar_of<Scalar, relation>(rho, n - first - a);
    const M pair = rho_k * rhobar_l;
    Eigen::Map<M>(reinterpret_cast<Scalar*>(&Z(a, 0))) = plus_trace<Scalar>(pair);
    Eigen::Map<M>(reinterpret_cast<Scalar*>(&Z(a, c))) =
        plus_trace<Scalar>(M::Identity() - rho_k - rhobar_l + pair);
  }
  const RowMatrix AB = K.topRows(rows) * Z;

  const auto partner = [](const M& X) -> M {
    if constexpr (relation == Antineutrinos::conjugate) return X.transpose();
    return X.adjoint();
  };
  const auto accumulate = [](GainAndLoss<Scalar>& r, int i, const M& A, const M& B, const M& other) {
    r.gain[i].noalias() += A * (M::Identity() - other);
    r.loss[i].noalias() += B * other;
  };
  for (int a = 0; a < rows; ++a) {
    const int i = first + a, j = n - i;
    const Eigen::Map<const M> A(reinterpret_cast<const Scalar*>(&AB(a, 0)));
    const Eigen::Map<const M> B(reinterpret_cast<const Scalar*>(&AB(a, c)));
    accumulate(rates.nu, i, A, B, bar_of<Scalar, relation>(rho, j));
    if constexpr (independent) {
      accumulate(rates.bar, j, A.adjoint(), B.adjoint(), rho.nu[i]);
    } else if (j != i) {
      accumulate(rates.nu, j, partner(A), partner(B), bar_of<Scalar, relation>(rho, i));
    }
  }
}

}  // namespace

NeutrinoNeutrino::NeutrinoNeutrino(const MomentumGrid& grid, Threads threads)
    : nodes_(grid.size()), threads_(std::move(threads)) {
  const double h = grid.step();
  weight_ = h * h / (8.0 * std::pow(constants::pi, 3)) / grid.y().square();
  const auto leg = [&](int node) { return kernels::massless(grid.y(node)); };

  for (int d = 0; d < nodes_; ++d) {
    const int count = nodes_ - d;
    Eigen::MatrixXd sum(count, count), difference(count, count);
    for (int a = 0; a < count; ++a) {
      for (int b = 0; b <= a; ++b) {
        const auto p1 = leg(a + d), p2 = leg(b), p3 = leg(a), p4 = leg(b + d);
        const double K_s = kernels::s_channel(p1, p2, p3, p4, 0.0, 0.0);
        const double K_u = kernels::u_channel(p1, p2, p3, p4, 0.0, 0.0);
        sum(a, b) = sum(b, a) = 0.5 * (K_s + K_u);
        difference(a, b) = difference(b, a) = 0.5 * (K_s - K_u);
      }
    }
    sum_.push_back(std::move(sum));
    difference_.push_back(std::move(difference));
  }

  for (int n = 0; n <= 2 * (nodes_ - 1); ++n) {
    const int first = first_of_pair(n), count = std::min(n, nodes_ - 1) - first + 1;
    Eigen::MatrixXd K(count, count);
    for (int a = 0; a < count; ++a) {
      for (int b = 0; b <= a; ++b) {
        const int i = first + a, k = first + b;
        K(a, b) = K(b, a) = kernels::u_channel(leg(i), leg(n - i), leg(k), leg(n - k), 0.0, 0.0);
      }
    }
    annihilation_.push_back(std::move(K));
  }
}

template <class Scalar, Antineutrinos relation>
void NeutrinoNeutrino::add_related(const DensityMatrices<Scalar>& rho, CollisionRates<Scalar>& rates) const {
  constexpr bool independent = relation == Antineutrinos::independent;
  // A fixed number of partial sums, added in order: the result does not depend on the number of threads.
  constexpr int parts = 8;
  std::array<CollisionRates<Scalar>, parts> partial;
  threads_->for_each(parts, [&](int part) {
    CollisionRates<Scalar>& sum = partial[part];
    sum.nu.set_zero(nodes_);
    if (independent) sum.bar.set_zero(nodes_);
    for (int d = part; d < nodes_; d += parts) {
      add_scattering<Scalar, relation>(d, sum_[d], difference_[d], rho, sum);
    }
    for (int n = part; n <= 2 * (nodes_ - 1); n += parts) {
      add_annihilation<Scalar, relation>(n, first_of_pair(n), annihilation_[n], rho, sum);
    }
  });
  const auto add_weighted = [this](GainAndLoss<Scalar>& to, const GainAndLoss<Scalar>& from) {
    for (int i = 0; i < nodes_; ++i) {
      to.gain[i] += weight_(i) * from.gain[i];
      to.loss[i] += weight_(i) * from.loss[i];
    }
  };
  for (const CollisionRates<Scalar>& sum : partial) {
    add_weighted(rates.nu, sum.nu);
    if (independent) add_weighted(rates.bar, sum.bar);
  }
}

template <class Scalar>
void NeutrinoNeutrino::add(const DensityMatrices<Scalar>& rho, Antineutrinos antineutrinos,
                           CollisionRates<Scalar>& rates) const {
  if (antineutrinos == Antineutrinos::independent) {
    add_related<Scalar, Antineutrinos::independent>(rho, rates);
  } else if (antineutrinos == Antineutrinos::equal) {
    add_related<Scalar, Antineutrinos::equal>(rho, rates);
  } else if constexpr (std::is_same_v<Scalar, double>) {
    add_related<double, Antineutrinos::equal>(rho, rates);
  } else {
    add_related<Scalar, Antineutrinos::conjugate>(rho, rates);
  }
}

template void NeutrinoNeutrino::add(const DensityMatrices<double>&, Antineutrinos,
                                    CollisionRates<double>&) const;
template void NeutrinoNeutrino::add(const DensityMatrices<std::complex<double>>&, Antineutrinos,
                                    CollisionRates<std::complex<double>>&) const;

}  // namespace qke
