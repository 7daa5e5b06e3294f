// Files of the user: none is lost, whatever its name, its mode, its place, and whenever a
// run is stopped.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "cli/long_run.hpp"
#include "cli/process.hpp"
#include "output/run_file.hpp"
#include "run/error_estimate.hpp"

namespace qke::test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class Files : public testing::Test {
 protected:
  Files() { directory_.write("tiny.toml", tiny_configuration); }

  Outcome run(const std::vector<std::string>& arguments) const {
    return run_program(directory_.path(), arguments);
  }
  fs::path path(const std::string& name) const { return directory_.path() / name; }
  mode_t mode(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(::stat(path(name).c_str(), &status), 0) << name;
    return status.st_mode & 07777;
  }
  bool exists(const std::string& name) const { return fs::exists(path(name)); }
  StoredRun stored(const std::string& name) const { return read_run_file(path(name)); }

  // Stopped by the signal when it has saved itself under this name.
  Outcome stopped(const std::vector<std::string>& arguments, const std::string& name,
                  int signal = SIGTERM) const {
    Process process(directory_.path(), with(arguments, {"--set", "output.checkpoint_interval_s=0"}));
    process.wait_until([&] { return exists(name) && stored(name).record.summary.steps > 0; });
    process.send(signal);
    return process.wait();
  }

  TemporaryDirectory directory_;
};

testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << part << "' is not in '" << text << "'";
}

TEST_F(Files, StreamsAreNoOutput) {
  const std::string stream = "it is a stream of the program, not a file of its own). Give a file name to -o.";
  fs::create_symlink("/dev/full", path("full"));
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  for (const auto& [name, reason] : std::vector<std::pair<std::string, std::string>>{
           {"/dev/stdout", stream},
           {"/dev/stderr", stream},
           {"/proc/self/fd/1", stream},  // tests/cli/process.cpp sends it to a file
           {"/dev/full", "it is a device, not a regular file). Give a file name to -o."},
           {"full", "it is a device, not a regular file). Give a file name to -o."},
           {"pipe", "it is a pipe, not a regular file). Give a file name to -o."}}) {
    for (const char* option : {"--quiet", "--force", "--resume"}) {
      const auto outcome = run({"tiny.toml", "-o", name, option});
      EXPECT_EQ(outcome.exit_status, 4) << name;
      EXPECT_EQ(outcome.stderr_text, "qke-decouple: cannot write '" + name + "' (" + reason + "\n");
    }
  }
}

TEST_F(Files, NamesOfOtherRunsFilesAreNoOutput) {
  EXPECT_EQ(run({"tiny.toml", "--quiet", "-o", ".tiny.h5.qke-lock"}).exit_status, 4);
  EXPECT_EQ(run({"tiny.toml", "--quiet", "--resume", "-o", "tiny.h5.part"}).exit_status, 4);
  fs::create_symlink("tiny.h5.part", path("link.h5"));
  directory_.write("tiny.h5.part", "precious");
  EXPECT_EQ(run({"tiny.toml", "--quiet", "--force", "-o", "link.h5"}).exit_status, 4);
  EXPECT_EQ(directory_.read("tiny.h5.part"), "precious");
  fs::remove(path("tiny.h5.part"));
  EXPECT_EQ(run({"tiny.toml", "--quiet"}).exit_status, 0);
}

using TheLock = Files;

TEST_F(TheLock, TakesNoFileThatItDidNotMake) {
  directory_.write("Cargo.lock", "[[package]]");
  EXPECT_EQ(run({"tiny.toml", "--quiet", "-o", "Cargo"}).exit_status, 0);
  EXPECT_EQ(directory_.read("Cargo.lock"), "[[package]]");
  directory_.write("x.lock", tiny_configuration);
  EXPECT_EQ(run({"x.lock", "--quiet", "-o", "x"}).exit_status, 0);
  EXPECT_EQ(directory_.read("x.lock"), tiny_configuration);
  EXPECT_EQ(directory_.names(), (Names{"Cargo", "Cargo.lock", "tiny.toml", "x", "x.lock"}));
}

TEST_F(TheLock, LeavesAForeignFileOfItsNameAlone) {
  for (const std::string& content : {std::string("precious"), std::string()}) {
    directory_.write(".tiny.h5.qke-lock", content);
    const auto outcome = run({"tiny.toml", "--quiet"});
    EXPECT_EQ(outcome.exit_status, 4);
    EXPECT_TRUE(
        contains(outcome.stderr_text, "has the name of the lock file: it is another program's). Move it"));
    EXPECT_EQ(directory_.read(".tiny.h5.qke-lock"), content);
    EXPECT_EQ(directory_.names(), (Names{".tiny.h5.qke-lock", "tiny.toml"}));
  }
}

TEST_F(TheLock, DoesNotFollowLinks) {
  for (const char* name : {"tiny.h5.lock", ".tiny.h5.qke-lock"}) fs::create_symlink("nowhere", path(name));
  EXPECT_EQ(run({"tiny.toml", "--quiet"}).exit_status, 4);
  EXPECT_FALSE(exists("nowhere"));
  fs::remove(path(".tiny.h5.qke-lock"));
  EXPECT_EQ(run({"tiny.toml", "--quiet"}).exit_status, 0);
  EXPECT_FALSE(exists("nowhere"));
}

TEST_F(TheLock, OfAKilledRunIsTakenOver) {
  {
    Process process(directory_.path(), long_run({"-o", "tiny.h5"}));
    process.wait_until([&] { return exists(".tiny.h5.qke-lock"); });
    process.send(SIGKILL);
    process.wait();
  }
  ASSERT_TRUE(exists(".tiny.h5.qke-lock"));
  EXPECT_EQ(run({"tiny.toml", "--quiet", "--force"}).exit_status, 0);
  EXPECT_EQ(directory_.names(), (Names{"tiny.h5", "tiny.toml"}));
}

TEST_F(TheLock, HoldsUnderAnyNameOfTheOutput) {
  fs::create_directory(path("folder"));
  fs::create_directory_symlink("folder", path("alias"));
  directory_.write("folder/run.h5", "old");
  fs::create_symlink("folder/run.h5", path("link.h5"));
  Process first(directory_.path(), long_run({"--force", "-o", "folder/run.h5"}));
  first.wait_until([&] { return exists("folder/.run.h5.qke-lock"); });
  for (const std::string name : {"folder/../folder/./run.h5", "alias/run.h5", "link.h5"}) {
    const auto outcome = run({"tiny.toml", "--quiet", "--force", "-o", name});
    EXPECT_EQ(outcome.exit_status, 4) << name;
    EXPECT_TRUE(contains(outcome.stderr_text, "another run is writing it"));
  }
  first.send(SIGTERM);
  first.wait();
}

using Replacing = Files;

TEST_F(Replacing, KeepsModeAndOwner) {
  directory_.write("tiny.h5", "old");
  fs::permissions(path("tiny.h5"), fs::perms::owner_read | fs::perms::owner_write);
  constexpr uid_t somebody = 12345;
  const bool is_root = ::geteuid() == 0;
  if (is_root) {
    ASSERT_EQ(::chown(path("tiny.h5").c_str(), somebody, somebody), 0);
  }
  const auto expect_as_before = [&](const std::string& name) {
    struct stat status {};
    ASSERT_EQ(::stat(path(name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600U) << name;
    if (is_root) {
      EXPECT_EQ(status.st_uid, somebody) << name;
      EXPECT_EQ(status.st_gid, somebody) << name;
    }
  };
  EXPECT_EQ(stopped(long_run({"--force"}), "tiny.h5.part").exit_status, 143);
  expect_as_before("tiny.h5.part");
  EXPECT_EQ(run(long_run({"--resume"})).exit_status, 0);
  expect_as_before("tiny.h5");
}

TEST_F(Replacing, KeepsTheModeOfAnUnfinishedRun) {
  EXPECT_EQ(stopped(long_run(), "tiny.h5").exit_status, 143);
  fs::permissions(path("tiny.h5"), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(run(long_run({"--resume"})).exit_status, 0);
  EXPECT_EQ(mode("tiny.h5"), 0600U);
}

TEST_F(Replacing, KeepsTheLinkAndReplacesItsFile) {
  fs::create_directory(path("store"));
  directory_.write("store/run.h5", "old");
  fs::create_symlink("store/run.h5", path("link.h5"));
  EXPECT_EQ(run({"tiny.toml", "--quiet", "--force", "-o", "link.h5"}).exit_status, 0);
  EXPECT_TRUE(fs::is_symlink(path("link.h5")));
  EXPECT_EQ(stored("store/run.h5").record.summary.status, "done");
}

// Of a complete result nothing is lost until there is a better one.
TEST_F(Replacing, KeepsTheOldFileWhenTheRunIsStopped) {
  ASSERT_EQ(run({"tiny.toml", "--quiet"}).exit_status, 0);
  const std::string old = directory_.read("tiny.h5");
  const auto outcome = stopped(long_run({"--force"}), "tiny.h5.part");
  EXPECT_EQ(outcome.exit_status, 143) << outcome.stderr_text;
  EXPECT_TRUE(contains(outcome.stderr_text, "tiny.h5.part holds the run until step"));
  EXPECT_TRUE(directory_.read("tiny.h5") == old);

  const auto resumed = run(long_run({"--resume"}));
  EXPECT_EQ(resumed.exit_status, 0) << resumed.stderr_text;
  EXPECT_TRUE(contains(resumed.stderr_text, "going on from"));
  EXPECT_EQ(run(long_run({"-o", "whole.h5"})).exit_status, 0);
  EXPECT_EQ(numbers_of_file(directory_, "tiny.h5"), numbers_of_file(directory_, "whole.h5"));
  EXPECT_EQ(directory_.names(), (Names{"numbers.h5", "tiny.h5", "tiny.toml", "whole.h5"}));
}

TEST_F(Replacing, KeepsTheOldFileWhenTheEstimateIsStopped) {
  ASSERT_EQ(run({"tiny.toml", "--quiet"}).exit_status, 0);
  const std::string old = directory_.read("tiny.h5");
  Process process(directory_.path(), estimated_run({"--force"}));
  process.wait_until([&] { return exists("tiny.h5.part") && !stored("tiny.h5.part").checkpoint; });
  process.send(SIGUSR1);
  EXPECT_EQ(process.wait().exit_status, 75);
  EXPECT_TRUE(directory_.read("tiny.h5") == old);
  EXPECT_EQ(run(estimated_run({"--resume"})).exit_status, 0);
  EXPECT_GT(stored("tiny.h5").record.summary.N_eff_error, 0.0);
  EXPECT_EQ(directory_.names(), (Names{"tiny.h5", "tiny.toml"}));
}

TEST_F(Replacing, GoesOnFromTheRunThatIsFurther) {
  EXPECT_EQ(stopped(long_run(), "tiny.h5").exit_status, 143);
  UnfinishedRun run_there{stored("tiny.h5").record, stored("tiny.h5").checkpoint.value()};
  const Provenance provenance{"", "", "", "", stored("tiny.h5").configuration_toml, 1, ""};
  run_there.record.summary.steps = 0;
  write_unfinished_run_file(path("tiny.h5.part"), run_there, provenance, true);
  const auto resumed = run(long_run({"--resume"}));
  EXPECT_EQ(resumed.exit_status, 0);
  EXPECT_FALSE(contains(resumed.stderr_text, "going on from"));
  EXPECT_EQ(directory_.names(), (Names{"tiny.h5", "tiny.toml"}));
}

TEST_F(Replacing, RefusesAForeignFileInThePlaceOfTheUnfinishedRun) {
  directory_.write("tiny.h5", "old");
  directory_.write("tiny.h5.part", "precious");
  const auto outcome = run({"tiny.toml", "--quiet", "--force"});
  EXPECT_EQ(outcome.exit_status, 4);
  EXPECT_TRUE(contains(outcome.stderr_text, "tiny.h5.part' (there is another file"));
  EXPECT_EQ(directory_.read("tiny.h5.part"), "precious");
  EXPECT_EQ(directory_.read("tiny.h5"), "old");
}

// Root may replace every file of a sticky directory, but for a mount point.
TEST_F(Replacing, OfAMountPointIsRefusedBeforeTheRun) {
  directory_.write("other", "old");
  directory_.write("tiny.h5", "old");
  if (::mount(path("other").c_str(), path("tiny.h5").c_str(), nullptr, MS_BIND, nullptr) != 0) {
    GTEST_SKIP() << "only root may mount a file";
  }
  const auto outcome = run(long_run({"--force"}));
  ::umount(path("tiny.h5").c_str());
  EXPECT_EQ(outcome.exit_status, 4);
  EXPECT_EQ(outcome.stdout_text, "");
  EXPECT_TRUE(contains(outcome.stderr_text, "replacing the file: Device or resource busy"));
  EXPECT_EQ(directory_.names(), (Names{"other", "tiny.h5", "tiny.toml"}));
}

TEST_F(Replacing, InAStickyDirectoryOfOthersIsRefusedBeforeTheRun) {
  if (::geteuid() != 0 || std::system("setpriv --version > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "only root may become somebody else";
  }
  directory_.write("tiny.h5", "old");
  ::chmod(directory_.path().c_str(), 01777);
  fs::copy_file(QKE_PROGRAM, path("program"));
  const std::string line = "cd '" + directory_.path().string() +
                           "' && setpriv --reuid=65534 --regid=65534 --clear-groups ./program tiny.toml "
                           "--quiet --force > out 2> err";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 4);
  EXPECT_EQ(directory_.read("out"), "");
  EXPECT_TRUE(contains(directory_.read("err"), "replacing the file: Operation not permitted"));
  EXPECT_EQ(directory_.read("tiny.h5"), "old");
}

TEST_F(Replacing, AFileInADirectoryWithoutPermissionIsRefusedBeforeTheRun) {
  if (::geteuid() != 0 || std::system("setpriv --version > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "only root may become somebody else";
  }
  directory_.write("tiny.h5", "old");
  ::chmod(path("tiny.h5").c_str(), 0666);
  ::chmod(directory_.path().c_str(), 0755);
  fs::copy_file(QKE_PROGRAM, path("program"));
  const std::string line = "cd '" + directory_.path().string() +
                           "' && setpriv --reuid=65534 --regid=65534 --clear-groups ./program tiny.toml "
                           "--quiet --force 2>&1 | grep -q 'Permission denied'";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 0);
  EXPECT_EQ(directory_.read("tiny.h5"), "old");
}

// What cannot be foreseen: the directory goes away during the run.
TEST_F(Replacing, ARunThatCannotBePlacedPrintsItsSummaryAndIsKept) {
  fs::create_directory(path("sub"));
  Process process(directory_.path(), long_run({"--json", "-o", "sub/run.h5"}));
  process.wait_until([&] { return exists("sub/.run.h5.qke-lock"); });
  fs::remove_all(path("sub"));
  const auto outcome = process.wait();
  EXPECT_EQ(outcome.exit_status, 4);
  EXPECT_TRUE(contains(outcome.stdout_text, "\"status\": \"done\", \"N_eff\": "));
  EXPECT_TRUE(contains(outcome.stdout_text, "\"output\": \"run.rescued.h5\""));
  EXPECT_TRUE(contains(outcome.stderr_text, "The complete run is in 'run.rescued.h5'."));
  EXPECT_EQ(stored("run.rescued.h5").record.summary.status, "done");
}

TEST_F(Replacing, ANameThatIsNotUtf8GivesValidJson) {
  const auto outcome = run({"tiny.toml", "--json", "--quiet", "-o", "a\xff.h5"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_TRUE(contains(outcome.stdout_text, "\"output\": \"a\xEF\xBF\xBD.h5\""));
  EXPECT_TRUE(exists("a\xff.h5"));
}

using Stopping = Files;

// The tables of so many nodes, the first matrix and its factorisation take minutes in all.
TEST_F(Stopping, NeedNotWaitForTheTables) {
  Process process(directory_.path(), {"tiny.toml", "--quiet", "--set", "grid.nodes=640", "--threads", "1"});
  process.wait_until([&] { return exists(".tiny.h5.qke-lock"); });
  process.send(SIGTERM);
  const auto outcome = process.wait();
  EXPECT_EQ(outcome.exit_status, 143) << outcome.stderr_text;
  EXPECT_TRUE(
      contains(outcome.stderr_text, "stopped by SIGTERM (before its first step: there is nothing to save)."));
  EXPECT_EQ(directory_.names(), Names{"tiny.toml"});
}

TEST_F(Stopping, LosesLessThanATenth) {
  const auto outcome = stopped(long_run(), "tiny.h5");
  const Checkpoint checkpoint = stored("tiny.h5").checkpoint.value();
  EXPECT_GE(checkpoint.work, 0.05);  // of long_run()
  EXPECT_TRUE(
      contains(outcome.stderr_text,
               "holds the run until step " + std::to_string(checkpoint.integrator.counters.steps) + " of "));
}

// A companion may take as long as the run: what has been done of it is in the file.
TEST_F(Stopping, KeepsTheCompanions) {
  const auto arguments = estimated_run();
  Process process(directory_.path(), arguments);
  process.wait_until([&] { return exists("tiny.h5") && !stored("tiny.h5").companions.finished.empty(); });
  process.send(SIGUSR2);
  EXPECT_EQ(process.wait().exit_status, 75);
  const StoredRun left = stored("tiny.h5");
  EXPECT_EQ(left.companions.finished.size(), 1u);
  EXPECT_EQ(run(with(arguments, {"--resume"})).exit_status, 0);
  EXPECT_TRUE(stored("tiny.h5").companions.finished.empty());
  EXPECT_EQ(run(with(arguments, {"-o", "whole.h5"})).exit_status, 0);
  EXPECT_EQ(numbers_of_file(directory_, "tiny.h5"), numbers_of_file(directory_, "whole.h5"));
}

TEST_F(Stopping, IsLeftToNohup) {
  const std::string line =
      "cd '" + directory_.path().string() +
      "'; trap '' HUP; '" QKE_PROGRAM "' tiny.toml --quiet > out 2>&1 & child=$!; until [ -e '" +
      path("tiny.h5").string() + "' ] || ! kill -HUP $child 2> /dev/null; do :; done; wait $child";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 0);
}

}  // namespace
}  // namespace qke::test
