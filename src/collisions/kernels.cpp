#include "qke/collisions/kernels.hpp"

#include <algorithm>
#include <cmath>

namespace qke::kernels {
namespace {

struct Range {
  double low, high;
  bool empty() const { return high <= low; }
};

// |a - b| <= q <= a + b for both pairs of momenta that q connects.
Range allowed(double a, double b, double c, double d) {
  return {std::max(std::abs(a - b), std::abs(c - d)), std::min(a + b, c + d)};
}

// int over the range of (A - q^2)(B - q^2)/4.
double quartic(double A, double B, Range q) {
  const auto antiderivative = [&](double v) {
    const double v2 = v * v;
    return v * (A * B + v2 * (-(A + B) / 3.0 + v2 / 5.0));
  };
  return q.empty() ? 0.0 : 0.25 * (antiderivative(q.high) - antiderivative(q.low));
}

// int over the range of (A - q^2)/2.
double quadratic(double A, Range q) {
  const auto antiderivative = [&](double v) { return v * (A - v * v / 3.0); };
  return q.empty() ? 0.0 : 0.5 * (antiderivative(q.high) - antiderivative(q.low));
}

double square(double v) { return v * v; }

}  // namespace

double s_channel(Leg p1, Leg p2, Leg p3, Leg p4, double m12_squared, double m34_squared) {
  // p1.p2 = (s - m1^2 - m2^2)/2 with s = (E1 + E2)^2 - q^2.
  const double s0 = square(p1.E + p2.E);
  return quartic(s0 - m12_squared, s0 - m34_squared, allowed(p1.p, p2.p, p3.p, p4.p));
}

double u_channel(Leg p1, Leg p2, Leg p3, Leg p4, double m14_squared, double m23_squared) {
  // p1.p4 = (m1^2 + m4^2 - u)/2 with u = (E1 - E4)^2 - q^2; both factors change sign.
  const double u0 = square(p1.E - p4.E);
  return quartic(u0 - m14_squared, u0 - m23_squared, allowed(p1.p, p4.p, p2.p, p3.p));
}

double s_channel_mass(Leg p1, Leg p2, Leg p3, Leg p4, double m12_squared) {
  return quadratic(square(p1.E + p2.E) - m12_squared, allowed(p1.p, p2.p, p3.p, p4.p));
}

double t_channel_mass(Leg p1, Leg p2, Leg p3, Leg p4, double m13_squared) {
  return -quadratic(square(p1.E - p3.E) - m13_squared, allowed(p1.p, p3.p, p2.p, p4.p));
}

}  // namespace qke::kernels
