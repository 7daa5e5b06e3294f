// The command as a user meets it: what it prints where, its exit statuses, and the files
// it leaves.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <regex>

#include "base/processors.hpp"
#include "base/text.hpp"
#include "cli/long_run.hpp"
#include "cli/process.hpp"
#include "qke/version.hpp"
#include "run/error_estimate.hpp"

namespace qke::test {
namespace {

using Names = std::vector<std::string>;

// What --json printed, without what may differ between equal runs.
std::string numbers_of(const std::string& json) { return json.substr(0, json.find("\"wall_s\"")); }

class Command : public testing::Test {
 protected:
  Command() { directory_.write("tiny.toml", tiny_configuration); }

  Outcome run(const std::vector<std::string>& arguments) const {
    return run_program(directory_.path(), arguments);
  }

  // An error is one line "qke-decouple: problem (why it is one). Remedy." on stderr, and nothing else.
  void expect_error(const std::vector<std::string>& arguments, int status, const std::string& part) const {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_status, status) << outcome.stderr_text;
    EXPECT_EQ(outcome.stdout_text, "");
    EXPECT_TRUE(std::regex_match(outcome.stderr_text, std::regex("qke-decouple: .*\\(.*\\)\\. .*[.?]\n")))
        << outcome.stderr_text;
    EXPECT_NE(outcome.stderr_text.find(part), std::string::npos) << outcome.stderr_text;
  }

  TemporaryDirectory directory_;
};

TEST_F(Command, WritesTheFileAndASummary) {
  const auto outcome = run({"tiny.toml"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
  EXPECT_EQ(outcome.stdout_text.find("N_eff"), 0u) << outcome.stdout_text;
  EXPECT_NE(outcome.stdout_text.find("output    tiny.h5\n"), std::string::npos) << outcome.stdout_text;
  EXPECT_EQ(directory_.names(), (Names{"tiny.h5", "tiny.toml"}));
  EXPECT_EQ(directory_.read("tiny.h5").substr(1, 3), "HDF");
}

TEST_F(Command, OutputOptionNamesTheFile) {
  EXPECT_EQ(run({"tiny.toml", "-o", "other.h5"}).exit_status, 0);
  EXPECT_EQ(directory_.names(), (Names{"other.h5", "tiny.toml"}));
}

// Flat JSON, checked member by member against RFC 8259's grammar of numbers and strings.
TEST_F(Command, JsonIsOneValidLineWithTheKeysOfTheContract) {
  const auto outcome = run({"tiny.toml", "--json"});
  ASSERT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
  const std::string number = R"((?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|null))";
  const std::string three = R"(\[)" + number + ", " + number + ", " + number + R"(\])";
  const std::string integer = R"(\d+)";
  std::string object;
  const auto member = [&](const std::string& key, const std::string& value) {
    object += (object.empty() ? "" : ", ") + ('"' + key) + "\": " + value;
  };
  member("status", "\"done\"");
  for (const char* key : {"N_eff", "N_eff_neutrinos", "N_eff_error", "z"}) member(key, number);
  member("states", R"(\["e", "mu", "tau"\])");
  for (const char* key : {"z_nu", "z_nubar", "eta"}) member(key, three);
  member("eta_error", number);
  for (const char* key : {"delta_rho", "n_nu"}) member(key, three);
  for (const char* key : {"sum_mnu_over_omega_h2_eV", "xi_e_effective"}) member(key, number);
  member("scheme", "\"boltzmann\"");
  for (const char* key : {"nodes", "steps", "rhs_evaluations"}) member(key, integer);
  member("wall_s", number);
  member("warnings", R"(\[.*\])");
  member("output", "\"tiny\\.h5\"");
  EXPECT_TRUE(std::regex_match(outcome.stdout_text, std::regex("\\{" + object + "\\}\n")))
      << outcome.stdout_text;
}

// The analysis in the run and of its file are the same.
TEST_F(Command, StabilityOfAFinishedRun) {
  ASSERT_EQ(
      run({"tiny.toml", "--set", "run.scheme=atao", "--set", "stability.modes=homogeneous"}).exit_status, 0);
  const RunRecord record = read_run_file(directory_.path() / "tiny.h5").record;
  ASSERT_EQ(record.stability.size(), record.spectra.size());
  const auto json = run({"--stability", "tiny.h5", "--json"});
  ASSERT_EQ(json.exit_status, 0) << json.stderr_text;
  std::string growth;
  for (const StabilityPoint& point : record.stability) {
    growth += (growth.empty() ? "[" : ", [") + shortest_decimal(point.growth(0)) + ", " +
              shortest_decimal(point.growth(1)) + "]";
  }
  EXPECT_NE(json.stdout_text.find("\"growth_over_hubble\": [" + growth + "]"), std::string::npos)
      << json.stdout_text;
  const auto table = run({"--stability", "tiny.h5"});
  EXPECT_EQ(table.exit_status, 0);
  EXPECT_EQ(std::count(table.stdout_text.begin(), table.stdout_text.end(), '\n'),
            static_cast<long>(record.stability.size()) + 2);
  EXPECT_EQ(directory_.names(), (Names{"tiny.h5", "tiny.toml"}));
}

TEST_F(Command, StabilityOfWavesOfAFinishedRun) {
  ASSERT_EQ(run({"tiny.toml", "--set", "run.scheme=atao"}).exit_status, 0);
  const auto json = run({"--stability", "tiny.h5", "--json", "--set", "stability.modes=all", "--set",
                         "stability.k_over_H=[1e4, 1e5]", "--set", "stability.points=2"});
  ASSERT_EQ(json.exit_status, 0) << json.stderr_text;
  EXPECT_NE(json.stdout_text.find("\"k\": [" + shortest_decimal(1e4) + ", " + shortest_decimal(1e5) + "]"),
            std::string::npos)
      << json.stdout_text;
  EXPECT_NE(json.stdout_text.find("\"growth_k\": [[["), std::string::npos) << json.stdout_text;
  const auto roots = run({"--stability", "tiny.h5", "--set", "stability.count=false"});
  EXPECT_EQ(roots.exit_status, 0) << roots.stderr_text;
  expect_error({"--stability", "tiny.h5", "--set", "grid.nodes=20"}, 2, "Set keys of [stability] only.");
}

TEST_F(Command, StabilityNeedsOscillations) {
  ASSERT_EQ(run({"tiny.toml"}).exit_status, 0);
  expect_error({"--stability", "tiny.h5"}, 2, "scheme \"boltzmann\"");
  expect_error({"--stability", "missing.h5"}, 4, "missing.h5");
}

TEST_F(Command, QuietIsSilentOnStderr) { EXPECT_EQ(run({"tiny.toml", "--quiet"}).stderr_text, ""); }

TEST_F(Command, CheckValidatesAndStops) {
  const auto outcome = run({"tiny.toml", "--check"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.stdout_text, "tiny.toml: valid\n");
  EXPECT_EQ(directory_.names(), Names{"tiny.toml"});
  expect_error({"tiny.toml", "--check", "--set", "grid.nodes=7"}, 2, "grid.nodes = 7");
}

TEST_F(Command, PrintedConfigurationFeedsBack) {
  const auto first = run({"tiny.toml", "--print-config", "--set", "plasma.qed=e2+ln"});
  EXPECT_EQ(first.exit_status, 0);
  EXPECT_NE(first.stdout_text.find("\nqed = \"e2+ln\"  # "), std::string::npos);
  directory_.write("printed.toml", first.stdout_text);
  const auto second = run({"printed.toml", "--print-config"});
  EXPECT_EQ(second.stdout_text, first.stdout_text) << second.stderr_text;
}

// The printed configuration leaves open what precision and scheme decide.
TEST_F(Command, PrintedConfigurationFollowsPrecisionAndScheme) {
  directory_.write("empty.toml", "");
  directory_.write("printed.toml", run({"empty.toml", "--print-config"}).stdout_text);
  for (const std::string change : {"run.precision=high", "run.scheme=qke", "asymmetry.eta=[0.1, 0, 0]"}) {
    const auto original = run({"empty.toml", "--print-config", "--set", change});
    const auto printed = run({"printed.toml", "--print-config", "--set", change});
    EXPECT_EQ(printed.exit_status, 0) << printed.stderr_text;
    EXPECT_EQ(printed.stdout_text, original.stdout_text) << change;
  }
}

// A file of an earlier version names the scheme and gives every key.
TEST_F(Command, ResumeTakesAFileThatGivesEveryKey) {
  ASSERT_EQ(run({"tiny.toml"}).exit_status, 0);
  const auto file = directory_.path() / "tiny.h5";
  const StoredRun stored = read_run_file(file);
  std::string every_key;
  for (std::size_t begin = 0; begin < stored.configuration_toml.size();) {
    const auto end = stored.configuration_toml.find('\n', begin);
    std::string line = stored.configuration_toml.substr(begin, end - begin);
    if (line.rfind("#", 0) == 0 && line.rfind("#eta", 0) != 0) line.erase(0, 1);
    every_key += line + "\n";
    begin = end + 1;
  }
  write_run_file(file, stored.record, {"0.1.0", git_commit(), "", "", every_key, 1, ""}, true);
  const auto resumed = run({"tiny.toml", "--resume"});
  EXPECT_EQ(resumed.exit_status, 0) << resumed.stderr_text;
  EXPECT_NE(resumed.stderr_text.find("tiny.h5 is complete"), std::string::npos) << resumed.stderr_text;
}

// Accepted, but probably a slip: at the start on stderr, and in the summary.
TEST_F(Command, UnusualValuesAreWarnedOf) {
  const auto outcome = run({"tiny.toml", "--set", "mixing.dm2_31_eV2=0.9"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
  const std::string warning = "mixing.dm2_31_eV2 = 0.9 is unusual";
  EXPECT_NE(outcome.stderr_text.find("qke-decouple: warning: " + warning), std::string::npos)
      << outcome.stderr_text;
  EXPECT_NE(outcome.stdout_text.find("warning   " + warning), std::string::npos) << outcome.stdout_text;
}

// Of scheme "auto" the summary names the one that was solved.
TEST_F(Command, TheSummaryNamesTheSchemeThatWasSolved) {
  const std::vector<std::string> small = {"--set", "run.scheme=auto",    "--set",  "run.error_estimate=off",
                                          "--set", "epoch.T_end_MeV=19", "--json", "--quiet"};
  EXPECT_NE(run(with({"tiny.toml"}, small)).stdout_text.find("\"scheme\": \"atao\""), std::string::npos);
  const auto unequal =
      run(with({"tiny.toml", "--force", "--set", "asymmetry.xi=[0.1, 0, 0]"}, small)).stdout_text;
  EXPECT_NE(unequal.find("\"scheme\": \"qke\""), std::string::npos) << unequal;
}

TEST_F(Command, HelpExplainsAKey) {
  const auto outcome = run({"--help", "T_end_MeV"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
  EXPECT_NE(outcome.stdout_text.find("#T_end_MeV = 0.01\n"), std::string::npos) << outcome.stdout_text;
  expect_error({"--help", "T_edn_MeV"}, 2, "Did you mean --help T_end_MeV?");
}

TEST_F(Command, SetReachesTheRun) {
  const auto outcome = run({"tiny.toml", "--json", "--set", "grid.nodes=12"});
  EXPECT_NE(outcome.stdout_text.find("\"nodes\": 12,"), std::string::npos) << outcome.stdout_text;
  EXPECT_EQ(run({"tiny.toml", "--check", "--set", "grid.nodes = 12"}).exit_status, 0);
}

TEST_F(Command, VersionNamesProgramAndLibraries) {
  const auto outcome = run({"--version"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_TRUE(std::regex_match(
      outcome.stdout_text, std::regex("qke-decouple " + program_version() + "\ngit commit +" + git_commit() +
                                      "\nSUNDIALS +\\d+\\.\\d+\\.\\d+\nHDF5 +\\d+\\.\\d+\\.\\d+\n"
                                      "Eigen +\\d+\\.\\d+\\.\\d+\ninstructions baseline( avx2( avx512)?)?\n"
                                      "threads +" +
                                      std::to_string(usable_threads()) + "\n")))
      << outcome.stdout_text;
}

TEST_F(Command, HelpNamesEveryOption) {
  const auto outcome = run({"--help"});
  EXPECT_EQ(outcome.exit_status, 0);
  for (const char* option : {"CONFIG.toml", "-o,", "--set", "--resume", "--force", "--threads", "--json",
                             "--quiet", "--check", "--print-config", "--version"}) {
    EXPECT_NE(outcome.stdout_text.find(option), std::string::npos) << option;
  }
}

TEST_F(Command, BadCommandLinesAreStatus2) {
  expect_error({}, 2, "no configuration is given");
  expect_error({"tiny.toml", "--frobnicate"}, 2, "--frobnicate");
  expect_error({"tiny.toml", "other.toml"}, 2, "other.toml");
  expect_error({"tiny.toml", "--threads", "none"}, 2, "--threads none");
  expect_error({"tiny.toml", "--threads"}, 2, "--threads");
}

TEST_F(Command, BadConfigurationsAreStatus2AndLeaveNothing) {
  directory_.write("bad.toml", "[grid]\nnodes = = 3\n");
  directory_.write("unknown.toml", "[grid]\nnode = 40\n");
  directory_.write("later.toml", "[run]\nscheme = \"atao-jv\"\n");
  std::filesystem::create_directory(directory_.path() / "folder.toml");
  expect_error({"missing.toml"}, 2, "missing.toml: configuration file not found");
  expect_error({"folder.toml"}, 2, "folder.toml: is a directory");
  expect_error({"bad.toml"}, 2, "bad.toml:2:9: bad TOML");
  expect_error({"unknown.toml"}, 2, "unknown.toml:2: unknown key grid.node");
  expect_error({"later.toml"}, 2, "later.toml:2: run.scheme = \"atao-jv\" is not available in this version");
  expect_error({"tiny.toml", "--set", "grid.nodes=many"}, 2, "grid.nodes = \"many\" is a string");
  expect_error({"tiny.toml", "--set", "grid.nodes=1000"}, 2, "5.18 GB");
  expect_error({"tiny.toml", "--set", "grid.y_max=nan"}, 2, "grid.y_max = nan is out of range");
  expect_error({"tiny.toml", "--set", "epoch.T_end_MeV=20"}, 2, "is not below epoch.T_start_MeV");
  expect_error({"tiny.toml", "--set", "asymmetry.xi=[0,0,0]", "--set", "asymmetry.eta=[0,0,0]"}, 2,
               "contradicts");
  EXPECT_EQ(directory_.names(),
            (Names{"bad.toml", "folder.toml", "later.toml", "tiny.toml", "unknown.toml"}));
}

// The program itself takes some 20 MB, instrumented by a sanitizer some 100; what is refused would take more.
TEST_F(Command, SizesBeyondAllReasonAreRefusedBeforeMemoryIsTaken) {
  const auto expect_refusal = [this](const std::vector<std::string>& arguments, int status,
                                     const std::string& part) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_status, status);
    EXPECT_NE(outcome.stderr_text.find(part), std::string::npos) << outcome.stderr_text;
    EXPECT_LT(outcome.peak_memory_kB, 250'000);
  };
  expect_refusal({"tiny.toml", "--set", "grid.nodes=1000000000"}, 2, "grid.nodes = 1000000000");
  expect_refusal({"tiny.toml", "--set", "output.spectra_points=1000000"}, 2,
                 "output.spectra_points = 1000000");
  expect_refusal({"tiny.toml", "--set", "output.history_points=1000000000"}, 2, "output.history_points");
  expect_refusal({"tiny.toml", "--threads", "1000000000"}, 2, "--threads");
  directory_.write("large.toml", tiny_configuration + std::string(1 << 20, '#'));
  expect_refusal({"large.toml"}, 2, "larger than 1 MB");
  directory_.write("huge.toml", "");
  std::filesystem::resize_file(directory_.path() / "huge.toml", std::uintmax_t{1} << 34);  // a hole
  expect_refusal({"huge.toml"}, 2, "larger than 1 MB");
  directory_.write("tiny.h5", "");
  std::filesystem::resize_file(directory_.path() / "tiny.h5", (std::uintmax_t{1} << 30) + 1);
  expect_refusal({"tiny.toml", "--resume"}, 4, "larger than 1 GB");
}

TEST_F(Command, ExistingOutputIsKept) {
  directory_.write("tiny.h5", "precious");
  expect_error({"tiny.toml"}, 4, "tiny.h5");
  EXPECT_EQ(directory_.read("tiny.h5"), "precious");
}

TEST_F(Command, ForceReplacesAfterASuccessfulRun) {
  directory_.write("tiny.h5", "precious");
  EXPECT_EQ(run({"tiny.toml", "--force"}).exit_status, 0);
  EXPECT_EQ(directory_.read("tiny.h5").substr(1, 3), "HDF");
}

TEST_F(Command, ForceDoesNotReplaceTheConfiguration) {
  expect_error({"tiny.toml", "--force", "-o", "tiny.toml"}, 2, "is the configuration itself");
  EXPECT_EQ(directory_.read("tiny.toml"), tiny_configuration);
}

TEST_F(Command, OutputThatCannotBeAFileIsStatus4) {
  std::filesystem::create_directory(directory_.path() / "folder");
  directory_.write("file", "");
  for (const std::string target :
       {"folder", "folder/", "no/such/folder.h5", "file/below.h5", "/proc/new.h5"}) {
    expect_error({"tiny.toml", "-o", target}, 4, target);
    expect_error({"tiny.toml", "--force", "-o", target}, 4, target);
  }
  expect_error({"tiny.toml", "-o", ""}, 4, "names no file");
  EXPECT_EQ(directory_.names(), (Names{"file", "folder", "tiny.toml"}));
}

TEST_F(Command, ResumeWithoutAFileStartsAfresh) { EXPECT_EQ(run({"tiny.toml", "--resume"}).exit_status, 0); }

TEST_F(Command, ResumeOfACompleteRunPrintsItsSummary) {
  const auto first = run({"tiny.toml", "--json"});
  const std::string file = directory_.read("tiny.h5");
  const auto second = run({"tiny.toml", "--json", "--resume"});
  EXPECT_EQ(second.exit_status, 0) << second.stderr_text;
  EXPECT_EQ(second.stdout_text, first.stdout_text);
  EXPECT_NE(second.stderr_text.find("tiny.h5 is complete"), std::string::npos) << second.stderr_text;
  EXPECT_EQ(directory_.read("tiny.h5"), file);
}

// A complete run of another commit, with a warning of its own. In the JSON there is no place for warnings.
TEST_F(Command, ResumeWarnsOfAnotherCommitAndRepeatsTheWarnings) {
  ASSERT_EQ(run({"tiny.toml"}).exit_status, 0);
  const auto file = directory_.path() / "tiny.h5";
  StoredRun stored = read_run_file(file);
  stored.record.summary.warnings = {"a residual is large"};
  write_run_file(file, stored.record, {"0.1.0", "another", "", "", stored.configuration_toml, 1, ""}, true);

  const auto outcome = run({"tiny.toml", "--json", "--resume"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
  EXPECT_NE(outcome.stderr_text.find("tiny.h5 was written by commit another, this is " + git_commit()),
            std::string::npos)
      << outcome.stderr_text;
  EXPECT_NE(outcome.stderr_text.find("warning: a residual is large\n"), std::string::npos)
      << outcome.stderr_text;
}

TEST_F(Command, ResumeOfAnotherConfigurationNamesTheKey) {
  ASSERT_EQ(run({"tiny.toml"}).exit_status, 0);
  const std::string file = directory_.read("tiny.h5");
  expect_error({"tiny.toml", "--resume", "--set", "grid.nodes=11", "--set", "mixing.sin2_theta12=0.3"}, 2,
               "grid.nodes is 10 there and 11 here");
  EXPECT_EQ(run({"tiny.toml", "--resume", "--set", "output.checkpoint_interval_s=1"}).exit_status, 0);
  EXPECT_EQ(directory_.read("tiny.h5"), file);
}

TEST_F(Command, ResumeOfAnythingElseIsStatus4AndKeepsIt) {
  ASSERT_EQ(run({"tiny.toml"}).exit_status, 0);
  const std::string file = directory_.read("tiny.h5");
  std::string damaged = file;
  damaged[damaged.size() / 2] ^= 1;
  for (const std::string& content : {std::string("precious"), std::string(), file.substr(0, file.size() / 2),
                                     file.substr(0, file.size() - 1), file + "x", damaged}) {
    directory_.write("tiny.h5", content);
    expect_error({"tiny.toml", "--resume"}, 4, "is not a whole run file");
    EXPECT_EQ(directory_.read("tiny.h5"), content);
  }
}

TEST_F(Command, ResumeContradictsForce) {
  expect_error({"tiny.toml", "--resume", "--force"}, 2, "--resume contradicts --force");
}

TEST_F(Command, ASecondRunToTheSameOutputIsRefused) {
  Process first(directory_.path(), long_run());
  const Names running{".tiny.h5.qke-lock", "tiny.toml"};
  first.wait_until([&] { return directory_.names() == running; });
  expect_error({"tiny.toml", "--force"}, 4, "another run is writing it");
  EXPECT_EQ(run({"tiny.toml", "-o", "other.h5"}).exit_status, 0);
  EXPECT_EQ(first.wait().exit_status, 0);
  EXPECT_EQ(directory_.names(), (Names{"other.h5", "tiny.h5", "tiny.toml"}));
}

TEST_F(Command, NumericalFailureIsStatus3AndLeavesNothing) {
  expect_error({"tiny.toml", "--quiet", "--set", "integrator.max_steps=1"}, 3, "");
  EXPECT_EQ(directory_.names(), Names{"tiny.toml"});
}

TEST_F(Command, FullStdoutIsStatus4) {
  const std::string line =
      "cd '" + directory_.path().string() + "' && '" QKE_PROGRAM "' --version > /dev/full 2> err";
  const int status = std::system(line.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 4);
  EXPECT_NE(directory_.read("err").find("stdout cannot be written"), std::string::npos);
}

// What reads the output may go away early; the file is there all the same.
TEST_F(Command, ClosedPipeIsStatus4AndKeepsTheFile) {
  // In `program | true` the shell need not wait for the program.
  const std::string line =
      "cd '" + directory_.path().string() +
      "' && mkfifo pipe && { { '" QKE_PROGRAM
      "' tiny.toml --quiet 2> err; echo $? > status; } > pipe & true < pipe; wait; rm pipe; }";
  ASSERT_EQ(std::system(line.c_str()), 0);
  EXPECT_EQ(directory_.names(), (Names{"err", "status", "tiny.h5", "tiny.toml"}));
  EXPECT_EQ(directory_.read("status"), "4\n");
  EXPECT_NE(directory_.read("err").find("stdout cannot be written"), std::string::npos);
}

TEST_F(Command, FileSizeLimitIsStatus4AndLeavesNothing) {
  const std::string line =
      "cd '" + directory_.path().string() + "' && ulimit -f 8 && '" QKE_PROGRAM "' tiny.toml --quiet 2> err";
  const int status = std::system(line.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 4);
  EXPECT_NE(directory_.read("err").find("Free some space"), std::string::npos);
  EXPECT_EQ(directory_.names(), (Names{"err", "tiny.toml"}));
}

class StopSignal : public Command, public testing::WithParamInterface<std::pair<int, int>> {};

TEST_P(StopSignal, EndsTheRunWithItsStatusAndAFileToResume) {
  const auto [signal, status] = GetParam();
  Process process(directory_.path(), long_run({"--set", "output.checkpoint_interval_s=0"}));
  process.wait_until([&] { return std::filesystem::exists(directory_.path() / "tiny.h5"); });
  process.send(signal);
  const auto outcome = process.wait();
  EXPECT_EQ(outcome.exit_status, status) << outcome.stderr_text;
  EXPECT_EQ(outcome.stdout_text, "");
  EXPECT_NE(outcome.stderr_text.find("qke-decouple: stopped by SIG"), std::string::npos)
      << outcome.stderr_text;
  EXPECT_EQ(directory_.names(), (Names{"tiny.h5", "tiny.toml"}));

  const auto resumed = run(long_run({"--resume", "--json"}));
  EXPECT_EQ(resumed.exit_status, 0) << resumed.stderr_text;
  const auto whole = run(long_run({"-o", "whole.h5", "--json"}));
  EXPECT_EQ(numbers_of(resumed.stdout_text), numbers_of(whole.stdout_text));
}

INSTANTIATE_TEST_SUITE_P(All, StopSignal,
                         testing::Values(std::pair{SIGINT, 130}, std::pair{SIGTERM, 143},
                                         std::pair{SIGHUP, 129}, std::pair{SIGUSR1, 75},
                                         std::pair{SIGUSR2, 75}, std::pair{SIGXCPU, 75}));

// While the error of a complete run is estimated. A kill is the hardest of signals.
class StopDuringTheEstimate : public Command, public testing::WithParamInterface<std::pair<int, int>> {
 protected:
  StoredRun stored(const std::string& name) const { return read_run_file(directory_.path() / name); }
};

TEST_P(StopDuringTheEstimate, LeavesTheRunToWhichResumeAddsTheEstimate) {
  const auto [signal, status] = GetParam();
  const auto arguments = [](const std::vector<std::string>& more) { return estimated_run(more); };
  Process process(directory_.path(), arguments({}));
  process.wait_until([&] {
    return std::filesystem::exists(directory_.path() / "tiny.h5") && !stored("tiny.h5").checkpoint;
  });
  process.send(signal);
  const auto outcome = process.wait();
  EXPECT_EQ(outcome.exit_status, status) << outcome.stderr_text;
  EXPECT_EQ(outcome.stdout_text, "");
  if (signal != SIGKILL) {
    EXPECT_NE(outcome.stderr_text.find("without the estimate of its error). Make it with --resume."),
              std::string::npos)
        << outcome.stderr_text;
  }
  const Summary left = stored("tiny.h5").record.summary;
  EXPECT_EQ(left.status, "done");
  EXPECT_TRUE(std::isnan(left.N_eff_error));
  EXPECT_EQ(left.warnings, std::vector<std::string>{estimate_outstanding});

  const auto whole = run(arguments({"-o", "whole.h5", "--json"}));
  ASSERT_EQ(whole.exit_status, 0) << whole.stderr_text;
  EXPECT_EQ(left.N_eff, stored("whole.h5").record.summary.N_eff);
  EXPECT_GT(stored("whole.h5").record.summary.N_eff_error, 0.0);
  const auto residuals = stored("whole.h5").record.statistics.residuals;
  EXPECT_EQ(std::count_if(residuals.begin(), residuals.end(),
                          [](const auto& residual) { return residual.first.rfind("N_eff_error_", 0) == 0; }),
            static_cast<std::ptrdiff_t>(error_parts.size()));
  const auto resumed = run(arguments({"--resume", "--json"}));
  EXPECT_EQ(resumed.exit_status, 0) << resumed.stderr_text;
  EXPECT_EQ(numbers_of(resumed.stdout_text), numbers_of(whole.stdout_text));
  EXPECT_EQ(numbers_of_file(directory_, "tiny.h5"), numbers_of_file(directory_, "whole.h5"));
  const auto again = run(arguments({"--resume"}));
  EXPECT_NE(again.stderr_text.find("tiny.h5 is complete"), std::string::npos) << again.stderr_text;
}

INSTANTIATE_TEST_SUITE_P(All, StopDuringTheEstimate,
                         testing::Values(std::pair{SIGINT, 130}, std::pair{SIGTERM, 143},
                                         std::pair{SIGUSR1, 75}, std::pair{SIGKILL, 128 + SIGKILL}));

}  // namespace
}  // namespace qke::test
