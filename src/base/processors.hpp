// How many threads this process may use, which is often less than the machine has: batch
// systems and containers give a job some of its processors, or a share of their time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace qke {

// The limits that the system sets, as an argument, so that tests can set them.
struct ProcessorShare {
  int affinity = 0;  // processors that the process may run on; 0 where the system does not tell
  std::filesystem::path cgroup_membership = "/proc/self/cgroup";
  std::filesystem::path cgroup_mount = "/sys/fs/cgroup";
  std::string omp_num_threads, slurm_cpus_per_task;  // empty where not set
};

// The share of this process.
ProcessorShare processor_share();

constexpr int most_threads = 1024;  // of a run

// The least of the affinity, the quota of processor time in the cgroups of the process
// (version 2 and 1, rounded up), SLURM_CPUS_PER_TASK and OMP_NUM_THREADS; at least 1.
int usable_threads(const ProcessorShare& share = processor_share());

// Address space for the stack of a thread, and the limit of all of it (ulimit -v); in
// bytes.
struct AddressSpace {
  double stack;
  std::optional<double> limit;
};
AddressSpace address_space();

// The error message for memory that ran out, with the cause: too many threads, where
// their stacks take more than half of the address space, otherwise too many nodes.
std::string out_of_memory_message(int threads, const AddressSpace& space = address_space());

}  // namespace qke
