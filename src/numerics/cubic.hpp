// Lagrange's cubic through four neighbours of equally spaced points.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace qke {

struct Cubic {
  std::size_t first;                      // of the four points
  std::array<double, 4> weights, slopes;  // of the value, and of its derivative by the position

  // At `position` among `count` >= 4 points at 0, 1, 2, ...; extrapolates beyond the ends.
  Cubic(double position, std::size_t count) {
    const double last_start = static_cast<double>(count) - 4.0;
    const double start = std::clamp(std::floor(position) - 1.0, 0.0, last_start);
    first = static_cast<std::size_t>(start);
    const double t = position - start, t2 = t * t;
    weights = {-(t - 1.0) * (t - 2.0) * (t - 3.0) / 6.0, t * (t - 2.0) * (t - 3.0) / 2.0,
               -t * (t - 1.0) * (t - 3.0) / 2.0, t * (t - 1.0) * (t - 2.0) / 6.0};
    slopes = {-(3.0 * t2 - 12.0 * t + 11.0) / 6.0, (3.0 * t2 - 10.0 * t + 6.0) / 2.0,
              -(3.0 * t2 - 8.0 * t + 3.0) / 2.0, (3.0 * t2 - 6.0 * t + 2.0) / 6.0};
  }

  // Values may be numbers or matrices.
  template <class Values>
  auto operator()(const Values& values) const {
    return sum(weights, values);
  }
  template <class Values>
  auto slope(const Values& values) const {
    return sum(slopes, values);
  }

 private:
  template <class Values>
  auto sum(const std::array<double, 4>& factors, const Values& values) const {
    typename Values::value_type result = factors[0] * values[first];
    for (std::size_t n = 1; n < 4; ++n) result += factors[n] * values[first + n];
    return result;
  }
};

}  // namespace qke
