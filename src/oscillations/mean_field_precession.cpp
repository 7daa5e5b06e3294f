#include "oscillations/mean_field_precession.hpp"

#include <cmath>

#include "flavour/hermitian.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

// One momentum mode in the eigenbasis of its Hamiltonian H: X = known + gamma(-i[H, X] - d X) is
//   X_ab = known_ab/(1 + gamma d + i gamma (E_a - E_b)).
class Mode {
 public:
  Mode(const Matrix3& H, double gamma, double damping, const Matrix3& known) : gamma_(gamma) {
    const Eigen::SelfAdjointEigenSolver<Matrix3> solver(H);
    W_ = solver.eigenvectors();
    const Eigen::Vector3d& E = solver.eigenvalues();
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b)
        inverse_(a, b) = 1.0 / Complex(1.0 + gamma * damping, gamma * (E(a) - E(b)));
    }
    Y_ = (W_.adjoint() * known * W_).cwiseProduct(inverse_);
  }

  Matrix3 solution() const { return W_ * Y_ * W_.adjoint(); }
  // The change of the solution with that of H.
  Matrix3 response(const Matrix3& dH) const {
    const Matrix3 B = W_.adjoint() * dH * W_;
    const Matrix3 turned = (gamma_ * precession(B, Y_)).cwiseProduct(inverse_);
    return W_ * turned * W_.adjoint();
  }

 private:
  double gamma_;
  Matrix3 W_, inverse_, Y_;
};

}  // namespace

Matrix3 MeanFieldPrecession::self_hamiltonian(const Pair& X) const {
  Matrix3 J = Matrix3::Zero();
  for (int i = 0; i < nodes(); ++i) J += weight(i) * (X.nu[i] - X.bar[i]);
  return J;
}

MeanFieldPrecession::Pair MeanFieldPrecession::slope(const Pair& X) const {
  const Matrix3 J = self_hamiltonian(X) + external;
  Pair result;
  for (int i = 0; i < nodes(); ++i) {
    result.nu.push_back(precession(V[i] + J, X.nu[i]) - damping(i) * X.nu[i]);
    result.bar.push_back(precession(J - V[i], X.bar[i]) - damping_bar(i) * X.bar[i]);
  }
  return result;
}

// J commutes out of the sum over the momenta. What is left,
//   F(J) = J - J(known) + gamma sum_i w_i { d_i X_i - dbar_i Xbar_i + i [V_i, X_i + Xbar_i] + i [E, X_i -
//   Xbar_i] } = 0,
// is well conditioned however large J is.
bool MeanFieldPrecession::solve(double gamma, const Pair& known, Pair& X) const {
  const Matrix3 J_known = self_hamiltonian(known);
  Matrix3 J = self_hamiltonian(X);
  const auto collective = [&](int i, const Matrix3& nu, const Matrix3& bar) -> Matrix3 {
    return gamma * weight(i) *
           (damping(i) * nu - damping_bar(i) * bar - precession(V[i], nu + bar) -
            precession(external, nu - bar));
  };
  constexpr int most_iterations = 30;
  constexpr double tolerance = 1e-12;
  double last_change = 0.0;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    Matrix3 F = J - J_known;
    HermitianMap dF = HermitianMap::Identity();
    for (int i = 0; i < nodes(); ++i) {
      const Mode nu(J + external + V[i], gamma, damping(i), known.nu[i]);
      const Mode bar(J + external - V[i], gamma, damping_bar(i), known.bar[i]);
      X.nu[i] = nu.solution();
      X.bar[i] = bar.solution();
      F += collective(i, X.nu[i], X.bar[i]);
      dF += linear_map([&](const Matrix3& dJ) { return collective(i, nu.response(dJ), bar.response(dJ)); });
    }
    const HermitianVector dJ = dF.partialPivLu().solve(to_components(F));
    if (!dJ.allFinite()) return false;
    J -= to_matrix(dJ);
    const double change = dJ.norm();
    if (change <= tolerance * J.norm()) return true;
    // Rounding is reached where Newton's method no longer gains.
    if (iteration > 3 && change <= 1e-8 * J.norm() && change >= 0.5 * last_change) return true;
    last_change = change;
  }
  return false;
}

}  // namespace qke
