// Smooth functions of one variable tabulated as Chebyshev series on equal panels.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace qke {

// `count` functions at once, on panels of about this width and with this many points in
// each: the error of analytic functions falls exponentially with the points.
template <int count>
class ChebyshevTable {
 public:
  using Values = Eigen::Array<double, count, 1>;

  // f(x) returns Values.
  template <class Function>
  ChebyshevTable(double first, double last, double panel_width, int points, Function&& f)
      : first_(first), last_(last) {
    panels_ = std::max(1, static_cast<int>(std::ceil((last - first) / panel_width)));
    width_ = (last - first) / panels_;
    for (int panel = 0; panel < panels_; ++panel) {
      Series series = Series::Zero(count, points);
      for (int k = 0; k < points; ++k) {
        const double angle = std::numbers::pi * (k + 0.5) / points;
        const Values value = f(first_ + width_ * (panel + 0.5 * (1.0 + std::cos(angle))));
        for (int n = 0; n < points; ++n) {
          series.col(n) += (n == 0 ? 1.0 : 2.0) / points * std::cos(n * angle) * value;
        }
      }
      series_.push_back(std::move(series));
    }
  }

  bool covers(double x) const { return x >= first_ && x <= last_; }

  // Clenshaw's sum.
  Values operator()(double x) const {
    const double position = (x - first_) / width_;
    const int panel = std::clamp(static_cast<int>(position), 0, panels_ - 1);
    const double t = 2.0 * (position - panel) - 1.0;
    const Series& series = series_[static_cast<std::size_t>(panel)];
    Values b1 = Values::Zero(), b2 = Values::Zero();
    for (Eigen::Index n = series.cols() - 1; n > 0; --n) {
      const Values b = 2.0 * t * b1 - b2 + series.col(n);
      b2 = b1, b1 = b;
    }
    return t * b1 - b2 + series.col(0);
  }

 private:
  using Series = Eigen::Array<double, count, Eigen::Dynamic>;

  double first_, last_, width_ = 0;
  int panels_ = 0;
  std::vector<Series> series_;
};

}  // namespace qke
