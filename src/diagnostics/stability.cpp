#include "diagnostics/stability.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "diagnostics/unstable_modes.hpp"
#include "model/constants.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

DispersionRelation relation(const IsotropicGas& gas, int multipole) {
  return {std::make_shared<const LinearResponse>(gas), multipole};
}

// Above a higher line where a zero lies on the first one, or where the slowest modes,
// which are among those of the grid, cannot all be found.
std::optional<std::vector<UnstableMode>> modes_on_the_grid(double slowest, const DispersionRelation& D) {
  for (const double factor : {1.0, 1.1, 2.0, 4.0, 8.0, 16.0}) {
    try {
      if (auto modes = modes_faster_than(factor * slowest, D)) return modes;
    } catch (const NumericalError&) {
    }
  }
  return std::nullopt;
}

// Those that a finer grid has, too.
std::vector<UnstableMode> physical_modes(const std::vector<UnstableMode>& modes, double slowest,
                                         const DispersionRelation& fine) {
  constexpr double largest_change = 0.25;  // of the growth
  std::vector<UnstableMode> found, accepted;
  for (const UnstableMode& mode : modes) {
    const auto zero = zero_near(mode.Omega, 0.5 * slowest, fine, found);
    if (!zero) continue;
    found.push_back({*zero, mode.multiplicity});
    if (std::abs(*zero - mode.Omega) < largest_change * mode.Omega.imag()) accepted.push_back(mode);
  }
  return accepted;
}

double T_cm(const StabilityPoint& point) { return constants::electron_mass / point.x; }

double fastest(const StabilityPoint& point) { return point.growth.maxCoeff(); }

// Slices p = 0 ... points - 1 of all spectra, as evenly as they lie.
std::vector<std::size_t> slices_of(const Parameters& parameters, std::size_t all) {
  const auto points = static_cast<std::size_t>(parameters.stability.points);
  std::vector<std::size_t> slices;
  for (std::size_t p = 0; p < points; ++p)
    slices.push_back((p * (all - 1) + (points - 1) / 2) / (points - 1));
  return slices;
}

std::string range_of(const std::vector<const StabilityPoint*>& points) {
  const std::string first = rounded(T_cm(*points.front())), last = rounded(T_cm(*points.back()));
  return (first == last ? first : first + " to " + last) + " MeV";
}

}  // namespace

double slowest_growth(const GasAtSlice& slice) {
  constexpr double share = 0.01;
  return std::max(1.0, share * slice.oscillation);
}

MultipoleModes modes_of(const GasAtSlice& slice, int multipole) {
  const double slowest = slowest_growth(slice);
  const auto modes = modes_on_the_grid(slowest, relation(slice.gas, multipole));
  if (!modes) return {unknown, unknown, 0};
  if (modes->empty()) return {};
  MultipoleModes result;
  for (const UnstableMode& mode : physical_modes(*modes, slowest, relation(slice.fine, multipole))) {
    if (result.count == 0) result.growth = mode.Omega.imag(), result.frequency = mode.Omega.real();
    result.count += mode.multiplicity;
  }
  return result;
}

std::vector<StabilityPoint> stability(const Parameters& parameters, const RunRecord& record,
                                      const Threads& threads) {
  const GasOfRun run(parameters, record, threads);
  const std::vector<std::size_t> numbers = slices_of(parameters, record.spectra.size());
  std::vector<StabilityPoint> points(numbers.size());
  // Some at a time: a slice needs ten times the memory of its spectra.
  constexpr std::size_t block = 20;
  for (std::size_t first = 0; first < numbers.size(); first += block) {
    std::vector<GasAtSlice> slices;
    for (std::size_t p = first; p < std::min(first + block, numbers.size()); ++p) {
      slices.push_back(run.at(numbers[p]));
      points[p].x = slices.back().x;
      points[p].damping = slices.back().damping;
      points[p].turning = slices.back().turning;
    }
    threads->for_each(static_cast<int>(slices.size()) * stability_multipoles, [&](int task) {
      const auto slice = static_cast<std::size_t>(task / stability_multipoles);
      const int l = task % stability_multipoles;
      const auto [growth, frequency, count] = modes_of(slices[slice], l);
      StabilityPoint& point = points[first + slice];
      point.growth(l) = growth, point.frequency(l) = frequency, point.count(l) = count;
    });
  }
  return points;
}

bool is_unstable(const StabilityPoint& point) {
  return fastest(point) > 0.0 && fastest(point) > point.turning;
}

bool is_undecided(const StabilityPoint& point) {
  return point.growth.hasNaN() || (fastest(point) > 0.0 && fastest(point) <= point.turning);
}

// Growth over ln x by trapezoids; slices that are stable or undecided count as 0.
StabilitySummary summary_of(const std::vector<StabilityPoint>& points) {
  StabilitySummary summary;
  const auto growth = [](const StabilityPoint& point) { return is_unstable(point) ? fastest(point) : 0.0; };
  for (std::size_t p = 0; p < points.size(); ++p) {
    if (p > 0) {
      const double step = std::log(points[p].x / points[p - 1].x);
      summary.stability_efolds += 0.5 * step * (growth(points[p - 1]) + growth(points[p]));
    }
    if (!is_unstable(points[p])) continue;
    if (summary.unstable_from_MeV == 0.0) summary.unstable_from_MeV = T_cm(points[p]);
    summary.unstable_to_MeV = T_cm(points[p]);
  }
  return summary;
}

std::vector<std::string> stability_warnings(const std::vector<StabilityPoint>& points) {
  std::vector<const StabilityPoint*> unstable, undecided;
  double largest = 0.0, widest = 0.0;
  for (std::size_t p = 1; p < points.size(); ++p) {
    widest = std::max(widest, std::log(points[p].x / points[p - 1].x));
  }
  for (const StabilityPoint& point : points) {
    if (is_unstable(point)) unstable.push_back(&point), largest = std::max(largest, fastest(point));
    if (is_undecided(point)) undecided.push_back(&point);
  }
  std::vector<std::string> warnings;
  if (!unstable.empty()) {
    warnings.push_back("the solution is unstable at T_cm = " + range_of(unstable) +
                       " (small perturbations grow up to " + rounded(largest) +
                       " times as fast as the Universe expands): N_eff and flavours are those of a gas "
                       "without any");
  }
  if (!undecided.empty()) {
    warnings.push_back("no statement is made on the stability at T_cm = " + range_of(undecided) +
                       " (the state itself turns faster than perturbations grow, or their modes were not "
                       "found)");
  }
  constexpr double wide = 1.0;  // in ln x: a third of the range in which the standard solution is unstable
  if (widest > wide) {
    warnings.push_back("slices of the analysis of stability are a factor of " +
                       with_decimals(std::exp(widest), 1) +
                       " in T_cm apart (what grows between them is missed). Raise stability.points and "
                       "output.spectra_points.");
  }
  return warnings;
}

}  // namespace qke
