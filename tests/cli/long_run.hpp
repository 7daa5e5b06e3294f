// A run of some seconds, for what happens while it goes on.
#pragma once

#include <string>
#include <vector>

#include "cli/process.hpp"
#include "output/run_file.hpp"

namespace qke::test {

// The smallest run there is: a coarse grid, and an end before most of the physics.
inline constexpr const char* tiny_configuration =
    "[run]\nscheme = \"boltzmann\"\n"
    "[epoch]\nT_end_MeV = 1.0\n"
    "[grid]\nnodes = 10\ny_max = 12\n"
    "[integrator]\nrelative_tolerance = 1e-3\nabsolute_tolerance = 1e-6\n";

inline std::vector<std::string> with(std::vector<std::string> arguments,
                                     const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// Of tiny.toml with tolerances far below what is needed: 20000 steps, with a checkpoint after every twentieth
// of a second of work at first, and some thirty in all.
inline std::vector<std::string> long_run(const std::vector<std::string>& more = {}) {
  return with({"tiny.toml", "--quiet", "--set", "integrator.relative_tolerance=1e-12", "--set",
               "integrator.absolute_tolerance=1e-16", "--set", "run.error_estimate=off", "--set",
               "grid.nodes=16", "--set", "integrator.restart_work_s=0.05"},
              more);
}

// With an estimate of its error: it goes on until N_eff is known. Saved whenever there is something new.
inline std::vector<std::string> estimated_run(const std::vector<std::string>& more = {}) {
  return with({"tiny.toml", "--quiet", "--set", "epoch.T_end_MeV=0.05", "--set",
               "integrator.relative_tolerance=1e-11", "--set", "integrator.absolute_tolerance=1e-15", "--set",
               "run.error_estimate=on", "--set", "grid.nodes=16", "--set", "integrator.restart_work_s=0.02",
               "--set", "output.checkpoint_interval_s=0"},
              more);
}

// All that a complete run found, as bytes: its file without the elapsed time and where it comes from.
inline std::string numbers_of_file(const TemporaryDirectory& directory, const std::string& name) {
  RunRecord record = read_run_file(directory.path() / name).record;
  record.summary.wall_s = 0.0;
  write_run_file(directory.path() / "numbers.h5", record, {}, true);
  return directory.read("numbers.h5");
}

}  // namespace qke::test
