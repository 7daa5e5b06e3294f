// The machine that a run finds: processors, memory, instruction sets.
#include <gtest/gtest.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <sched.h>
#include <stdlib.h>  // setenv
#include <sys/resource.h>

#include <regex>
#include <string>
#include <vector>

#include "base/instruction_set.hpp"
#include "base/processors.hpp"
#include "config/configuration.hpp"
#include "output/run_file.hpp"
#include "process.hpp"
#include "run/run.hpp"

namespace qke::test {
namespace {

using Arguments = std::vector<std::string>;

// Each test has a process of its own: what it changes of that, the program inherits.
class Machine : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK", "QKE_INSTRUCTION_SET"}) unsetenv(name);
    directory_.write(
        "tiny.toml",
        "[run]\nscheme = \"boltzmann\"\nerror_estimate = \"off\"\n[grid]\nnodes = 12\ny_max = 14\n"
        "[integrator]\nrelative_tolerance = 1e-4\nabsolute_tolerance = 1e-7\n");
  }

  Outcome run(const Arguments& arguments) const { return run_program(directory_.path(), arguments); }

  // The attribute of the file that a run of this process' machine leaves.
  int threads_of_a_run(const Arguments& more = {}) const {
    Arguments arguments{"tiny.toml", "--force"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
    const hid_t file = H5Fopen((directory_.path() / "tiny.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    int threads = 0;
    EXPECT_GE(H5LTget_attribute_int(file, "/", "threads", &threads), 0);
    H5Fclose(file);
    return threads;
  }

  void stop_at_the_first_step(const std::string& instruction_set) const {
    const Parameters parameters = read_configuration(directory_.path() / "tiny.toml", {});
    struct Stop {};
    UnfinishedRun unfinished;
    const auto stop = [&](const Progress&, const auto& until_checkpoint) {
      unfinished = until_checkpoint();
      throw Stop();
    };
    EXPECT_THROW(qke::run(parameters, 1, stop), Stop);
    Provenance provenance;
    provenance.configuration_toml = to_toml(parameters);
    provenance.instruction_set = instruction_set;
    write_unfinished_run_file(directory_.path() / "tiny.h5", unfinished, provenance, true);
  }

  TemporaryDirectory directory_;
};

TEST_F(Machine, ThreadsAreTheProcessorsOfTheAffinity) {
  cpu_set_t allowed, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
  int first = 0;
  while (!CPU_ISSET(first, &allowed)) ++first;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(threads_of_a_run(), 1);
  EXPECT_EQ(threads_of_a_run({"--threads", "3"}), 3);
}

TEST_F(Machine, ThreadsAreWhatTheEnvironmentAllows) {
  EXPECT_EQ(threads_of_a_run(), usable_threads());
  for (const char* name : {"OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"}) {
    setenv(name, "1", 1);
    EXPECT_EQ(threads_of_a_run(), 1) << name;
    EXPECT_EQ(threads_of_a_run({"--threads", "2"}), 2) << name;
    unsetenv(name);
  }
}

#if !defined(__SANITIZE_ADDRESS__)  // which reserves terabytes of addresses
// 1000 stacks of 8 MiB do not fit into a gigabyte. Those that do leave less than one of them free, and the
// run wants 20 MB.
TEST_F(Machine, MemoryThatThreadsUseUpIsNotBlamedOnNodes) {
  const rlimit stack{8U << 20, 8U << 20}, all{1U << 30, 1U << 30};
  ASSERT_EQ(setrlimit(RLIMIT_STACK, &stack), 0);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &all), 0);
  const auto outcome = run(
      {"tiny.toml", "--quiet", "--threads", "1000", "--set", "grid.nodes=160", "--set", "run.scheme=atao"});
  EXPECT_EQ(outcome.exit_status, 3) << outcome.stderr_text;
  EXPECT_EQ(outcome.stderr_text,
            "qke-decouple: not enough memory (the stacks of 1000 threads want 8.4 GB of address space, of "
            "which the system allows 1.1 GB). Use fewer --threads, or raise the limit with ulimit -v.\n");
}
#endif

TEST_F(Machine, RefusesAnUnknownInstructionSet) {
  setenv("QKE_INSTRUCTION_SET", "nonsense", 1);
  const auto outcome = run({"tiny.toml"});
  EXPECT_EQ(outcome.exit_status, 2) << outcome.stderr_text;
  EXPECT_TRUE(std::regex_match(
      outcome.stderr_text,
      std::regex("qke-decouple: QKE_INSTRUCTION_SET=nonsense is not available \\(the program knows baseline, "
                 "avx2 and avx512, this processor has baseline.*\\)\\. Unset it to use the best one\\.\n")))
      << outcome.stderr_text;
  EXPECT_EQ(directory_.names(), Arguments{"tiny.toml"});
  setenv("QKE_INSTRUCTION_SET", "", 1);  // as if it were not set
  EXPECT_EQ(run({"tiny.toml"}).exit_status, 0);
}

TEST_F(Machine, RecordsTheInstructionSet) {
  for (const InstructionSet set : available_instruction_sets()) {
    setenv("QKE_INSTRUCTION_SET", name_of(set).c_str(), 1);
    EXPECT_EQ(run({"tiny.toml", "--force"}).exit_status, 0);
    EXPECT_EQ(read_run_file(directory_.path() / "tiny.h5").instruction_set, name_of(set));
  }
}

TEST_F(Machine, ResumingOnAnotherInstructionSetWarns) {
  setenv("QKE_INSTRUCTION_SET", "baseline", 1);
  stop_at_the_first_step("avx512");
  const std::string warning =
      "warning: tiny.h5 was computed with the instruction set avx512, this is baseline; the last digits may "
      "differ from those of an uninterrupted run\n";
  auto outcome = run({"tiny.toml", "--resume"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
  EXPECT_NE(outcome.stderr_text.find(warning), std::string::npos) << outcome.stderr_text;

  stop_at_the_first_step("baseline");
  outcome = run({"tiny.toml", "--resume"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
  EXPECT_EQ(outcome.stderr_text.find("instruction set"), std::string::npos) << outcome.stderr_text;
}

}  // namespace
}  // namespace qke::test
