// Closed-form kernels of the 2 -> 2 collision integrals (docs/physics.md).
//
// After the angular integrations every process reduces to
//   C(p1) = G_F^2/(8 pi^3 p1^2) int dE2 dE3 int dq W(q) F,   E4 = E1 + E2 - E3,
// with q the three-momentum of the channel in which W is a polynomial in q^2. Each function below is the
// int dq of one W over the whole allowed range of q, exact. Momenta and energies share one unit.
#pragma once

namespace qke::kernels {

// A particle's energy and momentum.
struct Leg {
  double E, p;
};
inline Leg massless(double p) { return {p, p}; }

// int dq (p1.p2)(p3.p4), q = |p1 + p2|, m12_squared = m1^2 + m2^2, likewise for 3 and 4.
double s_channel(Leg p1, Leg p2, Leg p3, Leg p4, double m12_squared, double m34_squared);
// int dq (p1.p4)(p2.p3), q = |p1 - p4|.
double u_channel(Leg p1, Leg p2, Leg p3, Leg p4, double m14_squared, double m23_squared);
// int dq (p1.p2), q = |p1 + p2|.
double s_channel_mass(Leg p1, Leg p2, Leg p3, Leg p4, double m12_squared);
// int dq (p1.p3), q = |p1 - p3|.
double t_channel_mass(Leg p1, Leg p2, Leg p3, Leg p4, double m13_squared);

}  // namespace qke::kernels
