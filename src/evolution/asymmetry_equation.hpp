// The equation of the asymmetry matrix A = int dy y^2 (rho - rhobar) where J, which is
// proportional to it, is far larger than V: all momenta then share the eigenbasis U of A
// to first order in V/J, and of the spectra only moments enter ([FP22] section 3).
//
// In that basis rho = diag(f) + r, rhobar = diag(fbar) + rbar. With V = v1/y + v2 y,
// k = sqrt(2) G_F T_cm^3/(2 pi^2 H), the eigenvalues a_a of A, D = a_a - a_b, all rates in
// units of H, and the collision term c,
//   r_ab    = g_ab (v - w)_ab - i c_ab/(k D),         g_ab = (f_a - f_b)/(k D),
//   rbar_ab = gbar_ab (-v - w)_ab - i cbar_ab/(k D),
//   w_ab    = k int dy y^2 v_ab (g + gbar)_ab - i G_ab/D,   G = int dy y^2 (c - cbar):
// w is the turning of the basis, which the momenta lag behind, and int dy y^2 (r - rbar)
// vanishes. The equation is then
//   dA/ds = U {-i int dy y^2 [v, f + fbar + r + rbar] - i [E, A] + G} U^dagger.
// The second commutator, of order V/J, counts on the off-diagonal alone: its diagonal
// changes eigenvalues by C V/J, as little as it changes f.
#pragma once

#include "collisions/shared_basis.hpp"
#include "collisions/weak_couplings.hpp"
#include "flavour/hermitian.hpp"

namespace qke {

// What couplings make of the states of a basis: for each of the maps S and M, and each
// state b, U^dagger S(U |b><b| U^dagger) U.
struct CoupledStates {
  CoupledStates(const CouplingMaps& maps, const Matrix3& U);

  std::array<std::array<Matrix3, 3>, 2> of_map;
};

// Moments of spectra and collision sums with the weights h y^2 of the nodes, all in one
// vector, so that they can be interpolated in s.
class AsymmetryMoments {
 public:
  static constexpr int size = 15 + 3 + 36 + 36;
  using Vector = Eigen::Matrix<double, size, 1>;

  AsymmetryMoments() = default;
  explicit AsymmetryMoments(const Vector& values) : values_(values) {}
  AsymmetryMoments(const Eigen::ArrayXd& y, const Eigen::ArrayXd& weight, const SharedBasisDensities& f,
                   const SharedBasisRates& rates);

  const Vector& values() const { return values_; }
  // Of state a, less those of state b:
  // int dy y^2 y^power (f + fbar) for powers -1 and 1,
  double sum(int power, int a, int b) const { return of_pair(3 * ((power + 1) / 2), a, b); }
  // int dy y^2 y^power (f - fbar) for powers -2, 0 and 2.
  double difference(int power, int a, int b) const { return of_pair(6 + 3 * ((power + 2) / 2), a, b); }
  Vector3 of_spectra() const { return values_.segment<3>(9); }
  // In units of G_F^2 T_cm^5, the elements (a, c) of
  //   int dy y^2 (c - cbar)   and   int dy y^2 y^power (c + cbar) for powers -1 and 1.
  Matrix3 source(const CoupledStates& coupled) const;
  Matrix3 excitation(int power, const CoupledStates& coupled) const;

 private:
  double of_pair(int first, int a, int b) const { return values_(first + a) - values_(first + b); }

  Vector values_ = Vector::Zero();
};

// Eigenvalues and eigenvectors of A in the order of the states of the spectra, whose own
// int dy y^2 (f - fbar) are in the same order: so states keep their names where two
// eigenvalues cross.
Eigensystem<3> named_eigensystem(const Matrix3& A, const Vector3& of_spectra);

// Everything else that the equation needs at one s. In units of H, flavour basis.
struct AsymmetryEquation {
  Matrix3 inverse, linear, odd;  // v1, v2, E
  double coupling = 0;           // k
  double unit = 0;               // G_F^2 T_cm^5/H
  AsymmetryMoments moments;
  const CouplingMaps* maps = nullptr;

  HermitianVector<3> operator()(const HermitianVector<3>& A) const;

  // The largest of |w_ab|/(k D), the angle by which momenta lag behind their common basis,
  // and of |v|/(k D), by which their bases differ; a: the eigenvalues of A.
  double largest_lag(const Vector3& a) const;

 private:
  friend class Coherences;
  // 1/D of a pair; 0 where the two states are alike.
  static double inverse_gap(const Vector3& a, int first, int second);
};

// r and rbar without collisions. Left out are pairs of states whose momenta lag by more
// than largest_lag.
class Coherences {
 public:
  Coherences(const AsymmetryEquation& equation, const Matrix3& A, double largest_lag);

  // rho of a node with these occupations; sign: 1, or -1 for antineutrinos.
  Matrix3 density(double y, const Vector3& f, double sign) const;

 private:
  Matrix3 U_, v1_, v2_;
  Matrix3 w_ = Matrix3::Zero();
  Eigen::Matrix3d over_J_ = Eigen::Matrix3d::Zero();  // 1/(k D)
};

}  // namespace qke
