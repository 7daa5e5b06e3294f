#include "run/companion_changes.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "components/reheating.hpp"
#include "evolution/phases.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/electron_rate_factors.hpp"
#include "model/method.hpp"
#include "model/swings.hpp"
#include "run/companion_runs.hpp"

namespace qke {
namespace {

// Where asymmetries are resolved the tolerances are as loose as they can be: their
// companion has ten times tighter ones. The method is of order 4, so that a sixth of the
// error is left; the bound allows for a third.
constexpr double left_when_tightened = 1.0 / 3.0;
// Of what a run loses of swings that grow, a companion that follows more has half at least
// (docs/dev/asymmetry-convergence.md, "Swings").
constexpr double left_of_swings = 0.6;
// By chance two of them may end near the run: of N_eff the ends are 1e-5 apart at least.
constexpr double least_of_swings = 3.3e-6;

// Rates per Hubble time at the start, G_F^2 T^5/H, from which on its equilibrium is exact
// to 1e-8.
constexpr double coupled_rates = 200.0;

}  // namespace

CompanionChanges::CompanionChanges(int threads, const StepCallback& on_step, Companions& done,
                                   NumbersOfRun numbers)
    : threads_(threads), on_step_(on_step), done_(done), numbers_(std::move(numbers)) {}

RunRecord CompanionChanges::run(Parameters parameters) const {
  constexpr long default_max_steps = 1000000;
  parameters.output.history_points = parameters.output.spectra_points = 2;
  parameters.integrator.max_steps = std::max(parameters.integrator.max_steps, default_max_steps);
  return run_companion(parameters, threads_, on_step_, done_);
}

double CompanionChanges::change_to(const Parameters& other, const RunRecord& coarse_run) const {
  return (numbers_(run(other)) - numbers_(coarse_run)).norm();
}

// Swings that grow out of errors of steps end by chance, perhaps near the run: of two ends
// the farther counts.
double CompanionChanges::of_swings(const Parameters& followed, const RunRecord& coarse_run) const {
  const double change = change_to(followed, coarse_run);
  const double other_change = change_to(with_swings_followed_again(followed), coarse_run);
  return std::max(std::max(change, other_change) / (1.0 - left_of_swings),
                  least_of_swings * numbers_(coarse_run).norm());
}

double CompanionChanges::of_tolerance(const Parameters& coarse, const RunRecord& coarse_run) const {
  const Parameters companion = tolerance_companion(coarse);
  const bool is_tighter = tolerance_companion_is_tighter(coarse);
  if (is_tighter && scheme_of(coarse) == Scheme::qke && swings_grow(coarse)) {
    return of_swings(companion, coarse_run);
  }
  const double change = change_to(companion, coarse_run);
  if (is_tighter) return change / (1.0 - left_when_tightened);
  // Distortions of degenerate spectra are of order 1: the tolerance bounds the error of
  // the numbers themselves, which may be larger than a single companion shows.
  const bool degenerate = largest_degeneracy(coarse.asymmetry) > 0.0;
  const double bound = coarse.integrator.relative_tolerance * numbers_(coarse_run).norm();
  return degenerate ? std::max(change, bound) : change;
}

// The run starts in equilibrium, which is exact only at infinite temperature. The
// deviation falls as T^-2 at least with the temperature of the start: so does the
// difference that the electron's mass makes to the plasma's entropy. An error e = c/T^2
// changes by 3/4 e to twice the temperature, by 3 e to half of it.
double CompanionChanges::of_start(const Parameters& coarse, const RunRecord& coarse_run) const {
  if (coarse.collisions.neutrino_electron == ProcessTreatment::none) return 0.0;
  if (is_reheated(coarse)) {
    // The error of the start falls like (Gamma/H)^1.8: measured at 1 MeV.
    Parameters earlier = coarse;
    constexpr double factor = 2.0, power = 1.8;
    earlier.reheating.start_H_over_Gamma *= factor;
    return change_to(earlier, coarse_run) / (1.0 - std::pow(factor, -power));
  }
  const HistoryPoint& start = coarse_run.history.front();
  const double G_F = coarse.weak.G_F_per_GeV2 / (constants::GeV * constants::GeV);
  const auto [annihilation, scattering] = ElectronRateFactors(coarse.extra).at(start.T_cm);
  const double rate = std::min(annihilation, scattering) * G_F * G_F * std::pow(start.T_cm, 5);
  if (rate >= coupled_rates * constants::hbar * start.hubble) return 0.0;
  Parameters other = coarse;
  constexpr double factor = 2.0, highest_start = 100.0;
  const bool earlier = factor * coarse.epoch.T_start_MeV <= highest_start;
  other.epoch.T_start_MeV *= earlier ? factor : 1.0 / factor;
  if (largest_degeneracy(coarse.asymmetry) > 0.0) {  // eta is conserved, xi is not
    other.asymmetry = {};
    for (int a = 0; a < 3; ++a) other.asymmetry.eta[static_cast<std::size_t>(a)] = start.eta(a);
  }
  const double change = change_to(other, coarse_run);
  return earlier ? change / (1.0 - 1.0 / (factor * factor)) : change / (factor * factor - 1.0);
}

// What averages lose of coherence, as collisions per Hubble time go with T^3, and what
// slowed precession changes, by a higher power of T: from a companion that begins both
// later, slowed precession also later than scheme qke does, on whose 2 MeV it depends where
// small asymmetries end. Where the key begins averages early, that is when they begin by
// themselves. Where they began since |J| had fallen, what is lost half as early again stands
// for it: a later one would follow each momentum.
double CompanionChanges::of_averaging(const Parameters& coarse, const RunRecord& coarse_run) const {
  constexpr double later = 0.75, slowed_later = 0.85, earlier = 1.5, power = 3.0;
  const double T_averaged = coarse_run.statistics.averaged_below_MeV;
  if (!resolves_asymmetry(coarse) || T_averaged == 0.0) return 0.0;
  const auto averaged_below = [&](double T_cm) {
    Parameters other = coarse;
    other.run.average_below_MeV = T_cm;
    if (T_cm != 0.0) {
      other.run.slow_precession_below_MeV =
          slowed_later * with_qke_throughout(coarse).run.slow_precession_below_MeV;
    }
    return other;
  };
  constexpr double rounding = 1e-9;
  const double begin_below = (1.0 + rounding) * averages_begin_below_MeV(coarse);
  if (coarse.run.average_below_MeV > begin_below) {
    const Parameters automatic = averaged_below(0.0);
    return change_to(automatic, coarse_run) + of_averaging(automatic, run(automatic));
  }
  if (T_averaged <= begin_below) {
    return change_to(averaged_below(later * T_averaged), coarse_run) / (1.0 - std::pow(later, power));
  }
  return change_to(averaged_below(std::min(earlier * T_averaged, coarse.epoch.T_start_MeV)), coarse_run);
}

double CompanionChanges::of_scheme(const Parameters& coarse, const RunRecord& coarse_run) const {
  if (scheme_of(coarse) != Scheme::atao_jv) return 0.0;
  const Parameters full = with_swings_followed(with_qke_throughout(coarse));
  return swings_grow(coarse) ? of_swings(full, coarse_run) : change_to(full, coarse_run);
}

}  // namespace qke
