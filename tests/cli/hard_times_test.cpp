// A run on a real machine: it is killed, its disk fills up, its directory goes
// away. QKE_KILL_TRIALS in the environment asks for more than the 20 kills of the suite
// (scripts/kill_trials.sh).
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "cli/long_run.hpp"
#include "cli/process.hpp"
#include "output/run_file.hpp"
#include "support/seed.hpp"

namespace qke::test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class HardTimes : public testing::Test {
 protected:
  HardTimes() { directory_.write("tiny.toml", tiny_configuration); }

  Outcome run(const std::vector<std::string>& arguments) const {
    return run_program(directory_.path(), arguments);
  }
  StoredRun stored(const std::string& name) const { return read_run_file(directory_.path() / name); }

  std::string numbers(const std::string& name) const { return numbers_of_file(directory_, name); }

  // What a file is until it is whole.
  static bool is_temporary(const std::string& name) { return name.find(".tmp.") != std::string::npos; }
  bool is_being_written() const {
    const Names names = directory_.names();
    return std::any_of(names.begin(), names.end(), is_temporary);
  }

  TemporaryDirectory directory_;
};

// How often a file has been replaced since this was made, as far as so_far() has seen.
class Changes {
 public:
  explicit Changes(fs::path file) : file_(std::move(file)), last_(time()) {}
  long so_far() {
    const auto now = time();
    count_ += now != last_;
    last_ = now;
    return count_;
  }

 private:
  fs::file_time_type time() const {
    std::error_code is_missing;
    return fs::last_write_time(file_, is_missing);
  }

  fs::path file_;
  fs::file_time_type last_;
  long count_ = 0;
};

int kill_trials() {
  const char* text = std::getenv("QKE_KILL_TRIALS");
  return text ? std::atoi(text) : 20;
}

// Large files at every checkpoint, so that many kills meet a write: half of them come as soon as a file is
// being written, the others as soon as one or a few have been.
TEST_F(HardTimes, KilledAtAnyMomentTheFileIsWholeAndTheRunGoesOn) {
  const auto arguments = [](const std::string& output) {
    return long_run({"--resume", "-o", output, "--set", "output.checkpoint_interval_s=0", "--set",
                     "output.spectra_points=1000"});
  };
  ASSERT_EQ(run(arguments("whole.h5")).exit_status, 0);
  std::mt19937 random(independent::seed(1));
  const fs::path file = directory_.path() / "run.h5";
  long steps = 0;
  int kills = 0, completed = 0, inside_a_write = 0;
  while (kills < kill_trials()) {
    Process process(directory_.path(), arguments("run.h5"));
    const bool inside = random() % 2 == 0;
    Changes changes(file);
    const long wanted = 1 + static_cast<long>(random() % 3);
    process.wait_until([&] { return inside ? is_being_written() : changes.so_far() >= wanted; });
    process.send(SIGKILL);
    kills += process.wait().exit_status == 128 + SIGKILL;
    if (fs::exists(file)) {
      const StoredRun now = stored("run.h5");  // throws unless it is whole
      EXPECT_GE(now.record.summary.steps, steps);
      steps = now.record.summary.steps;
      if (!now.checkpoint) {
        EXPECT_EQ(numbers("run.h5"), numbers("whole.h5"));
        fs::remove(file);
        steps = 0, ++completed;
      }
    }
    for (const std::string& name : directory_.names()) {
      if (!is_temporary(name)) continue;
      ++inside_a_write;
      fs::remove(directory_.path() / name);
    }
  }
  EXPECT_EQ(run(arguments("run.h5")).exit_status, 0);
  EXPECT_EQ(numbers("run.h5"), numbers("whole.h5"));
  std::cout << kills << " kills, " << inside_a_write << " of them inside a write, 0 files lost; "
            << completed + 1 << " runs completed, each with the numbers of an uninterrupted one\n";
}

TEST_F(HardTimes, ADirectoryThatVanishesIsStatus4) {
  fs::create_directory(directory_.path() / "sub");
  Process process(directory_.path(), long_run({"-o", "sub/run.h5"}));
  process.wait_until([&] { return fs::exists(directory_.path() / "sub/.run.h5.qke-lock"); });
  fs::remove_all(directory_.path() / "sub");
  const auto outcome = process.wait();
  EXPECT_EQ(outcome.exit_status, 4);
  EXPECT_NE(outcome.stderr_text.find("there is no directory 'sub'"), std::string::npos)
      << outcome.stderr_text;
}

// A file system in memory with so much room.
class SmallDisk {
 public:
  SmallDisk(fs::path place, unsigned long flags, const char* options) : place_(std::move(place)) {
    fs::create_directory(place_);
    is_mounted_ = ::mount("tmpfs", place_.c_str(), "tmpfs", flags, options) == 0;
  }
  ~SmallDisk() {
    if (is_mounted_) ::umount(place_.c_str());
  }
  bool is_mounted() const { return is_mounted_; }

 private:
  fs::path place_;
  bool is_mounted_;
};

TEST_F(HardTimes, AFullDiskIsStatus4AndKeepsThePreviousFile) {
  const SmallDisk disk(directory_.path() / "disk", 0, "size=64k");
  if (!disk.is_mounted()) GTEST_SKIP() << "only root may mount a file system";
  directory_.write("disk/tiny.h5", "precious");
  const auto outcome = run({"tiny.toml", "--quiet", "--force", "-o", "disk/tiny.h5"});
  EXPECT_EQ(outcome.exit_status, 4);
  EXPECT_NE(outcome.stderr_text.find("No space left on device"), std::string::npos) << outcome.stderr_text;
  EXPECT_NE(outcome.stderr_text.find("Free some space"), std::string::npos) << outcome.stderr_text;
  EXPECT_EQ(directory_.read("disk/tiny.h5"), "precious");
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path() / "disk"), fs::directory_iterator{}), 1);
}

TEST_F(HardTimes, ADiskFilledByACheckpointKeepsTheLastOne) {
  const SmallDisk disk(directory_.path() / "disk", 0, "size=600k");
  if (!disk.is_mounted()) GTEST_SKIP() << "only root may mount a file system";
  const auto arguments = long_run(
      {"-o", "disk/run.h5", "--set", "output.checkpoint_interval_s=0", "--set", "output.spectra_points=200"});
  const auto outcome = run(arguments);
  EXPECT_EQ(outcome.exit_status, 4);
  EXPECT_NE(outcome.stderr_text.find("No space left on device"), std::string::npos) << outcome.stderr_text;
  const StoredRun kept = stored("disk/run.h5");
  EXPECT_TRUE(kept.checkpoint);
  EXPECT_GT(kept.record.summary.steps, 0);
}

TEST_F(HardTimes, AReadOnlyDiskIsStatus4BeforeTheRun) {
  const SmallDisk disk(directory_.path() / "disk", MS_RDONLY, "size=64k");
  if (!disk.is_mounted()) GTEST_SKIP() << "only root may mount a file system";
  const auto outcome = run({"tiny.toml", "-o", "disk/tiny.h5"});
  EXPECT_EQ(outcome.exit_status, 4);
  EXPECT_NE(outcome.stderr_text.find("Read-only file system"), std::string::npos) << outcome.stderr_text;
}

// A quota, too, may be used up at any write. Few kernels can make a file system with quotas, so the error
// comes from tests/support/full_quota.cpp; what the program does with it is all its own.
class FullQuota : public HardTimes, public testing::WithParamInterface<std::string> {
 protected:
  Outcome run_with_quota(const std::string& bytes, const std::vector<std::string>& arguments) const {
    // LD_PRELOAD takes no path with a space.
    const std::filesystem::path library = QKE_FULL_QUOTA;
    const std::pair<const char*, std::string> variables[] = {
        {"LD_PRELOAD", library.filename()},
        {"LD_LIBRARY_PATH", library.parent_path()},
        {"QKE_QUOTA_BYTES", bytes},
        {"QKE_QUOTA_AT", GetParam()},
        {"ASAN_OPTIONS", "verify_asan_link_order=0"}};  // an instrumented program would refuse the preload
    for (const auto& [name, value] : variables) setenv(name, value.c_str(), 1);
    const Outcome outcome = run(arguments);
    for (const auto& [name, value] : variables) unsetenv(name);
    return outcome;
  }

  void expect_refusal(const Outcome& outcome) const {
    EXPECT_EQ(outcome.exit_status, 4);
    EXPECT_NE(outcome.stderr_text.find("Disk quota exceeded). Free some space"), std::string::npos)
        << outcome.stderr_text;
  }
};

TEST_P(FullQuota, AtTheEndIsStatus4AndKeepsThePreviousFile) {
  directory_.write("tiny.h5", "precious");
  expect_refusal(run_with_quota("1000", {"tiny.toml", "--quiet", "--force"}));
  EXPECT_EQ(directory_.read("tiny.h5"), "precious");
  EXPECT_EQ(directory_.names(), (Names{"tiny.h5", "tiny.toml"}));
}

TEST_P(FullQuota, AtACheckpointIsStatus4AndKeepsTheLastOne) {
  const auto arguments =
      long_run({"--resume", "--set", "output.checkpoint_interval_s=0", "--set", "output.spectra_points=200"});
  expect_refusal(run_with_quota("1000000", arguments));
  EXPECT_EQ(directory_.names(), (Names{"tiny.h5", "tiny.toml"}));
  EXPECT_TRUE(stored("tiny.h5").checkpoint);
  EXPECT_EQ(run(arguments).exit_status, 0);
}

TEST_P(FullQuota, FromTheBeginningIsStatus4BeforeTheRun) {
  expect_refusal(run_with_quota("0", long_run()));
  EXPECT_EQ(directory_.names(), Names{"tiny.toml"});
}

INSTANTIATE_TEST_SUITE_P(All, FullQuota, testing::Values("write", "fsync", "close"),
                         [](const auto& call) { return call.param; });

}  // namespace
}  // namespace qke::test
