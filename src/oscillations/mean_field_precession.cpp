#include "oscillations/mean_field_precession.hpp"

#include <cmath>

#include "flavour/hermitian.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

// One momentum mode in the eigenbasis of its Hamiltonian H, with eigenvalues E_a and
// damping d:
//   X = known + gamma (-i [H, X] - d X)   is solved by
//   X_ab = known_ab/(1 + gamma d + i gamma (E_a - E_b)).
template <int N>
class Mode {
 public:
  using Matrix = FlavourMatrix<N>;

  Mode(const Matrix& H, double gamma, double damping, const Matrix& known)
      : gamma_(gamma), eigen_(eigensystem<N>(H)) {
    const auto& [E, W] = eigen_;
    for (int a = 0; a < N; ++a) {
      for (int b = 0; b < N; ++b)
        inverse_(a, b) = 1.0 / Complex(1.0 + gamma * damping, gamma * (E(a) - E(b)));
    }
    Y_ = (W.adjoint() * known * W).cwiseProduct(inverse_);
  }

  Matrix solution() const { return eigen_.vectors * Y_ * eigen_.vectors.adjoint(); }
  // The change dX of the solution when H changes by dH:
  //   (1 + gamma d) dX + i gamma [H, dX] = -i gamma [dH, X].
  Matrix response(const Matrix& dH) const {
    const Matrix& W = eigen_.vectors;
    const Matrix B = W.adjoint() * dH * W;
    const Matrix turned = (gamma_ * precession<N>(B, Y_)).cwiseProduct(inverse_);
    return W * turned * W.adjoint();
  }

 private:
  double gamma_;
  Eigensystem<N> eigen_;
  Matrix inverse_, Y_;
};

}  // namespace

template <int N>
FlavourMatrix<N> MeanFieldPrecession<N>::self_hamiltonian(const Pair& X) const {
  Matrix J = Matrix::Zero();
  for (int i = 0; i < nodes(); ++i) J += weight(i) * (X.nu[i] - X.bar[i]);
  return J;
}

template <int N>
typename MeanFieldPrecession<N>::Pair MeanFieldPrecession<N>::slope(const Pair& X) const {
  const Matrix J = self_hamiltonian(X) + external;
  Pair result;
  for (int i = 0; i < nodes(); ++i) {
    result.nu.push_back(precession<N>(V[i] + J, X.nu[i]) - damping(i) * X.nu[i]);
    result.bar.push_back(precession<N>(J - V[i], X.bar[i]) - damping_bar(i) * X.bar[i]);
  }
  return result;
}

// J is the weighted sum of the solutions X_i(J), Xbar_i(J) of the single momenta: N^2
// equations for its N^2 components. Summed over the momenta the commutator with J itself
// drops out, as J commutes with J, and the rest,
//   F(J) = J - J(known) + gamma sum_i w_i {
//       d_i X_i - dbar_i Xbar_i + i [V_i, X_i + Xbar_i] + i [E, X_i - Xbar_i] } = 0,
// is well conditioned however large J is. dF is the derivative of F by J.
template <int N>
bool MeanFieldPrecession<N>::solve(double gamma, const Pair& known, Pair& X) const {
  const Matrix J_known = self_hamiltonian(known);
  Matrix J = self_hamiltonian(X);
  const auto collective = [&](int i, const Matrix& nu, const Matrix& bar) -> Matrix {
    return gamma * weight(i) *
           (damping(i) * nu - damping_bar(i) * bar - precession<N>(V[i], nu + bar) -
            precession<N>(external, nu - bar));
  };
  constexpr int most_iterations = 30;
  constexpr double tolerance = 1e-12;
  double last_change = 0.0;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    Matrix F = J - J_known;
    HermitianMap<N> dF = HermitianMap<N>::Identity();
    for (int i = 0; i < nodes(); ++i) {
      const Mode<N> nu(J + external + V[i], gamma, damping(i), known.nu[i]);
      const Mode<N> bar(J + external - V[i], gamma, damping_bar(i), known.bar[i]);
      X.nu[i] = nu.solution();
      X.bar[i] = bar.solution();
      F += collective(i, X.nu[i], X.bar[i]);
      dF += linear_map<N>([&](const Matrix& dJ) { return collective(i, nu.response(dJ), bar.response(dJ)); });
    }
    const HermitianVector<N> dJ = dF.partialPivLu().solve(to_components<N>(F));
    if (!dJ.allFinite()) return false;
    J -= to_matrix<N>(dJ);
    const double change = dJ.norm();
    if (change <= tolerance * J.norm()) return true;
    // Rounding is reached where Newton's method no longer gains.
    if (iteration > 3 && change <= 1e-8 * J.norm() && change >= 0.5 * last_change) return true;
    last_change = change;
  }
  return false;
}

template struct MeanFieldPrecession<3>;

}  // namespace qke
