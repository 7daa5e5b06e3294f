// The public interface for programs of their own: runs that are stopped from another
// thread and resumed, run files read back, errors that name their key.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "qke/run.hpp"

namespace qke {
namespace {

// Hundreds of steps in some tenths of a second, with checkpoints after most of them.
Parameters some_parameters() {
  return parse_configuration("", "test",
                             {"run.scheme=boltzmann", "run.error_estimate=off", "grid.nodes=10",
                              "grid.y_max=12", "integrator.relative_tolerance=1e-6",
                              "integrator.absolute_tolerance=1e-9", "integrator.restart_work_s=1e-3"});
}

class ResumableRunTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("qke-resumable-" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  RunOptions to_file(bool resume = false) const {
    RunOptions options;
    options.output = folder_ / "run.h5";
    options.resume = resume;
    return options;
  }

  std::filesystem::path folder_;
};

// Stops itself, from another thread, after its step number `steps`; the message.
std::string stop_after(long steps, const Parameters& parameters, RunOptions options) {
  ResumableRun* run = nullptr;
  std::string message;
  options.on_step = [&](const Progress& progress) {
    if (progress.steps != steps) return;
    const auto stop = [&] { return run->stop(ExitStatus::interrupted, "TEST"); };
    message = std::async(std::launch::async, stop).get().value().what();
  };
  ResumableRun resumable(parameters, options);
  run = &resumable;
  EXPECT_THROW(resumable.solve(), Error);
  return message;
}

TEST_F(ResumableRunTest, GoesOnBitForBitAfterAStop) {
  const Parameters parameters = some_parameters();
  const RunRecord whole = solve(parameters);
  const std::string message = stop_after(whole.summary.steps / 2, parameters, to_file());
  EXPECT_EQ(message.rfind("stopped by TEST (at T_cm = ", 0), 0U) << message;
  EXPECT_NE(message.find("holds the run until step"), std::string::npos) << message;
  EXPECT_THROW(read_run(to_file().output), InputOutputError);
  const RunRecord resumed = ResumableRun(parameters, to_file(true)).solve();
  EXPECT_EQ(resumed.summary.N_eff, whole.summary.N_eff);
  EXPECT_EQ(resumed.summary.steps, whole.summary.steps);
  EXPECT_EQ(resumed.history.back().z_nu, whole.history.back().z_nu);
}

TEST_F(ResumableRunTest, SaysThatARunInMemoryIsLost) {
  const std::string message = stop_after(20, some_parameters(), {});
  EXPECT_NE(message.find("nothing is saved"), std::string::npos) << message;
}

TEST_F(ResumableRunTest, ReadsWhatItWrote) {
  const Parameters parameters = some_parameters();
  const RunRecord record = ResumableRun(parameters, to_file()).solve();
  const SavedRun saved = read_run(to_file().output);
  EXPECT_EQ(summary_json(saved.record.summary, ""), summary_json(record.summary, ""));
  EXPECT_EQ(to_toml(saved.parameters), to_toml(parameters));
  // It is complete, and not computed again: the elapsed time is the first one's.
  EXPECT_EQ(ResumableRun(parameters, to_file(true)).solve().summary.wall_s, record.summary.wall_s);
  EXPECT_THROW(ResumableRun(parameters, to_file()), InputOutputError);
}

TEST_F(ResumableRunTest, IsNotStoppedAfterItsEnd) {
  ResumableRun run(some_parameters(), to_file());
  run.solve();
  EXPECT_FALSE(run.stop(ExitStatus::interrupted, "TEST"));
  EXPECT_NO_THROW(read_run(to_file().output));
}

std::string key_of_error(const std::vector<std::string>& overrides) {
  try {
    parse_configuration("", "test", overrides);
  } catch (const ConfigurationError& error) {
    return error.key();
  }
  return "no error";
}

TEST(ConfigurationErrorKey, IsTheKeyThatIsWrong) {
  EXPECT_EQ(key_of_error({"grid.nodes=5"}), "grid.nodes");
  EXPECT_EQ(key_of_error({"run.scheme=atoa"}), "run.scheme");
  EXPECT_EQ(key_of_error({"grid.nodez=50"}), "grid.nodez");
  EXPECT_EQ(key_of_error({"run.scheme=qke", "asymmetry.xi=[0.1, 0, 0]", "mean_field.self=off"}), "no error");
  EXPECT_EQ(key_of_error({"epoch.T_start_MeV=1", "epoch.T_end_MeV=2"}), "epoch.T_start_MeV");
  EXPECT_EQ(key_of_error({"grid.nodes"}), "");
}

TEST(KeyDescriptions, AreThoseOfTheOptionTable) {
  const auto keys = describe_keys();
  const auto nodes =
      std::find_if(keys.begin(), keys.end(), [](const auto& key) { return key.name == "grid.nodes"; });
  ASSERT_NE(nodes, keys.end());
  EXPECT_EQ(nodes->default_value, "48");
  EXPECT_EQ(nodes->values, "an integer from 10 to 640");
}

}  // namespace
}  // namespace qke
