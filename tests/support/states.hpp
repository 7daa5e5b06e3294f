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

// By Gram and Schmidt, twice for rounding.
template <int N = 3>
FlavourMatrix<N> random_unitary(Random& random) {
  FlavourMatrix<N> U = random_matrix<N>(random);
  for (int a = 0; a < N; ++a) {
    for (int round = 0; round < 2; ++round) {
      for (int b = 0; b < a; ++b) U.col(a) -= U.col(b).dot(U.col(a)) * U.col(b);
      U.col(a).normalize();
    }
  }
  return U;
}

// Compiled once (states.cpp), as Eigen's decompositions of complex matrices take seconds.
// H = U diag(values) U^dagger, values increasing; by Eigen's solver.
struct Eigensystem {
  Vector3 values;
  Matrix3 vectors;
};
Eigensystem eigensystem(const Matrix3& H);

// f(H) of a Hermitian matrix.
template <class Function>
Matrix3 apply(const Matrix3& H, Function&& f) {
  auto [values, U] = eigensystem(H);
  for (double& value : values) value = f(value);
  const Matrix3 result = U * values.cast<Complex>().asDiagonal() * U.adjoint();
  return 0.5 * (result + result.adjoint());
}

// Any occupation numbers in [0, 1] in any basis, another at every node.
template <int N = 3>
MatrixField<N> random_field(int nodes, Random& random) {
  std::uniform_real_distribution<double> uniform;
  MatrixField<N> rho;
  for (int i = 0; i < nodes; ++i) {
    const FlavourMatrix<N> U = random_unitary<N>(random);
    FlavourVector<N> f;
    for (double& value : f) value = uniform(random);
    const FlavourMatrix<N> R = U * f.template cast<Complex>().asDiagonal() * U.adjoint();
    rho.push_back(0.5 * (R + R.adjoint()));
  }
  return rho;
}

template <int N = 3>
DensityMatrices<N> random_state(int nodes, unsigned number) {
  Random random(seed(number));
  MatrixField<N> nu = random_field<N>(nodes, random);
  return {std::move(nu), random_field<N>(nodes, random)};
}

// 1/(e^{y/t - Xi} + 1) at every node.
inline Field equilibrium_field(const MomentumGrid& grid, double t, const Matrix3& Xi) {
  Field rho;
  for (const double y : grid.y()) {
    rho.push_back(apply(Xi, [&](double xi) { return 1.0 / (std::exp(y / t - xi) + 1.0); }));
  }
  return rho;
}

template <int N, class Scalar>
MatrixField<N, Scalar> collision_terms(const GainAndLoss& rates, const MatrixField<N, Scalar>& rho) {
  MatrixField<N, Scalar> C;
  for (int i = 0; i < static_cast<int>(rho.size()); ++i) {
    C.push_back(collision_term<N, Scalar>(rates, i, rho[i]));
  }
  return C;
}

// Collision terms of neutrinos and antineutrinos.
template <class Scalar, int N = 3>
struct Terms {
  MatrixField<N, Scalar> nu, bar;
};

// With `add` that adds the rates of some process; bar is empty unless antineutrinos are independent.
template <class Scalar, class Add, int N = 3>
Terms<Scalar, N> collision_terms(const DensityMatrices<N, Scalar>& rho, AntineutrinoRelation antineutrinos,
                                 Add&& add) {
  const ActiveDensities active = active_densities<N, Scalar>(rho, antineutrinos);
  CollisionRates rates(active);
  add(active, rates);
  Terms<Scalar, N> C{collision_terms<N, Scalar>(rates.nu, rho.nu), {}};
  if (active.independent()) C.bar = collision_terms<N, Scalar>(rates.bar, rho.bar);
  return C;
}

// sum y^n C over the grid.
template <int N>
FlavourMatrix<N> moment(const MomentumGrid& grid, const MatrixField<N>& C, int power) {
  FlavourMatrix<N> sum = FlavourMatrix<N>::Zero();
  for (int i = 0; i < grid.size(); ++i) sum += std::pow(grid.y(i), power) * C[i];
  return sum;
}

// The same of the norms: the scale of the cancellation in moment().
template <int N>
double moment_scale(const MomentumGrid& grid, const MatrixField<N>& C, int power) {
  double sum = 0.0;
  for (int i = 0; i < grid.size(); ++i) sum += std::pow(grid.y(i), power) * C[i].norm();
  return sum;
}

template <int N, class Scalar, class OtherScalar>
double largest_difference(const MatrixField<N, Scalar>& a, const MatrixField<N, OtherScalar>& b) {
  double largest = a.size() == b.size() ? 0.0 : INFINITY;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = larger(largest, (a[i].template cast<Complex>() - b[i].template cast<Complex>()).norm());
  }
  return largest;
}

template <int N, class Scalar>
double largest_norm(const MatrixField<N, Scalar>& field) {
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
  return as_fixed<3>(system.densities(s, u).nu);
}
template <class System>
Field rhobar_of(const System& system, double s, const Eigen::VectorXd& u) {
  return as_fixed<3>(system.densities(s, u).bar);
}

}  // namespace qke::independent
