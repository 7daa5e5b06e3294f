// Stiff systems of a few equations, y' = F(s, y): ESDIRK4(3)6L[2]SA of [KC03], six stages,
// fourth order, L-stable, with an embedded method of third order for the error. Each stage
// is solved by Newton's method with a Jacobian by difference quotients, made once a step.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace qke {

template <int n>
class Esdirk {
 public:
  using Vector = Eigen::Matrix<double, n, 1>;

  // Errors of a step are below the tolerance; integrate() takes no more steps than given.
  explicit Esdirk(double tolerance, int most_steps = std::numeric_limits<int>::max())
      : tolerance_(tolerance), most_steps_(most_steps) {}

  // The solution at `end`, from y at s. problem.at(s) returns F at s, a function of y.
  // `step` is the first step to try, and becomes the one for the steps to come; 0: all
  // there is. False if no step is short enough, or there are too many.
  template <class Problem>
  bool integrate(const Problem& problem, double s, double end, Vector& y, double& step) const;

 private:
  static constexpr int stages = 6;
  static constexpr double gamma = 0.25;
  using Matrix = Eigen::Matrix<double, n, n>;
  using Row = std::array<double, stages>;
  static constexpr Row c{0.0, 0.5, 83.0 / 250.0, 31.0 / 50.0, 17.0 / 20.0, 1.0};
  static constexpr std::array<Row, stages> a{
      {{},
       {0.25, 0.25},
       {8611.0 / 62500.0, -1743.0 / 31250.0, 0.25},
       {5012029.0 / 34652500.0, -654441.0 / 2922500.0, 174375.0 / 388108.0, 0.25},
       {15267082809.0 / 155376265600.0, -71443401.0 / 120774400.0, 730878875.0 / 902184768.0,
        2285395.0 / 8070912.0, 0.25},
       {82889.0 / 524892.0, 0.0, 15625.0 / 83664.0, 69875.0 / 102672.0, -2260.0 / 8211.0, 0.25}}};
  static constexpr Row embedded{4586570599.0 / 29645900160.0, 0.0,
                                178811875.0 / 945068544.0,    814220225.0 / 1159782912.0,
                                -3700637.0 / 11593932.0,      61727.0 / 225920.0};

  // The error of a step over the tolerance, and the solution in y; infinite where a stage
  // is not solved.
  template <class Problem>
  double try_step(const Problem& problem, double s, double h, Vector& y) const;
  template <class Function>
  bool solve(const Function& F, double h_gamma, const Vector& known,
             const Eigen::PartialPivLU<Matrix>& newton, Vector& y) const;
  template <class Function>
  static Matrix jacobian(const Function& F, const Vector& y, const Vector& slope);

  double tolerance_;
  int most_steps_;
};

template <int n>
template <class Problem>
bool Esdirk<n>::integrate(const Problem& problem, double s, double end, Vector& y, double& step) const {
  constexpr double safety = 0.9, most_growth = 4.0, least = 0.1, shortest = 1e-12;
  double planned = step > 0.0 ? step : end - s;
  for (int steps = 0; s < end; ++steps) {
    if (steps == most_steps_) return false;
    const bool is_last = planned >= 0.999 * (end - s);
    const double h = is_last ? end - s : planned;
    Vector solution = y;
    const double error = try_step(problem, s, h, solution);
    const double factor = std::isfinite(error) ? safety * std::pow(error + 1e-10, -0.25) : 0.25;
    if (error <= 1.0) {
      y = solution;
      s = is_last ? end : s + h;
      // A step cut short by the end says little about the next.
      planned = is_last && h < planned ? std::max(planned, h * std::min(factor, most_growth))
                                       : h * std::clamp(factor, least, most_growth);
    } else {
      planned = h * std::clamp(factor, least, safety);
      if (planned < shortest) return false;
    }
  }
  step = planned;
  return true;
}

template <int n>
template <class Problem>
double Esdirk<n>::try_step(const Problem& problem, double s, double h, Vector& y) const {
  std::array<Vector, stages> slopes;
  const auto first = problem.at(s);
  slopes[0] = first(y);
  const Eigen::PartialPivLU<Matrix> newton(Matrix::Identity() - h * gamma * jacobian(first, y, slopes[0]));
  const Vector start = y;
  for (int i = 1; i < stages; ++i) {
    Vector known = start;
    for (int j = 0; j < i; ++j) known += h * a[i][j] * slopes[j];
    if (!solve(problem.at(s + c[i] * h), h * gamma, known, newton, y)) {
      return std::numeric_limits<double>::infinity();
    }
    // Taken from the solved equation: evaluated, the slope of what is stiff would be rounding.
    slopes[i] = (y - known) / (h * gamma);
  }
  Vector error = Vector::Zero();
  for (int i = 0; i < stages; ++i) error += h * (a[stages - 1][i] - embedded[i]) * slopes[i];
  // Stiff parts are damped out of the estimate as they are out of the solution.
  return newton.solve(error).norm() / tolerance_;
}

template <int n>
template <class Function>
bool Esdirk<n>::solve(const Function& F, double h_gamma, const Vector& known,
                      const Eigen::PartialPivLU<Matrix>& newton, Vector& y) const {
  constexpr int most_iterations = 10;
  constexpr double of_tolerance = 1e-3;
  double last = std::numeric_limits<double>::infinity();
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    const Vector change = newton.solve(known + h_gamma * F(y) - y);
    y += change;
    const double size = change.norm();
    if (!(size <= 2.0 * last)) return false;
    if (size <= of_tolerance * tolerance_) return true;
    last = size;
  }
  return false;
}

template <int n>
template <class Function>
typename Esdirk<n>::Matrix Esdirk<n>::jacobian(const Function& F, const Vector& y, const Vector& slope) {
  Matrix J;
  const double change = 1e-7 * y.norm() + 1e-300;
  for (int k = 0; k < n; ++k) {
    Vector shifted = y;
    shifted(k) += change;
    J.col(k) = (F(shifted) - slope) / change;
  }
  return J;
}

}  // namespace qke
