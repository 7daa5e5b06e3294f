// A whole run around its integration: conserved quantities, the tolerances of
// its phases, and the parts of the error estimate, on grids of 10 nodes (a tenth of a
// second each).
#include "run/run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <optional>
#include <string>

#include "config/configuration.hpp"
#include "model/method.hpp"
#include "model/swings.hpp"
#include "qke/error.hpp"
#include "run/error_estimate.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

Parameters small(Scheme scheme) {
  Parameters parameters = independent::small_grid(scheme, 10, 12.0);
  parameters.run.error_estimate = Switch::off;
  parameters.integrator.relative_tolerance = 1e-4;
  parameters.integrator.absolute_tolerance = 1e-7;
  return parameters;
}

// The run as it is saved, as soon as `reached` says so.
UnfinishedRun unfinished(const Parameters& parameters, const std::function<bool(const Progress&)>& reached) {
  struct Stop {};
  UnfinishedRun result;
  const auto stop = [&](const Progress& progress, const auto& until_checkpoint) {
    if (!reached(progress)) return;
    result = until_checkpoint();
    throw Stop();
  };
  EXPECT_THROW(run(parameters, 1, stop), Stop);
  return result;
}

// Scheme qke at the beginning of its averaged phase, at 15 MeV.
Parameters averaged_below_15() {
  Parameters parameters = small(Scheme::qke);
  parameters.run.precision = Precision::fast;
  parameters.run.average_below_MeV = 15.0;
  return parameters;
}
UnfinishedRun start_of_the_averaged_phase(const Parameters& parameters) {
  return unfinished(parameters, [](const Progress& progress) { return progress.T_cm < 14.9; });
}

double residual(const RunRecord& record, const std::string& name) {
  for (const auto& [key, value] : record.statistics.residuals) {
    if (key == name) return value;
  }
  return NAN;
}

// An integral of the energy that is a hundredth off: more than any run's 100 tolerances
// (docs/dev/reliability.md, "Numbers").
TEST(Run, EndsWhereAConservedQuantityHasDrifted) {
  const Parameters parameters = small(Scheme::boltzmann);
  UnfinishedRun start = unfinished(parameters, [](const Progress&) { return true; });
  start.checkpoint.passive.energy *= 1.0 + 100.0 * 1e-4 + 1e-3;
  try {
    run(parameters, 1, {}, start);
    FAIL() << "the run went on";
  } catch (const NumericalError& error) {
    EXPECT_NE(std::string(error.what()).find("energy_balance has drifted"), std::string::npos)
        << error.what();
  }
}

// The residual is the change since the start, not since the row before.
TEST(Run, LeptonNumberIsComparedWithThatOfTheStart) {
  const Parameters parameters = averaged_below_15();
  UnfinishedRun start = start_of_the_averaged_phase(parameters);
  ASSERT_EQ(start.checkpoint.phase, Phase::averaged);
  ASSERT_GE(start.record.history.size(), 3u);
  const double change = 1e-8;  // above the 1e-9 of the warning, below the 1e-6 that ends a run
  start.record.history.front().eta(1) += change;
  EXPECT_NEAR(residual(run(parameters, 1, {}, start), "lepton_number"), change, 1e-3 * change);
}

// What the averaged phase goes on with depends on the preset, not on what the oscillations were followed
// with: from the same checkpoint it is the same, bit by bit.
TEST(Run, TheAveragedPhaseHasTheTolerancesOfThePreset) {
  const Parameters loose = averaged_below_15();
  const UnfinishedRun start = start_of_the_averaged_phase(loose);
  ASSERT_EQ(start.checkpoint.phase, Phase::averaged);
  const PrecisionDefaults preset = precision_defaults(Precision::fast);
  Parameters relative = loose, absolute = loose, order = loose;
  relative.integrator.relative_tolerance = preset.relative_tolerance;
  absolute.integrator.absolute_tolerance = preset.absolute_tolerance;
  order.integrator.max_order = loose.integrator.max_order + 1;
  const RunRecord expected = run(loose, 1, {}, start);
  for (const Parameters& parameters : {relative, absolute, order}) {
    const RunRecord record = run(parameters, 1, {}, start);
    EXPECT_EQ(record.summary.steps, expected.summary.steps);
    EXPECT_EQ(record.summary.z, expected.summary.z);
    EXPECT_EQ(record.summary.z_nu, expected.summary.z_nu);
  }
  // Tighter ones than the preset's are kept.
  Parameters tight = loose;
  tight.integrator.relative_tolerance = 0.1 * preset.relative_tolerance;
  EXPECT_GT(run(tight, 1, {}, start).summary.steps, expected.summary.steps);
}

// The part of the tolerance is that of a run with another one: never nothing, and more with loose tolerances.
TEST(Run, TheErrorEstimateSeesTheTolerance) {
  const auto tolerance_part = [](double relative) {
    Parameters parameters = small(Scheme::boltzmann);
    parameters.integrator.relative_tolerance = relative;
    parameters.integrator.absolute_tolerance = 1e-3 * relative;
    return estimate_error(parameters, run(parameters, 1, {}), 1, {}).tolerance;
  };
  const double loose = tolerance_part(1e-6), tight = tolerance_part(1e-8);
  EXPECT_GT(tight, 0.0);
  EXPECT_GT(loose, 10.0 * tight);
}

// From 1/(2H) at the start, dt = d ln x/H; between rows by the trapezoidal rule, whose error is (d ln x)^2/3
// with H like x^-2, 1e-3 for 200 rows.
TEST(Run, EveryRowHasItsTime) {
  const auto history = run(small(Scheme::boltzmann), 1, {}).history;
  EXPECT_NEAR(2.0 * history.front().hubble * history.front().time_s, 1.0, 1e-12);
  for (std::size_t n = 1; n < history.size(); ++n) {
    const HistoryPoint &before = history[n - 1], &now = history[n];
    const double expected = 0.5 * (1.0 / before.hubble + 1.0 / now.hubble) * std::log(now.x / before.x);
    EXPECT_NEAR(now.time_s - before.time_s, expected, 2e-3 * expected) << n;
  }
}

// Against a run on a grid that is finer by 1.4 and reaches further by 8: what the two parts leave is within
// the uncertainty that is given with them, and most of the difference here is range.
TEST(Run, TheErrorEstimateSeesRangeAndStep) {
  Parameters parameters = small(Scheme::boltzmann);
  parameters.grid = {40, 20.0};
  parameters.integrator.relative_tolerance = 1e-8;
  parameters.integrator.absolute_tolerance = 1e-11;
  const RunRecord record = run(parameters, 1, {});
  const ErrorEstimate error = estimate_error(parameters, record, 1, {});
  Parameters better = parameters;
  better.grid = {80, 28.0};
  const double difference = record.summary.N_eff - run(better, 1, {}).summary.N_eff;
  EXPECT_NEAR(error.range, difference, 0.5 * std::abs(difference));
  EXPECT_NEAR(error.range + error.grid, difference, error.uncertainty + error.tolerance + error.other);
  EXPECT_LT(error.uncertainty, 0.5 * std::abs(difference));
  EXPECT_EQ(error.refinement, 0.0);
}

// A grid on which the parts cannot be told is compared with one on which they can.
TEST(Run, TheErrorEstimateRefinesACoarseGrid) {
  const Parameters parameters = small(Scheme::boltzmann);
  const RunRecord record = run(parameters, 1, {});
  Parameters fine = parameters;
  fine.grid = {32, 24.0};
  fine.integrator.relative_tolerance = 1e-6;
  fine.integrator.absolute_tolerance = 1e-9;
  const ErrorEstimate error = estimate_error(parameters, record, 1, {});
  EXPECT_DOUBLE_EQ(error.refinement, record.summary.N_eff - run(fine, 1, {}).summary.N_eff);
  EXPECT_LT(error.refinement, -1e-4);  // range: y_max = 12 (docs/dev/convergence.md: 16 is worth -3.8e-5)
}

// Steps of 0.75 are the longest of which the parts are known, and y_max = 20 the shortest range.
TEST(Run, TheErrorEstimateTakesGridsAsTheyAreUpToItsLimits) {
  const auto grid_of_companion = [](const GridParameters& grid) {
    Parameters parameters = small(Scheme::boltzmann);
    parameters.grid = grid;
    return fine_companion(parameters).grid;
  };
  const GridParameters longest_steps = grid_of_companion({28, 21.0}),
                       shortest = grid_of_companion({40, 20.0});
  EXPECT_EQ(longest_steps.nodes, 28);
  EXPECT_EQ(longest_steps.y_max, 21.0);
  EXPECT_EQ(shortest.y_max, 20.0);
  EXPECT_EQ(grid_of_companion({28, 21.001}).y_max, 24.0);
  EXPECT_EQ(grid_of_companion({40, 19.999}).y_max, 24.0);
}

// The error of eta is the sum of what companions change, each whole or times the factor of its part in the
// error of N_eff. Companions are given: they move 0.1 from the third flavour to the first on the coarser
// grid, 0.01 more with tighter tolerances there, and 0.001 with the equations of qke.
TEST(Run, TheErrorOfEtaIsWhatCompanionsShow) {
  Parameters parameters = independent::small_grid(Scheme::atao_jv, 32, 22.0);
  parameters.asymmetry.xi = {1.5, -1.5, 0.0};
  parameters.epoch.T_end_MeV = 19.0;
  RunRecord record = run(parameters, 1, {});
  Companions companions;
  estimate_error(parameters, record, 1, {}, companions);
  const std::size_t made = companions.finished.size();
  record.summary.eta = Vector3(2.0, -2.0, 0.0);
  for (auto& [configuration, companion] : companions.finished) {
    const Parameters of = parse_configuration(configuration, "", {});
    const bool tight = of.integrator.relative_tolerance < parameters.integrator.relative_tolerance;
    const double change = of.run.scheme == Scheme::qke ? 0.101 : tight ? 0.11 : 0.1;
    companion.summary.eta = Vector3(2.0 + change, -2.0, -change);
  }
  const double error = estimate_error_of_eta(parameters, record, 1, {}, companions);
  EXPECT_EQ(companions.finished.size(), made);
  EXPECT_NEAR(error, std::sqrt(2.0) * (0.1 + 1.5 * 0.01 + 0.001), 1e-12);  // rounding
}

// Estimates with companions whose N_eff is given; their number is checked where it is given, too.
class GivenCompanions {
 public:
  explicit GivenCompanions(const Parameters& parameters, std::optional<std::size_t> number = {})
      : parameters_(parameters), record_(run(parameters, 1, {})) {
    estimate_error(parameters_, record_, 1, {}, companions_);
    made_ = companions_.finished.size();
    EXPECT_EQ(made_, number.value_or(made_));
  }

  ErrorEstimate error(const std::function<double(const Parameters&)>& N_eff_of) {
    for (auto& [configuration, companion] : companions_.finished) {
      companion.summary.N_eff = N_eff_of(parse_configuration(configuration, "", {}));
    }
    const ErrorEstimate error = estimate_error(parameters_, record_, 1, {}, companions_);
    EXPECT_EQ(companions_.finished.size(), made_);
    return error;
  }

 private:
  Parameters parameters_;
  RunRecord record_;
  Companions companions_;
  std::size_t made_ = 0;
};

// Where asymmetries are resolved a companion has tolerances ten times tighter, which leave a third of the
// error at most: the part is 3/2 of the change. Of scheme atao-jv what scheme qke has instead is a part, too.
// The companions are given, with N_eff of 3, 3.02 and 3.005.
TEST(Run, TheErrorEstimateAddsWhatTighterTolerancesLeave) {
  Parameters parameters = independent::small_grid(Scheme::atao_jv, 32, 22.0);
  parameters.asymmetry.xi = {1.5, -1.5, 0.0};
  parameters.epoch.T_end_MeV = 19.5;
  const ErrorEstimate error = GivenCompanions(parameters, 3).error([&](const Parameters& of) {
    const bool tight = of.integrator.relative_tolerance < parameters.integrator.relative_tolerance;
    return of.run.scheme == Scheme::qke ? 3.005 : tight ? 3.02 : 3.0;
  });
  EXPECT_NEAR(error.tolerance, 1.5 * 0.02, 1e-12);  // rounding
  EXPECT_NEAR(error.scheme, 0.005, 1e-12);
  EXPECT_EQ(ErrorEstimate{.scheme = 0.005}.total(), 0.005);
}

// What small asymmetries are damped tighter tolerances hardly show (docs/dev/asymmetry-convergence.md,
// "Swings"): the companion follows oscillations.
TEST(Run, TheErrorEstimateFollowsWhatSmallAsymmetriesAreDamped) {
  const auto companion = [](std::vector<std::string> settings) {
    return tolerance_companion(parse_configuration("", "test", settings)).integrator;
  };
  const std::string small = "asymmetry.xi=[0.01, -0.01, 0]";
  const IntegratorParameters followed = companion({small}),
                             tight = companion({small, "integrator.relative_tolerance=1e-7"}),
                             averaged = companion({small, "run.scheme=atao-jv"}),
                             high = companion({small, "run.precision=high"}),
                             large = companion({"asymmetry.xi=[0.1, -0.1, 0]"});
  EXPECT_EQ(followed.damp_oscillations, Switch::off);
  EXPECT_DOUBLE_EQ(followed.relative_tolerance, 1e-5);
  EXPECT_DOUBLE_EQ(followed.absolute_tolerance, 1e-7);
  EXPECT_DOUBLE_EQ(tight.relative_tolerance, 1e-7);
  EXPECT_EQ(averaged.damp_oscillations, Switch::on);
  EXPECT_DOUBLE_EQ(averaged.relative_tolerance, 1e-6);
  EXPECT_DOUBLE_EQ(high.relative_tolerance, 1e-5);  // looser than what follows already
  EXPECT_EQ(large.damp_oscillations, Switch::automatic);
  // Swings that are kept show with absolute tolerances of 1e-6 |xi|.
  EXPECT_DOUBLE_EQ(large.relative_tolerance, 1e-5);
  EXPECT_DOUBLE_EQ(large.absolute_tolerance, 1e-7);
  EXPECT_DOUBLE_EQ(companion({"asymmetry.xi=[0.3, -0.3, 0]"}).absolute_tolerance, 3e-7);
  EXPECT_DOUBLE_EQ(companion({"asymmetry.xi=[2, -2, 0]"}).absolute_tolerance, 1e-6);
  // precision = "high" has them by itself.
  const std::string larger = "asymmetry.xi=[0.1, -0.1, 0]", precise = "run.precision=high";
  const IntegratorParameters of_high = parse_configuration("", "test", {larger, precise}).integrator;
  EXPECT_DOUBLE_EQ(of_high.relative_tolerance, 1e-5);
  EXPECT_DOUBLE_EQ(of_high.absolute_tolerance, 1e-7);
  EXPECT_DOUBLE_EQ(companion({larger, precise}).absolute_tolerance, 1e-8);
  // So do those that a key damps or follows.
  for (const std::string key : {"on", "off"}) {
    const IntegratorParameters shown =
        companion({"asymmetry.xi=[0.3, -0.3, 0]", "integrator.damp_oscillations=" + key});
    EXPECT_DOUBLE_EQ(shown.absolute_tolerance, 3e-7) << key;
    EXPECT_EQ(shown.damp_oscillations, Switch::automatic) << key;
  }
}

// However tight the absolute tolerance that a key gives.
TEST(Run, TheSecondCompanionOfSwingsIsTighterThanTheFirst) {
  for (const std::string xi : {"0.01", "0.1"}) {
    for (const std::string given : {"1e-7", "1e-8", "1e-10"}) {
      const Parameters first = tolerance_companion(parse_configuration(
          "", "test",
          {"asymmetry.xi=[" + xi + ", -" + xi + ", 0]", "integrator.absolute_tolerance=" + given}));
      const Parameters second = with_swings_followed_again(first);
      EXPECT_LE(first.integrator.absolute_tolerance, std::stod(given)) << xi;
      EXPECT_LE(second.integrator.absolute_tolerance, first.integrator.absolute_tolerance) << xi << given;
    }
  }
}

// Swings that grow end by chance, perhaps near the run: of two companions with absolute tolerances that show
// them the one that ends farther counts, 2.5 times, and 3.3e-6 of N_eff at least. Here either does, and none.
TEST(Run, TheErrorEstimateTakesTheFartherEndOfSwings) {
  struct Swinging {
    std::string xi;
    double absolute_tolerance;  // of the first companion
  };
  const auto companions_of = [](const Swinging& of, const std::string& scheme) {
    return GivenCompanions(
        parse_configuration("", "test",
                            {"asymmetry.xi=[" + of.xi + ", -" + of.xi + ", 0]", "run.scheme=" + scheme,
                             "epoch.T_end_MeV=19.5", "grid.nodes=32"}));
  };
  const auto error_with = [](GivenCompanions& companions, const Swinging& of, double first, double again) {
    return companions.error([&](const Parameters& companion) {
      const double a = companion.integrator.absolute_tolerance / of.absolute_tolerance;
      if (companion.run.scheme != Scheme::qke || a > 1.5) return 3.0;
      return 3.0 + (a > 0.75 ? first : again);
    });
  };
  constexpr double rounding = 1e-12;
  for (const Swinging& of : {Swinging{"0.01", 1e-7}, {"0.1", 1e-7}, {"0.9", 9e-7}}) {
    GivenCompanions full = companions_of(of, "qke"), averaged = companions_of(of, "atao-jv");
    for (const auto& [first, again] : {std::pair(0.02, 0.001), std::pair(0.001, -0.02)}) {
      EXPECT_NEAR(error_with(full, of, first, again).tolerance, 2.5 * 0.02, rounding) << of.xi;
      EXPECT_NEAR(error_with(averaged, of, first, again).scheme, 2.5 * 0.02, rounding) << of.xi;
    }
    EXPECT_NEAR(error_with(full, of, 0.0, 1e-7).tolerance, 3.3e-6 * 3.0, rounding) << of.xi;
  }
}

// Whatever the largest asymmetry, and whichever flavours differ little.
TEST(Run, TheErrorEstimateTakesTwoEndsOfSwingsWhereTwoFlavoursDifferLittle) {
  const auto grow = [](const std::string& xi) {
    return swings_grow(parse_configuration("", "test", {"asymmetry.xi=[" + xi + "]"}));
  };
  for (const char* xi :
       {"1.05, 1.049, -1.05", "3, 3, -3", "-2, 2, 1.5", "4, -4, 4", "0.5, -0.5, 0", "1, 0, -1"})
    EXPECT_TRUE(grow(xi)) << xi;
  for (const char* xi : {"1.1, -1.1, 0", "4, 2, -1", "2, 2, 2"}) EXPECT_FALSE(grow(xi)) << xi;
}

// Averages that run.average_below_MeV begins early are compared with those that begin by themselves, which
// here is after the end. Companions are given again.
TEST(Run, TheErrorEstimateHasWhatEarlyAveragesChange) {
  Parameters parameters = independent::small_grid(Scheme::qke, 30, 21.0);
  parameters.asymmetry.xi = {0.1, -0.1, 0.0};
  parameters.integrator.relative_tolerance = parameters.integrator.absolute_tolerance = 1e-4;
  parameters.epoch.T_end_MeV = 19.0;
  parameters.run.average_below_MeV = 19.5;
  const ErrorEstimate error = GivenCompanions(parameters).error([](const Parameters& of) {
    return of.run.average_below_MeV != 0.0 ? 3.0 : 3.05;
  });
  EXPECT_NEAR(error.averaging, 0.05, 1e-12);  // rounding
}

}  // namespace
}  // namespace qke
