// plasma/: the published checks of docs/physics.md ("Numbers compared with"), every order
// of the pressure against a second evaluation, and thermodynamic consistency.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>

#include "components/plasma/electromagnetic_plasma.hpp"
#include "components/plasma/qed_pressure.hpp"
#include "components/plasma/thermal_integrals.hpp"
#include "model/constants.hpp"
#include "support/integration.hpp"

namespace qke {
namespace {

using independent::adaptive;
using independent::central_difference;
using std::numbers::pi;

// e^2 = 4 pi alpha and m_e [CODATA18], written again.
const double e2 = 4.0 * pi / 137.035999084;
const double e3 = std::pow(e2, 1.5);
constexpr double m_e = 0.51099895;
constexpr double T_published = 1.000165021084;  // MeV: docs/physics.md, "Numbers compared with"

// N(p) = 2/(e^{E/T} + 1) with T = 1.
double occupation(double p, double tau) { return 2.0 / (std::exp(std::hypot(p, tau)) + 1.0); }

// int_0^infinity dp g(p) N(p); e^{-60} of the integrand lies above the end.
template <class Function>
double thermal_integral(double tau, Function&& g) {
  const double end = 60.0 + 10.0 * std::sqrt(tau);
  const double size = occupation(0.0, tau);
  return adaptive([&](double p) { return g(p) * occupation(p, tau); }, 0.0, end, 1e-15 * size);
}

double pressure_integral(double tau) {
  return thermal_integral(tau, [&](double p) { return p * p / std::hypot(p, tau); });
}

// int int dp dk (p k/(E_p E_k)) ln|(p+k)/(p-k)| N N = 2 int dp int_0^p dk; k = p (1 - v^4) softens the
// logarithm.
double double_logarithm(double tau) {
  const auto weight = [&](double p) { return p / std::hypot(p, tau) * occupation(p, tau); };
  const double size = occupation(0.0, tau);
  const auto inner = [&](double p) {
    return adaptive(
        [&](double v) {
          const double w = std::pow(v, 4);
          return w == 0.0 ? 0.0 : 4.0 * v * v * v * p * weight(p * (1.0 - w)) * std::log((2.0 - w) / w);
        },
        0.0, 1.0, 1e-13 * size);
  };
  return 2.0 * adaptive([&](double p) { return weight(p) * inner(p); }, 0.0, 45.0 + 10.0 * std::sqrt(tau),
                        1e-12 * size * size);
}

constexpr double temperatures_over_mass[] = {0.03, 0.1, 0.3, 1.0, 3.0, 30.0};

TEST(ThermalIntegrals, AgreeWithAdaptiveQuadrature) {
  for (const double ratio : temperatures_over_mass) {
    const double tau = 1.0 / ratio;
    const FermiDiracRule rule = fermi_dirac_rule(tau);
    const double moments[] = {(rule.weight * rule.N).sum(), (rule.weight * rule.u.square() * rule.N).sum(),
                              (rule.weight * rule.u.pow(4) * rule.N).sum()};
    for (int n = 0; n < 3; ++n) {
      const double expected =
          thermal_integral(tau, [&](double p) { return std::pow(p, 2 * n) / std::hypot(p, tau); });
      EXPECT_NEAR(moments[n] / expected, 1.0, 1e-12) << "tau = " << tau << ", power " << 2 * n;
    }
  }
}

TEST(ThermalIntegrals, KnowTheDerivativesOfTheOccupation) {
  const FermiDiracRule rule = fermi_dirac_rule(0.7);
  const auto N = [](double E) { return 2.0 / (std::exp(E) + 1.0); };
  for (Eigen::Index n = 0; n < rule.t.size(); ++n) {
    const double E = rule.eps(n);
    if (E > 30.0) break;
    EXPECT_NEAR(rule.N(n), N(E), 1e-15);
    EXPECT_NEAR(rule.dN(n), central_difference(N, E, 0.05), 3e-12);  // truncation 0.05^8/630 N^(9)
    const auto slope = [&](double e) { return -0.5 * std::exp(e) * N(e) * N(e); };
    EXPECT_NEAR(rule.d2N(n), central_difference(slope, E, 0.05), 3e-12);
  }
}

TEST(IdealPressure, AgreesWithAdaptiveQuadrature) {
  for (const double ratio : temperatures_over_mass) {
    const double tau = 1.0 / ratio;
    // P = 4 int d^3p/(2 pi)^3 p^2/(3E) f = (1/3 pi^2) int dp p^4/E N.
    const double expected =
        thermal_integral(tau, [&](double p) { return std::pow(p, 4) / std::hypot(p, tau); }) /
        (3.0 * pi * pi);
    EXPECT_NEAR(ideal_fermion_pressure(tau).value / expected, 1.0, 1e-12) << "tau = " << tau;
  }
  EXPECT_NEAR(ideal_fermion_pressure(1e-7).value, 7.0 * pi * pi / 180.0, 1e-13);
  EXPECT_EQ(ideal_fermion_pressure(1e4).value, 0.0);
}

// The same of four states of a boson, 2/(e^E - 1); massless: 4 pi^2/90.
TEST(IdealPressure, OfBosonsAgreesWithAdaptiveQuadrature) {
  for (const double ratio : temperatures_over_mass) {
    const double tau = 1.0 / ratio, end = 60.0 + 10.0 * std::sqrt(tau);
    const auto integrand = [&](double p) {
      const double E = std::hypot(p, tau);
      return std::pow(p, 4) / E * 2.0 / std::expm1(E);
    };
    const double expected = adaptive(integrand, 0.0, end, 1e-15 * std::exp(-tau)) / (3.0 * pi * pi);
    EXPECT_NEAR(ideal_boson_pressure(tau).value / expected, 1.0, 1e-12) << "tau = " << tau;
  }
  EXPECT_NEAR(ideal_boson_pressure(1e-7).value, 4.0 * pi * pi / 90.0, 1e-13);
  EXPECT_EQ(ideal_boson_pressure(1e4).value, 0.0);
}

// docs/physics.md, "Numbers compared with": P(2), P(2,ln), P(3) at T = 1.000165021084 MeV; half a unit of the
// last printed digit.
TEST(QedPressure, HasThePublishedValues) {
  const double tau = m_e / T_published, T4 = std::pow(T_published, 4);
  EXPECT_NEAR(T4 * qed_pressure_e2(tau).value, -1.3334e-3, 0.5e-7);
  EXPECT_NEAR(T4 * qed_pressure_e2_ln(tau).value, 1.7729e-5, 0.5e-9);
  EXPECT_NEAR(T4 * qed_pressure_e3(tau).value, 1.3372e-4, 0.5e-8);
}

// docs/physics.md, "Numbers compared with": -5 e^2/288 and e^3/(36 sqrt3 pi); corrections of order
// tau^2 ln tau = 1e-10 remain.
TEST(QedPressure, HasTheMasslessLimits) {
  const double tau = 3e-6;
  EXPECT_NEAR(qed_pressure_e2(tau).value / (-5.0 * e2 / 288.0), 1.0, 1e-9);
  EXPECT_NEAR(qed_pressure_e3(tau).value / (e3 / (36.0 * std::sqrt(3.0) * pi)), 1.0, 1e-9);
  EXPECT_NEAR(qed_pressure_e2_ln(tau).value, 0.0, 1e-12);
}

TEST(QedPressure, AgreesWithAdaptiveQuadratureOrderByOrder) {
  for (const double ratio : temperatures_over_mass) {
    const double tau = 1.0 / ratio, A = pressure_integral(tau);
    const double second = -e2 / (12.0 * pi * pi) * A - e2 / (8.0 * std::pow(pi, 4)) * A * A;
    EXPECT_NEAR(qed_pressure_e2(tau).value / second, 1.0, 1e-11) << "tau = " << tau;
    const double I = thermal_integral(tau, [&](double p) {
      const double E = std::hypot(p, tau);
      return (p * p + E * E) / E;
    });
    EXPECT_NEAR(qed_pressure_e3(tau).value / (e3 / (12.0 * std::pow(pi, 4)) * std::pow(I, 1.5)), 1.0, 1e-11)
        << "tau = " << tau;
  }
}

TEST(QedPressure, LogarithmicTermAgreesWithTheDoubleIntegral) {
  for (const double tau : {0.1, m_e / T_published, 3.0, 12.0}) {
    const double expected = e2 * tau * tau / (16.0 * std::pow(pi, 4)) * double_logarithm(tau);
    // The library's transform is cut where its error is e^{-2 pi/0.16}; the double integral is good to 1e-9.
    EXPECT_NEAR(qed_pressure_e2_ln(tau).value / expected, 1.0, 1e-8) << "tau = " << tau;
  }
}

// P4 and P5 as nudec_BSM v2 prints them (docs/beyond.md, "Plasma at higher orders"), whose constants do not
// fade; T and P in
// MeV and MeV^4, half a unit of the last digit.
TEST(QedPressure, HasThePublishedFourthAndFifthOrders) {
  struct Row {
    double T, fourth, digits_of_fourth, fifth, digits_of_fifth;
  };
  for (const Row& row : {Row{T_published, -4.328632e-6, 0.6e-12, -1.810371e-7, 0.6e-13},
                         Row{10.0, -0.1024372, 0.6e-7, 5.89318e-3, 0.6e-8},
                         Row{0.5, -1.81724e-7, 0.6e-12, -2.46910e-8, 0.6e-13}}) {
    const double tau = m_e / row.T, T4 = std::pow(row.T, 4);
    EXPECT_NEAR(T4 * qed_pressure_e4(tau, Fading::none).value, row.fourth, row.digits_of_fourth) << row.T;
    EXPECT_NEAR(T4 * qed_pressure_e5(tau, Fading::none).value, row.fifth, row.digits_of_fifth) << row.T;
  }
}

// The logarithms are those of the running coupling: with e^2(T) = e^2 [1 + e^2/(6 pi^2) ln(T/m_e)],
// e^2 P2 + e^3 P3 changes by as much, to first order.
TEST(QedPressure, RunsWithTheCoupling) {
  for (const double tau : {0.02, 0.5, 4.0}) {
    const double running = -e2 / (6.0 * pi * pi) * std::log(tau);
    const double constant_4 = qed_pressure_e4(1.0, Fading::none).value,
                 constant_5 = qed_pressure_e5(1.0, Fading::none).value;
    const double fourth = qed_pressure_e4(tau, Fading::none).value - constant_4,
                 fifth = qed_pressure_e5(tau, Fading::none).value - constant_5;
    EXPECT_NEAR(fourth / (running * qed_pressure_e2(tau).value), 1.0, 1e-11) << "tau = " << tau;
    EXPECT_NEAR(fifth / (1.5 * running * qed_pressure_e3(tau).value), 1.0, 1e-11) << "tau = " << tau;
  }
}

// The constants are whole where electrons are massless, and gone where there are none.
TEST(QedPressure, LetsTheConstantsFade) {
  for (const Fading fading : {Fading::photon_mass, Fading::debye_mass}) {
    for (const auto order : {qed_pressure_e4, qed_pressure_e5}) {
      const double whole = order(1e-5, Fading::none).value;
      EXPECT_NEAR(order(1e-5, fading).value / whole, 1.0, 1e-9);
      EXPECT_LT(std::abs(order(40.0, fading).value), 1e-15 * std::abs(whole));
      EXPECT_GT(std::abs(order(40.0, Fading::none).value), 0.1 * std::abs(order(1.0, Fading::none).value));
    }
  }
}

// A and I by adaptive quadrature.
TEST(QedPressure, FadesLikeTheMassOfThePhotons) {
  for (const double tau : {0.3, 1.0, 5.0}) {
    const double A = pressure_integral(tau), I = thermal_integral(tau, [&](double p) {
                                               const double E = std::hypot(p, tau);
                                               return (p * p + E * E) / E;
                                             });
    for (const auto order : {qed_pressure_e4, qed_pressure_e5}) {
      const double constant = order(1.0, Fading::none).value;  // ln 1 = 0
      const double rest = order(tau, Fading::none).value - constant;
      EXPECT_NEAR((order(tau, Fading::photon_mass).value - rest) / constant, 6.0 * A / (pi * pi), 1e-10);
      EXPECT_NEAR((order(tau, Fading::debye_mass).value - rest) / constant, 3.0 * I / (pi * pi), 1e-10);
    }
  }
}

// N_eff of neutrinos that decouple at T at once: s_pl/T^3 there against photons alone. Whole runs agree to
// 7e-7 (docs/beyond.md, "Plasma at higher orders"); they decouple gradually, on average above 1.5 MeV.
TEST(QedPressure, DoesNotDependOnHowTheConstantsFade) {
  const auto entropy = [](double tau, Fading fading) {
    const LogarithmicJet G = LogarithmicJet{pi * pi / 45.0} + ideal_fermion_pressure(tau) +
                             qed_pressure(Qed::e3, tau) + qed_pressure_e4(tau, fading) +
                             qed_pressure_e5(tau, fading);
    return 4.0 * G.value - G.d;
  };
  const auto N_eff = [&](double T, Fading fading) {
    return 3.0 * std::pow(11.0 * pi * pi / 45.0 / entropy(m_e / T, fading), 4.0 / 3.0);
  };
  for (const double T : {1.5, 2.0, 3.0}) {
    EXPECT_NEAR(N_eff(T, Fading::photon_mass), N_eff(T, Fading::debye_mass), 1e-6) << T << " MeV";
  }
}

TEST(QedPressure, OrdersAddUp) {
  const double tau = 0.8;
  const double second = qed_pressure_e2(tau).value, logarithm = qed_pressure_e2_ln(tau).value,
               third = qed_pressure_e3(tau).value;
  EXPECT_EQ(qed_pressure(Qed::none, tau).value, 0.0);
  EXPECT_DOUBLE_EQ(qed_pressure(Qed::e2, tau).value, second);
  EXPECT_DOUBLE_EQ(qed_pressure(Qed::e2_ln, tau).value, second + logarithm);
  EXPECT_DOUBLE_EQ(qed_pressure(Qed::e3, tau).value, second + third);
  EXPECT_DOUBLE_EQ(qed_pressure(Qed::e3_ln, tau).value, second + logarithm + third);
  const double fourth = qed_pressure_e4(tau).value, fifth = qed_pressure_e5(tau).value;
  EXPECT_DOUBLE_EQ(qed_pressure(Qed::e4, tau).value, second + third + fourth);
  EXPECT_DOUBLE_EQ(qed_pressure(Qed::e4_ln, tau).value, second + logarithm + third + fourth);
  EXPECT_DOUBLE_EQ(qed_pressure(Qed::e5, tau).value, second + third + fourth + fifth);
  EXPECT_DOUBLE_EQ(qed_pressure(Qed::e5_ln, tau).value, second + logarithm + third + fourth + fifth);
}

// The jets' derivatives are d/d ln tau of their values.
TEST(QedPressure, JetsAreConsistent) {
  const std::function<LogarithmicJet(double)> orders[] = {
      ideal_fermion_pressure,
      ideal_boson_pressure,
      qed_pressure_e2,
      qed_pressure_e2_ln,
      qed_pressure_e3,
      [](double tau) { return qed_pressure_e4(tau); },
      [](double tau) { return qed_pressure_e5(tau); },
      [](double tau) { return qed_pressure_e4(tau, Fading::debye_mass); },
      [](double tau) { return qed_pressure_e5(tau, Fading::debye_mass); }};
  for (const auto& order : orders) {
    for (const double tau : {0.02, 0.4, 1.5, 6.0, 20.0}) {
      const double scale = std::abs(order(tau).value) * (1.0 + tau * tau), step = 0.02 / (1.0 + tau);
      const auto value = [&](double t) { return order(std::exp(t)).value; };
      const auto slope = [&](double t) { return order(std::exp(t)).d; };
      const double d = central_difference(value, std::log(tau), step);
      const double d2 = central_difference(slope, std::log(tau), step);
      // Truncation step^8 (2 tau)^9/630, with two Boltzmann factors, and rounding 1e-16/step.
      EXPECT_NEAR(order(tau).d, d, 1e-11 * scale) << "tau = " << tau;
      EXPECT_NEAR(order(tau).d2, d2, 1e-11 * scale) << "tau = " << tau;
    }
  }
}

// docs/physics.md, "Numbers compared with": at x = z = 1, rho = 1.0628256988781 and P = 0.317605486731 in
// units of T_cm^4. The printed pressure is 6e-12 above what two quadratures give; the energy agrees to its
// last digit.
TEST(ElectronGas, HasThePublishedEnergyAndPressure) {
  const ElectromagneticPlasma plasma({});
  const double m4 = std::pow(m_e, 4);
  EXPECT_NEAR(plasma.electron_energy_density(m_e) / m4, 1.0628256988781, 1e-12);
  EXPECT_NEAR(ideal_fermion_pressure(1.0).value, 0.317605486731, 1e-11);
  EXPECT_NEAR(plasma.electron_enthalpy_density(m_e) / m4, 1.0628256988781 + 0.317605486731, 1e-11);
}

TEST(MuonGas, AgreesWithAdaptiveQuadrature) {
  const ElectromagneticPlasma plasma({});
  for (const double T : {8.0, 20.0, 90.0}) {
    const double tau = 105.6583755 / T;
    // rho + P = (1/pi^2) int dp p^2 (E + p^2/3E) N.
    const double expected = std::pow(T, 4) / (pi * pi) * thermal_integral(tau, [&](double p) {
                              const double E = std::hypot(p, tau);
                              return p * p * (E + p * p / (3.0 * E));
                            });
    EXPECT_NEAR(plasma.muon_enthalpy_density(T) / expected, 1.0, 1e-11) << T << " MeV";
  }
}

TEST(ElectromagneticPlasma, HasPhotonsAloneAtLowTemperature) {
  const ElectromagneticPlasma plasma({Qed::e3_ln, true});
  const double T = 0.002, rho = pi * pi / 15.0 * std::pow(T, 4);
  const PlasmaState state = plasma.state(T);
  EXPECT_NEAR(state.energy_density / rho, 1.0, 1e-14);
  EXPECT_NEAR(state.pressure / rho, 1.0 / 3.0, 1e-14);
  EXPECT_NEAR(plasma.photon_energy_density(T) / rho, 1.0, 1e-14);
}

// Up to the rounding of some twenty additions in the table.
TEST(ElectromagneticPlasma, IsTheSumOfItsParts) {
  const double rounding = 5e-15;
  for (const double T : {0.1, 1.0, 15.0}) {
    const double tau = m_e / T, T4 = std::pow(T, 4);
    const double ideal = pi * pi / 45.0 + ideal_fermion_pressure(tau).value;
    const double muons = ideal_fermion_pressure(105.6583755 / T).value;
    EXPECT_NEAR(ElectromagneticPlasma({Qed::none, false}).state(T).pressure / T4, ideal, rounding);
    EXPECT_NEAR(ElectromagneticPlasma({Qed::none, true}).state(T).pressure / T4, ideal + muons, rounding);
    EXPECT_NEAR(ElectromagneticPlasma({Qed::e3_ln, false}).state(T).pressure / T4,
                ideal + qed_pressure(Qed::e3_ln, tau).value, rounding);
  }
}

struct PlasmaCase {
  PlasmaParameters parameters;
  std::string name;
  RelicParameters relic = {};
};

constexpr RelicParameters scalar_of(double mass) { return {mass, 1.0, QuantumStatistics::boson}; }
constexpr RelicParameters dirac_of(double mass) { return {mass, 4.0, QuantumStatistics::fermion}; }

class PlasmaThermodynamics : public ::testing::TestWithParam<PlasmaCase> {};

// rho + P = T s, dP/dT = s and drho/dT to 1e-10 over T = 0.005-100 MeV (requirement 1). Differences in ln T
// with step 0.01: truncation 1e-16/630 times the ninth logarithmic derivative, at most 2e7 of a photon
// pressure (where m_e/T = 11), and rounding 1e-16/0.01; together below 1e-11.
TEST_P(PlasmaThermodynamics, IsConsistent) {
  const ElectromagneticPlasma plasma(GetParam().parameters, GetParam().relic);
  for (double T = 0.005; T < 100.0; T *= 1.35) {
    const PlasmaState state = plasma.state(T);
    const double rho_plus_P = state.energy_density + state.pressure;
    EXPECT_NEAR(rho_plus_P / (T * state.entropy_density), 1.0, 1e-10) << T << " MeV";
    const auto derivative = [&](double PlasmaState::*member) {
      return central_difference([&](double t) { return plasma.state(std::exp(t)).*member; }, std::log(T),
                                0.01) /
             T;
    };
    EXPECT_NEAR(derivative(&PlasmaState::pressure) / state.entropy_density, 1.0, 1e-10) << T << " MeV";
    EXPECT_NEAR(derivative(&PlasmaState::energy_density) / state.heat_capacity, 1.0, 1e-10) << T << " MeV";
  }
}

// T -> infinity with muons left out, but for the running coupling; what remains at 2e4 MeV is (m_e/T)^2 with
// its logarithm, below 1e-8 of QED.
TEST_P(PlasmaThermodynamics, ApproachesTheAsymptoticEntropy) {
  PlasmaParameters parameters = GetParam().parameters;
  const ElectromagneticPlasma normalised(parameters, GetParam().relic);
  parameters.muons = false;
  const double T = 2e4;
  const double entropy =
      ElectromagneticPlasma(parameters, GetParam().relic).state(T).entropy_density / std::pow(T, 3);
  EXPECT_NEAR(normalised.massless_entropy(T) / entropy, 1.0, 2e-9);
}

INSTANTIATE_TEST_SUITE_P(
    AllOptions, PlasmaThermodynamics,
    ::testing::Values(PlasmaCase{{Qed::none, false}, "none"}, PlasmaCase{{Qed::e2, false}, "e2"},
                      PlasmaCase{{Qed::e2_ln, false}, "e2_ln"}, PlasmaCase{{Qed::e3, false}, "e3"},
                      PlasmaCase{{Qed::e3_ln, false}, "e3_ln"}, PlasmaCase{{Qed::none, true}, "none_muons"},
                      PlasmaCase{{Qed::e2, true}, "e2_muons"}, PlasmaCase{{Qed::e2_ln, true}, "e2_ln_muons"},
                      PlasmaCase{{Qed::e3, true}, "e3_muons"}, PlasmaCase{{Qed::e3_ln, true}, "e3_ln_muons"},
                      PlasmaCase{{Qed::e4, false}, "e4"}, PlasmaCase{{Qed::e4_ln, false}, "e4_ln"},
                      PlasmaCase{{Qed::e5, false}, "e5"}, PlasmaCase{{Qed::e5_ln, true}, "e5_ln_muons"},
                      PlasmaCase{{Qed::e3, false}, "scalar_of_0p03", scalar_of(0.03)},
                      PlasmaCase{{Qed::e3, false}, "scalar_of_7", scalar_of(7.0)},
                      PlasmaCase{{Qed::e3, false}, "dirac_of_0p4", dirac_of(0.4)},
                      PlasmaCase{{Qed::e3, false}, "dirac_of_300", dirac_of(300.0)}),
    [](const auto& example) { return example.param.name; });

// docs/physics.md, "State and error control": s/T^3 = 4 (11 pi^2/180 - 5 e^2/288 + e^3/(36 sqrt3 pi)).
TEST(ElectromagneticPlasma, KnowsTheAsymptoticEntropy) {
  const double ideal = 11.0 * pi * pi / 180.0, second = -5.0 * e2 / 288.0,
               third = e3 / (36.0 * std::sqrt(3.0) * pi);
  EXPECT_NEAR(ElectromagneticPlasma({Qed::none, true}).asymptotic_entropy(), 4.0 * ideal, 1e-14);
  EXPECT_NEAR(ElectromagneticPlasma({Qed::e2_ln, false}).asymptotic_entropy(), 4.0 * (ideal + second), 1e-14);
  EXPECT_NEAR(ElectromagneticPlasma({Qed::e3, false}).asymptotic_entropy(), 4.0 * (ideal + second + third),
              1e-14);
  // The coupling of 2 MeV, where neutrinos decouple; D ln tau = 1; c4 of nudec_BSM v2.
  const double c4 = -0.0015941171507113735;
  const double running = -e2 / (6.0 * pi * pi) * second, ln_tau = std::log(m_e / 2.0);
  const double fourth = 4.0 * running * ln_tau - running + 4.0 * std::pow(e2, 2) * c4 * pi * pi / 45.0;
  EXPECT_NEAR(ElectromagneticPlasma({Qed::e4, false}).asymptotic_entropy(),
              4.0 * (ideal + second + third) + fourth, 1e-14);
}

// A relic adds the pressure of its gas: four states of an electron's mass are another electron, and a
// massless scalar half the photons.
TEST(Relic, AddsAnIdealGas) {
  const PlasmaParameters no_qed{Qed::none, false};
  const ElectromagneticPlasma alone(no_qed), with_electrons(no_qed, dirac_of(m_e)),
      with_scalar(no_qed, scalar_of(1e-8)), with_vector(no_qed, {5.0, 3.0, QuantumStatistics::boson});
  for (const double T : {0.05, 0.7, 15.0}) {
    const double photons = pi * pi / 45.0 * std::pow(T, 4), P = alone.state(T).pressure;
    EXPECT_NEAR(with_electrons.state(T).pressure / (2.0 * P - photons), 1.0, 1e-14) << T;
    EXPECT_NEAR(with_scalar.state(T).pressure / (P + 0.5 * photons), 1.0, 1e-12) << T;
    const double vector = 0.75 * ideal_boson_pressure(5.0 / T).value * std::pow(T, 4);
    EXPECT_NEAR(with_vector.state(T).pressure / (P + vector), 1.0, 1e-14) << T;
  }
}

TEST(Relic, IsNotThereWhereItIsHeavy) {
  const ElectromagneticPlasma alone({}), with_relic({}, dirac_of(1000.0));
  EXPECT_EQ(with_relic.asymptotic_entropy(), alone.asymptotic_entropy());
  for (double T = 0.01; T < 20.0; T *= 1.5) {
    EXPECT_NEAR(with_relic.state(T).entropy_density / alone.state(T).entropy_density, 1.0, 1e-14) << T;
    EXPECT_LT(with_relic.relic_share(T), 1e-19) << T;
  }
}

// Without QED: entropy 4 (pi^2/45 + 7 pi^2/180) of photons and e+-, 2 pi^2/45 of a massless scalar.
TEST(Relic, IsInTheEntropyThatNormalises) {
  const ElectromagneticPlasma plasma({Qed::none, false}, scalar_of(1e-6));
  const double others = 11.0 * pi * pi / 45.0, scalar = 2.0 * pi * pi / 45.0;
  EXPECT_NEAR(plasma.asymptotic_entropy(), others + scalar, 1e-13);
  EXPECT_NEAR(plasma.relic_share(1e3), scalar / (others + scalar), 1e-7);  // (m_e/T)^2
  // A massive one: at 2 MeV, by s = (1/2 pi^2) int dp p^2 (E + p^2/3E)/T/(e^E - 1).
  const double tau = 3.0 / 2.0;
  const double massive = adaptive(
                             [&](double p) {
                               const double E = std::hypot(p, tau);
                               return p * p * (E + p * p / (3.0 * E)) / std::expm1(E);
                             },
                             0.0, 80.0, 1e-15) /
                         (2.0 * pi * pi);
  EXPECT_NEAR(ElectromagneticPlasma({Qed::none, false}, scalar_of(3.0)).asymptotic_entropy(),
              others + massive, 1e-12);
}

// Up to e^3 it is the same at all temperatures.
TEST(ElectromagneticPlasma, HasAMasslessLimitUpToTheThirdOrder) {
  for (const Qed qed : {Qed::none, Qed::e2_ln, Qed::e3}) {
    const ElectromagneticPlasma plasma({qed, false});
    EXPECT_EQ(plasma.massless_entropy(100.0), plasma.asymptotic_entropy());
  }
}

}  // namespace
}  // namespace qke
