// States that turn, and perturbations of them, against the linear equations integrated in
// time (docs/stability.md, "States that turn").
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "diagnostics/dispersion_relation.hpp"
#include "diagnostics/turning_frame.hpp"
#include "diagnostics/unstable_modes.hpp"
#include "flavour/hermitian.hpp"
#include "support/perturbed_gas.hpp"

namespace qke {
namespace {

using namespace independent;

// A pure precession of three flavours: V = f(y) B with one B = diag(0, 0.3, 1). With X =
// J_0 - Omega_0 the states rho of momenta are diagonal in the eigenbases of f B + X, rhobar
// of -f B + X, with any occupation numbers, and all turn with Omega_0 if this commutes with
// B: if the elements of X that are not on the diagonal are those of J_0 = sum kappa (rho -
// rhobar), which they make.
class Precession {
 public:
  Precession() {
    gas_.coupling = Eigen::Array2d(1.0, 1.3);
    Eigen::Vector3d x(0.348, 0.253, 0.240);  // X_emu, X_etau, X_mutau, near
    for (int n = 0; n < 8; ++n) {
      const Eigen::Vector3d off = excess(x);
      Eigen::Matrix3d jacobian;
      for (int c = 0; c < 3; ++c) {
        jacobian.col(c) = (excess(x + 1e-6 * Eigen::Vector3d::Unit(c)) - off) / 1e-6;
      }
      x -= jacobian.partialPivLu().solve(off);
    }
    residual_ = excess(x).norm();
    Omega_ = J() - X(x);
  }

  const IsotropicGas& gas() const { return gas_; }
  const Matrix3& Omega() const { return Omega_; }
  double residual() const { return residual_; }
  Matrix3 J() const {
    Matrix3 J = Matrix3::Zero();
    for (std::size_t i = 0; i < 2; ++i)
      J += gas_.coupling(Eigen::Index(i)) * (gas_.nu.rho[i] - gas_.bar.rho[i]);
    return J;
  }
  static Matrix3 V(std::size_t i) { return (i == 0 ? -1.0 : -0.5) * diagonal(0.0, 0.3, 1.0); }

 private:
  static Matrix3 X(const Eigen::Vector3d& x) {
    Matrix3 X;
    X << -0.25, x(0), x(1), x(0), 0.05, x(2), x(1), x(2), 0.68;
    return X;
  }
  static Matrix3 state(const Matrix3& H, const Vector3& occupations) {
    const Matrix3 U = eigensystem<3>(H).vectors;
    return U * occupations.cast<Complex>().asDiagonal() * U.adjoint();
  }
  // J_0 - X off the diagonal, and the gas of this X.
  Eigen::Vector3d excess(const Eigen::Vector3d& x) {
    const Vector3 nu[] = {{0.1, 0.4, 0.7}, {0.8, 0.5, 0.9}}, bar[] = {{0.8, 0.8, 0.3}, {0.5, 0.2, 0.6}};
    gas_.nu = gas_.bar = {};
    for (std::size_t i = 0; i < 2; ++i) {
      gas_.nu.rho.push_back(state(V(i) + X(x), nu[i]));
      gas_.bar.rho.push_back(state(-V(i) + X(x), bar[i]));
    }
    const Matrix3 total = J();
    for (std::size_t i = 0; i < 2; ++i) {
      gas_.nu.H.push_back(V(i) + total), gas_.bar.H.push_back(-V(i) + total);
      gas_.nu.loss.push_back(Matrix3::Zero()), gas_.bar.loss.push_back(Matrix3::Zero());
    }
    const Matrix3 off = total - X(x);
    return {off(0, 1).real(), off(0, 2).real(), off(1, 2).real()};
  }

  IsotropicGas gas_;
  Matrix3 Omega_;
  double residual_ = 0;
};

Complex fastest(const IsotropicGas& gas, int l) {
  const auto modes = modes_faster_than(0.01, {std::make_shared<const LinearResponse>(gas), l});
  EXPECT_TRUE(modes && !modes->empty());
  return modes && !modes->empty() ? modes->front().Omega : Complex();
}

// The linear equations with the state that turns, rho(t) = R rho R^dagger, R = e^{-i Omega_0
// t}: growth of |S|, late, over `periods` of its beat, pi/frequency of the modes +-frequency.
double growth_in_time(const Precession& turning, double c, double frequency, int periods) {
  const IsotropicGas& gas = turning.gas();
  const Matrix3 J_0 = turning.J();
  const auto rotation = [&](double t) -> Matrix3 {
    return (-I * t * turning.Omega().diagonal()).array().exp().matrix().asDiagonal();
  };
  // Of S_0, S_1, Sbar_0, Sbar_1 and the time, as a matrix in proportion to 1.
  const auto slope = [&](const MatrixField<3>& S) {
    const Matrix3 R = rotation(S[4](0, 0).real()), J = R * J_0 * R.adjoint();
    Matrix3 A = Matrix3::Zero();
    for (std::size_t i = 0; i < 2; ++i) A += gas.coupling(Eigen::Index(i)) * (S[i] - S[2 + i]);
    MatrixField<3> slope;
    for (std::size_t n = 0; n < 4; ++n) {
      const bool is_bar = n >= 2;
      const Matrix3 rho = R * (is_bar ? gas.bar : gas.nu).rho[n % 2] * R.adjoint();
      const Matrix3 H = (is_bar ? -1.0 : 1.0) * Precession::V(n % 2) + J;
      slope.emplace_back(-I * (H * S[n] - S[n] * H + c * (A * rho - rho * A)));
    }
    slope.emplace_back(Matrix3::Identity());
    return slope;
  };
  MatrixField<3> S;
  for (int n = 0; n < 4; ++n) {
    Matrix3 X;
    X << 0.3 + n, 0.2, -0.7, 0.2, -0.4 * n, 0.5, -0.7, 0.5, 0.1 - n;
    S.push_back(X);
  }
  S.emplace_back(Matrix3::Zero());
  const double late = 300.0, duration = periods * std::numbers::pi / frequency;
  const auto advance = [&](double time) {
    const int steps = static_cast<int>(time / 0.02);
    for (int n = 0; n < steps; ++n) S = runge_kutta(S, time / steps, slope);
    return std::log(S[0].norm());
  };
  const double early = advance(late);
  return (advance(duration) - early) / duration;
}

TEST(TurningFrame, IsFoundWhereTheStatePrecesses) {
  const Precession turning;
  ASSERT_LT(turning.residual(), 1e-13);
  const Matrix3 found = turning_of(turning.gas());
  // But for a part in proportion to 1, which turns nothing.
  const Matrix3 difference = found - turning.Omega();
  EXPECT_LT((difference - difference.trace() / 3.0 * Matrix3::Identity()).norm(), 1e-8);
  EXPECT_LT(turning_seen_from(turning.gas(), found), 1e-8);
  EXPECT_GT(turning_seen_from(turning.gas(), Matrix3::Zero()), 0.05);
}

// In the frame the fastest mode is the one of the turning state; with coefficients frozen
// at rest it is another one. At t = 300 the next modes are behind by e^-9 and more.
TEST(TurningFrame, HasTheGrowthOfAnIntegrationInTime) {
  const Precession turning;
  IsotropicGas seen = turning.gas();
  turn(seen, turning_of(seen));
  for (const int l : {0, 1}) {
    const Complex at_rest = fastest(turning.gas(), l), in_frame = fastest(seen, l);
    const double measured = growth_in_time(turning, l == 0 ? 1.0 : -1.0 / 3.0, in_frame.real(), 60);
    EXPECT_NEAR(measured, in_frame.imag(), 1e-3 * in_frame.imag()) << l;
    EXPECT_GT(std::abs(at_rest.imag() - in_frame.imag()), 0.2 * in_frame.imag()) << l;
  }
}

// A state at rest is left at rest.
TEST(TurningFrame, IsAtRestWithAStateAtRest) {
  const IsotropicGas gas = two_flavours(1.0, 15.0, 1.0, 0.6);
  EXPECT_EQ(turning_of_momenta(gas), 0.0);
  EXPECT_EQ(turning_seen_from(gas, Matrix3::Zero()), 0.0);
  EXPECT_EQ(nutation_seen_from(gas, Matrix3::Zero()), 0.0);
  EXPECT_LT(turning_of(gas).norm(), 1e-12);
}

// Neutrinos of two momenta that are off J by small angles, and together are not, precess
// around it fast. J itself stays where it is.
TEST(TurningFrame, IsNotTurnedByMomentaThatPrecess) {
  constexpr double mu = 1e6, angle = 1e-3;
  IsotropicGas gas;
  gas.coupling = Eigen::Array2d(mu, mu);
  for (const double sign : {1.0, -1.0}) {
    Matrix3 rho = diagonal(0.6, 0.2, 0.2);
    rho(0, 1) = rho(1, 0) = 0.4 * sign * angle;
    gas.nu.rho.push_back(rho), gas.bar.rho.push_back(diagonal(0.3, 0.3, 0.3));
    gas.nu.loss.push_back(Matrix3::Zero()), gas.bar.loss.push_back(Matrix3::Zero());
  }
  const Matrix3 V = diagonal(1.0, 0.0, 0.0), J = 2.0 * mu * diagonal(0.3, -0.1, -0.1);
  gas.nu.H = {V + J, V + J}, gas.bar.H = {J - V, J - V};
  EXPECT_GT(turning_of_momenta(gas), 100.0);
  EXPECT_LT(turning_seen_from(gas, turning_of(gas)), 1e-9);
  EXPECT_LT(nutation_seen_from(gas, Matrix3::Zero()), 2.0 * angle);
}

}  // namespace
}  // namespace qke
