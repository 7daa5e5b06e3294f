#include "components/plasma/qed_pressure.hpp"

#include <algorithm>
#include <cmath>

#include "components/plasma/thermal_integrals.hpp"
#include "model/constants.hpp"

namespace qke {
namespace {

using constants::pi;
constexpr double e_squared = 4.0 * pi * constants::fine_structure;

// A and B with their derivatives. Integration by parts gives DA = -tau^2 B; in the
// variable t of the rule, DB = int eps N' dt.
struct Integrals {
  LogarithmicJet A, B;
};

Integrals integrals(double tau) {
  const FermiDiracRule r = fermi_dirac_rule(tau);
  const double w = tau * tau;
  Integrals result;
  result.B.value = (r.weight * r.N).sum();
  result.B.d = (r.weight * r.eps * r.dN).sum();
  result.B.d2 = (r.weight * (r.eps * r.dN + r.eps.square() * r.d2N)).sum();
  result.A.value = (r.weight * r.u.square() * r.N).sum();
  result.A.d = -w * result.B.value;
  result.A.d2 = -w * (2.0 * result.B.value + result.B.d);
  return result;
}

// I = 2 A + tau^2 B, whose terms in B cancel in DI.
LogarithmicJet debye_integral(double tau) {
  const auto [A, B] = integrals(tau);
  const double w = tau * tau;
  return {2.0 * A.value + w * B.value, w * B.d, w * (2.0 * B.d + B.d2)};
}

LogarithmicJet logarithm(double tau) { return {std::log(tau), 1.0, 0.0}; }

// A(0) = pi^2/6, I(0) = pi^2/3.
LogarithmicJet fade(Fading fading, double tau) {
  if (fading == Fading::none) return {1.0};
  if (fading == Fading::photon_mass) return (6.0 / (pi * pi)) * integrals(tau).A;
  return (3.0 / (pi * pi)) * debye_integral(tau);
}

// From the second and the third order: d ln e/d ln T = e^2/(12 pi^2), twice and three
// times.
constexpr double running_of_e2 = -e_squared / (6.0 * pi * pi), running_of_e3 = -e_squared / (4.0 * pi * pi);

// c_4 and c_5 as nudec_BSM v2 has them.
constexpr double c_4 = -0.0015941171507113735, c_5 = -0.0006971656122053014;
const double constant_e4 = e_squared * e_squared * c_4 * pi * pi / 45.0;
const double constant_e5 = std::pow(e_squared, 2.5) * c_5 * pi * pi / 45.0;

// The orders by number; with the logarithmic term of e^2 or without.
int order(Qed qed) {
  return qed == Qed::none ? 0 : 2 + (static_cast<int>(qed) - static_cast<int>(Qed::e2)) / 2;
}

bool has_logarithm(Qed qed) {
  return qed == Qed::e2_ln || qed == Qed::e3_ln || qed == Qed::e4_ln || qed == Qed::e5_ln;
}

}  // namespace

LogarithmicJet qed_pressure_e2(double tau) {
  const LogarithmicJet A = integrals(tau).A;
  const double linear = -e_squared / (12.0 * pi * pi);
  const double quadratic = -e_squared / (8.0 * std::pow(pi, 4));
  return {linear * A.value + quadratic * A.value * A.value, linear * A.d + 2.0 * quadratic * A.value * A.d,
          linear * A.d2 + 2.0 * quadratic * (A.d * A.d + A.value * A.d2)};
}

LogarithmicJet qed_pressure_e2_ln(double tau) {
  // In t the logarithm is a convolution: L = 1/2 int int F(t) F(t') kappa(t - t') over
  // the whole plane with the odd F = u N and kappa(t) = -ln|tanh(t/2)|, whose Fourier
  // transform is (pi/omega) tanh(pi omega/2). So
  //   L = 2 int_0^infinity d omega S(omega)^2 tanh(pi omega/2)/omega
  // with the sine transform S of F: no singularity is left.
  const FermiDiracRule r = fermi_dirac_rule(tau);
  const Eigen::ArrayXd F = r.weight * r.u * r.N;
  const Eigen::ArrayXd dF = F + r.weight * r.u * r.eps * r.dN;
  const Eigen::ArrayXd d2F = dF + r.weight * r.u * (2.0 * r.eps * r.dN + r.eps.square() * r.d2N);

  const double step = 0.16;              // pole of tanh at omega = i: error e^{-2 pi/step}
  const double omega_max = pi / r.step;  // S^2 falls as e^{-pi omega} or e^{-omega^2/tau}
  double L = 0, dL = 0, d2L = 0;
  for (int n = 1; n * step < omega_max; ++n) {
    const double omega = n * step;
    const Eigen::ArrayXd sine = (omega * r.t).sin();
    const double S = (F * sine).sum(), dS = (dF * sine).sum(), d2S = (d2F * sine).sum();
    const double kernel = 2.0 * step * std::tanh(0.5 * pi * omega) / omega;
    L += kernel * S * S;
    dL += kernel * 2.0 * S * dS;
    d2L += kernel * 2.0 * (dS * dS + S * d2S);
  }
  const double prefactor = e_squared * tau * tau / (16.0 * std::pow(pi, 4));
  return {prefactor * L, prefactor * (2.0 * L + dL), prefactor * (4.0 * L + 4.0 * dL + d2L)};
}

LogarithmicJet qed_pressure_e3(double tau) {
  const auto [I, dI, d2I] = debye_integral(tau);
  const double prefactor = std::pow(e_squared, 1.5) / (12.0 * std::pow(pi, 4));
  const double root = std::sqrt(I);
  return {prefactor * I * root, prefactor * 1.5 * root * dI,
          prefactor * (0.75 * dI * dI / root + 1.5 * root * d2I)};
}

LogarithmicJet qed_pressure_e4(double tau, Fading fading) {
  return running_of_e2 * (logarithm(tau) * qed_pressure_e2(tau)) + constant_e4 * fade(fading, tau);
}

LogarithmicJet qed_pressure_e5(double tau, Fading fading) {
  return running_of_e3 * (logarithm(tau) * qed_pressure_e3(tau)) + constant_e5 * fade(fading, tau);
}

LogarithmicJet qed_pressure(Qed qed, double tau) {
  LogarithmicJet sum;
  if (order(qed) >= 2) sum = sum + qed_pressure_e2(tau);
  if (has_logarithm(qed)) sum = sum + qed_pressure_e2_ln(tau);
  if (order(qed) >= 3) sum = sum + qed_pressure_e3(tau);
  if (order(qed) >= 4) sum = sum + qed_pressure_e4(tau);
  if (order(qed) >= 5) sum = sum + qed_pressure_e5(tau);
  return sum;
}

std::vector<LogarithmicJet> massless_qed_pressures(Qed qed, double tau) {
  const double e = std::sqrt(e_squared);
  const LogarithmicJet second{-(5.0 * e * e / 288.0)}, third{e * e * e / (36.0 * std::sqrt(3.0) * pi)};
  std::vector<LogarithmicJet> terms{second, third,
                                    running_of_e2 * (logarithm(tau) * second) + LogarithmicJet{constant_e4},
                                    running_of_e3 * (logarithm(tau) * third) + LogarithmicJet{constant_e5}};
  terms.resize(static_cast<std::size_t>(std::max(0, order(qed) - 1)));
  return terms;
}

}  // namespace qke
