// Small perturbations of a homogeneous, isotropic gas of neutrinos that are the same
// everywhere (docs/stability.md). The multipole l of the perturbations S_l(y) of rho and
// Sbar_l(y) of rhobar obeys, in units of the Hubble rate,
//   dS/ds = -i (B S - S B^dagger) - i c_l [A, rho],   B = H - i d,
//   A = sum_y kappa_y (S - Sbar),   c_0 = 1,   c_1 = -1/3,   c_l = 0 beyond,
// likewise Sbar with Hbar, dbar and rhobar: a momentum has nothing to do with another one
// but by the matrix A. For S ~ e^{-i Omega s} the equations are A = c_l M(Omega) A, so that
// the modes are the zeros of det[1 - c_l M(Omega)].
#pragma once

#include <complex>
#include <memory>
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

// M(Omega) on the traceless matrices A (a part of A in proportion to 1 does nothing).
class LinearResponse {
 public:
  static constexpr int size = 8;
  using Matrix = Eigen::Matrix<Complex, size, size>;

  explicit LinearResponse(const IsotropicGas& gas);

  struct Value {
    Matrix M, slope;  // dM/dOmega
  };
  Value at(Complex Omega) const;

  // Positive frequencies at which single momenta oscillate, increasing.
  const std::vector<double>& frequencies() const { return frequencies_; }

 private:
  Matrix sum(const Eigen::ArrayXcd& factors) const;

  // M = sum_p left_p right_p/(Omega - pole_p), p over nu and nubar, momenta, elements.
  Eigen::ArrayXcd poles_;
  Eigen::Matrix<Complex, size, Eigen::Dynamic> left_;
  Eigen::Matrix<Complex, Eigen::Dynamic, size> right_;
  std::vector<double> frequencies_;
};

// D(Omega) = det[1 - c_l M(Omega)]: 1 for |Omega| -> infinity, D(-Omega*) = D(Omega)*.
class DispersionRelation {
 public:
  DispersionRelation(std::shared_ptr<const LinearResponse> response, int multipole);

  struct Value {
    Complex D, slope;  // D'/D
  };
  Value at(Complex Omega) const;
  const std::vector<double>& frequencies() const { return response_->frequencies(); }

 private:
  std::shared_ptr<const LinearResponse> response_;
  double c_;
};

}  // namespace qke
