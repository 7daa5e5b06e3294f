// oscillations/mean_field_precession: the slope against its formula, and the equation of
// an implicit stage.
#include "oscillations/mean_field_precession.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "flavour/hermitian.hpp"
#include "support/largest.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using Pair = MeanFieldPrecession<3>::Pair;

constexpr int nodes = 5;
constexpr double epsilon = 2.2e-16;

// Random in all it contains: V, E and J are of order 1, another V and damping at every node.
MeanFieldPrecession<3> random_precession(Random& random) {
  std::uniform_real_distribution<double> uniform(0.1, 1.0);
  MeanFieldPrecession<3> result;
  for (int i = 0; i < nodes; ++i) result.V.push_back(random_hermitian(random));
  result.external = random_hermitian(random);
  const auto positive = [&] { return Eigen::ArrayXd::NullaryExpr(nodes, [&] { return uniform(random); }); };
  result.weight = positive();
  result.damping = positive();
  result.damping_bar = positive();
  return result;
}

void undamp(MeanFieldPrecession<3>& precession) {
  precession.damping.setZero();
  precession.damping_bar.setZero();
}

Pair random_pair(Random& random) {
  Pair X;
  for (int i = 0; i < nodes; ++i) {
    X.nu.push_back(random_hermitian(random));
    X.bar.push_back(random_hermitian(random));
  }
  return X;
}

Pair rotated(const Matrix3& U, Pair X) {
  for (Field* field : {&X.nu, &X.bar}) {
    for (Matrix3& x : *field) x = (U * x * U.adjoint()).eval();
  }
  return X;
}

double distance(const Pair& a, const Pair& b) {
  return larger(largest_difference(a.nu, b.nu), largest_difference(a.bar, b.bar));
}
double size(const Pair& a) { return larger(largest_norm(a.nu), largest_norm(a.bar)); }

// a + factor b
Pair sum(Pair a, double factor, const Pair& b) {
  for (int i = 0; i < nodes; ++i) {
    a.nu[i] += factor * b.nu[i];
    a.bar[i] += factor * b.bar[i];
  }
  return a;
}

// A bound on the rates of change at fixed J.
double rate(const MeanFieldPrecession<3>& p, const Matrix3& J) {
  return 2.0 * (largest_norm(p.V) + p.external.norm() + J.norm()) + p.damping.maxCoeff() +
         p.damping_bar.maxCoeff();
}

Matrix3 commutator(const Matrix3& A, const Matrix3& B) { return A * B - B * A; }

TEST(MeanFieldPrecession, HasTheSlopeOfTheFormula) {
  Random random(seed(1));
  const MeanFieldPrecession<3> p = random_precession(random);
  const Pair X = random_pair(random), slope = p.slope(X);
  Matrix3 J = Matrix3::Zero();
  for (int i = 0; i < nodes; ++i) J += p.weight(i) * X.nu[i] - p.weight(i) * X.bar[i];
  const Complex minus_i(0.0, -1.0);
  for (int i = 0; i < nodes; ++i) {
    const Matrix3 H = J + p.external + p.V[i], H_bar = J + p.external - p.V[i];
    const Matrix3 nu = minus_i * commutator(H, X.nu[i]) - p.damping(i) * X.nu[i];
    const Matrix3 bar = minus_i * commutator(H_bar, X.bar[i]) - p.damping_bar(i) * X.bar[i];
    const double rounding = 100.0 * epsilon * rate(p, J) * size(X);
    EXPECT_LT((slope.nu[i] - nu).norm(), rounding) << i;
    EXPECT_LT((slope.bar[i] - bar).norm(), rounding) << i;
    EXPECT_LT((slope.nu[i] - slope.nu[i].adjoint()).norm(), rounding) << i;
    EXPECT_LT((slope.bar[i] - slope.bar[i].adjoint()).norm(), rounding) << i;
  }
}

// States with which a step of any length has a solution that the iteration finds: flavour states are nearly
// eigenstates, as where matter dominates V. Random states do not settle: their J itself turns, at the rate of
// V, and the step must resolve that.
void settle(MeanFieldPrecession<3>& p, Pair& X) {
  const auto nearly_diagonal = [](Matrix3& A) {
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        if (a != b) A(a, b) *= 1e-6;
      }
    }
  };
  for (Matrix3& V : p.V) nearly_diagonal(V);
  nearly_diagonal(p.external);
  for (Field* field : {&X.nu, &X.bar}) {
    for (Matrix3& x : *field) nearly_diagonal(x);
  }
}

// X holds a guess, and becomes the solution.
bool solve(const MeanFieldPrecession<3>& p, double gamma, const Pair& known, Pair& X) {
  Pair change = sum(X, -1.0, known);
  const bool found = p.solve(gamma, known, change);
  X = sum(known, 1.0, change);
  return found;
}

// Rounding of known + change is multiplied by gamma times the rate, and so is the 1e-12 to which J is found.
void expect_solution(const MeanFieldPrecession<3>& p, double gamma, const Pair& known) {
  Pair X = known;
  ASSERT_TRUE(solve(p, gamma, known, X)) << "gamma = " << gamma;
  const Pair residual = sum(sum(X, -1.0, known), -gamma, p.slope(X));
  EXPECT_LT(size(residual), (100.0 * epsilon + 1e-12 * gamma * rate(p, p.self_hamiltonian(X))) * size(known))
      << "gamma = " << gamma;
}

// One kind of MeanFieldPrecession per number.
constexpr int kinds = 6;
MeanFieldPrecession<3> of_kind(int kind, Random& random) {
  MeanFieldPrecession<3> p = random_precession(random);
  if (kind == 1) p.external.setZero();
  if (kind == 2) undamp(p);
  if (kind == 3) p.weight.setZero();
  if (kind == 4) p.weight *= 1e-3;
  if (kind == 5) p.weight *= 1e6;
  if (kind == 5) p.damping *= 1e-6, p.damping_bar *= 1e-6;  // a long step shall not damp J away
  return p;
}

TEST(MeanFieldPrecession, SolvesTheEquationOfAStageThatResolvesThePrecession) {
  Random random(seed(2));
  for (int kind = 0; kind < kinds; ++kind) {
    SCOPED_TRACE("kind " + std::to_string(kind));
    const MeanFieldPrecession<3> p = of_kind(kind, random);
    const Pair known = random_pair(random);
    for (const double gamma : {1e-11, 1e-7, 1e-3, 1e-2, 0.1}) expect_solution(p, gamma, known);
  }
}

TEST(MeanFieldPrecession, SolvesTheEquationOfAStageThatAveragesThePrecession) {
  Random random(seed(3));
  for (int kind = 0; kind < kinds; ++kind) {
    SCOPED_TRACE("kind " + std::to_string(kind));
    MeanFieldPrecession<3> p = of_kind(kind, random);
    Pair known = random_pair(random);
    settle(p, known);
    for (const double gamma : {1.0, 30.0, 1e3, 1e6}) expect_solution(p, gamma, known);
  }
}

// The solution is the known state for gamma = 0, and leaves it with the slope.
TEST(MeanFieldPrecession, StartsFromTheKnownState) {
  Random random(seed(4));
  const MeanFieldPrecession<3> p = random_precession(random);
  const Pair known = random_pair(random);
  for (const double gamma : {0.0, 1e-5, 1e-4}) {
    Pair X = known;
    ASSERT_TRUE(solve(p, gamma, known, X)) << gamma;
    const double second_order = std::pow(gamma * rate(p, p.self_hamiltonian(known)), 2);
    EXPECT_LT(distance(X, sum(known, gamma, p.slope(known))), (second_order + 100.0 * epsilon) * size(known))
        << gamma;
  }
}

// The guess is where the iteration starts, and no more.
TEST(MeanFieldPrecession, DoesNotDependOnTheGuess) {
  Random random(seed(5));
  const MeanFieldPrecession<3> p = random_precession(random);
  const Pair known = random_pair(random);
  Pair a = known, b = sum(known, 0.1, random_pair(random));
  ASSERT_TRUE(solve(p, 0.1, known, a));
  ASSERT_TRUE(solve(p, 0.1, known, b));
  EXPECT_LT(distance(a, b), 1e-12 * size(known));
}

// J commutes out of its own sum: with V = E = 0 and no damping the asymmetry stays, however long the step.
TEST(MeanFieldPrecession, KeepsTheAsymmetryWithoutOtherFields) {
  Random random(seed(6));
  MeanFieldPrecession<3> p = random_precession(random);
  for (Matrix3& V : p.V) V.setZero();
  p.external.setZero();
  undamp(p);
  const Pair known = random_pair(random);
  const Matrix3 J = p.self_hamiltonian(known);
  for (const double gamma : {1e-3, 1.0, 1e3}) {
    Pair X = known;
    ASSERT_TRUE(solve(p, gamma, known, X));
    EXPECT_LT((p.self_hamiltonian(X) - J).norm(), 1e3 * epsilon * J.norm()) << gamma;
    EXPECT_GT(distance(X, known), 1e-4) << gamma;  // the momenta themselves move
  }
  const Pair slope = p.slope(known);
  EXPECT_LT(p.self_hamiltonian(slope).norm(), 1e3 * epsilon * size(slope));
}

// E turns the asymmetry as a whole, with V = 0: J = J_known - i gamma [E, J]. J turns by radians: Newton's
// method does not find that from the known state at once.
TEST(MeanFieldPrecession, TurnsTheAsymmetryInAnExternalField) {
  Random random(seed(7));
  MeanFieldPrecession<3> p = random_precession(random);
  for (Matrix3& V : p.V) V.setZero();
  undamp(p);
  const Pair known = random_pair(random);
  const double gamma = 0.7;
  Pair X = known;
  ASSERT_TRUE(solve(p, gamma, known, X));
  const Matrix3 J = p.self_hamiltonian(X);
  const Matrix3 change = Complex(0.0, -gamma) * commutator(p.external, J);
  EXPECT_LT((J - p.self_hamiltonian(known) - change).norm(), 1e-11 * J.norm());
}

// No flavour basis is preferred.
TEST(MeanFieldPrecession, IsCovariant) {
  Random random(seed(8));
  const MeanFieldPrecession<3> p = random_precession(random);
  const Matrix3 U = random_unitary(random);
  MeanFieldPrecession<3> q = p;
  for (Matrix3& V : q.V) V = (U * V * U.adjoint()).eval();
  q.external = U * p.external * U.adjoint();
  const Pair known = random_pair(random);
  const Pair slope = p.slope(known);
  EXPECT_LT(distance(q.slope(rotated(U, known)), rotated(U, slope)), 1e3 * epsilon * size(slope));
  for (const double gamma : {1e-3, 0.1}) {
    Pair X = known, Y = rotated(U, known);
    ASSERT_TRUE(solve(p, gamma, known, X));
    ASSERT_TRUE(solve(q, gamma, rotated(U, known), Y));
    EXPECT_LT(distance(Y, rotated(U, X)), 1e-11 * size(X)) << gamma;
  }
}

// A long step leaves what commutes with the Hamiltonian: what does not dies as 1/(gamma splitting).
TEST(MeanFieldPrecession, AveragesTheStateInALongStep) {
  Random random(seed(9));
  MeanFieldPrecession<3> p = random_precession(random);
  undamp(p);
  p.weight *= 1e-3;  // J changes with the averages, but no eigenvalues cross
  const Pair known = random_pair(random);
  for (const double gamma : {1e3, 1e5}) {
    Pair X = known;
    ASSERT_TRUE(solve(p, gamma, known, X));
    const Matrix3 mean_field = p.self_hamiltonian(X) + p.external;
    // -i [H, X] = (X - known)/gamma, which is at most twice the state over gamma.
    for (int i = 0; i < nodes; ++i) {
      EXPECT_LT(commutator(mean_field + p.V[i], X.nu[i]).norm(), 2.0 * size(known) / gamma);
      EXPECT_LT(commutator(mean_field - p.V[i], X.bar[i]).norm(), 2.0 * size(known) / gamma);
      EXPECT_GT(X.nu[i].norm(), 1e-2 * size(known));
    }
  }
}

// Without a mean field one momentum is a linear problem: X_ab = known_ab/(1 + gamma d + i gamma (E_a - E_b)).
TEST(MeanFieldPrecession, IsTheLinearSolutionWithoutAMeanField) {
  Random random(seed(10));
  MeanFieldPrecession<3> p = random_precession(random);
  p.weight.setZero();
  p.external = Vector3(0.3, -0.5, 0.1).cast<Complex>().asDiagonal();
  for (Matrix3& V : p.V) V = Vector3(1.0, 2.0, 4.0).cast<Complex>().asDiagonal();
  const Pair known = random_pair(random);
  const double gamma = 2.0;
  Pair X = known;
  ASSERT_TRUE(solve(p, gamma, known, X));
  const Eigen::Vector3d E(1.3, 1.5, 4.1), E_bar(-0.7, -2.5, -3.9);
  for (int i = 0; i < nodes; ++i) {
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        const Complex nu = known.nu[i](a, b) / Complex(1.0 + gamma * p.damping(i), gamma * (E(a) - E(b)));
        const Complex bar =
            known.bar[i](a, b) / Complex(1.0 + gamma * p.damping_bar(i), gamma * (E_bar(a) - E_bar(b)));
        EXPECT_LT(std::abs(X.nu[i](a, b) - nu), 100.0 * epsilon * size(known));
        EXPECT_LT(std::abs(X.bar[i](a, b) - bar), 100.0 * epsilon * size(known));
      }
    }
  }
}

TEST(MeanFieldPrecession, SaysSoWhenThereIsNoSolution) {
  Random random(seed(12));
  MeanFieldPrecession<3> p = random_precession(random);
  const Pair known = random_pair(random);
  Pair X = known;
  p.V[2](0, 0) = std::nan("");
  EXPECT_FALSE(solve(p, 1.0, known, X));
}

}  // namespace
}  // namespace qke
