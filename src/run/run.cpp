// A run reads like its physics: ingredients, initial state, evolution, observables.
//
// Three clocks go with it: steps of the integrator, rows of the output at fixed s = ln x,
// interpolated within steps, and checkpoints, where the integrator starts afresh. None of
// them depends on threads, signals or saves, which therefore change no number.
#include "run/run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "config/configuration.hpp"
#include "diagnostics/observables.hpp"
#include "diagnostics/soundness.hpp"
#include "diagnostics/time_and_energy.hpp"
#include "evolution/averaging_validity.hpp"
#include "evolution/phases.hpp"
#include "evolution/schemes.hpp"
#include "integrator/make_integrator.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/method.hpp"
#include "model/swings.hpp"
#include "output/run_layout.hpp"
#include "qke/error.hpp"
#include "record/checkpoint_schedule.hpp"

namespace qke {
namespace {

// Values of s = ln x, equally spaced from the first to the last.
Eigen::ArrayXd output_points(const KineticSystem& system, int count) {
  return Eigen::ArrayXd::LinSpaced(count, system.s_start(), system.s_end());
}

// max() that propagates NaN.
double larger(double a, double b) { return b <= a ? a : b; }

std::unique_ptr<Integrator> make_integrator(KineticSystem& system, const Checkpoint& from) {
  const IntegratorParameters p = phase_integrator(system.parameters(), from.phase);
  IntegratorOptions options{p.relative_tolerance, p.absolute_tolerance, p.max_order,
                            p.stability_limit_detection, p.max_steps};
  options.damp_oscillations = from.damped_below_MeV != 0.0 || oscillations_are_damped(system.parameters());
  options.closer_until = std::log(constants::electron_mass / swings_begin_above_MeV);
  options.closer = closer_where_swings_begin(system.parameters(), p.relative_tolerance);
  const double s_end = phase_end(system.parameters(), from.phase);
  return make_integrator(system.solvable(), from.integrator, s_end, options);
}

// In s. Integrators would choose one by slopes, which are rounding errors in equilibrium: all later steps
// would depend on these.
constexpr double first_step = 1e-3;

UnfinishedRun beginning(const KineticSystem& system, Phase phase) {
  UnfinishedRun run;
  run.record.y.assign(system.grid().y().begin(), system.grid().y().end());
  run.checkpoint.begin(phase, constants::electron_mass * std::exp(-system.s_start()));
  run.checkpoint.integrator = {system.s_start(), system.initial_vector(), first_step};
  run.checkpoint.passive = PassiveIntegrals::start(system, system.s_start(), run.checkpoint.integrator.u);
  run.checkpoint.block_start = run.checkpoint.progress_start = system.s_start();
  return run;
}

double averaging_ratio(const KineticSystem& system, double T_from) {
  const Parameters& parameters = system.parameters();
  return averaging_validity(parameters, system.plasma(), T_from, parameters.epoch.T_end_MeV).ratio;
}

constexpr const char* replacement_warning =
    "scheme qke was solved in place of atao (averages are not valid: two levels cross, or oscillate too "
    "slowly)";

// Integrates to the end, phase by phase, and records observables and residuals on the way.
class Evolution {
 public:
  Evolution(std::unique_ptr<KineticSystem> system, const Threads& threads, const StepCallback& on_step,
            UnfinishedRun&& start, const Additions& additions)
      : parameters_(system->parameters()),
        threads_(threads),
        additions_(additions),
        system_(std::move(system)),
        on_step_(on_step),
        history_points_(output_points(*system_, parameters_.output.history_points)),
        spectra_points_(output_points(*system_, parameters_.output.spectra_points)),
        checkpoint_(std::move(start.checkpoint)),
        record_(std::move(start.record)),
        history_at_checkpoint_(record_.history.size()),
        spectra_at_checkpoint_(record_.spectra.size()),
        first_fraction_(fraction(checkpoint_.integrator.s)),
        own_equations_(parameters_, threads, additions),
        integrator_(make_integrator(*system_, checkpoint_)),
        passive_(*system_, checkpoint_.passive),
        residuals_(checkpoint_.residuals),
        block_start_(checkpoint_.block_start),
        progress_start_(checkpoint_.progress_start) {
    require_fit();
  }

  RunRecord run();

 private:
  Eigen::VectorXd at(double s) const { return integrator_->interpolate(s); }
  Eigen::VectorXd slope() const { return integrator_->interpolate(integrator_->s(), 1); }
  double fraction(double s) const {
    return (s - system_->s_start()) / (system_->s_end() - system_->s_start());
  }
  void require_fit() const;
  void observe_step();
  std::optional<Phase> phase_that_is_due();
  bool damp_if_due(double mean_step);
  void require_progress();
  void begin(Phase phase);
  double work() const;  // since the start of the run
  bool checkpoint_is_due() const;
  void take_checkpoint();
  void keep_as_checkpoint();
  void report() const;
  UnfinishedRun until_checkpoint() const;
  Statistics statistics(const IntegratorCounters& counters, const Residuals& residuals) const;
  // Scheme, nodes and counters; numbers that only the end gives are NaN.
  Summary preliminary_summary(const IntegratorCounters& counters) const;
  Summary summary() const;

  Parameters parameters_;
  Threads threads_;
  Additions additions_;
  std::unique_ptr<KineticSystem> system_;
  const StepCallback& on_step_;
  Eigen::ArrayXd history_points_, spectra_points_;
  Checkpoint checkpoint_;  // the last one
  RunRecord record_;
  std::size_t history_at_checkpoint_, spectra_at_checkpoint_;  // rows of record_
  double first_fraction_;
  OwnEquations own_equations_;
  std::unique_ptr<Integrator> integrator_;
  PassiveIntegrals passive_;
  Residuals residuals_;
  double block_start_;     // s from which the mean step is taken
  double progress_start_;  // s at the last look at require_progress()
};

RunRecord Evolution::run() {
  while (integrator_->s() < system_->s_end()) {
    if (integrator_->finished()) begin(phase_after(checkpoint_.phase));
    integrator_->step();
    observe_step();
    require_progress();
    if (const auto phase = phase_that_is_due()) {
      begin(*phase);
    } else if (!integrator_->finished() && checkpoint_is_due()) {
      take_checkpoint();
    }
    if (on_step_) report();
  }
  record_.statistics = statistics(integrator_->counters(), residuals_);
  record_.statistics.N_eff_to_come = N_eff_to_come(*system_, integrator_->s(), at(integrator_->s()), slope());
  record_.summary = summary();
  return std::move(record_);
}

// A file with the right configuration may still hold any numbers: a checkpoint has to be
// a state of this system, between start and end, with as many rows as were due by then.
void Evolution::require_fit() const {
  const auto rows_until = [](const Eigen::ArrayXd& points, const IntegratorState& state) -> std::size_t {
    return state.counters.steps == 0 ? 0 : static_cast<std::size_t>((points <= state.s).count());
  };
  const IntegratorState& state = checkpoint_.integrator;
  const auto nodes = system_->grid().y();
  const bool fits = state.u.size() == system_->dimension() && state.u.allFinite() &&
                    state.s >= system_->s_start() && state.s < system_->s_end() &&
                    checkpoint_.passive.s == state.s && checkpoint_.work >= 0.0 &&
                    std::isfinite(checkpoint_.work) &&
                    std::equal(nodes.begin(), nodes.end(), record_.y.begin(), record_.y.end()) &&
                    record_.history.size() == rows_until(history_points_, state) &&
                    record_.spectra.size() == rows_until(spectra_points_, state);
  if (!fits) {
    throw InputOutputError(
        "the unfinished run cannot be resumed (its state is not one of this configuration). Start afresh "
        "with --force.");
  }
}

void Evolution::observe_step() {
  const auto solution = [this](double s) { return at(s); };
  const double s_now = integrator_->s();
  const Eigen::VectorXd now = at(s_now);
  // Before anything is derived from it: a broken state is never recorded.
  require_sound_state(*system_, s_now, now);
  passive_.advance(s_now, solution);
  residuals_.asymmetry_mismatch =
      larger(residuals_.asymmetry_mismatch, system_->asymmetry_mismatch(s_now, now));
  residuals_.energy_balance = larger(residuals_.energy_balance, passive_.energy_residual(now));
  auto& history = record_.history;
  // The rows that lie within this step, often none.
  while (static_cast<Eigen::Index>(history.size()) < history_points_.size()) {
    const double s = history_points_(static_cast<Eigen::Index>(history.size()));
    if (s > s_now) break;
    history.push_back(observe(*system_, s, at(s), integrator_->interpolate(s, 1)));
    history.back().time_s = passive_.time(s, solution);
    const double change = history.back().eta.sum() - history.front().eta.sum();
    residuals_.lepton_number = larger(residuals_.lepton_number, std::abs(change));
  }
  auto& spectra = record_.spectra;
  while (static_cast<Eigen::Index>(spectra.size()) < spectra_points_.size()) {
    const double s = spectra_points_(static_cast<Eigen::Index>(spectra.size()));
    if (s > s_now) break;
    spectra.push_back(take_spectra(*system_, s, at(s)));
  }
  require_conserved(*system_, s_now, now, residuals_);
}

// The mean step is the mean of a hundred: the short ones after a restart hardly change
// it. Where asymmetries are resolved, of a thousand: eigenvalues of J that cross shorten
// hundreds of steps, which need no other method. Otherwise it is infinite, so that no test
// finds it too short.
std::optional<Phase> Evolution::phase_that_is_due() {
  const double s = integrator_->s();
  const bool may_end =
      checkpoint_.phase == Phase::own_equations || checkpoint_.phase == Phase::full_equations;
  if (!may_end || s >= system_->s_end()) return std::nullopt;
  const long block =
      resolves_asymmetry(parameters_) && !has_asymmetry_beside_sterile(parameters_) ? 1000 : 100;
  double mean_step = std::numeric_limits<double>::infinity();
  if (integrator_->counters().steps % block == 0) {
    mean_step = (s - block_start_) / block;
    block_start_ = s;
  }
  if (damp_if_due(mean_step)) return std::nullopt;
  const Eigen::VectorXd now = at(s);
  if (system_->averaging_is_due(s, now, mean_step)) {
    return next_phase(parameters_, checkpoint_.phase, constants::electron_mass * std::exp(-s));
  }
  const bool back = own_equations_.are_due(*system_, checkpoint_.phase, s, now, integrator_->counters().steps,
                                           checkpoint_.own_equations_again_below_MeV);
  return back ? std::optional(Phase::own_equations) : std::nullopt;
}

bool Evolution::damp_if_due(double mean_step) {
  const double s = integrator_->s();
  if (checkpoint_.damped_below_MeV != 0.0 || !damping_is_due(parameters_, checkpoint_.phase, s, mean_step))
    return false;
  checkpoint_.damped_below_MeV = constants::electron_mass * std::exp(-s);
  take_checkpoint();
  integrator_ = make_integrator(*system_, checkpoint_);
  return true;
}

void Evolution::require_progress() {
  constexpr long block = 10000;
  if (integrator_->counters().steps % block != 0) return;
  const double s = integrator_->s(), mean_step = (s - progress_start_) / block;
  progress_start_ = s;
  qke::require_progress(*system_, s, mean_step);
}

// Carried across the phase change: z, and rho (of which the averaged phase keeps the
// diagonal in the eigenbasis of V, and to which directions add their seed).
void Evolution::begin(Phase phase) {
  const double s = integrator_->s();
  const Eigen::VectorXd u = at(s);
  const StateDensities rho = system_->densities(s, u);
  const Eigen::VectorXd components = system_->component_unknowns(u);
  const Background b = system_->background(s, u);
  checkpoint_.work = work();
  checkpoint_.begin(phase, b.T_cm);
  system_ = make_kinetic_system(parameters_, checkpoint_.phase, threads_, additions_);
  checkpoint_.integrator = {s, system_->state_vector(s, b.z, rho, components), 0.0, integrator_->counters()};
  integrator_ = make_integrator(*system_, checkpoint_);
  if (phase == Phase::averaged) {
    residuals_.averaging_ratio =
        std::max(averaging_ratio(*system_, b.T_cm), slowest_pair(parameters_, system_->plasma(), b.T_cm));
  }
  // It refers to the system, which is another one now; time and energy go on.
  passive_ = PassiveIntegrals(*system_, passive_.state());
  keep_as_checkpoint();
}

double Evolution::work() const {
  return checkpoint_.work +
         estimated_work(*system_, checkpoint_.integrator.counters, integrator_->counters());
}

bool Evolution::checkpoint_is_due() const {
  return qke::checkpoint_is_due(checkpoint_.work, work(), parameters_.integrator.restart_work_s);
}

void Evolution::take_checkpoint() {
  checkpoint_.work = work();
  checkpoint_.integrator = integrator_->restart();
  keep_as_checkpoint();
}

void Evolution::keep_as_checkpoint() {
  checkpoint_.passive = passive_.state();
  checkpoint_.residuals = residuals_;
  checkpoint_.block_start = block_start_;
  checkpoint_.progress_start = progress_start_;
  history_at_checkpoint_ = record_.history.size();
  spectra_at_checkpoint_ = record_.spectra.size();
}

// Rows after the checkpoint are left out: the resumed run makes them again.
UnfinishedRun Evolution::until_checkpoint() const {
  const IntegratorCounters& counters = checkpoint_.integrator.counters;
  RunRecord record = record_;
  record.history.resize(history_at_checkpoint_);
  record.spectra.resize(spectra_at_checkpoint_);
  record.statistics = statistics(counters, checkpoint_.residuals);
  record.summary = preliminary_summary(counters);
  return {std::move(record), checkpoint_};
}

void Evolution::report() const {
  const double s = integrator_->s();
  const Background b = system_->background(s, at(s));
  on_step_({fraction(s), b.T_cm, b.z, N_eff_so_far(b), integrator_->counters().steps,
            checkpoint_.integrator.counters.steps, first_fraction_},
           [this] { return until_checkpoint(); });
}

Statistics Evolution::statistics(const IntegratorCounters& c, const Residuals& residuals) const {
  Statistics statistics;
  layout::for_each_row(layout::counter_rows, [&](const auto& row, auto member) {
    statistics.counters.emplace_back(row.name, c.*member);
  });
  layout::for_each_row(layout::residual_rows, [&](const auto& row, auto member) {
    statistics.residuals.emplace_back(row.name, residuals.*member);
  });
  statistics.averaged_below_MeV = checkpoint_.averaged_below_MeV;
  statistics.full_equations_below_MeV = checkpoint_.full_equations_below_MeV;
  const bool full_last = checkpoint_.phase == Phase::full_equations;
  statistics.own_equations_again_below_MeV = full_last ? 0.0 : checkpoint_.own_equations_again_below_MeV;
  statistics.N_eff_to_come = std::numeric_limits<double>::quiet_NaN();
  return statistics;
}

Summary Evolution::preliminary_summary(const IntegratorCounters& counters) const {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  Summary summary;
  summary.status = unfinished_status;
  for (double* value : {&summary.N_eff, &summary.N_eff_neutrinos, &summary.N_eff_error, &summary.eta_error,
                        &summary.z, &summary.sum_mnu_over_omega_h2_eV, &summary.xi_e_effective}) {
    *value = unknown;
  }
  for (StateVector* values :
       {&summary.z_nu, &summary.z_nubar, &summary.eta, &summary.delta_rho, &summary.n_nu}) {
    values->setConstant(system_->states(), unknown);
  }
  summary.scheme = scheme_names[static_cast<std::size_t>(scheme_of(system_->parameters()))];
  summary.nodes = system_->grid().size();
  summary.steps = counters.steps;
  summary.rhs_evaluations = counters.rhs_evaluations;
  return summary;
}

Summary Evolution::summary() const {
  Summary summary = preliminary_summary(integrator_->counters());
  summary.status = finished_status;
  summarise(*system_, integrator_->s(), at(integrator_->s()), slope(), summary);
  for (const auto& warnings :
       {configuration_warnings(parameters_), residual_warnings(residuals_, parameters_)}) {
    summary.warnings.insert(summary.warnings.end(), warnings.begin(), warnings.end());
  }
  for (const auto& warning : {averaging_warning(checkpoint_.averaged_below_MeV, record_.history, parameters_),
                              full_equations_warning(record_.statistics), occupation_warning(record_),
                              swings_warning(record_.history, parameters_)}) {
    if (warning) summary.warnings.push_back(*warning);
  }
  return summary;
}

}  // namespace

RunRecord run(const Parameters& parameters, int threads, const StepCallback& on_step,
              std::optional<UnfinishedRun> unfinished, const Additions& additions) {
  const Threads pool = std::make_shared<ThreadPool>(threads);
  Phase phase = unfinished ? unfinished->checkpoint.phase : first_phase(parameters);
  auto system = make_kinetic_system(parameters, phase, pool, additions);
  if (!unfinished && begins_with_full_equations(*system)) {
    phase = Phase::full_equations;
    system = make_kinetic_system(parameters, phase, pool, additions);
  }
  // Where averages are not valid somewhere on the way, scheme qke takes over from the beginning.
  const double T_start = constants::electron_mass / system->initial().x;
  const double ratio = scheme_of(parameters) == Scheme::atao ? averaging_ratio(*system, T_start) : 0.0;
  const bool replaced = ratio > largest_averaging_ratio && full_equations_are_there(parameters);
  if (replaced) system = make_kinetic_system(with_full_equations(parameters), phase, pool, additions);
  UnfinishedRun start = unfinished ? std::move(*unfinished) : beginning(*system, phase);
  if (!replaced) {
    start.checkpoint.residuals.averaging_ratio = std::max(ratio, start.checkpoint.residuals.averaging_ratio);
  }
  RunRecord record = Evolution(std::move(system), pool, on_step, std::move(start), additions).run();
  if (replaced) record.summary.warnings.emplace_back(replacement_warning);
  return record;
}

}  // namespace qke
