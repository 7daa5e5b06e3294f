// Thermal integrals over a Fermi-Dirac gas of mass tau (in units of T), zero chemical
// potential.
//
// With u = tau sinh t the integrands are smooth, even in t and decay doubly
// exponentially, so that the trapezoidal rule in t converges exponentially: a few dozen
// points give rounding accuracy for any tau.
#pragma once

#include <Eigen/Dense>

namespace qke {

// The rule for int_0^infinity du g(u, eps)/eps = int_0^infinity dt g: nodes t_n with u,
// eps = tau cosh t, N = 2/(e^eps + 1) there, and its derivatives by eps.
struct FermiDiracRule {
  double step = 0;  // in t; the node t = 0 has half weight
  Eigen::ArrayXd t, weight, u, eps, N, dN, d2N;
};

FermiDiracRule fermi_dirac_rule(double tau);

}  // namespace qke
