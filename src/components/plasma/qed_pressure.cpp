#include "components/plasma/qed_pressure.hpp"

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
  const auto [A, B] = integrals(tau);
  const double w = tau * tau;
  const double I = 2.0 * A.value + w * B.value;
  const double dI = w * B.d;
  const double d2I = w * (2.0 * B.d + B.d2);
  const double prefactor = std::pow(e_squared, 1.5) / (12.0 * std::pow(pi, 4));
  const double root = std::sqrt(I);
  return {prefactor * I * root, prefactor * 1.5 * root * dI,
          prefactor * (0.75 * dI * dI / root + 1.5 * root * d2I)};
}

LogarithmicJet qed_pressure(Qed qed, double tau) {
  LogarithmicJet sum;
  if (qed != Qed::none) sum = sum + qed_pressure_e2(tau);
  if (qed == Qed::e2_ln || qed == Qed::e3_ln) sum = sum + qed_pressure_e2_ln(tau);
  if (qed == Qed::e3 || qed == Qed::e3_ln) sum = sum + qed_pressure_e3(tau);
  return sum;
}

}  // namespace qke
