// oscillations/precession_kernel, with every instruction set of this machine: the equation
// of a mode, and the sums for Newton's method, against matrices one by one.
#include "oscillations/precession_kernel.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "flavour/hermitian.hpp"
#include "support/largest.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using Components = HermitianVector<3>;

constexpr double epsilon = 2.2e-16;

Matrix3 commutator(const Matrix3& A, const Matrix3& B) { return A * B - B * A; }

// A number of modes that is no multiple of the length of a vector.
class PrecessionKernel : public testing::TestWithParam<InstructionSet> {
 protected:
  static constexpr int count = 21, stride = 24;

  void SetUp() override {
    Random random(seed(1));
    std::uniform_real_distribution<double> uniform(0.1, 1.0);
    for (int m = 0; m < count; ++m) {
      V_.push_back(random_hermitian(random));
      known_.push_back(random_hermitian(random));
      weight_.push_back(uniform(random) - 0.5);
      damping_.push_back(uniform(random));
    }
    mean_field_ = random_hermitian(random);
    external_ = random_hermitian(random);
    direction_ = random_hermitian(random);
  }

  // The solutions, and in change_ how far they are from known_; sums_ are left behind.
  Field solve(double gamma) {
    const std::vector<double> V = rows(V_), known = rows(known_);
    std::vector<double> weight = weight_, damping = damping_, change(9 * stride);
    weight.resize(stride, 0.0);
    damping.resize(stride, 0.0);
    const Components mean_field = to_components<3>(mean_field_), external = to_components<3>(external_);
    precession_pass(GetParam())(
        {count, stride, V.data(), weight.data(), damping.data(), known.data(), change.data()}, gamma,
        mean_field.data(), external.data(), response_, sums_);
    Field X;
    change_.clear();
    for (int m = 0; m < count; ++m) {
      Components c;
      for (int n = 0; n < 9; ++n) c(n) = change[n * stride + m];
      change_.push_back(to_matrix<3>(c));
      X.push_back(known_[m] + change_[m]);
    }
    return X;
  }
  Matrix3 collective() const { return to_matrix<3>(Eigen::Map<const Components>(sums_.collective)); }

  // Norm of change + gamma (d X + i [H, X]) over what is rounded in it: X is known + change.
  double residual(double gamma, const Field& X) const {
    double largest = 0.0;
    for (int m = 0; m < count; ++m) {
      const Matrix3 H = V_[m] + mean_field_;
      const Matrix3 slope = damping_[m] * X[m] + Complex(0.0, 1.0) * commutator(H, X[m]);
      const double rounded = change_[m].norm() + gamma * (damping_[m] + 2.0 * H.norm()) * known_[m].norm();
      largest = larger(largest, (change_[m] + gamma * slope).norm() / (rounded + 1e-300));
    }
    return largest;
  }

  Field V_, known_, change_;
  std::vector<double> weight_, damping_;
  Matrix3 mean_field_, external_, direction_;
  bool response_ = true;
  PrecessionSums sums_;

 private:
  static std::vector<double> rows(const Field& matrices) {
    std::vector<double> result(9 * stride, 0.0);
    for (int m = 0; m < count; ++m) {
      const Components c = to_components<3>(matrices[m]);
      for (int n = 0; n < 9; ++n) result[n * stride + m] = c(n);
    }
    return result;
  }
};

// Also far shorter than a turn, where the change is small beside the state.
TEST_P(PrecessionKernel, SolvesTheEquationOfEveryMode) {
  for (const double gamma : {0.0, 1e-9, 1e-3, 1.0, 1e6}) {
    EXPECT_LT(residual(gamma, solve(gamma)), 100.0 * epsilon) << gamma;
  }
}

// Two or three eigenvalues of H the same, or nearly so; H diagonal.
TEST_P(PrecessionKernel, SolvesWhereEigenvaluesMeet) {
  Random random(seed(2));
  const Matrix3 U = random_unitary(random);
  for (const double gap : {0.0, 1e-14, 1e-9, 1e-4}) {
    mean_field_ = U * Vector3(1.0, 1.0 + gap, -2.0).cast<Complex>().asDiagonal() * U.adjoint();
    for (Matrix3& V : V_) V *= gap;
    for (const double gamma : {1.0, 1e6}) {
      EXPECT_LT(residual(gamma, solve(gamma)), 100.0 * epsilon) << gap << ", " << gamma;
    }
  }
  for (Matrix3& V : V_) V = Matrix3(V.diagonal().asDiagonal());
  mean_field_ = 1e6 * Matrix3::Identity();
  EXPECT_LT(residual(1.0, solve(1.0)), 100.0 * epsilon);
}

TEST_P(PrecessionKernel, SumsTheCommutatorsWithOtherFields) {
  const Field X = solve(0.7);
  Matrix3 expected = Matrix3::Zero();
  double scale = 0.0;
  for (int m = 0; m < count; ++m) {
    const Matrix3 slope = damping_[m] * X[m] + Complex(0.0, 1.0) * commutator(V_[m] + external_, X[m]);
    expected += weight_[m] * slope;
    scale += std::abs(weight_[m]) * slope.norm();
  }
  EXPECT_LT((collective() - expected).norm(), 100.0 * epsilon * scale);
}

TEST_P(PrecessionKernel, LeavesOutTheResponse) {
  const Field whole = solve(0.7);
  const PrecessionSums sums = sums_;
  response_ = false;
  sums_.response_re[5] = 3.0;
  const Field X = solve(0.7);
  // The compiler may round another way.
  EXPECT_LT(largest_difference(X, whole), 100.0 * epsilon * largest_norm(whole));
  const Eigen::Map<const Components> found(sums_.collective), expected(sums.collective);
  EXPECT_LT((found - expected).norm(), 100.0 * epsilon * expected.norm());
  EXPECT_EQ(sums_.response_re[5], 3.0);
}

// Against a difference quotient, which errs by the square of its step.
TEST_P(PrecessionKernel, HasTheDerivativeOfTheSum) {
  constexpr double gamma = 0.7, step = 1e-5;
  solve(gamma);
  Matrix3 half = Matrix3::Zero();
  for (int n = 0; n < 81; ++n) {
    const Complex R(sums_.response_re[n], sums_.response_im[n]);
    half(n / 27, n / 9 % 3) += R * direction_(n % 9 / 3, n % 3);
  }
  const Matrix3 found = half + half.adjoint(), middle = mean_field_;
  mean_field_ = middle + step * direction_;
  solve(gamma);
  const Matrix3 above = collective();
  mean_field_ = middle - step * direction_;
  solve(gamma);
  const Matrix3 expected = (above - collective()) / (2.0 * step);
  EXPECT_GT(expected.norm(), 0.1);
  EXPECT_LT((found - expected).norm(), 1e-8 * expected.norm());
}

INSTANTIATE_TEST_SUITE_P(Sets, PrecessionKernel, testing::ValuesIn(available_instruction_sets()),
                         [](const auto& set) { return name_of(set.param); });

}  // namespace
}  // namespace qke
