// The output of a run under way: locked, saved from time to time, resumed from an earlier
// file.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "output/output_lock.hpp"
#include "output/run_file.hpp"
#include "qke/error.hpp"
#include "qke/parameters.hpp"
#include "qke/run.hpp"

namespace qke {

struct StopRequest {
  ExitStatus status;
  std::string cause;  // the name of a signal
};

class Stopwatch {
 public:
  double elapsed_s() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

 private:
  using clock = std::chrono::steady_clock;
  clock::time_point start_ = clock::now();
};

// Member functions may be called by two threads: the one that runs, and the one that
// stops it.
class StoredOutput {
 public:
  // Finds every fault of the output that can be found before the run, which may take
  // long. With `resume` reads the file that is there, if any. Throws InputOutputError, or
  // ConfigurationError for a file of another configuration.
  StoredOutput(RunOptions options, const Parameters& parameters);

  // The summary of a run that was already complete, with its error estimate if it was to
  // have one.
  std::optional<Summary> complete() const;
  // The run that is complete except its error estimate, and the companions made so far;
  // moved out.
  std::optional<RunRecord> take_without_estimate();
  Companions take_companions();
  // The run to go on with; it is moved out.
  std::optional<UnfinishedRun> take_unfinished();

  // After every step: keeps the run until its last checkpoint, and saves it when the
  // interval of the configuration has gone by. A save that fails is a warning: the next
  // one may succeed.
  void observe(const Progress& progress, const std::function<UnfinishedRun()>& until_checkpoint);
  // The same while the error of a complete run is estimated.
  void observe_estimate(const RunRecord& record, const Companions& companions);

  // Saves the run as it was kept. Returns the error that ends the program; nothing if the
  // run is at its end, or is being stopped by the other thread.
  std::optional<Error> stop(const StopRequest& request);

  struct Placed {
    std::filesystem::path name;  // empty if it is nowhere
    std::optional<Error> failure;
  };
  // Writes the complete run, and sets its elapsed time. If it cannot have its name, it
  // gets another.
  Placed finish(RunRecord& record);

  void release_lock() { lock_->release(); }
  double elapsed_s() const { return stopwatch_.elapsed_s(); }  // of this process

 private:
  // A run that can be resumed: from its checkpoint, or, without one, complete except its
  // error estimate.
  struct Kept {
    RunRecord record;
    std::optional<Checkpoint> checkpoint;
    Companions companions;
    bool is_saved = false, has_failed = false;
  };

  void warn(const std::string& text) const;
  void refuse_foreign_part();
  void read_existing();
  void use(StoredRun stored, const std::filesystem::path& name);
  std::optional<StoredRun> run_of_this_configuration(const std::filesystem::path& name) const;
  void require_same_configuration(const StoredRun& stored, const std::filesystem::path& name) const;
  Provenance provenance() const;
  void save_in_time();
  void save();
  std::string state_of_the_file() const;
  Placed keep_elsewhere(const RunRecord& record, const Error& failure) const;

  const RunOptions options_;
  const Parameters& parameters_;
  Stopwatch stopwatch_;
  std::filesystem::path target_;  // of the complete run
  std::filesystem::path part_;    // of the unfinished run, while there is another file at the target
  std::optional<OutputLock> lock_;
  std::filesystem::path place_;  // of the unfinished run: one of the two
  bool place_is_ours_ = false;   // the file there is of this run
  bool part_is_ours_ = false;
  std::optional<StoredRun> stored_;  // the run to go on with
  bool is_complete_ = false;         // the run is, perhaps without its error estimate
  double earlier_wall_s_ = 0.0;
  double last_save_s_ = 0.0;
  std::optional<Progress> progress_;
  std::optional<Kept> kept_;
  std::optional<long> kept_steps_;
  std::optional<long> kept_progress_of_companions_;
  bool is_ending_ = false;
  mutable std::mutex mutex_;
};

}  // namespace qke
