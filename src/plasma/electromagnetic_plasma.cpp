#include "qke/plasma/electromagnetic_plasma.hpp"

#include <cmath>

#include "qke/constants.hpp"
#include "qke/plasma/qed_pressure.hpp"
#include "qke/plasma/thermal_integrals.hpp"

namespace qke {
namespace {

using constants::pi;

// Beyond this mass-to-temperature ratio a gas is gone: e^{-tau} < 1e-80.
constexpr double tau_empty = 200.0;

double ideal_fermion_energy(double tau) {
  const LogarithmicJet G = ideal_fermion_pressure(tau);
  return 3.0 * G.value - G.d;
}

double ideal_fermion_enthalpy(double tau) {
  const LogarithmicJet G = ideal_fermion_pressure(tau);
  return 4.0 * G.value - G.d;
}

}  // namespace

LogarithmicJet ideal_fermion_pressure(double tau) {
  if (tau > tau_empty) return {};
  // G = (1/3 pi^2) int du u^4 N/eps; by parts DG = -(tau^2/pi^2) int du u^2 N/eps, and once more
  // D int du u^2 N/eps = -tau^2 int du N/eps.
  const FermiDiracRule r = fermi_dirac_rule(tau);
  const double w = tau * tau;
  const double A = (r.weight * r.u.square() * r.N).sum();
  const double B = (r.weight * r.N).sum();
  const double fourth_moment = (r.weight * r.u.square().square() * r.N).sum();
  return {fourth_moment / (3.0 * pi * pi), -w * A / (pi * pi), -w * (2.0 * A - w * B) / (pi * pi)};
}

ElectromagneticPlasma::ElectromagneticPlasma(const PlasmaParameters& parameters) : parameters_(parameters) {}

LogarithmicJet ElectromagneticPlasma::scaled_pressure(double T) const {
  const double tau = constants::electron_mass / T;
  LogarithmicJet G{pi * pi / 45.0, 0.0, 0.0};
  if (tau < tau_empty) G = G + ideal_fermion_pressure(tau) + qed_pressure(parameters_.qed, tau);
  if (parameters_.muons) G = G + ideal_fermion_pressure(constants::muon_mass / T);
  return G;
}

PlasmaState ElectromagneticPlasma::state(double T) const {
  const LogarithmicJet G = scaled_pressure(T);
  const double T3 = T * T * T;
  return {T3 * T * G.value, T3 * T * (3.0 * G.value - G.d), T3 * (4.0 * G.value - G.d),
          T3 * (12.0 * G.value - 7.0 * G.d + G.d2)};
}

double ElectromagneticPlasma::photon_energy_density(double T) const {
  return pi * pi / 15.0 * std::pow(T, 4);
}

double ElectromagneticPlasma::electron_energy_density(double T) const {
  return std::pow(T, 4) * ideal_fermion_energy(constants::electron_mass / T);
}

double ElectromagneticPlasma::electron_enthalpy_density(double T) const {
  return std::pow(T, 4) * ideal_fermion_enthalpy(constants::electron_mass / T);
}

double ElectromagneticPlasma::muon_enthalpy_density(double T) const {
  return std::pow(T, 4) * ideal_fermion_enthalpy(constants::muon_mass / T);
}

double ElectromagneticPlasma::asymptotic_entropy() const {
  // m_e -> 0: G = pi^2/45 + 7 pi^2/180 - 5 e^2/288 + e^3/(36 sqrt(3) pi), and s/T^3 = 4 G.
  const double e = std::sqrt(4.0 * pi * constants::fine_structure);
  double G = pi * pi / 45.0 + 7.0 * pi * pi / 180.0;
  if (parameters_.qed != Qed::none) G -= 5.0 * e * e / 288.0;
  if (parameters_.qed == Qed::e3 || parameters_.qed == Qed::e3_ln)
    G += e * e * e / (36.0 * std::sqrt(3.0) * pi);
  return 4.0 * G;
}

}  // namespace qke
