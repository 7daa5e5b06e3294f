#include "base/processors.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp

#include <filesystem>
#include <fstream>
#include <string>

namespace qke {
namespace {

namespace fs = std::filesystem;

// Files of the kernel about cgroups, in a folder of their own. Eight processors.
class UsableThreads : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "qke-cgroups-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    share_ = {8, folder_ / "membership", folder_ / "mount", "", ""};
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text << '\n';
  }

  fs::path folder_;
  ProcessorShare share_;
};

TEST_F(UsableThreads, AreTheProcessorsOfTheAffinity) {
  EXPECT_EQ(usable_threads(share_), 8);
  share_.affinity = 1;
  EXPECT_EQ(usable_threads(share_), 1);
  share_.affinity = 0;  // the system does not tell
  EXPECT_EQ(usable_threads(share_), 1);
}

TEST_F(UsableThreads, AreTheQuotaOfVersion2RoundedUp) {
  write("membership", "0::/user/job");
  write("mount/user/job/cpu.max", "150000 100000");
  EXPECT_EQ(usable_threads(share_), 2);
  write("mount/user/job/cpu.max", "20000 100000");
  EXPECT_EQ(usable_threads(share_), 1);
  write("mount/user/job/cpu.max", "max 100000");
  EXPECT_EQ(usable_threads(share_), 8);
}

TEST_F(UsableThreads, AreBoundedByEveryGroupAbove) {
  write("membership", "0::/user/job");
  write("mount/user/job/cpu.max", "600000 100000");
  write("mount/user/cpu.max", "300000 100000");
  EXPECT_EQ(usable_threads(share_), 3);
}

// A container sees its own group as the root, but may read its name in the host's hierarchy.
TEST_F(UsableThreads, AreTheQuotaOfAContainer) {
  write("membership", "0::/docker/0123abcd");
  write("mount/cpu.max", "200000 100000");
  EXPECT_EQ(usable_threads(share_), 2);
  write("membership", "0::/../../somewhere");
  EXPECT_EQ(usable_threads(share_), 2);
}

TEST_F(UsableThreads, AreTheQuotaOfVersion1) {
  write("membership", "4:memory:/job\n3:cpu,cpuacct:/job\n0::/");
  write("mount/cpu,cpuacct/job/cpu.cfs_quota_us", "250000");
  write("mount/cpu,cpuacct/job/cpu.cfs_period_us", "100000");
  EXPECT_EQ(usable_threads(share_), 3);
  write("mount/cpu,cpuacct/job/cpu.cfs_quota_us", "-1");
  EXPECT_EQ(usable_threads(share_), 8);
  write("mount/cpu/job/cpu.cfs_quota_us", "400000");  // the same hierarchy, by its other name
  write("mount/cpu/job/cpu.cfs_period_us", "100000");
  EXPECT_EQ(usable_threads(share_), 4);
}

TEST_F(UsableThreads, AreWhatBatchSystemsAndOpenMPSay) {
  share_.slurm_cpus_per_task = "4";
  EXPECT_EQ(usable_threads(share_), 4);
  share_.omp_num_threads = "2,1";  // at the outer level, and in nested regions
  EXPECT_EQ(usable_threads(share_), 2);
  share_.omp_num_threads = "16";
  EXPECT_EQ(usable_threads(share_), 4);
}

TEST_F(UsableThreads, IgnoreWhatIsNoCount) {
  for (const char* text : {"", "0", "-3", "many", "4 cores", "99999999999999999999"}) {
    share_.omp_num_threads = share_.slurm_cpus_per_task = text;
    EXPECT_EQ(usable_threads(share_), 8) << text;
  }
  write("membership", "no colons\n0::/job");
  write("mount/job/cpu.max", "nonsense");
  EXPECT_EQ(usable_threads(share_), 8);
}

TEST(ProcessorShare, IsThatOfTheProcess) {
  EXPECT_GE(processor_share().affinity, 1);
  setenv("OMP_NUM_THREADS", "1", 1);
  EXPECT_EQ(usable_threads(), 1);
  unsetenv("OMP_NUM_THREADS");
}

TEST(OutOfMemoryMessage, NamesTheCause) {
  const AddressSpace tight{8e6, 1e9}, unlimited{8e6, {}};
  EXPECT_EQ(out_of_memory_message(1000, tight),
            "not enough memory (the stacks of 1000 threads want 8 GB of address space, of which the system "
            "allows 1 "
            "GB). Use fewer --threads, or raise the limit with ulimit -v.");
  const std::string nodes =
      "not enough memory (it grows as the square of grid.nodes). Choose fewer grid.nodes.";
  EXPECT_EQ(out_of_memory_message(2, tight), nodes);
  EXPECT_EQ(out_of_memory_message(1000, unlimited), nodes);
}

}  // namespace
}  // namespace qke
