// The 2 -> 2 phase space by direct integration over angles, for the tests.
//
// With P = p1 + p2, the energy delta function fixes the angle between p3 and P: it gives
// E4/(P p3) with E4^2 = m4^2 + P^2 + p3^2 - 2 P p3 cos. The angle of p2 is traded for P,
// d cos12 = P dP/(p1 p2). Then
//   1/(2 E1) int dPi2 dPi3 dPi4 (2 pi)^4 delta^4 W F
//     = 1/(128 pi^3 p1^2) int dE2 dE3 F int dP <W>,
// where <W> is the mean over the azimuth of p3 around P, computed from explicit
// four-vectors. What the library calls int dq W is the last integral, for every channel.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "support/integration.hpp"

namespace qke::independent {

// Scalar products of the four-momenta.
struct Products {
  double p12, p13, p14, p23, p24, p34;
};

struct Kinematics {
  std::array<double, 4> mass;
  std::array<double, 4> E;  // E1 + E2 = E3 + E4

  double p(int n) const { return std::sqrt(std::max(0.0, (E[n] - mass[n]) * (E[n] + mass[n]))); }
};

using Momentum = Eigen::Vector3d;

// int dP <W>; exact but for rounding where W is of second degree in scalar products.
template <class Weight>
double direct_kernel(const Kinematics& k, Weight&& W) {
  static const Rule rule = gauss_rule(8), long_rule = gauss_rule(28);
  constexpr int azimuths = 4;  // exact for trigonometric polynomials of degree 3
  const double p1 = k.p(0), p2 = k.p(1), p3 = k.p(2), p4 = k.p(3);
  const double low = std::max(std::abs(p1 - p2), std::abs(p3 - p4)), high = std::min(p1 + p2, p3 + p4);
  if (high <= low) return 0.0;
  // A vector of length p in the x-z plane with |P - vector| = other, turned by the azimuth around P.
  const auto vector = [](double P, double p, double other, double azimuth) -> Momentum {
    const double cosine = std::clamp((P * P + p * p - other * other) / (2.0 * P * p), -1.0, 1.0);
    const double sine = std::sqrt(1.0 - cosine * cosine);
    return p * Momentum(sine * std::cos(azimuth), sine * std::sin(azimuth), cosine);
  };
  const auto mean = [&](double P) {
    double sum = 0.0;
    for (int n = 0; n < azimuths; ++n) {
      const Momentum total(0.0, 0.0, P);
      const Momentum q1 = vector(P, p1, p2, 0.0),
                     q3 = vector(P, p3, p4, std::numbers::pi * (n + 0.5) * 2.0 / azimuths);
      const Momentum q2 = total - q1, q4 = total - q3;
      sum += W(Products{k.E[0] * k.E[1] - q1.dot(q2), k.E[0] * k.E[2] - q1.dot(q3),
                        k.E[0] * k.E[3] - q1.dot(q4), k.E[1] * k.E[2] - q2.dot(q3),
                        k.E[1] * k.E[3] - q2.dot(q4), k.E[2] * k.E[3] - q3.dot(q4)});
    }
    return sum / azimuths;
  };
  // The mean has powers P^-4 ... P^4; the negative ones are absent where P may vanish.
  if (low < 1e-6 * high) return gauss(rule, mean, low, high);
  return gauss(
      long_rule, [&](double t) { return std::exp(t) * mean(std::exp(t)); }, std::log(low), std::log(high));
}

// The functions D1, D2, D3 of [DHS97], eqs. (A.10)-(A.12):
//   (4/pi) int_0^infinity dlambda/lambda^2 prod_i g_i(lambda),
// g_i = sin(lambda y_i), or y_i cos(lambda y_i) - sin(lambda y_i)/lambda where `vector[i]`. Written as a sum
// over signs of exponentials, each is a finite part: int e^{i a lambda}/lambda^n = pi i^n a^{n-1}
// sgn(a)/(n-1)!.
inline double d_function(const std::array<double, 4>& y, const std::array<bool, 4>& vector) {
  using Complex = std::complex<double>;
  const Complex i(0.0, 1.0);
  Complex sum = 0.0;
  for (int signs = 0; signs < 16; ++signs) {
    std::array<Complex, 7> power{};  // coefficients of lambda^{-n}
    power[2] = 1.0;
    double a = 0.0;
    for (int n = 0; n < 4; ++n) {
      const double sign = signs >> n & 1 ? 1.0 : -1.0;
      const Complex sine = sign / (2.0 * i);
      a += sign * y[n];
      for (int m = 6; m >= 0; --m) {
        const Complex lower = m > 0 ? power[m - 1] : 0.0;
        power[m] = vector[n] ? 0.5 * y[n] * power[m] - sine * lower : sine * power[m];
      }
    }
    Complex phase = 1.0;
    double factorial = 1.0;
    for (int n = 1; n < 7; ++n) {
      phase *= i;
      if (n > 1) factorial *= n - 1;
      const double sign_of_a = a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : 0.0;
      sum += power[n] * std::numbers::pi * phase * std::pow(a, n - 1) * sign_of_a / factorial;
    }
  }
  return 4.0 / std::numbers::pi * 0.5 * sum.real();
}

}  // namespace qke::independent
