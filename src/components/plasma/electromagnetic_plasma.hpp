// The electromagnetic plasma: photons, e+-, their QED interaction and, if asked for,
// mu+- and a particle beyond the Standard Model (thermal_relic.hpp).
//
// Everything follows from the pressure P(T) (docs/physics.md, "Plasma"; [B20]):
//   s = dP/dT,   rho = T s - P,   drho/dT = T ds/dT.
// With P = T^4 G(tau), tau = m_e/T, and D = tau d/dtau these are
//   s = T^3 (4 G - DG),   rho = T^4 (3 G - DG),   drho/dT = T^3 (12 G - 7 DG + D^2 G),
// so that they are consistent to rounding by construction. G and its derivatives are
// tabulated in ln tau.
#pragma once

#include <memory>

#include "numerics/chebyshev_table.hpp"
#include "qke/parameters.hpp"

namespace qke {

// A dimensionless function of tau = m/T with its first two logarithmic derivatives
// D = tau d/dtau.
struct LogarithmicJet {
  double value = 0, d = 0, d2 = 0;
};
inline LogarithmicJet operator+(const LogarithmicJet& a, const LogarithmicJet& b) {
  return {a.value + b.value, a.d + b.d, a.d2 + b.d2};
}
inline LogarithmicJet operator*(double factor, const LogarithmicJet& a) {
  return {factor * a.value, factor * a.d, factor * a.d2};
}
inline LogarithmicJet operator*(const LogarithmicJet& a, const LogarithmicJet& b) {
  return {a.value * b.value, a.d * b.value + a.value * b.d,
          a.d2 * b.value + 2.0 * a.d * b.d + a.value * b.d2};
}

// State of the plasma at one temperature, in MeV to the power that its dimension says.
struct PlasmaState {
  double pressure = 0;
  double energy_density = 0;
  double entropy_density = 0;
  double heat_capacity = 0;  // drho/dT
};

// G = P/T^4 of an ideal gas of spin-1/2 particles and antiparticles (four states) of mass
// tau T.
LogarithmicJet ideal_fermion_pressure(double tau);
// The same of four states of a boson.
LogarithmicJet ideal_boson_pressure(double tau);

class ElectromagneticPlasma {
 public:
  explicit ElectromagneticPlasma(const PlasmaParameters& parameters, const RelicParameters& relic = {});

  // T in MeV.
  PlasmaState state(double T) const;

  double photon_energy_density(double T) const;
  // e- and e+ without interactions; their enthalpy makes the matter potential.
  double electron_energy_density(double T) const;
  double electron_enthalpy_density(double T) const;  // rho + P
  double muon_enthalpy_density(double T) const;      // of mu- and mu+, whether or not they are in the plasma

  // s/T^3 of photons, massless e+- and the relic, with interactions, and without muons. It
  // depends on T by the relic's mass, and from the order e^4 on, where the coupling runs.
  double massless_entropy(double T) const;
  // The comoving entropy that normalises T_cm: massless_entropy(normalisation_MeV), up to
  // the order e^3 and without a relic the value at T -> infinity.
  double asymptotic_entropy() const { return asymptotic_entropy_; }
  static constexpr double normalisation_MeV = 2.0;  // where neutrinos decouple
  // The relic's part of the entropy.
  double relic_share(double T) const;

 private:
  // P/T^4 of everything, and of e- and e+ alone.
  struct Pressures {
    LogarithmicJet all, electrons;
  };
  Pressures scaled_pressures(double T) const;         // from the table where it reaches
  Pressures direct_scaled_pressures(double T) const;  // from the integrals

  PlasmaParameters parameters_;
  RelicParameters relic_;
  double asymptotic_entropy_;
  std::shared_ptr<const ChebyshevTable<6>> table_;  // of the two jets, in ln tau
};

}  // namespace qke
