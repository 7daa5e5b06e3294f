#include "components/plasma/thermal_integrals.hpp"

#include <cmath>

namespace qke {

FermiDiracRule fermi_dirac_rule(double tau) {
  // The nearest singularity lies at Im t ~ pi/2 (error e^{-pi^2/step}); for tau >> 1 the
  // integrand is a Gaussian of width tau^{-1/2} instead (error e^{-2 pi^2/(tau step^2)}).
  // The steps are small enough for Fourier transforms, too: up to omega = pi/step nothing
  // is folded back.
  const double step = std::min(0.2, 0.5 / std::sqrt(tau));
  const double exponent_range = 46.0;  // e^{-46} = 1e-20
  const double t_max = std::acosh(1.0 + exponent_range / tau);
  const int n = static_cast<int>(std::ceil(t_max / step)) + 1;

  FermiDiracRule rule;
  rule.step = step;
  rule.t = Eigen::ArrayXd::LinSpaced(n, 0.0, step * (n - 1));
  rule.weight = Eigen::ArrayXd::Constant(n, step);
  rule.weight(0) = 0.5 * step;
  rule.u = tau * rule.t.sinh();
  rule.eps = tau * rule.t.cosh();
  const Eigen::ArrayXd decay = (-rule.eps).exp();
  rule.N = 2.0 * decay / (1.0 + decay);
  rule.dN = -rule.N / (1.0 + decay);                    // N' = -N (1 - N/2)
  rule.d2N = -rule.dN * (1.0 - decay) / (1.0 + decay);  // N'' = -N' tanh(eps/2)
  return rule;
}

}  // namespace qke
