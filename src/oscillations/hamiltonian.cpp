#include "qke/oscillations/hamiltonian.hpp"

#include <cmath>

#include "qke/constants.hpp"

namespace qke {

Matrix3 matter_source(const WeakParameters& weak, const Vector3& lepton_enthalpy,
                      const Matrix3& neutrino_energy) {
  const double m_W = weak.m_W_GeV * constants::GeV, m_Z = weak.m_Z_GeV * constants::GeV;
  Matrix3 source = 4.0 / 3.0 / (m_Z * m_Z) * neutrino_energy;
  source.diagonal() += (lepton_enthalpy / (m_W * m_W)).cast<std::complex<double>>();
  return source;
}

Matrix3 matter_hamiltonian(const WeakParameters& weak, const Matrix3& source, double y, double T_cm) {
  const double G_F = weak.G_F_per_GeV2 / (constants::GeV * constants::GeV);
  return -2.0 * std::sqrt(2.0) * G_F * y * T_cm * source;
}

}  // namespace qke
