// The output of a run under way: locked, saved from time to time, resumed from what was there.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "qke/command/command_line.hpp"
#include "qke/output/output_lock.hpp"
#include "qke/output/run_file.hpp"
#include "qke/parameters.hpp"
#include "qke/run_record.hpp"

namespace qke {

class Stopwatch {
 public:
  double elapsed_s() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

 private:
  using clock = std::chrono::steady_clock;
  clock::time_point start_ = clock::now();
};

class StoredOutput {
 public:
  // Refuses what can be refused before the run, which may take long. With --resume reads the file that is
  // there, if any. Throws InputOutputError, or ConfigurationError for a file of another configuration.
  StoredOutput(const CommandLine& line, const Parameters& parameters);

  // The summary of a run that was already complete, with its error estimate if it was to have one.
  std::optional<Summary> complete() const;
  // The run that lacks nothing but its error estimate; it is moved out.
  std::optional<RunRecord> take_without_estimate();
  // The run to go on with; it is moved out.
  std::optional<UnfinishedRun> take_unfinished();

  // Saves the last checkpoint if it is not in the file yet: when the interval of the configuration has gone
  // by, or at once.
  void save_in_time(const Progress& progress, const std::function<UnfinishedRun()>& until_checkpoint);
  void save(const Progress& progress, const std::function<UnfinishedRun()>& until_checkpoint);

  // The same for a run that lacks nothing but its error estimate.
  void save_in_time(RunRecord& record);

  // Writes the complete run, and sets its elapsed time.
  void finish(RunRecord& record);

  double elapsed_s() const { return stopwatch_.elapsed_s(); }  // of this process

 private:
  void read_existing();
  void require_same_configuration(const StoredRun& stored) const;
  Provenance provenance() const;
  bool saving_is_due() const;
  bool may_replace() const { return line_.force || saved_steps_.has_value(); }

  const CommandLine& line_;
  const Parameters& parameters_;
  Stopwatch stopwatch_;
  std::optional<OutputLock> lock_;
  std::optional<StoredRun> stored_;  // what --resume found
  double earlier_wall_s_ = 0.0;
  double last_save_s_ = 0.0;
  std::optional<long> saved_steps_;  // in the file, where that is of this run
  bool is_saved_whole_ = false;      // all steps are
};

}  // namespace qke
