#include "oscillations/eigenbasis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "oscillations/mixing.hpp"

namespace qke {
namespace {

constexpr std::array<std::pair<int, int>, 3> planes{{{0, 1}, {0, 2}, {1, 2}}};

// Differences of nearly equal masses are exact where one of them is zero.
Vector3 with_zero_at_the_closest_pair(const Vector3& masses) {
  const auto distance = [&](const auto& pair) { return std::abs(masses(pair.first) - masses(pair.second)); };
  const auto closest = *std::min_element(
      planes.begin(), planes.end(), [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  return masses.array() - masses(closest.first);
}

double conjugate(double x) { return x; }
std::complex<double> conjugate(const std::complex<double>& x) { return std::conj(x); }
double real_part(double x) { return x; }
double real_part(const std::complex<double>& x) { return x.real(); }

// One Jacobi rotation of H in the plane (p, q), which W remembers ([GVL13] section 8.5). False where the
// element is negligible against the geometric mean of its diagonal.
template <class Scalar>
bool rotate(FlavourMatrix<Scalar>& H, FlavourMatrix<Scalar>& W, int p, int q) {
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  const double size = std::abs(H(p, q)), h_p = real_part(H(p, p)), h_q = real_part(H(q, q));
  if (size <= epsilon * std::sqrt(std::abs(h_p)) * std::sqrt(std::abs(h_q))) return false;
  const Scalar phase = H(p, q) / size;
  const double tau = 0.5 * (h_q - h_p) / size;
  const double t = std::copysign(1.0, tau) / (std::abs(tau) + std::sqrt(1.0 + tau * tau));
  const double c = 1.0 / std::sqrt(1.0 + t * t);
  const Scalar s = c * t * phase;
  const int r = 3 - p - q;
  const Scalar h_rp = H(r, p), h_rq = H(r, q);
  H(r, p) = c * h_rp - conjugate(s) * h_rq;
  H(r, q) = s * h_rp + c * h_rq;
  H(p, r) = conjugate(H(r, p));
  H(q, r) = conjugate(H(r, q));
  H(p, p) = h_p - t * size;
  H(q, q) = h_q + t * size;
  H(p, q) = H(q, p) = 0.0;
  const Eigen::Matrix<Scalar, 3, 1> w_p = W.col(p), w_q = W.col(q);
  W.col(p) = c * w_p - conjugate(s) * w_q;
  W.col(q) = s * w_p + c * w_q;
  return true;
}

template <class Scalar>
void diagonalise(FlavourMatrix<Scalar>& H, FlavourMatrix<Scalar>& W) {
  constexpr int most_sweeps = 30;  // convergence is quadratic: four or five do
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    bool rotated = false;
    for (const auto& [p, q] : planes) rotated |= rotate(H, W, p, q);
    if (!rotated) return;
  }
}

template <class Scalar>
FlavourMatrix<Scalar> mixing_matrix(const MixingParameters& mixing) {
  if constexpr (std::is_same_v<Scalar, double>) {
    return pmns_matrix(mixing).real();
  } else {
    return pmns_matrix(mixing);
  }
}

}  // namespace

template <class Scalar>
EigenbasisOfV<Scalar>::EigenbasisOfV(const MixingParameters& mixing)
    : U_(mixing_matrix<Scalar>(mixing)),
      masses_squared_(with_zero_at_the_closest_pair(masses_squared(mixing))) {}

template <class Scalar>
Eigenbasis<Scalar> EigenbasisOfV<Scalar>::at(double y, double T_cm, const Vector3& matter) const {
  constexpr double infinitesimal = 1e-200;
  const Vector3 potential = matter - infinitesimal * Vector3::UnitX();
  FlavourMatrix<Scalar> H = U_.adjoint() * potential.cast<Scalar>().asDiagonal() * U_;
  H.diagonal() += (masses_squared_ / (2.0 * y * T_cm)).template cast<Scalar>();
  FlavourMatrix<Scalar> W = FlavourMatrix<Scalar>::Identity();
  diagonalise<Scalar>(H, W);

  std::array<int, 3> order{0, 1, 2};
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return real_part(H(a, a)) < real_part(H(b, b)); });
  Eigenbasis<Scalar> result;
  for (int i = 0; i < 3; ++i) {
    result.states.col(i) = U_ * W.col(order[i]);
    result.energies(i) = real_part(H(order[i], order[i]));
  }
  return result;
}

template class EigenbasisOfV<double>;
template class EigenbasisOfV<std::complex<double>>;

}  // namespace qke
