// N_eff_error against the truth, from much finer runs (more cases: docs/convergence.md), and what must not
// change N_eff.
#include "qke/error_estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "qke/base/error.hpp"
#include "qke/base/instruction_set.hpp"
#include "qke/config/configuration.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using namespace independent;

Parameters fast(Scheme scheme) {
  const PrecisionDefaults defaults = precision_defaults(Precision::fast);
  Parameters parameters = small_grid(scheme, defaults.nodes, defaults.y_max);
  parameters.integrator.relative_tolerance = defaults.relative_tolerance;
  parameters.integrator.absolute_tolerance = defaults.absolute_tolerance;
  parameters.integrator.max_order = default_max_order(scheme);
  return parameters;
}

RunRecord run_with_error(const Parameters& parameters) {
  RunRecord record = run(parameters, 1, {});
  add_error_estimate(parameters, record, 1, {});
  return record;
}

// Its own error is some 3e-7 (docs/convergence.md).
double truth(Parameters parameters) {
  parameters.grid = {90, 30.0};
  parameters.integrator.relative_tolerance = 1e-9;
  parameters.integrator.absolute_tolerance = 1e-12;
  return run(parameters, 1, {}).summary.N_eff;
}

// The requirement: it covers the true difference, and is at most ten times that or 3e-6.
void expect_honest(const Parameters& parameters) {
  const Summary summary = run_with_error(parameters).summary;
  const double difference = std::abs(summary.N_eff - truth(parameters));
  EXPECT_GE(summary.N_eff_error, difference);
  EXPECT_LE(summary.N_eff_error, std::max(10.0 * difference, 3e-6));
}

TEST(ErrorEstimate, IsHonestForAveragedOscillations) { expect_honest(fast(Scheme::atao)); }

TEST(ErrorEstimate, IsHonestWithoutOscillationsOrQed) {
  Parameters parameters = fast(Scheme::boltzmann);
  parameters.plasma.qed = Qed::none;
  expect_honest(parameters);
}

TEST(ErrorEstimate, IsHonestOnAShortCoarseGrid) {
  Parameters parameters = fast(Scheme::atao);
  parameters.grid = {20, 17.0};
  expect_honest(parameters);
}

TEST(ErrorEstimate, IsHonestWhereStepAndRangeCancel) {
  Parameters parameters = fast(Scheme::atao);
  parameters.grid = {20, 18.0};  // +6e-6 and -8e-6 (docs/convergence.md)
  expect_honest(parameters);
}

// A coarse grid has too many neutrinos, a short one too few: the estimates of both, with their signs, add up
// to the true error within what they are said to be uncertain by.
TEST(ErrorEstimate, HasTheSignsOfStepAndRange) {
  for (const GridParameters& grid : {GridParameters{24, 24.0}, GridParameters{40, 16.0}}) {
    Parameters parameters = fast(Scheme::atao);
    parameters.grid = grid;
    // The step of the second grid is worth 6e-7 (docs/convergence.md), as much as a tolerance of 1e-6.
    parameters.integrator.relative_tolerance = 1e-8;
    parameters.integrator.absolute_tolerance = 1e-11;
    const RunRecord record = run(parameters, 1, {});
    const ErrorEstimate error = estimate_error(parameters, record, 1, {});
    EXPECT_GT(error.grid, 0.0);
    EXPECT_LT(error.range, 0.0);
    EXPECT_EQ(error.grid > -error.range, grid.y_max > 20.0);
    EXPECT_NEAR(error.grid + error.range, record.summary.N_eff - truth(parameters),
                error.uncertainty + error.tolerance + error.other);
  }
}

// Whole runs: what rounding changes through the choice of steps is a tenth of the tolerance.
TEST(InstructionSets, GiveTheSameNumberOfNeutrinos) {
  for (const Scheme scheme : {Scheme::atao, Scheme::qke}) {
    const Parameters parameters = fast(scheme);
    const auto N_eff_with = [&](InstructionSet set) {
      setenv("QKE_INSTRUCTION_SET", name_of(set).c_str(), 1);
      const double N_eff = run(parameters, 1, {}).summary.N_eff;
      unsetenv("QKE_INSTRUCTION_SET");
      return N_eff;
    };
    const double baseline = N_eff_with(InstructionSet::baseline);
    for (const InstructionSet set : available_instruction_sets()) {
      EXPECT_NEAR(N_eff_with(set) / baseline, 1.0, 0.1 * parameters.integrator.relative_tolerance)
          << name_of(set);
    }
  }
}

TEST(ErrorEstimate, IsLeftOutWhenNotWanted) {
  Parameters parameters = small_grid(Scheme::atao, 8, 12.0);
  parameters.run.error_estimate = ErrorEstimation::off;
  EXPECT_TRUE(std::isnan(run_with_error(parameters).summary.N_eff_error));
  parameters.run.error_estimate = ErrorEstimation::on;
  EXPECT_GT(run_with_error(parameters).summary.N_eff_error, 0.0);
}

// The run itself is whole then.
TEST(ErrorEstimate, ACompanionThatFailsLeavesAWarning) {
  const Parameters parameters = small_grid(Scheme::boltzmann, 8, 12.0);
  RunRecord record = run(parameters, 1, {});
  const double N_eff = record.summary.N_eff;
  add_error_estimate(parameters, record, 1,
                     [](const auto&, const auto&) { throw NumericalError("the cause"); });
  EXPECT_EQ(record.summary.N_eff, N_eff);
  EXPECT_TRUE(std::isnan(record.summary.N_eff_error));
  EXPECT_FALSE(estimate_is_outstanding(record.summary));
  ASSERT_EQ(record.summary.warnings.size(), 1u);
  EXPECT_NE(record.summary.warnings[0].find("failed: the cause"), std::string::npos);
}

TEST(ErrorEstimate, IsAutomaticallyLeftOutWhereAsymmetriesAreResolved) {
  Parameters parameters;
  EXPECT_TRUE(error_estimate_is_wanted(parameters));
  parameters.run.scheme = Scheme::qke;
  EXPECT_TRUE(error_estimate_is_wanted(parameters));
  parameters.asymmetry.xi = {0.01, 0.0, 0.0};
  EXPECT_FALSE(error_estimate_is_wanted(parameters));
  parameters.run.scheme = Scheme::boltzmann;
  EXPECT_TRUE(error_estimate_is_wanted(parameters));
}

}  // namespace
}  // namespace qke
