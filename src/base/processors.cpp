// Processors of this process: affinity (taskset, Slurm), cgroup quotas (containers,
// systemd) and the two variables of the environment by which batch systems tell a job its
// share. Whatever cannot be read sets no limit: the answer is used for speed alone.
#include "base/processors.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <thread>

#if defined(__unix__)
#include <sys/resource.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

#include "base/text.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;

constexpr int no_limit = std::numeric_limits<int>::max();

// The kernel refuses a set with fewer processors than it was built for, which may be more
// than CPU_SETSIZE (1024): larger sets are tried.
int affinity() {
#if defined(__linux__)
  for (std::size_t processors = CPU_SETSIZE; processors <= 1U << 20; processors *= 2) {
    cpu_set_t* set = CPU_ALLOC(processors);
    if (set == nullptr) break;
    const std::size_t bytes = CPU_ALLOC_SIZE(processors);
    const int count = sched_getaffinity(0, bytes, set) == 0 ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
#endif
  return static_cast<int>(std::thread::hardware_concurrency());
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A count, or the first of several ("4,2"); anything else sets no limit.
int threads_of_variable(const std::string& text) {
  int threads = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, threads);
  const bool is_count = error == std::errc() && threads > 0 && (stop == end || *stop == ',');
  return is_count ? threads : no_limit;
}

// Quota and period in microseconds; no quota is "max", or -1.
int threads_of_quota(const std::string& quota, const std::string& period) {
  const double time = std::strtod(quota.c_str(), nullptr), every = std::strtod(period.c_str(), nullptr);
  if (!(time > 0.0 && every > 0.0)) return no_limit;
  return static_cast<int>(std::clamp(std::ceil(time / every), 1.0, 1e6));
}

int quota_of_version_2(const fs::path& folder) {
  std::ifstream file(folder / "cpu.max");
  std::string quota, period;
  file >> quota >> period;
  return threads_of_quota(quota, period);
}

int quota_of_version_1(const fs::path& folder) {
  std::ifstream quota_file(folder / "cpu.cfs_quota_us"), period_file(folder / "cpu.cfs_period_us");
  std::string quota, period;
  quota_file >> quota;
  period_file >> period;
  return threads_of_quota(quota, period);
}

// The quota of a group holds for all groups in it. In a container only the part of the
// hierarchy from its own group on may be mounted: then the quota stands at the mount
// itself.
template <class Quota>
int least_quota(const fs::path& mount, const std::string& group, Quota&& quota) {
  int least = quota(mount);
  fs::path folder = mount;
  for (const fs::path& part : fs::path(group).relative_path()) {
    if (part == "..") break;
    folder /= part;
    least = std::min(least, quota(folder));
  }
  return least;
}

bool is_listed(const std::string& words, const std::string& word) {
  return ("," + words + ",").find("," + word + ",") != std::string::npos;
}

// Lines "hierarchy:controllers:group"; the unified hierarchy of version 2 has number 0
// and no controllers.
int cgroup_limit(const fs::path& membership, const fs::path& mount) {
  int least = no_limit;
  std::ifstream file(membership);
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty()) least = std::min(least, least_quota(mount, group, quota_of_version_2));
    if (is_listed(controllers, "cpu")) {
      least = std::min({least, least_quota(mount / controllers, group, quota_of_version_1),
                        least_quota(mount / "cpu", group, quota_of_version_1)});
    }
  }
  return least;
}

std::string gigabytes(double bytes) { return shortest_decimal(std::round(bytes / 1e8) / 10.0) + " GB"; }

}  // namespace

ProcessorShare processor_share() {
  ProcessorShare share;
  share.affinity = affinity();
  share.omp_num_threads = environment("OMP_NUM_THREADS");
  share.slurm_cpus_per_task = environment("SLURM_CPUS_PER_TASK");
  return share;
}

int usable_threads(const ProcessorShare& share) {
  const int threads =
      std::min({share.affinity > 0 ? share.affinity : no_limit,
                cgroup_limit(share.cgroup_membership, share.cgroup_mount),
                threads_of_variable(share.slurm_cpus_per_task), threads_of_variable(share.omp_num_threads)});
  return threads == no_limit ? 1 : threads;
}

AddressSpace address_space() {
  constexpr double usual_stack = 8e6;
  AddressSpace space{usual_stack, {}};
#if defined(__unix__)
  rlimit stack{}, all{};
  if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != RLIM_INFINITY)
    space.stack = static_cast<double>(stack.rlim_cur);
  if (getrlimit(RLIMIT_AS, &all) == 0 && all.rlim_cur != RLIM_INFINITY)
    space.limit = static_cast<double>(all.rlim_cur);
#endif
  return space;
}

std::string out_of_memory_message(int threads, const AddressSpace& space) {
  const double stacks = (threads - 1) * space.stack;
  if (space.limit && stacks > 0.5 * *space.limit) {
    return "not enough memory (the stacks of " + std::to_string(threads) + " threads want " +
           gigabytes(stacks) + " of address space, of which the system allows " + gigabytes(*space.limit) +
           "). Use fewer --threads, or raise the limit with ulimit -v.";
  }
  return "not enough memory (it grows as the square of grid.nodes). Choose fewer grid.nodes.";
}

}  // namespace qke
