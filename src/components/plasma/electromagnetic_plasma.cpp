#include "components/plasma/electromagnetic_plasma.hpp"

#include <cmath>

#include "components/plasma/qed_pressure.hpp"
#include "components/plasma/thermal_integrals.hpp"
#include "components/plasma/thermal_relic.hpp"
#include "model/constants.hpp"

namespace qke {
namespace {

using constants::pi;

// Beyond this mass-to-temperature ratio a gas is gone: e^{-tau} < 1e-80.
constexpr double tau_empty = 200.0;

// The table: temperatures up to 255 MeV; exact to rounding.
constexpr double tau_first = 0.002;
constexpr double panel_width = 0.5;
constexpr int points = 18;

LogarithmicJet ideal_pressure(const FermiDiracRule& r, const Eigen::ArrayXd& N, double tau) {
  // G = (1/3 pi^2) int du u^4 N/eps; by parts DG = -(tau^2/pi^2) int du u^2 N/eps, and
  // once more D int du u^2 N/eps = -tau^2 int du N/eps.
  const double w = tau * tau;
  const double A = (r.weight * r.u.square() * N).sum();
  const double B = (r.weight * N).sum();
  const double fourth_moment = (r.weight * r.u.square().square() * N).sum();
  return {fourth_moment / (3.0 * pi * pi), -w * A / (pi * pi), -w * (2.0 * A - w * B) / (pi * pi)};
}

}  // namespace

LogarithmicJet ideal_fermion_pressure(double tau) {
  if (tau > tau_empty) return {};
  const FermiDiracRule rule = fermi_dirac_rule(tau);
  return ideal_pressure(rule, rule.N, tau);
}

// The occupation has its poles at the distance of the Fermi-Dirac one or further: the same
// nodes are as good.
LogarithmicJet ideal_boson_pressure(double tau) {
  if (tau > tau_empty) return {};
  const FermiDiracRule rule = fermi_dirac_rule(tau);
  return ideal_pressure(rule, 2.0 / rule.eps.expm1(), tau);
}

ElectromagneticPlasma::ElectromagneticPlasma(const PlasmaParameters& parameters, const RelicParameters& relic)
    : parameters_(parameters), relic_(relic), asymptotic_entropy_(massless_entropy(normalisation_MeV)) {
  table_ = std::make_shared<const ChebyshevTable<6>>(
      std::log(tau_first), std::log(tau_empty), panel_width, points, [this](double ln_tau) {
        const Pressures G = direct_scaled_pressures(constants::electron_mass * std::exp(-ln_tau));
        ChebyshevTable<6>::Values values;
        values << G.all.value, G.all.d, G.all.d2, G.electrons.value, G.electrons.d, G.electrons.d2;
        return values;
      });
}

ElectromagneticPlasma::Pressures ElectromagneticPlasma::direct_scaled_pressures(double T) const {
  const double tau = constants::electron_mass / T;
  Pressures G;
  G.all.value = pi * pi / 45.0;
  if (tau < tau_empty) {
    G.electrons = ideal_fermion_pressure(tau);
    G.all = G.all + G.electrons + qed_pressure(parameters_.qed, tau);
  }
  if (parameters_.muons) G.all = G.all + ideal_fermion_pressure(constants::muon_mass / T);
  if (relic_.degrees != 0.0) G.all = G.all + relic_pressure(relic_, T);
  return G;
}

ElectromagneticPlasma::Pressures ElectromagneticPlasma::scaled_pressures(double T) const {
  const double ln_tau = std::log(constants::electron_mass / T);
  if (!table_->covers(ln_tau)) return direct_scaled_pressures(T);
  const auto values = (*table_)(ln_tau);
  return {{values(0), values(1), values(2)}, {values(3), values(4), values(5)}};
}

PlasmaState ElectromagneticPlasma::state(double T) const {
  const LogarithmicJet G = scaled_pressures(T).all;
  const double T3 = T * T * T;
  return {T3 * T * G.value, T3 * T * (3.0 * G.value - G.d), T3 * (4.0 * G.value - G.d),
          T3 * (12.0 * G.value - 7.0 * G.d + G.d2)};
}

// NOLINTNEXTLINE(readability-convert-member-functions-to-static): a plasma is asked for all alike
double ElectromagneticPlasma::photon_energy_density(double T) const {
  return pi * pi / 15.0 * std::pow(T, 4);
}

double ElectromagneticPlasma::electron_energy_density(double T) const {
  const LogarithmicJet G = scaled_pressures(T).electrons;
  return std::pow(T, 4) * (3.0 * G.value - G.d);
}

double ElectromagneticPlasma::electron_enthalpy_density(double T) const {
  const LogarithmicJet G = scaled_pressures(T).electrons;
  return std::pow(T, 4) * (4.0 * G.value - G.d);
}

// NOLINTNEXTLINE(readability-convert-member-functions-to-static): a plasma is asked for all alike
double ElectromagneticPlasma::muon_enthalpy_density(double T) const {
  const LogarithmicJet G = ideal_fermion_pressure(constants::muon_mass / T);
  return std::pow(T, 4) * (4.0 * G.value - G.d);
}

double ElectromagneticPlasma::massless_entropy(double T) const {
  // m_e -> 0 in all but the running coupling:
  // G = pi^2/45 + 7 pi^2/180 - 5 e^2/288 + e^3/(36 sqrt(3) pi) + ..., s/T^3 = 4 G - DG.
  LogarithmicJet G{pi * pi / 45.0 + 7.0 * pi * pi / 180.0};
  for (const LogarithmicJet& term : massless_qed_pressures(parameters_.qed, constants::electron_mass / T)) {
    G = G + term;
  }
  G = G + relic_pressure(relic_, T);
  return 4.0 * G.value - G.d;
}

double ElectromagneticPlasma::relic_share(double T) const {
  const LogarithmicJet G = scaled_pressures(T).all, relic = relic_pressure(relic_, T);
  return (4.0 * relic.value - relic.d) / (4.0 * G.value - G.d);
}

}  // namespace qke
