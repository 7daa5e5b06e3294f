#include "oscillations/eigenbasis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>

#include "flavour/hermitian.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

// Squared masses minus one of the two closest. V is wanted up to a multiple of the
// identity, and the difference of two nearly equal masses is exact where one of them is
// zero.
template <int N>
FlavourVector<N> with_zero_at_the_closest_pair(const FlavourVector<N>& masses) {
  constexpr auto planes = state_pairs<N>();
  const auto distance = [&](const auto& pair) { return std::abs(masses(pair.first) - masses(pair.second)); };
  const auto closest = *std::min_element(
      planes.begin(), planes.end(), [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  return masses.array() - masses(closest.first);
}

double conjugate(double x) { return x; }
std::complex<double> conjugate(const std::complex<double>& x) { return std::conj(x); }
double real_part(double x) { return x; }
double real_part(const std::complex<double>& x) { return x.real(); }

// One Jacobi rotation of H in the plane (p, q), which W remembers ([GVL13] section 8.5).
// False where the element is negligible against the geometric mean of its diagonal: a
// test that, unlike one against the largest element, respects the small levels of a
// matrix with levels of all sizes.
template <int N, class Scalar>
bool rotate(FlavourMatrix<N, Scalar>& H, FlavourMatrix<N, Scalar>& W, int p, int q) {
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  const double size = std::abs(H(p, q)), h_p = real_part(H(p, p)), h_q = real_part(H(q, q));
  if (size <= epsilon * std::sqrt(std::abs(h_p)) * std::sqrt(std::abs(h_q))) return false;
  const Scalar phase = H(p, q) / size;
  const double tau = 0.5 * (h_q - h_p) / size;
  // The smaller root of t^2 + 2 tau t = 1: a rotation by at most 45 degrees.
  const double t = std::copysign(1.0, tau) / (std::abs(tau) + std::sqrt(1.0 + tau * tau));
  const double c = 1.0 / std::sqrt(1.0 + t * t);
  const Scalar s = c * t * phase;
  for (int r = 0; r < N; ++r) {
    if (r == p || r == q) continue;
    const Scalar h_rp = H(r, p), h_rq = H(r, q);
    H(r, p) = c * h_rp - conjugate(s) * h_rq;
    H(r, q) = s * h_rp + c * h_rq;
    H(p, r) = conjugate(H(r, p));
    H(q, r) = conjugate(H(r, q));
  }
  H(p, p) = h_p - t * size;
  H(q, q) = h_q + t * size;
  H(p, q) = H(q, p) = 0.0;
  const Eigen::Matrix<Scalar, N, 1> w_p = W.col(p), w_q = W.col(q);
  W.col(p) = c * w_p - conjugate(s) * w_q;
  W.col(q) = s * w_p + c * w_q;
  return true;
}

template <int N, class Scalar>
void diagonalise(FlavourMatrix<N, Scalar>& H, FlavourMatrix<N, Scalar>& W) {
  constexpr int most_sweeps = 30;  // convergence is quadratic: four or five do
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    bool rotated = false;
    for (const auto& [p, q] : state_pairs<N>()) rotated |= rotate<N, Scalar>(H, W, p, q);
    if (!rotated) return;
  }
}

template <int N, class Scalar>
FlavourMatrix<N, Scalar> mixing_of(const MixingParameters& mixing, const SterileParameters& sterile) {
  if constexpr (std::is_same_v<Scalar, double>) {
    return mixing_matrix<N>(mixing, sterile).real();
  } else {
    return mixing_matrix<N>(mixing, sterile);
  }
}

// A number for each flavour, the same for those that elements of X connect.
template <int N>
std::array<int, N> groups_of(const FlavourMatrix<N>& X) {
  std::array<int, N> group;
  std::iota(group.begin(), group.end(), 0);
  for (const auto& [a, b] : state_pairs<N>()) {
    if (X(a, b) == 0.0) continue;
    const int kept = std::min(group[a], group[b]), other = std::max(group[a], group[b]);
    std::replace(group.begin(), group.end(), other, kept);
  }
  return group;
}

}  // namespace

template <int N, class Scalar>
EigenbasisOfV<N, Scalar>::EigenbasisOfV(const MixingParameters& mixing, const SterileParameters& sterile,
                                        bool potentials_mix)
    : U_(mixing_of<N, Scalar>(mixing, sterile)),
      masses_squared_(with_zero_at_the_closest_pair<N>(masses_squared<N>(mixing, sterile))) {
  // Far below every potential, and far above the least double. The matter term has this
  // sign.
  constexpr double infinitesimal = 1e-200;
  FlavourMatrix<N, Scalar> of_nu_e = FlavourMatrix<N, Scalar>::Zero();
  of_nu_e(0, 0) = -infinitesimal;
  tie_break_ = to_mass_basis(of_nu_e);
  group_of_flavour_.fill(0);
  if (!potentials_mix) group_of_flavour_ = groups_of<N>(mass_squared_matrix<N>(mixing, sterile));
  group_of_state_ = group_of_flavour_;
  std::sort(group_of_state_.begin(), group_of_state_.end());
}

template <int N, class Scalar>
Eigenbasis<N, Scalar> EigenbasisOfV<N, Scalar>::of_mass_basis(
    double y, double T_cm, const FlavourMatrix<N, Scalar>& potential) const {
  FlavourMatrix<N, Scalar> H = potential + tie_break_;
  H.diagonal() += (masses_squared_ / (2.0 * y * T_cm)).template cast<Scalar>();
  FlavourMatrix<N, Scalar> W = FlavourMatrix<N, Scalar>::Identity();
  diagonalise<N, Scalar>(H, W);

  // Jacobi's rotations leave each state near a mass state, whatever its energy; levels
  // cross.
  std::array<int, N> order, group{};
  std::iota(order.begin(), order.end(), 0);
  if (group_of_state_.back() != 0) {
    for (int i = 0; i < N; ++i) {
      int flavour = 0;
      (U_ * W.col(i)).cwiseAbs().maxCoeff(&flavour);
      group[i] = group_of_flavour_[flavour];
    }
  }
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return std::make_pair(group[a], real_part(H(a, a))) < std::make_pair(group[b], real_part(H(b, b)));
  });
  Eigenbasis<N, Scalar> result;
  for (int i = 0; i < N; ++i) {
    result.states.col(i) = U_ * W.col(order[i]);
    result.energies(i) = real_part(H(order[i], order[i]));
  }
  return result;
}

template class EigenbasisOfV<3, double>;
template class EigenbasisOfV<3, std::complex<double>>;
template class EigenbasisOfV<4, double>;
template class EigenbasisOfV<4, std::complex<double>>;
template class EigenbasisOfV<5, double>;
template class EigenbasisOfV<5, std::complex<double>>;
template class EigenbasisOfV<6, double>;
template class EigenbasisOfV<6, std::complex<double>>;

}  // namespace qke
