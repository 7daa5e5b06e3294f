// A run reads like its physics: ingredients, initial state, evolution, observables.
#include "qke/run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "qke/evolution/schemes.hpp"
#include "qke/integrator/cvode_integrator.hpp"
#include "qke/observables.hpp"

namespace qke {
namespace {

IntegratorOptions integrator_options(const IntegratorParameters& p) {
  return {p.relative_tolerance, p.absolute_tolerance, p.max_order, p.stability_limit_detection, p.max_steps};
}

// Values of s = ln x, equally spaced from the first to the last.
Eigen::ArrayXd output_points(const KineticSystem& system, int count) {
  return Eigen::ArrayXd::LinSpaced(count, system.s_start(), system.s_end());
}

// Integrates a system from its start to its end, and records what is seen on the way.
class Evolution {
 public:
  Evolution(KineticSystem& system, const Parameters& parameters, const ProgressCallback& on_progress)
      : system_(system),
        on_progress_(on_progress),
        history_points_(output_points(system, parameters.output.history_points)),
        spectra_points_(output_points(system, parameters.output.spectra_points)),
        initial_(system.initial_vector()),
        integrator_(system, system.s_start(), initial_, system.s_end(),
                    integrator_options(parameters.integrator)),
        passive_(system, system.s_start(), initial_) {}

  RunRecord run();

 private:
  Eigen::VectorXd at(double s) const { return integrator_.interpolate(s); }
  void observe_step();
  void report() const;
  Statistics statistics() const;
  Summary summary() const;

  KineticSystem& system_;
  const ProgressCallback& on_progress_;
  Eigen::ArrayXd history_points_, spectra_points_;
  Eigen::VectorXd initial_;
  CvodeIntegrator integrator_;
  PassiveIntegrals passive_;
  double lepton_residual_ = 0.0;
  RunRecord record_;
};

RunRecord Evolution::run() {
  record_.y.assign(system_.grid().y().begin(), system_.grid().y().end());
  while (!integrator_.finished()) {
    integrator_.step();
    observe_step();
    if (on_progress_) report();
  }
  record_.statistics = statistics();
  record_.summary = summary();
  return std::move(record_);
}

void Evolution::observe_step() {
  const auto solution = [this](double s) { return at(s); };
  passive_.advance(integrator_.s(), solution);
  auto& history = record_.history;
  while (static_cast<Eigen::Index>(history.size()) < history_points_.size()) {
    const double s = history_points_(static_cast<Eigen::Index>(history.size()));
    if (s > integrator_.s()) break;
    history.push_back(observe(system_, s, at(s), integrator_.interpolate(s, 1)));
    history.back().time_s = passive_.time(s, solution);
    const double change = history.back().eta.sum() - history.front().eta.sum();
    lepton_residual_ = std::max(lepton_residual_, std::abs(change));
  }
  auto& spectra = record_.spectra;
  while (static_cast<Eigen::Index>(spectra.size()) < spectra_points_.size()) {
    const double s = spectra_points_(static_cast<Eigen::Index>(spectra.size()));
    if (s > integrator_.s()) break;
    spectra.push_back(take_spectra(system_, s, at(s)));
  }
}

void Evolution::report() const {
  const double s = integrator_.s();
  const Background b = system_.background(s, at(s));
  on_progress_({(s - system_.s_start()) / (system_.s_end() - system_.s_start()), b.T_cm, b.z,
                effective_number(b.rho_nu, b.T_cm, b.z), integrator_.counters().steps});
}

Statistics Evolution::statistics() const {
  const IntegratorCounters c = integrator_.counters();
  return {{{"steps", c.steps},
           {"rhs_evaluations", c.rhs_evaluations},
           {"jacobian_evaluations", c.jacobian_evaluations},
           {"linear_setups", c.linear_setups},
           {"newton_iterations", c.newton_iterations},
           {"error_test_failures", c.error_test_failures},
           {"newton_failures", c.newton_failures}},
          {{"energy_balance", passive_.energy_residual()}, {"lepton_number", lepton_residual_}}};
}

Summary Evolution::summary() const {
  Summary summary;
  summarise(system_, integrator_.s(), at(integrator_.s()), summary);
  summary.N_eff_error = std::numeric_limits<double>::quiet_NaN();
  summary.scheme = scheme_names[static_cast<std::size_t>(system_.parameters().run.scheme)];
  summary.nodes = system_.grid().size();
  summary.steps = integrator_.counters().steps;
  summary.rhs_evaluations = integrator_.counters().rhs_evaluations;
  return summary;
}

}  // namespace

RunRecord run(const Parameters& parameters, int threads, const ProgressCallback& on_progress) {
  const auto system = make_kinetic_system(parameters, std::make_shared<ThreadPool>(threads));
  return Evolution(*system, parameters, on_progress).run();
}

}  // namespace qke
