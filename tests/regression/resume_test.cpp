// A run that was stopped and resumed, also twice and by way of its file, ends bit by bit
// like one that was not.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

#include "output/run_file.hpp"
#include "qke/error.hpp"
#include "run/run.hpp"
#include "support/runs.hpp"
#include "support/stopped_run.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;

// Some 1100 steps, with a checkpoint after every 15 ms of estimated work, some 70 steps.
Parameters many_steps() {
  Parameters parameters;
  parameters.run.scheme = Scheme::qke;
  parameters.epoch.T_end_MeV = 9.0;
  parameters.grid = {10, 12.0};
  parameters.asymmetry.xi = {0.01, -0.01, 0.0};
  parameters.integrator.relative_tolerance = 1e-6;
  parameters.integrator.absolute_tolerance = 1e-8;
  parameters.integrator.max_order = 2;
  parameters.integrator.restart_work_s = 0.015;
  return parameters;
}

// The run as it can be saved after so many steps.
UnfinishedRun until(long steps, std::optional<UnfinishedRun> start = std::nullopt) {
  return independent::stopped_when(
      many_steps(), [steps](const Progress& at) { return at.steps >= steps; }, std::move(start));
}

class Resume : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/qke-resume-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  // All that is written of a record.
  std::string bytes(const RunRecord& record) const {
    write_run_file(directory_ / "record.h5", record, {}, true);
    std::ifstream stream(directory_ / "record.h5", std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::string bytes_of_the_whole() const { return bytes(independent::cached_run("whole", many_steps())); }
  UnfinishedRun through_a_file(const UnfinishedRun& unfinished) const {
    write_unfinished_run_file(directory_ / "unfinished.h5", unfinished, {}, true);
    StoredRun stored = read_run_file(directory_ / "unfinished.h5");
    return {std::move(stored.record), std::move(stored.checkpoint.value())};
  }

  fs::path directory_;
};

TEST_F(Resume, EndsLikeAnUninterruptedRun) {
  for (const long steps : {1L, 334L, 1000L}) {
    const UnfinishedRun unfinished = until(steps);
    EXPECT_LE(unfinished.checkpoint.integrator.counters.steps, steps);
    EXPECT_EQ(unfinished.checkpoint.integrator.counters.steps > 0, steps > 100);
    const RunRecord resumed = run(many_steps(), 1, {}, through_a_file(unfinished));
    EXPECT_EQ(bytes(resumed), bytes_of_the_whole()) << "stopped after " << steps << " steps";
  }
}

TEST_F(Resume, MayBeRepeated) {
  const UnfinishedRun again = until(701, through_a_file(until(351)));
  EXPECT_EQ(bytes(run(many_steps(), 1, {}, again)), bytes_of_the_whole());
}

TEST_F(Resume, DoesNotDependOnThreadsOrWatching) {
  long calls = 0;
  const StepCallback watch = [&](const Progress& progress, const auto& until_checkpoint) {
    if (++calls % 200 == 0) until_checkpoint();
    EXPECT_GT(progress.z, 0.99);
    EXPECT_GE(progress.steps, progress.checkpoint_steps);
  };
  EXPECT_EQ(bytes(run(many_steps(), 2, watch, until(500))), bytes_of_the_whole());
}

TEST_F(Resume, AnUnfinishedRunShowsNoResult) {
  const UnfinishedRun unfinished = through_a_file(until(500));
  const Summary& summary = unfinished.record.summary;
  EXPECT_EQ(summary.status, "unfinished");
  EXPECT_TRUE(std::isnan(summary.N_eff) && std::isnan(summary.z) && summary.z_nu.array().isNaN().all());
  EXPECT_EQ(summary.steps, unfinished.checkpoint.integrator.counters.steps);
  EXPECT_GT(summary.steps, 0);
  EXPECT_LE(summary.steps, 500);
  EXPECT_LT(unfinished.record.history.back().x, std::exp(unfinished.checkpoint.integrator.s));
}

// Whatever a file says, a state that is not one of this run is refused.
TEST_F(Resume, RefusesAStateThatDoesNotFit) {
  const UnfinishedRun good = until(351);
  const auto refused = [&](const std::function<void(UnfinishedRun&)>& spoil) {
    UnfinishedRun bad = good;
    spoil(bad);
    EXPECT_THROW(run(many_steps(), 1, {}, bad), InputOutputError);
  };
  refused([](UnfinishedRun& bad) { bad.checkpoint.phase = Phase::averaged; });
  refused([](UnfinishedRun& bad) { bad.checkpoint.integrator.u.conservativeResize(7); });
  refused([](UnfinishedRun& bad) { bad.checkpoint.integrator.u(3) = NAN; });
  refused([](UnfinishedRun& bad) { bad.checkpoint.integrator.s = 100.0; });
  refused([](UnfinishedRun& bad) { bad.checkpoint.integrator.s = NAN; });
  refused([](UnfinishedRun& bad) { bad.record.y[1] += 1e-12; });
  refused([](UnfinishedRun& bad) { bad.record.history.pop_back(); });
  refused([](UnfinishedRun& bad) { bad.record.spectra.pop_back(); });
}

}  // namespace
}  // namespace qke
