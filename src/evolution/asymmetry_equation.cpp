#include "evolution/asymmetry_equation.hpp"

#include <algorithm>
#include <cmath>

namespace qke {
namespace {

using Complex = std::complex<double>;

// The pairs of elements a <= c, and where the parts of the moments begin.
constexpr std::array<std::pair<int, int>, 6> elements{{{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
constexpr int first_blind = 15, first_source = 18, first_excitation = 54;

// Of map and state, the places of six (all elements) or three (the last ones) numbers.
constexpr int source_place(int map, int state) { return first_source + 6 * (3 * map + state); }
constexpr int excitation_place(int power, int map, int state) {
  return first_excitation + 3 * (6 * ((power + 1) / 2) + 3 * map + state);
}

const SharedBasisSums& sums_of_map(const SharedBasisRates::Kind& kind, int map) {
  return map == 0 ? kind.squared : kind.mixed;
}

// c_ac of every node from gain and loss sums of a state: c = gain (2 - f_a - f_c) - loss (f_a + f_c).
Eigen::ArrayXd collided(const SharedBasisSums& sums, int state, const StateRows& f, int a, int c) {
  const Eigen::ArrayXd both = f.col(a) + f.col(c);
  return sums.gain.col(state) * (2.0 - both) - sums.loss.col(state) * both;
}

}  // namespace

CoupledStates::CoupledStates(const CouplingMaps& maps, const Matrix3& U) {
  for (int state = 0; state < 3; ++state) {
    const HermitianVector<3> projector = to_components<3>(U.col(state) * U.col(state).adjoint());
    of_map[0][state] = U.adjoint() * to_matrix<3>(HermitianVector<3>(maps.squared * projector)) * U;
    of_map[1][state] = U.adjoint() * to_matrix<3>(HermitianVector<3>(maps.mixed * projector)) * U;
  }
}

AsymmetryMoments::AsymmetryMoments(const Eigen::ArrayXd& y, const Eigen::ArrayXd& weight,
                                   const SharedBasisDensities& f, const SharedBasisRates& rates) {
  const Eigen::ArrayXd over_y = weight / y, by_y = weight * y;
  for (int a = 0; a < 3; ++a) {
    const Eigen::ArrayXd plus = f.nu.col(a) + f.bar.col(a), minus = f.nu.col(a) - f.bar.col(a);
    values_(a) = (over_y * plus).sum();
    values_(3 + a) = (by_y * plus).sum();
    values_(6 + a) = (over_y / y * minus).sum();
    values_(9 + a) = (weight * minus).sum();
    values_(12 + a) = (by_y * y * minus).sum();
    values_(first_blind + a) =
        (weight * (collided(rates.nu.blind, a, f.nu, a, a) - collided(rates.bar.blind, a, f.bar, a, a)))
            .sum();
  }
  for (int map = 0; map < 2; ++map) {
    for (int state = 0; state < 3; ++state) {
      for (int n = 0; n < 6; ++n) {
        const auto& [a, c] = elements[n];
        const Eigen::ArrayXd nu = collided(sums_of_map(rates.nu, map), state, f.nu, a, c),
                             bar = collided(sums_of_map(rates.bar, map), state, f.bar, a, c);
        values_(source_place(map, state) + n) = (weight * (nu - bar)).sum();
        if (a == c) continue;
        values_(excitation_place(-1, map, state) + n - 3) = (over_y * (nu + bar)).sum();
        values_(excitation_place(1, map, state) + n - 3) = (by_y * (nu + bar)).sum();
      }
    }
  }
}

Matrix3 AsymmetryMoments::source(const CoupledStates& coupled) const {
  Matrix3 G = Matrix3::Zero();
  for (int a = 0; a < 3; ++a) G(a, a) = values_(first_blind + a);
  for (int map = 0; map < 2; ++map) {
    for (int state = 0; state < 3; ++state) {
      for (int n = 0; n < 6; ++n) {
        const auto& [a, c] = elements[n];
        G(a, c) += values_(source_place(map, state) + n) * coupled.of_map[map][state](a, c);
      }
    }
  }
  return G.selfadjointView<Eigen::Upper>();
}

Matrix3 AsymmetryMoments::excitation(int power, const CoupledStates& coupled) const {
  Matrix3 X = Matrix3::Zero();
  for (int map = 0; map < 2; ++map) {
    for (int state = 0; state < 3; ++state) {
      for (int n = 0; n < 3; ++n) {
        const auto& [a, c] = elements[n + 3];
        X(a, c) += values_(excitation_place(power, map, state) + n) * coupled.of_map[map][state](a, c);
      }
    }
  }
  return X.selfadjointView<Eigen::Upper>();
}

Eigensystem<3> named_eigensystem(const Matrix3& A, const Vector3& of_spectra) {
  const Eigensystem<3> sorted = eigensystem<3>(A);
  std::array<int, 3> order{0, 1, 2};
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return of_spectra(a) < of_spectra(b); });
  Eigensystem<3> named;
  for (int k = 0; k < 3; ++k) {
    named.values(order[k]) = sorted.values(k);
    named.vectors.col(order[k]) = sorted.vectors.col(k);
  }
  return named;
}

double AsymmetryEquation::inverse_gap(const Vector3& a, int first, int second) {
  const double gap = a(first) - a(second), scale = 1e-12 * a.norm();
  return gap / (gap * gap + scale * scale + 1e-300);
}

HermitianVector<3> AsymmetryEquation::operator()(const HermitianVector<3>& A) const {
  const Complex i(0.0, 1.0);
  const auto [a, U] = named_eigensystem(to_matrix<3>(A), moments.of_spectra());
  const Matrix3 v1 = U.adjoint() * inverse * U, v2 = U.adjoint() * linear * U, e = U.adjoint() * odd * U;
  const CoupledStates coupled(*maps, U);
  const Matrix3 G = unit * moments.source(coupled);
  const Matrix3 c1 = unit * moments.excitation(-1, coupled), c2 = unit * moments.excitation(1, coupled);
  Matrix3 first = G, of_inverse = Matrix3::Zero(), of_linear = Matrix3::Zero();
  for (const auto& [p, q] : state_pairs<3>()) {
    const double S1 = moments.sum(-1, p, q), S2 = moments.sum(1, p, q);
    first(p, q) += i * (v1(p, q) * S1 + v2(p, q) * S2 + e(p, q) * (a(p) - a(q)));
    first(q, p) = std::conj(first(p, q));
    const double gap = inverse_gap(a, p, q);
    const auto D = [&, p = p, q = q](int power) { return moments.difference(power, p, q); };
    // w k D and what it multiplies: int dy y^2 y^power (g + gbar).
    const Complex turning = v1(p, q) * S1 + v2(p, q) * S2 - i * G(p, q);
    const double over_J = gap / coupling;
    of_inverse(p, q) = over_J * (v1(p, q) * D(-2) + v2(p, q) * D(0) - gap * turning * S1 - i * c1(p, q));
    of_linear(p, q) = over_J * (v1(p, q) * D(0) + v2(p, q) * D(2) - gap * turning * S2 - i * c2(p, q));
    of_inverse(q, p) = std::conj(of_inverse(p, q));
    of_linear(q, p) = std::conj(of_linear(p, q));
  }
  Matrix3 second = precession<3>(v1, of_inverse) + precession<3>(v2, of_linear);
  second.diagonal().setZero();
  return to_components<3>(U * (first + second) * U.adjoint());
}

double AsymmetryEquation::largest_lag(const Vector3& a) const {
  const double size1 = traceless<3>(inverse).norm(), size2 = traceless<3>(linear).norm();
  double largest = 0.0;
  for (const auto& [p, q] : state_pairs<3>()) {
    const double S1 = moments.sum(-1, p, q), S2 = moments.sum(1, p, q);
    const double gap = std::abs(inverse_gap(a, p, q));
    // |V|/|J| at a mean momentum: by so much the basis differs from one momentum to the next.
    const double apart = (size1 / 3.0 + 3.0 * size2) * gap / coupling;
    largest =
        std::max({largest, apart, (size1 * std::abs(S1) + size2 * std::abs(S2)) * gap * gap / coupling});
  }
  return largest;
}

Coherences::Coherences(const AsymmetryEquation& e, const Matrix3& A, double largest_lag) {
  const auto [a, U] = named_eigensystem(A, e.moments.of_spectra());
  U_ = U;
  v1_ = U.adjoint() * e.inverse * U;
  v2_ = U.adjoint() * e.linear * U;
  for (const auto& [p, q] : state_pairs<3>()) {
    const double S1 = e.moments.sum(-1, p, q), S2 = e.moments.sum(1, p, q);
    const double gap = AsymmetryEquation::inverse_gap(a, p, q);
    const Complex w = gap * (v1_(p, q) * S1 + v2_(p, q) * S2);
    if (std::abs(w * gap) > largest_lag * e.coupling) continue;
    w_(p, q) = w;
    w_(q, p) = std::conj(w);
    over_J_(p, q) = gap / e.coupling;
    over_J_(q, p) = -over_J_(p, q);
  }
}

Matrix3 Coherences::density(double y, const Vector3& f, double sign) const {
  Matrix3 rho = f.cast<Complex>().asDiagonal();
  for (int p = 0; p < 3; ++p) {
    for (int q = 0; q < 3; ++q) {
      if (p == q) continue;
      rho(p, q) = over_J_(p, q) * (f(p) - f(q)) * (sign * (v1_(p, q) / y + v2_(p, q) * y) - w_(p, q));
    }
  }
  return U_ * rho * U_.adjoint();
}

}  // namespace qke
