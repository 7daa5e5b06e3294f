// Closed-form kernels of the 2 -> 2 collision integrals (docs/physics.md, "General
// form").
//
// After the angular integrations every process reduces to
//   C(p1) = G_F^2/(8 pi^3 p1^2) int dE2 dE3 int dq W(q) F,   E4 = E1 + E2 - E3,
// with W the squared matrix element, F the products of density matrices and occupation
// numbers, and q the three-momentum of the channel in which W is a polynomial in q^2.
// Each function below is the int dq of one W over the whole allowed range of q, exact.
// Momenta and energies share one unit.
//
// Real is double, or an Eigen array of values that are worked on together. Everything is
// a template, so that files compiled for different instruction sets share no code.
#pragma once

#include <type_traits>

namespace qke::kernels {

// A particle's energy and momentum.
template <class Real>
struct LegOf {
  Real E, p;
};
using Leg = LegOf<double>;

template <class Real>
LegOf<Real> massless(const Real& p) {
  return {p, p};
}

template <class Real>
Real larger(const Real& a, const Real& b) {
  if constexpr (std::is_arithmetic_v<Real>) {
    return a < b ? b : a;
  } else {
    return a.max(b);
  }
}
template <class Real>
Real smaller(const Real& a, const Real& b) {
  if constexpr (std::is_arithmetic_v<Real>) {
    return a < b ? a : b;
  } else {
    return a.min(b);
  }
}
template <class Real>
Real distance(const Real& a, const Real& b) {
  return larger<Real>(a - b, b - a);
}

template <class Real>
struct Range {
  Real low, high;  // equal where the range is empty
};

// |a - b| <= q <= a + b for both pairs of momenta that q connects.
template <class Real>
Range<Real> allowed(const Real& a, const Real& b, const Real& c, const Real& d) {
  const Real low = larger(distance(a, b), distance(c, d));
  return {low, larger<Real>(low, smaller<Real>(a + b, c + d))};
}

// int over the range of (A - q^2)(B - q^2)/4.
template <class Real>
Real quartic(const Real& A, const Real& B, const Range<Real>& q) {
  const auto antiderivative = [&](const Real& v) -> Real {
    const Real v2 = v * v;
    return v * (A * B + v2 * (-(A + B) * (1.0 / 3.0) + v2 * 0.2));
  };
  return 0.25 * (antiderivative(q.high) - antiderivative(q.low));
}

// int over the range of (A - q^2)/2.
template <class Real>
Real quadratic(const Real& A, const Range<Real>& q) {
  const auto antiderivative = [&](const Real& v) -> Real { return v * (A - v * v * (1.0 / 3.0)); };
  return 0.5 * (antiderivative(q.high) - antiderivative(q.low));
}

// int dq (p1.p2)(p3.p4), q = |p1 + p2|, m12_squared = m1^2 + m2^2, likewise for 3 and 4.
// p1.p2 = (s - m1^2 - m2^2)/2 with s = (E1 + E2)^2 - q^2.
template <class Real>
Real s_channel(const LegOf<Real>& p1, const LegOf<Real>& p2, const LegOf<Real>& p3, const LegOf<Real>& p4,
               double m12_squared, double m34_squared) {
  const Real E = p1.E + p2.E, s0 = E * E;
  return quartic<Real>(s0 - m12_squared, s0 - m34_squared, allowed(p1.p, p2.p, p3.p, p4.p));
}

// int dq (p1.p4)(p2.p3), q = |p1 - p4|.
// p1.p4 = (m1^2 + m4^2 - u)/2 with u = (E1 - E4)^2 - q^2; both factors change sign.
template <class Real>
Real u_channel(const LegOf<Real>& p1, const LegOf<Real>& p2, const LegOf<Real>& p3, const LegOf<Real>& p4,
               double m14_squared, double m23_squared) {
  const Real E = p1.E - p4.E, u0 = E * E;
  return quartic<Real>(u0 - m14_squared, u0 - m23_squared, allowed(p1.p, p4.p, p2.p, p3.p));
}

// int dq (p1.p2), q = |p1 + p2|.
template <class Real>
Real s_channel_mass(const LegOf<Real>& p1, const LegOf<Real>& p2, const LegOf<Real>& p3,
                    const LegOf<Real>& p4, double m12_squared) {
  const Real E = p1.E + p2.E;
  return quadratic<Real>(E * E - m12_squared, allowed(p1.p, p2.p, p3.p, p4.p));
}

// int dq (p1.p3), q = |p1 - p3|.
template <class Real>
Real t_channel_mass(const LegOf<Real>& p1, const LegOf<Real>& p2, const LegOf<Real>& p3,
                    const LegOf<Real>& p4, double m13_squared) {
  const Real E = p1.E - p3.E;
  return -quadratic<Real>(E * E - m13_squared, allowed(p1.p, p3.p, p2.p, p4.p));
}

}  // namespace qke::kernels
