#include "diagnostics/stability.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>

#include "base/text.hpp"
#include "diagnostics/unstable_modes.hpp"
#include "model/constants.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Kinds of perturbations: the dispersion relation that they have in a gas.
using Kind = std::function<DispersionRelation(const IsotropicGas&)>;

Kind multipole_of(int l) {
  return [l](const IsotropicGas& gas) {
    return DispersionRelation(std::make_shared<const LinearResponse>(gas), l);
  };
}

Kind wave_of(Wave wave, double k) {
  return [wave, k](const IsotropicGas& gas) {
    return DispersionRelation(std::make_shared<const LinearResponse>(gas), wave, k);
  };
}

// Above a higher line where a zero lies on the first one, or where the slowest modes,
// which are among those of the grid, cannot all be found.
std::optional<std::vector<UnstableMode>> modes_on_the_grid(double slowest, const DispersionRelation& D,
                                                           const std::vector<Complex>& guesses) {
  for (const double factor : {1.0, 1.1, 2.0, 4.0, 8.0, 16.0}) {
    try {
      if (auto modes = modes_faster_than(factor * slowest, D, guesses)) return modes;
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

// Growth and frequency of the fastest, and the number of all.
GrowingModes summed(const std::vector<UnstableMode>& modes) {
  GrowingModes result;
  for (const UnstableMode& mode : modes) {
    if (result.count == 0) result.growth = mode.Omega.imag(), result.frequency = mode.Omega.real();
    result.count += mode.multiplicity;
  }
  return result;
}

// The modes of one kind, followed from slice to slice.
class FollowedModes {
 public:
  explicit FollowedModes(Kind kind) : kind_(std::move(kind)) {}

  // All of them, by their number. Those of the slice before are where they are looked for
  // first.
  GrowingModes counted_at(const GasAtSlice& slice) {
    const double slowest = slowest_growth(slice);
    std::vector<Complex> guesses;
    for (const UnstableMode& mode : last_) guesses.push_back(mode.Omega);
    const auto modes = modes_on_the_grid(slowest, kind_(slice.gas), guesses);
    if (!modes) return {unknown, unknown, 0};
    last_ = *modes;
    return physical_at(slice, slowest);
  }

  // The fastest that Newton's method finds: those without oscillation from the imaginary
  // axis, the fastest first, others from the modes of the slice before and from the
  // frequencies of single momenta.
  GrowingModes fastest_at(const GasAtSlice& slice) {
    const double slowest = slowest_growth(slice);
    const DispersionRelation D = kind_(slice.gas);
    constexpr std::size_t most = 2;
    last_ = modes_near(guesses(slowest, D.frequencies()), slowest, D, most);
    return physical_at(slice, slowest);
  }

 private:
  GrowingModes physical_at(const GasAtSlice& slice, double slowest) const {
    if (last_.empty()) return {};
    return summed(physical_modes(last_, slowest, kind_(slice.fine)));
  }
  std::vector<Complex> guesses(double slowest, const std::vector<double>& frequencies) const {
    constexpr std::size_t quantiles = 3;
    constexpr double highest = 1e3, ratio = 0.7;
    std::vector<Complex> guesses;
    for (double height = highest; height > 1.0; height *= ratio) guesses.emplace_back(0.0, height * slowest);
    for (const UnstableMode& mode : last_) guesses.push_back(mode.Omega);
    for (std::size_t n = 0; n < quantiles && !frequencies.empty(); ++n) {
      const double omega = frequencies[(2 * n + 1) * frequencies.size() / (2 * quantiles)];
      for (const double height : {3.0, 30.0}) guesses.emplace_back(omega, height * slowest);
    }
    return guesses;
  }

  Kind kind_;
  std::vector<UnstableMode> last_;
};

// All kinds of perturbations that the parameters ask for.
class Analysis {
 public:
  explicit Analysis(const Parameters& parameters) : counts_(parameters.stability.count) {
    for (int l = 0; l < stability_multipoles; ++l) followed_.emplace_back(multipole_of(l));
    for (const double k : wave_numbers(parameters)) {
      for (const Wave wave : {Wave::longitudinal, Wave::transverse}) followed_.emplace_back(wave_of(wave, k));
    }
  }

  // Of slices that come after those of the last call.
  std::vector<StabilityPoint> of(const std::vector<GasAtSlice>& slices, const Threads& threads) {
    const std::size_t kinds = followed_.size();
    std::vector<GrowingModes> modes(slices.size() * kinds);
    threads->for_each(static_cast<int>(kinds), [&](int task) {
      const auto kind = static_cast<std::size_t>(task);
      FollowedModes& followed = followed_[kind];
      for (std::size_t p = 0; p < slices.size(); ++p) {
        modes[p * kinds + kind] = counts_ ? followed.counted_at(slices[p]) : followed.fastest_at(slices[p]);
      }
    });
    std::vector<StabilityPoint> points;
    for (std::size_t p = 0; p < slices.size(); ++p) {
      points.push_back(point_of(slices[p], {&modes[p * kinds], kinds}));
    }
    return points;
  }

 private:
  static StabilityPoint point_of(const GasAtSlice& slice, std::span<const GrowingModes> modes) {
    StabilityPoint point;
    point.x = slice.x, point.damping = slice.damping;
    point.turning = slice.turning, point.turning_in_frame = slice.turning_in_frame,
    point.nutation = slice.nutation;
    const auto store = [](const GrowingModes& from, double& growth, double& frequency, double& count) {
      growth = from.growth, frequency = from.frequency, count = from.count;
    };
    for (int l = 0; l < stability_multipoles; ++l) {
      store(modes[static_cast<std::size_t>(l)], point.growth(l), point.frequency(l), point.count(l));
    }
    for (std::size_t n = stability_multipoles; n < modes.size(); n += stability_waves) {
      WaveVector growth, frequency, count;
      for (int w = 0; w < stability_waves; ++w) {
        store(modes[n + static_cast<std::size_t>(w)], growth(w), frequency(w), count(w));
      }
      point.growth_k.push_back(growth), point.frequency_k.push_back(frequency),
          point.count_k.push_back(count);
    }
    return point;
  }

  bool counts_;
  std::vector<FollowedModes> followed_;
};

double T_cm(const StabilityPoint& point) { return constants::electron_mass / point.x; }

// Of all perturbations whose growth is known.
double fastest(const StabilityPoint& point) {
  double fastest = 0.0;
  const auto compare = [&](const auto& all) {
    for (const double growth : all) fastest = growth > fastest ? growth : fastest;
  };
  compare(point.growth);
  for (const WaveVector& growth : point.growth_k) compare(growth);
  return fastest;
}

bool has_unknown_growth(const StabilityPoint& point) {
  return point.growth.hasNaN() || std::any_of(point.growth_k.begin(), point.growth_k.end(),
                                              [](const WaveVector& growth) { return growth.hasNaN(); });
}

// Whether the state, in its frame, stays what it is while the fastest mode grows.
bool is_at_rest(const StabilityPoint& point) {
  constexpr double largest_nutation = 0.1;
  return point.turning_in_frame < fastest(point) && point.nutation < largest_nutation;
}

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

GrowingModes modes_of(const GasAtSlice& slice, int multipole) {
  return FollowedModes(multipole_of(multipole)).counted_at(slice);
}

GrowingModes modes_of(const GasAtSlice& slice, Wave wave, double k) {
  return FollowedModes(wave_of(wave, k)).counted_at(slice);
}

std::vector<double> wave_numbers(const Parameters& parameters) {
  const StabilityParameters& stability = parameters.stability;
  if (stability.modes != StabilityModes::all) return {};
  return stability.k_over_H.empty() ? std::vector{1e3, 1e4, 1e5, 1e6, 1e7} : stability.k_over_H;
}

std::vector<StabilityPoint> stability(const Parameters& parameters, const RunRecord& record,
                                      const Threads& threads) {
  const GasOfRun run(parameters, record, threads);
  const std::vector<std::size_t> numbers = slices_of(parameters, record.spectra.size());
  Analysis analysis(parameters);
  std::vector<StabilityPoint> points;
  // Some at a time: a slice needs ten times the memory of its spectra.
  constexpr std::size_t block = 20;
  for (std::size_t first = 0; first < numbers.size(); first += block) {
    std::vector<GasAtSlice> slices;
    for (std::size_t p = first; p < std::min(first + block, numbers.size()); ++p) {
      slices.push_back(run.at(numbers[p]));
    }
    for (StabilityPoint& point : analysis.of(slices, threads)) points.push_back(std::move(point));
  }
  return points;
}

bool is_unstable(const StabilityPoint& point) { return fastest(point) > 0.0 && is_at_rest(point); }

bool is_undecided(const StabilityPoint& point) {
  return has_unknown_growth(point) || (fastest(point) > 0.0 && !is_at_rest(point));
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
                       " (the state turns faster than perturbations grow, or their modes were not "
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
