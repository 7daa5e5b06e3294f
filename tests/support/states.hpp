// Random density matrices for the property tests.
#pragma once

#include <cmath>
#include <complex>
#include <random>

#include "collisions/collision_rates.hpp"
#include "flavour/flavour_matrix.hpp"
#include "model/momentum_grid.hpp"
#include "support/largest.hpp"
#include "support/seed.hpp"

namespace qke::independent {

using Random = std::mt19937_64;
using Complex = std::complex<double>;
using Field = MatrixField<3>;
using State = DensityMatrices<3>;

template <int N = 3>
FlavourMatrix<N> random_matrix(Random& random) {
  std::normal_distribution<double> normal;
  FlavourMatrix<N> X;
  for (int a = 0; a < N; ++a) {
    for (int b = 0; b < N; ++b) X(a, b) = {normal(random), normal(random)};
  }
  return X;
}

template <int N = 3>
FlavourMatrix<N> random_hermitian(Random& random) {
  const FlavourMatrix<N> X = random_matrix<N>(random);
  return 0.5 * (X + X.adjoint());
}

inline Matrix3 random_unitary(Random& random) {
  return Eigen::HouseholderQR<Matrix3>(random_matrix(random)).householderQ();
}

// f(H) of a Hermitian matrix.
template <class Function>
Matrix3 apply(const Matrix3& H, Function&& f) {
  const Eigen::SelfAdjointEigenSolver<Matrix3> solver(H);
  Vector3 values = solver.eigenvalues();
  for (double& value : values) value = f(value);
  const Matrix3& U = solver.eigenvectors();
  const Matrix3 result = U * values.cast<Complex>().asDiagonal() * U.adjoint();
  return 0.5 * (result + result.adjoint());
}

// Any occupation numbers in [0, 1] in any basis, another at every node.
inline Field random_field(int nodes, Random& random) {
  std::uniform_real_distribution<double> uniform;
  Field rho;
  for (int i = 0; i < nodes; ++i) {
    const Matrix3 U = random_unitary(random);
    const Vector3 f(uniform(random), uniform(random), uniform(random));
    const Matrix3 R = U * f.cast<Complex>().asDiagonal() * U.adjoint();
    rho.push_back(0.5 * (R + R.adjoint()));
  }
  return rho;
}

inline State random_state(int nodes, unsigned number) {
  Random random(seed(number));
  Field nu = random_field(nodes, random);
  return {std::move(nu), random_field(nodes, random)};
}

// 1/(e^{y/t - Xi} + 1) at every node.
inline Field equilibrium_field(const MomentumGrid& grid, double t, const Matrix3& Xi) {
  Field rho;
  for (const double y : grid.y()) {
    rho.push_back(apply(Xi, [&](double xi) { return 1.0 / (std::exp(y / t - xi) + 1.0); }));
  }
  return rho;
}

template <class Scalar>
MatrixField<3, Scalar> collision_terms(const GainAndLoss& rates, const MatrixField<3, Scalar>& rho) {
  MatrixField<3, Scalar> C;
  for (int i = 0; i < static_cast<int>(rho.size()); ++i) {
    C.push_back(collision_term<3, Scalar>(rates, i, rho[i]));
  }
  return C;
}

// Collision terms of neutrinos and antineutrinos.
template <class Scalar>
struct Terms {
  MatrixField<3, Scalar> nu, bar;
};

// With `add` that adds the rates of some process; bar is empty unless antineutrinos are independent.
template <class Scalar, class Add>
Terms<Scalar> collision_terms(const DensityMatrices<3, Scalar>& rho, AntineutrinoRelation antineutrinos,
                              Add&& add) {
  const ActiveDensities active = active_densities<3, Scalar>(rho, antineutrinos);
  CollisionRates rates(active);
  add(active, rates);
  Terms<Scalar> C{collision_terms<Scalar>(rates.nu, rho.nu), {}};
  if (active.independent()) C.bar = collision_terms<Scalar>(rates.bar, rho.bar);
  return C;
}

// sum y^n C over the grid.
inline Matrix3 moment(const MomentumGrid& grid, const Field& C, int power) {
  Matrix3 sum = Matrix3::Zero();
  for (int i = 0; i < grid.size(); ++i) sum += std::pow(grid.y(i), power) * C[i];
  return sum;
}

// The same of the norms: the scale of the cancellation in moment().
inline double moment_scale(const MomentumGrid& grid, const Field& C, int power) {
  double sum = 0.0;
  for (int i = 0; i < grid.size(); ++i) sum += std::pow(grid.y(i), power) * C[i].norm();
  return sum;
}

template <class Scalar, class OtherScalar>
double largest_difference(const MatrixField<3, Scalar>& a, const MatrixField<3, OtherScalar>& b) {
  double largest = a.size() == b.size() ? 0.0 : INFINITY;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = larger(largest, (a[i].template cast<Complex>() - b[i].template cast<Complex>()).norm());
  }
  return largest;
}

template <class Scalar>
double largest_norm(const MatrixField<3, Scalar>& field) {
  double largest = 0.0;
  for (const auto& X : field) largest = larger(largest, X.norm());
  return largest;
}

inline double largest_norm(const ElementRows& rows, int nodes) {
  double largest = 0.0;
  for (int i = 0; i < nodes; ++i) largest = larger(largest, rows.at<Complex>(i).norm());
  return largest;
}

// Density matrices of a system, at a state of it.
template <class System>
Field rho_of(const System& system, double s, const Eigen::VectorXd& u) {
  return as_fixed<3>(system.rho(s, u));
}
template <class System>
Field rhobar_of(const System& system, double s, const Eigen::VectorXd& u) {
  return as_fixed<3>(system.rhobar(s, u));
}

}  // namespace qke::independent
