// Small perturbations S(y, mu) e^{i k z} of rho and Sbar(y, mu) e^{i k z} of rhobar in a
// homogeneous gas of neutrinos (docs/stability.md); mu is the cosine of a direction with the
// z axis. In units of the Hubble rate
//   dS/ds = -i (B S - S B^dagger + k mu S) - i [A_0 - mu A_1, rho],   B = H - i d,
//   A_n = sum_y kappa_y <mu^n (S - Sbar)>,   <>: the mean over directions,
// likewise Sbar with Hbar, dbar and rhobar: a momentum has nothing to do with another one
// but by the matrices A_n. For S ~ e^{-i Omega s} these are linear functions of themselves
// (dispersion_relation.hpp).
#pragma once

#include <array>
#include <complex>
#include <vector>

#include "flavour/flavour_matrix.hpp"

namespace qke {

using Complex = std::complex<double>;

// What stands in these equations, for one kind of neutrinos.
struct CoherentMomenta {
  MatrixField<3> rho;   // density matrices
  MatrixField<3> H;     // Hamiltonians: V + J, or -V + J of antineutrinos
  MatrixField<3> loss;  // d = gain + loss of the collisions
};

struct IsotropicGas {
  Eigen::ArrayXd coupling;  // kappa_y: J = sum_y kappa_y (rho - rhobar)
  CoherentMomenta nu, bar;
};

// The neutrinos in one direction of a gas that is not isotropic. Its J is J_0 - mu J_1.
struct Beam {
  double mu;
  Eigen::ArrayXd coupling;  // kappa_y times the weight of the direction in the mean over all
  CoherentMomenta nu, bar;
};

struct ResponseTerm;

// The matrix A that perturbations make which another A drives,
//   A -> sum_p left_p (right_p A)/(Omega - k mu - pole_p),
// p over neutrinos and antineutrinos, momenta, elements of S: as a matrix M on the traceless
// A, as a part of A in proportion to 1 does nothing.
class LinearResponse {
 public:
  static constexpr int size = 8;
  using Matrix = Eigen::Matrix<Complex, size, size>;

  explicit LinearResponse(const IsotropicGas& gas);
  explicit LinearResponse(const std::vector<Beam>& beams);

  struct Value {
    Matrix M, slope;  // dM/dOmega
  };
  // k = 0, of what is the same in all directions.
  Value at(Complex Omega) const;

  // M_0, M_1, M_2: with the means <mu^n/(Omega - k mu - pole_p)> over directions, of an
  // isotropic gas by their logarithms.
  using Moments = std::array<Value, 3>;
  Moments at(Complex Omega, double k) const;

  // Positive frequencies at which single momenta oscillate, increasing.
  const std::vector<double>& frequencies() const { return frequencies_; }

 private:
  void set(std::vector<ResponseTerm> terms);
  template <int count>
  std::array<Matrix, count> sums(const Eigen::Array<Complex, Eigen::Dynamic, count>& factors) const;

  bool isotropic_;
  Eigen::ArrayXcd poles_;
  Eigen::ArrayXd mu_;                 // of beams
  Eigen::MatrixXd real_, imaginary_;  // of left_p right_p, a column for each pole; empty where it is 0
  std::vector<double> frequencies_;
};

// I_n = <mu^n/(u - k mu)> over all directions, n = 0, 1, 2, and dI_n/du: for Im u > 0.
struct AngularMean {
  std::array<Complex, 3> value, slope;
};
AngularMean angular_mean(Complex u, double k);

}  // namespace qke
