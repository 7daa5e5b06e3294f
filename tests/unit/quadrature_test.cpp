// numerics/quadrature: Gauss-Legendre nodes and weights.
#include "numerics/quadrature.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/integration.hpp"

namespace qke {
namespace {

double integral_of_power(const Quadrature& rule, int power) {
  return (rule.weights * rule.nodes.pow(power)).sum();
}

// int_{-1}^{1} t^n dt is 2/(n+1) for even n and 0 for odd n.
TEST(GaussLegendre, IsExactUpToDegreeTwoNMinusOne) {
  for (const int n : {1, 2, 3, 5, 8, 14, 24, 40}) {
    const Quadrature rule = gauss_legendre(n);
    ASSERT_EQ(rule.nodes.size(), n);
    for (int power = 0; power < 2 * n; ++power) {
      const double expected = power % 2 == 0 ? 2.0 / (power + 1) : 0.0;
      EXPECT_NEAR(integral_of_power(rule, power), expected, 1e-14)
          << n << " points, power " << power;  // rounding
    }
  }
}

// The error for t^{2n} is 2^{2n+1} (n!)^4/{(2n+1) [(2n)!]^2} (Abramowitz & Stegun 25.4.30).
TEST(GaussLegendre, HasTheKnownErrorAtDegreeTwoN) {
  for (const int n : {1, 2, 3, 5, 8}) {
    const double expected = std::exp((2 * n + 1) * std::log(2.0) + 4 * std::lgamma(n + 1.0) -
                                     std::log(2 * n + 1.0) - 2 * std::lgamma(2 * n + 1.0));
    const double error = 2.0 / (2 * n + 1) - integral_of_power(gauss_legendre(n), 2 * n);
    EXPECT_NEAR(error, expected, 1e-14) << n << " points";
  }
}

TEST(GaussLegendre, AgreesWithNewtonsMethodNodeByNode) {
  for (const int n : {2, 7, 14, 33}) {
    const Quadrature rule = gauss_legendre(n);
    const independent::Rule expected = independent::gauss_rule(n);  // from the largest node down
    for (int k = 0; k < n; ++k) {
      EXPECT_NEAR(rule.nodes(k), expected.nodes[n - 1 - k], 4e-15);
      EXPECT_NEAR(rule.weights(k), expected.weights[n - 1 - k], 4e-15);
    }
  }
}

}  // namespace
}  // namespace qke
