#include "model/method.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/decay_spectrum.hpp"
#include "model/expansion.hpp"
#include "model/nsi.hpp"
#include "model/sterile.hpp"
#include "model/swings.hpp"

namespace qke {
namespace {

// Relative tolerances of scheme qke with asymmetries over those of the preset, and over those of
// scheme atao-jv.
constexpr double qke_over_preset = 1000.0, qke_over_atao_jv = 10.0;

// Above, components are occupation numbers far from equilibrium, no longer small distortions:
// the same relative tolerance would leave a larger error.
constexpr double small_asymmetry = 0.1;
double tightened_for_degeneracy(Scheme scheme, double largest_xi) {
  if (scheme == Scheme::atao_jv) return 1.0 / std::max(1.0, largest_xi * largest_xi);
  return std::min(1.0, small_asymmetry / std::min(largest_xi, 1.0));
}

// Where oscillations are followed the absolute tolerance is the relative one times |xi|: larger errors of
// the steps grow into swings of their own (docs/dev/asymmetry-convergence.md, "Swings").
constexpr double followed_over_preset = 100.0, loosest_that_follow = 1e-5;
// Swings of larger asymmetries, which are kept, show with tight absolute tolerances alone. With looser ones
// than the first, errors of the steps grow into others.
constexpr double larger_grow_less_with = 1e-5, larger_show_with = 1e-6;  // over |xi|
constexpr double rounding = 1e-9;                                        // of absolute tolerances
double absolute_tolerance_that_follows(double over_xi, double largest_xi) {
  return std::max(over_xi * largest_xi, rounding);
}
void tighten_absolute_tolerance(IntegratorParameters& integrator, double over_xi, double largest_xi) {
  integrator.absolute_tolerance =
      std::min(integrator.absolute_tolerance, absolute_tolerance_that_follows(over_xi, largest_xi));
}

// Tolerances in proportion to the asymmetry xi that is resolved: errors have to be small
// beside it, not beside the distortions of neutrino decoupling.
void adapt_tolerances(IntegratorParameters& integrator, Scheme scheme, double largest_xi, Swings swings) {
  double& relative = integrator.relative_tolerance;
  if (scheme == Scheme::atao_jv) {
    // Of the spectra, which do not oscillate; the asymmetry matrix is followed with the same
    // relative tolerance.
    constexpr double small_xi = 0.01, loosest = 1e-5;
    relative = tightened_for_degeneracy(scheme, largest_xi) *
               std::min(qke_over_preset / qke_over_atao_jv * relative, loosest);
    integrator.absolute_tolerance =
        std::max(0.01 * relative * std::min(largest_xi / small_xi, 1.0), rounding);
    return;
  }
  if (swings == Swings::followed && largest_xi < swings_damped_below_xi) {
    relative = std::min(followed_over_preset * relative, loosest_that_follow);
    integrator.absolute_tolerance = absolute_tolerance_that_follows(relative, largest_xi);
    return;
  }
  // Above 1e-4 errors make occupation numbers negative (measured for
  // xi = (-0.6064, 0, 0.6064)).
  constexpr double loosest = 1e-4;
  relative = tightened_for_degeneracy(scheme, largest_xi) * std::min(qke_over_preset * relative, loosest);
  constexpr double tightened_where_damped = 1.0 / 3.0;  // what steps damp adds up
  if (swings == Swings::damped) relative *= tightened_where_damped;
  // Oscillations of less than a thousandth of the asymmetry need not be followed: they
  // would stop the run where eigenvalues of J meet. Of those of smaller asymmetries less is
  // left out, which would change N_eff as much as the asymmetry does
  // (docs/dev/asymmetry-convergence.md).
  const double xi = std::min(largest_xi, small_asymmetry);
  const double not_followed = std::min(1e-3 * xi, std::max(1e-7, 0.1 * xi * xi));
  integrator.absolute_tolerance = std::max(std::min(1.0, relative / loosest) * not_followed, rounding);
  // Of larger ones errors of that size grow where momenta swing.
  if (swings != Swings::none && largest_xi >= swings_damped_below_xi) {
    tighten_absolute_tolerance(integrator, larger_grow_less_with, largest_xi);
  }
}

// T_cm in MeV. Above, eigenvalues of the asymmetry matrix cross, and it matters how fast; to scheme atao-jv
// less, which may err by more (docs/dev/asymmetry-convergence.md, "Slowed precession").
constexpr double slow_small_asymmetries_below = 2.0, slow_large_asymmetries_below = 1.5,
                 slow_small_asymmetries_of_atao_jv_below = 2.4;

// Where the slowest pair of states, whose rate over H goes with dm2/T_cm^3, oscillates as fast as
// with measured masses at least. 0: never.
double slow_precession_below(const Parameters& parameters, double largest_xi) {
  if (!resolves_unequal_asymmetry(parameters)) return 0.0;
  const auto& [dm2_21, dm2_31] = std::tie(parameters.mixing.dm2_21_eV2, parameters.mixing.dm2_31_eV2);
  const double slowest = std::min({std::abs(dm2_21), std::abs(dm2_31), std::abs(dm2_31 - dm2_21)});
  const double small_below = scheme_of(parameters) == Scheme::atao_jv
                                 ? slow_small_asymmetries_of_atao_jv_below
                                 : slow_small_asymmetries_below;
  return (largest_xi <= small_asymmetry ? small_below : slow_large_asymmetries_below) *
         std::cbrt(std::min(1.0, slowest / MixingParameters{}.dm2_21_eV2));
}

// Degenerate spectra reach further, by xi; the step stays the same.
void extend(GridParameters& grid, double largest_xi) {
  const double step = grid.y_max / grid.nodes;
  grid.y_max += std::ceil(largest_xi);
  grid.nodes = static_cast<int>(std::lround(grid.y_max / step));
}

// As far as neutrinos from decays, and as grids, reach. The step stays the same.
void reach(GridParameters& grid, double y) {
  constexpr double farthest = 100.0;
  const double step = grid.y_max / grid.nodes;
  grid.y_max = std::clamp(std::ceil(y), grid.y_max, farthest);
  grid.nodes = static_cast<int>(std::lround(grid.y_max / step));
}

// In whole MeV.
double start_before_production(const SterileParameters& sterile) {
  constexpr double highest_start = 100.0;
  const double begin = std::ceil(production_begins_below(sterile, early_start));
  return std::clamp(begin, EpochParameters{}.T_start_MeV, highest_start);
}

}  // namespace

PrecisionDefaults precision_defaults(Precision precision) {
  switch (precision) {
    case Precision::fast:
      return {32, 24.0, 1e-6, 1e-9};
    case Precision::high:
      return {120, 30.0, 1e-8, 1e-11};
    case Precision::standard:
      break;
  }
  return {48, 24.0, 1e-7, 1e-10};
}

void decide_open_keys(Parameters& parameters) {
  const bool sterile = sterile_states_mix(parameters.sterile);
  const auto defaults = precision_defaults(parameters.run.precision);
  const Scheme scheme = scheme_of(parameters);
  const double largest_xi = largest_degeneracy(parameters.asymmetry);
  // A species that starts empty has no distortion that would be small.
  // Beside an asymmetry steps cost the third power of the number of nodes.
  const bool starts_empty =
      (sterile && !has_asymmetry_beside_sterile(parameters)) || parameters.reheating.T_RH_MeV != 0.0;
  parameters.grid = {starts_empty ? defaults.nodes * 5 / 3 : defaults.nodes, defaults.y_max};
  if (parameters.decay.energy_density_MeV4 != 0.0)
    reach(parameters.grid, largest_y_of_decays(parameters, few_are_left));
  parameters.epoch.T_end_MeV = EpochParameters{}.T_end_MeV;
  if (parameters.decay.energy_density_MeV4 != 0.0) {
    parameters.epoch.T_end_MeV =
        std::min(parameters.epoch.T_end_MeV, decayed_below(parameters.decay.lifetime_s, long_history));
  }
  extend(parameters.grid, largest_xi);
  IntegratorParameters& integrator = parameters.integrator;
  integrator.relative_tolerance = defaults.relative_tolerance;
  integrator.absolute_tolerance = defaults.absolute_tolerance;
  integrator.max_order = default_max_order(scheme);
  const bool directions = directions_are_resolved(parameters);
  if (resolves_asymmetry(parameters) && !directions) {
    adapt_tolerances(integrator, scheme, largest_xi, swings_of(parameters));
    if (scheme == Scheme::qke && swings_of(parameters) == Swings::kept &&
        parameters.run.precision == Precision::high) {
      tighten_absolute_tolerance(integrator, larger_show_with, largest_xi);
    }
  }
  parameters.run.slow_precession_below_MeV = slow_precession_below(parameters, largest_xi);
  // Sterile states are produced early, while there are muons.
  parameters.mean_field.neutrino_energy = sterile;
  parameters.plasma.muons = sterile;
  parameters.epoch.T_start_MeV = EpochParameters{}.T_start_MeV;
  if (sterile) parameters.epoch.T_start_MeV = start_before_production(parameters.sterile);
  // Oscillations that are all followed are fastest at the start. Above, nothing grows
  // (docs/stability.md), and the equilibrium of the start is exact to 1e-8 there.
  constexpr double directions_start_MeV = 9.0;
  if (directions && first_phase(parameters) == Phase::own_equations) {
    parameters.epoch.T_start_MeV = directions_start_MeV;
  }
}

// As fast as collisions become rarer; large asymmetries, which |J| >> |V| holds together
// until late, precess as a whole and more slowly: for them as fast as the expansion does.
int power_of_slowed_precession(const AsymmetryParameters& asymmetry) {
  return largest_degeneracy(asymmetry) <= small_asymmetry ? 6 : 3;
}

double decayed_below(double lifetime_s, double lifetimes) {
  return std::sqrt(constants::radiation_time_MeV2_s / (lifetimes * lifetime_s));
}

double largest_y_of_decays(const Parameters& parameters, double lifetimes) {
  DecayParameters decay = parameters.decay;
  const ReheatingParameters& reheating = parameters.reheating;
  if (reheating.T_RH_MeV != 0.0) {
    decay.lifetime_s = 1.0 / reheating_rate_per_s(reheating.T_RH_MeV);
    decay.mass_MeV = reheating.mass_MeV;
    decay.branching = reheating.branching;
  } else if (decay.energy_density_MeV4 == 0.0) {
    return 0.0;
  }
  return DecaySpectrum(decay).largest_energy() / decayed_below(decay.lifetime_s, lifetimes);
}

// BDF methods of order 3 and above amplify undamped oscillations, which only spectra of
// averaged oscillations do not have.
int default_max_order(Scheme scheme) { return scheme == Scheme::qke ? 2 : 5; }

Phase first_phase(const Parameters& parameters) {
  const bool differ = initial_asymmetry(parameters.asymmetry) == InitialAsymmetry::unequal;
  return directions_are_resolved(parameters) && differ ? Phase::isotropic : Phase::own_equations;
}

Phase phase_after(Phase phase) { return phase == Phase::isotropic ? Phase::own_equations : Phase::averaged; }

double phase_end(const Parameters& parameters, Phase phase) {
  if (phase == Phase::isotropic) {
    return std::log(constants::electron_mass / parameters.directions.begin_below_MeV);
  }
  const double T_average = parameters.run.average_below_MeV;
  const bool averages_later = phase != Phase::averaged && T_average > parameters.epoch.T_end_MeV;
  return std::log(constants::electron_mass / (averages_later ? T_average : parameters.epoch.T_end_MeV));
}

// The tolerances of a run with directions are those of what grows; before, they are those
// of any run with asymmetries. The averaged phase has no oscillations to follow, and fixes
// N_eff: it is solved at least as well as the preset asks.
IntegratorParameters phase_integrator(const Parameters& parameters, Phase phase) {
  IntegratorParameters integrator = parameters.integrator;
  if (phase == Phase::own_equations) return integrator;
  if (phase == Phase::isotropic || phase == Phase::full_equations) {
    const double largest_xi = largest_degeneracy(parameters.asymmetry);
    if (phase == Phase::full_equations) {
      integrator.relative_tolerance *=
          qke_over_atao_jv / qke_over_preset / tightened_for_degeneracy(Scheme::atao_jv, largest_xi);
    }
    adapt_tolerances(integrator, Scheme::qke, largest_xi, swings_of(parameters));
    return integrator;
  }
  const PrecisionDefaults averaged = precision_defaults(parameters.run.precision);
  integrator.max_order = default_max_order(Scheme::atao);
  integrator.relative_tolerance = std::min(integrator.relative_tolerance, averaged.relative_tolerance);
  integrator.absolute_tolerance = std::min(integrator.absolute_tolerance, averaged.absolute_tolerance);
  return integrator;
}

bool full_equations_are_there(const Parameters& parameters) {
  return averaged_antineutrinos(parameters) == AntineutrinoRelation::equal &&
         nsi_keep_one_matrix(parameters.nsi, parameters.mixing) &&
         (parameters.mixing.delta_cp_rad == 0.0 ||
          !(muon_background_is_on(parameters) || mu_or_tau_mixes_with_sterile(parameters.sterile)));
}

Parameters with_qke_throughout(const Parameters& parameters) {
  Parameters full = parameters;
  full.run.scheme = Scheme::qke;
  full.integrator = phase_integrator(parameters, Phase::full_equations);
  full.integrator.max_order = default_max_order(Scheme::qke);
  double& slow_below = full.run.slow_precession_below_MeV;
  slow_below = std::min(slow_below, slow_precession_below(full, largest_degeneracy(full.asymmetry)));
  return full;
}

Parameters with_full_equations(const Parameters& parameters) {
  Parameters full = parameters;
  full.run.scheme = Scheme::qke;
  full.integrator.max_order = std::min(full.integrator.max_order, default_max_order(Scheme::qke));
  return full;
}

std::string why_no_error_estimate(const Parameters& parameters) {
  switch (parameters.run.error_estimate) {
    case Switch::on:
      return "";
    case Switch::off:
      return "run.error_estimate = \"off\"";
    case Switch::automatic:
      break;
  }
  if (directions_are_resolved(parameters)) {
    return "directions are resolved, and perturbations that grow make a spread of N_eff; compare other "
           "directions.number, seed and attenuation";
  }
  if (has_asymmetry_beside_sterile(parameters)) {
    return "an asymmetry beside a sterile neutrino is resolved, and a companion would take as long as the "
           "run; compare with more nodes and tighter tolerances";
  }
  return "";
}

Parameters fine_companion(const Parameters& parameters) {
  // Up to here the orders and factors of the estimate hold (docs/dev/convergence.md).
  constexpr double longest_step = 0.75, shortest_range_beyond_xi = 20.0;
  Parameters fine = parameters;
  const PrecisionDefaults least = precision_defaults(Precision::fast);
  const double range = shortest_range_beyond_xi + largest_degeneracy(parameters.asymmetry);
  if (fine.grid.y_max < range || fine.grid.y_max > longest_step * fine.grid.nodes) {
    fine.grid.y_max = std::max(fine.grid.y_max, range + least.y_max - shortest_range_beyond_xi);
    fine.grid.nodes = std::max(fine.grid.nodes, static_cast<int>(std::ceil(fine.grid.y_max / longest_step)));
  }
  if (resolves_asymmetry(parameters)) return fine;
  fine.integrator.relative_tolerance = std::min(fine.integrator.relative_tolerance, least.relative_tolerance);
  fine.integrator.absolute_tolerance = std::min(fine.integrator.absolute_tolerance, least.absolute_tolerance);
  fine.integrator.max_order = default_max_order(scheme_of(parameters));
  return fine;
}

Parameters coarse_companion(const Parameters& fine) {
  constexpr double coarsening = 1.5;
  Parameters coarse = fine;
  coarse.grid.nodes = static_cast<int>(std::lround(fine.grid.nodes / coarsening));
  return coarse;
}

bool tolerance_companion_is_tighter(const Parameters& parameters) {
  const bool small_are_followed =
      swings_of(parameters) == Swings::followed && swings_are_small(parameters.asymmetry);
  return resolves_asymmetry(parameters) && !small_are_followed;
}

Parameters with_swings_followed(Parameters parameters) {
  const Swings swings = swings_of(parameters);
  const bool small = swings_are_small(parameters.asymmetry);
  if (swings == Swings::none || (small && swings != Swings::damped)) return parameters;
  IntegratorParameters& integrator = parameters.integrator;
  integrator.damp_oscillations = small ? Switch::off : Switch::automatic;  // "off" takes minutes
  if (small) integrator.relative_tolerance = std::min(integrator.relative_tolerance, loosest_that_follow);
  tighten_absolute_tolerance(integrator, small ? integrator.relative_tolerance : larger_show_with,
                             largest_degeneracy(parameters.asymmetry));
  return parameters;
}

Parameters with_swings_followed_again(Parameters followed) {
  const bool small = swings_are_small(followed.asymmetry);
  const double closer = small ? 0.5 : 0.3;
  IntegratorParameters& integrator = followed.integrator;
  if (small) integrator.relative_tolerance *= closer;
  double& absolute = integrator.absolute_tolerance;
  absolute = std::min(absolute, std::max(closer * absolute, rounding));
  return followed;
}

Parameters tolerance_companion(const Parameters& coarse) {
  constexpr double loosening = 10.0;
  const bool tighter = tolerance_companion_is_tighter(coarse);
  const bool damps_small = oscillations_are_damped(coarse) && swings_are_small(coarse.asymmetry);
  Parameters other = coarse;
  if (damps_small && scheme_of(coarse) == Scheme::qke) {
    other = with_swings_followed(coarse);
  } else {
    const double factor = tighter ? 1.0 / loosening : loosening;
    other.integrator.relative_tolerance *= factor;
    other.integrator.absolute_tolerance *= factor;
    if (oscillations_are_damped(coarse)) other.integrator.damp_oscillations = Switch::on;
    if (!swings_are_small(coarse.asymmetry)) other = with_swings_followed(other);
  }
  if (tighter) other.run.precision = Precision::high;  // for the averaged phase
  return other;
}

}  // namespace qke
