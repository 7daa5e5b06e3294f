// Integration for the tests alone: nothing here uses the library's quadrature, so that a
// formula of the library can be compared with a second evaluation of it.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <numbers>
#include <vector>

namespace qke::independent {

struct Rule {
  std::vector<double> nodes, weights;  // on [-1, 1]
};

// Gauss-Legendre by Newton's method on the three-term recurrence.
inline Rule gauss_rule(int n) {
  Rule rule;
  for (int k = 1; k <= n; ++k) {
    double x = std::cos(std::numbers::pi * (k - 0.25) / (n + 0.5)), slope = 0.0;
    for (int iteration = 0; iteration < 50; ++iteration) {
      double last = 1.0, value = x;
      for (int m = 2; m <= n; ++m) {
        const double next = ((2 * m - 1) * x * value - (m - 1) * last) / m;
        last = value;
        value = next;
      }
      slope = n * (x * value - last) / (x * x - 1.0);
      const double change = value / slope;
      x -= change;
      if (std::abs(change) < 1e-16) break;
    }
    rule.nodes.push_back(x);
    rule.weights.push_back(2.0 / ((1.0 - x * x) * slope * slope));
  }
  return rule;
}

template <class Integrand>
auto gauss(const Rule& rule, Integrand&& f, double low, double high) {
  const double centre = 0.5 * (low + high), half = 0.5 * (high - low);
  using Value = std::decay_t<decltype(f(low))>;
  Value sum = half * rule.weights[0] * f(centre + half * rule.nodes[0]);
  for (std::size_t n = 1; n < rule.nodes.size(); ++n) {
    sum += Value(half * rule.weights[n] * f(centre + half * rule.nodes[n]));
  }
  return sum;
}

inline double magnitude(double value) { return std::abs(value); }
template <int n>
double magnitude(const Eigen::Array<double, n, 1>& value) {
  return value.abs().maxCoeff();
}

// int f over [low, high] by bisection until halves and whole agree to `tolerance`; finds kinks by itself. The
// depth keeps the rounding noise of f from being chased.
template <class Integrand>
auto adaptive(Integrand&& f, double low, double high, double tolerance, int depth = 14) {
  static const Rule rule = gauss_rule(12);
  using Value = std::decay_t<decltype(f(low))>;
  const double centre = 0.5 * (low + high);
  const Value whole = gauss(rule, f, low, high);
  const Value left = gauss(rule, f, low, centre), right = gauss(rule, f, centre, high);
  if (depth == 0 || magnitude(Value(left + right - whole)) <= tolerance) return Value(left + right);
  return Value(adaptive(f, low, centre, 0.5 * tolerance, depth - 1) +
               adaptive(f, centre, high, 0.5 * tolerance, depth - 1));
}

// df/dt from eight neighbours: truncation error step^8 f^(9)/630, rounding about 2 epsilon |f|/step.
template <class Function>
double central_difference(Function&& f, double t, double step) {
  const double coefficients[] = {4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0};
  double sum = 0.0;
  for (int k = 1; k <= 4; ++k) sum += coefficients[k - 1] * (f(t + k * step) - f(t - k * step));
  return sum / step;
}

}  // namespace qke::independent
