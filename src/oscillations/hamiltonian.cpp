#include "oscillations/hamiltonian.hpp"

#include <cmath>

#include "model/constants.hpp"

namespace qke {

Matrix3 matter_source(const WeakParameters& weak, const Vector3& lepton_enthalpy,
                      const Matrix3& neutrino_energy) {
  const double m_W = weak.m_W_GeV * constants::GeV, m_Z = weak.m_Z_GeV * constants::GeV;
  Matrix3 source = 4.0 / 3.0 / (m_Z * m_Z) * neutrino_energy;
  source.diagonal() += (lepton_enthalpy / (m_W * m_W)).cast<std::complex<double>>();
  return source;
}

namespace {

double fermi_constant(const WeakParameters& weak) {
  return weak.G_F_per_GeV2 / (constants::GeV * constants::GeV);
}

}  // namespace

Matrix3 matter_hamiltonian(const WeakParameters& weak, const Matrix3& source, double y, double T_cm) {
  return -2.0 * std::sqrt(2.0) * fermi_constant(weak) * y * T_cm * source;
}

double self_coupling(const WeakParameters& weak, double T_cm) {
  return std::sqrt(2.0) * fermi_constant(weak) * std::pow(T_cm, 3) / (2.0 * constants::pi * constants::pi);
}

double electron_asymmetry_potential(const WeakParameters& weak, double electron_excess) {
  return std::sqrt(2.0) * fermi_constant(weak) * electron_excess;
}

}  // namespace qke
