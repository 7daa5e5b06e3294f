// D has its poles where single momenta oscillate, at Im Omega <= 0, and goes to 1 at
// infinity: along a line above the poles its phase grows by 2 pi for every zero above the
// line. As D(-Omega*) = D(Omega)*, half of the line is enough.
#include "diagnostics/unstable_modes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/text.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

struct Sample {
  double omega;
  Complex value, slope;
};

// The phase of D along Im Omega = gamma. From one point to the next ln D changes by less
// than `largest_change`, by its values and by its slopes, and the two agree: zeros near the
// line may turn the phase once between two points and leave the values what they were.
class Winding {
 public:
  Winding(double gamma, const DispersionRelation& D) : gamma_(gamma), D_(D) {
    count_ = static_cast<int>(std::lround(phase() / std::numbers::pi));
  }

  int count() const { return count_; }
  double gamma() const { return gamma_; }
  // The points of the line, closer where a zero or a pole is near.
  const std::vector<double>& omegas() const { return omegas_; }

 private:
  static constexpr double largest_change = 0.9;

  double phase() {
    Sample from = at(0.0);
    double sum = 0.0;
    for (const double omega : first_points()) {
      const Sample to = at(omega);
      sum += change(from, to);
      from = to;
    }
    // D is 1 by chance where its slope is not 0.
    constexpr double near_one = 1e-2;
    while (std::abs(from.value - 1.0) > near_one || std::abs(from.slope) * from.omega > 4.0 * near_one) {
      const Sample to = at(2.0 * from.omega);
      sum += change(from, to);
      from = to;
    }
    return sum - std::arg(from.value);
  }

  Sample at(double omega) {
    omegas_.push_back(omega);
    const auto [value, slope] = D_.at({omega, gamma_});
    return {omega, value, slope};
  }

  // All frequencies of single momenta that the line can tell apart, and gamma itself.
  std::vector<double> first_points() const {
    std::vector<double> points;
    double last = 0.0;
    const auto add = [&](double omega) {
      if (omega - last < gamma_) return;
      points.push_back(omega);
      last = omega;
    };
    add(gamma_);
    for (const double omega : D_.frequencies()) add(omega);
    return points;
  }

  double change(const Sample& from, const Sample& to) {
    const Complex step = std::log(to.value / from.value);
    const double width = to.omega - from.omega;
    const double by_slope = std::max(std::abs(from.slope), std::abs(to.slope)) * width;
    const double difference = std::abs(step - 0.5 * width * (from.slope + to.slope));
    if (std::max({std::abs(step), by_slope, 3.0 * difference}) < largest_change) return step.imag();
    if (width < 1e-9 * gamma_) fail(from.omega);
    const Sample middle = at(0.5 * (from.omega + to.omega));
    return change(from, middle) + change(middle, to);
  }

  [[noreturn]] void fail(double omega) const {
    throw NumericalError("the unstable modes cannot be counted (there is one at " + rounded(omega) + " + " +
                         rounded(gamma_) +
                         " i Hubble rates, on the line of the count). Use stability.modes = \"off\", or "
                         "report this with the configuration.");
  }

  double gamma_;
  const DispersionRelation& D_;
  int count_ = 0;
  std::vector<double> omegas_;
};

bool is_its_own_partner(Complex Omega) { return std::abs(Omega.real()) < 1e-9 * Omega.imag(); }

// The sum of 1/(Omega - zero) over known zeros: what they add to D'/D.
Complex of_known(Complex Omega, const std::vector<UnstableMode>& known) {
  Complex sum = 0.0;
  for (const UnstableMode& mode : known) {
    sum += 1.0 / (Omega - mode.Omega);
    if (mode.multiplicity == 2) sum += 1.0 / (Omega + std::conj(mode.Omega));
  }
  return sum;
}

int count_above(double gamma, const std::vector<UnstableMode>& modes) {
  return std::accumulate(modes.begin(), modes.end(), 0, [&](int sum, const UnstableMode& mode) {
    return sum + (mode.Omega.imag() > gamma ? mode.multiplicity : 0);
  });
}

// Lines one above the other from the lowest, until none has a zero above it.
std::vector<Winding> lines_from(Winding lowest, const DispersionRelation& D) {
  std::vector<Winding> lines{std::move(lowest)};
  while (lines.back().count() > 0) lines.emplace_back(2.0 * lines.back().gamma(), D);
  return lines;
}

// Whether Newton's method leads from a guess to a zero that is not known yet, and then is.
bool find_one_more(Complex guess, double lowest, const DispersionRelation& D,
                   std::vector<UnstableMode>& modes) {
  const auto zero = zero_near(guess, lowest, D, modes);
  if (!zero) return false;
  const bool is_alone = is_its_own_partner(*zero);
  modes.push_back({{is_alone ? 0.0 : std::abs(zero->real()), zero->imag()}, is_alone ? 1 : 2});
  return true;
}

// Guesses between a line and the next one: without oscillation, as most modes grow, and
// then above the points of the line.
std::vector<Complex> guesses_above(const Winding& line) {
  constexpr int steps = 16;
  std::vector<Complex> guesses;
  for (int n = 0; n < steps; ++n) guesses.emplace_back(0.0, line.gamma() * std::exp2(double(n) / steps));
  for (const double height : {1.0, 1.4, 0.8}) {
    for (const double omega : line.omegas()) guesses.emplace_back(omega, height * line.gamma());
  }
  return guesses;
}

// Until as many are known as there are above the line. Zeros below are found on the way,
// and are not found again.
void find_zeros_above(const Winding& line, double lowest, const DispersionRelation& D,
                      std::vector<UnstableMode>& modes) {
  constexpr int most_from_one_guess = 4, most_failures = 300;
  int failures = 0;
  for (const Complex guess : guesses_above(line)) {
    for (int n = 0; n < most_from_one_guess; ++n) {
      if (count_above(line.gamma(), modes) >= line.count() || failures == most_failures) return;
      if (find_one_more(guess, lowest, D, modes)) continue;
      ++failures;
      break;
    }
  }
}

// The fastest first.
std::vector<UnstableMode> sorted_above(double gamma, std::vector<UnstableMode> modes) {
  std::erase_if(modes, [&](const UnstableMode& mode) { return mode.Omega.imag() <= gamma; });
  std::sort(modes.begin(), modes.end(),
            [](const auto& a, const auto& b) { return a.Omega.imag() > b.Omega.imag(); });
  return modes;
}

// Newton's steps towards a zero of order m become shorter by 1 - 1/m each.
double order_of_zero(Complex step, Complex previous) {
  constexpr double highest = 8.0;
  const double ratio = (step / previous).real();
  return ratio > 0.3 && ratio < 1.0 ? std::clamp(std::round(1.0 / (1.0 - ratio)), 1.0, highest) : 1.0;
}

}  // namespace

int count_faster_than(double gamma, const DispersionRelation& D) { return Winding(gamma, D).count(); }

std::optional<Complex> zero_near(Complex guess, double gamma, const DispersionRelation& D,
                                 const std::vector<UnstableMode>& known) {
  constexpr int most_steps = 60, most_without_progress = 3;
  constexpr double small = 1e-6, longest_step = 0.5, no_zero_near = 10.0;
  Complex Omega = guess, best = guess, previous = 0.0;
  double shortest = std::numeric_limits<double>::infinity();
  for (int i = 0, without_progress = 0; i < most_steps; ++i) {
    Complex step = 1.0 / (D.at(Omega).slope - of_known(Omega, known));
    const double length = std::abs(step), limit = std::abs(Omega);
    const bool is_near = shortest < small * std::abs(best);
    if (!std::isfinite(length)) return is_near ? std::optional(Omega) : std::nullopt;  // exactly there
    if (length < shortest) {
      best = Omega, shortest = length, without_progress = 0;
    } else if (is_near && ++without_progress == most_without_progress) {
      return best;  // only rounding is left: a zero that is not exact would be found again
    }
    if (length > no_zero_near * limit) return std::nullopt;  // D goes to 1, and steps to infinity
    if (!(length < longest_step * limit)) step *= longest_step * limit / length;
    const Complex plain = step;
    if (i > 0 && length < 0.1 * limit) step *= order_of_zero(step, previous);
    previous = plain;
    Omega -= step;
    if (!(Omega.imag() > gamma)) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::vector<UnstableMode>> modes_faster_than(double gamma, const DispersionRelation& D,
                                                           const std::vector<Complex>& guesses) {
  std::vector<UnstableMode> modes;
  for (const Complex guess : guesses) find_one_more(guess, 0.5 * gamma, D, modes);
  Winding lowest(gamma, D);
  if (count_above(gamma, modes) == lowest.count()) return sorted_above(gamma, std::move(modes));
  const std::vector<Winding> lines = lines_from(std::move(lowest), D);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    find_zeros_above(*line, 0.5 * gamma, D, modes);
  if (count_above(gamma, modes) != lines.front().count()) return std::nullopt;
  return sorted_above(gamma, std::move(modes));
}

// Where Newton's first step is long, no mode is near: one evaluation is enough to know.
std::vector<UnstableMode> modes_near(const std::vector<Complex>& guesses, double gamma,
                                     const DispersionRelation& D, std::size_t most) {
  constexpr double longest_step = 0.5;
  std::vector<UnstableMode> modes;
  for (const Complex guess : guesses) {
    if (modes.size() == most) break;
    const double step = 1.0 / std::abs(D.at(guess).slope - of_known(guess, modes));
    if (step < longest_step * guess.imag()) find_one_more(guess, 0.5 * gamma, D, modes);
  }
  return sorted_above(gamma, std::move(modes));
}

}  // namespace qke
