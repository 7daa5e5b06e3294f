// Spectra of the neutrinos that the decays of a particle bring: for each decay
//   dN_alpha/dE = B_alpha f_alpha(E) + B_mumu m_alpha(E),
// nu_alpha and as many nubar_alpha in MeV^-1, with the energy E, branchings B_alpha into
// nu_alpha nubar_alpha and B_mumu into mu+ mu-. f_alpha is the line delta(E - m/2), m the
// particle's mass, or the table of decay.spectrum_file; m_alpha is that of muons which
// have lost their kinetic energy to the plasma,
//   m_e = 96 E^2 (1 - 2E/m_mu)/m_mu^3,   m_mu = 48 E^2 (1 - 4E/3m_mu)/m_mu^3,   E < m_mu/2,
// for massless electrons (docs/beyond.md, "A particle that decays").
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "numerics/quadrature.hpp"
#include "qke/parameters.hpp"

namespace qke {

// A smooth part of dN_alpha/dE: a polynomial in E - from, between two energies in MeV.
struct SpectrumPiece {
  double from, to;
  Eigen::Array<double, 3, 4> coefficients;  // of nu_alpha (row) and of powers 0 to 3

  Eigen::Array3d operator()(double E) const;
};

// Neutrinos of one energy, or a point of a quadrature, of nu_e, nu_mu, nu_tau.
struct SpectrumPoint {
  double E;  // MeV
  Eigen::Array3d number;
};

// All parts are lines or pieces.
class DecaySpectrum {
 public:
  explicit DecaySpectrum(const DecayParameters& decay);

  bool is_empty() const { return lines_.empty() && pieces_.empty(); }
  double largest_energy() const;  // MeV
  Eigen::Array3d energy() const;  // of all nu_alpha of a decay, in MeV

  // Points whose sum is the integral of dN_alpha/dE times any function that is linear
  // between the multiples of `spacing`.
  std::vector<SpectrumPoint> points(double spacing) const;

 private:
  std::vector<SpectrumPoint> lines_;
  std::vector<SpectrumPiece> pieces_;
  Quadrature rule_ = gauss_legendre(3);  // exact for a cubic times a linear function
};

// int dE of each column, which should be 1.
Eigen::Array3d integral(const SpectrumTable& table);

}  // namespace qke
