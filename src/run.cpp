// A run reads like its physics: ingredients, initial state, evolution, observables.
#include "qke/run.hpp"

#include <cmath>
#include <limits>

#include "qke/evolution/schemes.hpp"
#include "qke/integrator/cvode_integrator.hpp"
#include "qke/observables.hpp"

namespace qke {
namespace {

// Values of s = ln x, equally spaced from the first to the last.
Eigen::ArrayXd output_points(const KineticSystem& system, int count) {
  return Eigen::ArrayXd::LinSpaced(count, system.s_start(), system.s_end());
}

Progress progress(const KineticSystem& system, const CvodeIntegrator& integrator) {
  const double s = integrator.s();
  const Background b = system.background(s, integrator.interpolate(s));
  return {(s - system.s_start()) / (system.s_end() - system.s_start()), b.T_cm, b.z,
          effective_number(b.rho_nu, b.T_cm, b.z), integrator.counters().steps};
}

Statistics statistics(const IntegratorCounters& c, const PassiveIntegrals& passive) {
  Statistics result;
  result.counters = {{"steps", c.steps},
                     {"rhs_evaluations", c.rhs_evaluations},
                     {"jacobian_evaluations", c.jacobian_evaluations},
                     {"linear_setups", c.linear_setups},
                     {"newton_iterations", c.newton_iterations},
                     {"error_test_failures", c.error_test_failures},
                     {"newton_failures", c.newton_failures}};
  result.residuals = {{"energy_balance", passive.energy_residual()}};
  return result;
}

}  // namespace

RunRecord run(const Parameters& parameters, int threads, const ProgressCallback& on_progress) {
  const auto system = make_kinetic_system(parameters, std::make_shared<ThreadPool>(threads));
  const Eigen::VectorXd initial = system->initial_vector();
  const IntegratorParameters& tolerances = parameters.integrator;
  CvodeIntegrator integrator(
      *system, system->s_start(), initial, system->s_end(),
      {tolerances.relative_tolerance, tolerances.absolute_tolerance, tolerances.max_order,
       tolerances.stability_limit_detection, tolerances.max_steps});
  PassiveIntegrals passive(*system, system->s_start(), initial);

  RunRecord record;
  record.y.assign(system->grid().y().begin(), system->grid().y().end());
  const Eigen::ArrayXd history_points = output_points(*system, parameters.output.history_points);
  const Eigen::ArrayXd spectra_points = output_points(*system, parameters.output.spectra_points);
  const auto at = [&](double s) { return integrator.interpolate(s); };
  Eigen::Index next_history = 0, next_spectra = 0;
  while (!integrator.finished()) {
    integrator.step();
    passive.advance(integrator.s(), at);
    for (; next_history < history_points.size() && history_points(next_history) <= integrator.s();
         ++next_history) {
      const double s = history_points(next_history);
      record.history.push_back(observe(*system, s, at(s), integrator.interpolate(s, 1)));
      record.history.back().time_s = passive.time(s, at);
    }
    for (; next_spectra < spectra_points.size() && spectra_points(next_spectra) <= integrator.s();
         ++next_spectra) {
      record.spectra.push_back(
          take_spectra(*system, spectra_points(next_spectra), at(spectra_points(next_spectra))));
    }
    if (on_progress) on_progress(progress(*system, integrator));
  }

  record.statistics = statistics(integrator.counters(), passive);
  Summary& summary = record.summary;
  summarise(*system, integrator.s(), at(integrator.s()), summary);
  summary.N_eff_error = std::numeric_limits<double>::quiet_NaN();
  summary.scheme = scheme_names[static_cast<std::size_t>(parameters.run.scheme)];
  summary.nodes = parameters.grid.nodes;
  summary.steps = integrator.counters().steps;
  summary.rhs_evaluations = integrator.counters().rhs_evaluations;
  return record;
}

}  // namespace qke
