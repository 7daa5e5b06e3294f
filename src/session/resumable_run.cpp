// The public class ResumableRun (qke/run.hpp).
#include <atomic>
#include <mutex>
#include <new>
#include <utility>

#include "base/instruction_set.hpp"
#include "base/processors.hpp"
#include "config/configuration.hpp"
#include "qke/run.hpp"
#include "run/error_estimate.hpp"
#include "session/session.hpp"

namespace qke {

struct ResumableRun::Implementation {
  Parameters parameters;
  RunOptions options;
  Stopwatch stopwatch;
  std::optional<StoredOutput> output;

  std::mutex mutex;
  std::optional<Error> stopped;
  bool is_over = false;

  // In the callbacks of a run that was stopped.
  void throw_if_stopped() {
    const std::lock_guard lock(mutex);
    if (stopped) throw *stopped;
  }

  void end_unless_stopped() {
    const std::lock_guard lock(mutex);
    if (stopped) throw *stopped;
    is_over = true;
  }

  void report(const Progress& progress) {
    throw_if_stopped();
    if (options.on_step) options.on_step(progress);
  }

  RunRecord solve_in_memory() {
    RunRecord record =
        qke::solve(parameters, options.threads, [this](const Progress& progress) { report(progress); });
    end_unless_stopped();
    record.summary.wall_s = stopwatch.elapsed_s();
    return record;
  }

  RunRecord solve_with_file() {
    if (output->complete()) return *output->take_without_estimate();
    RunRecord record = solve_and_keep(
        parameters, options.threads, *output, [this](const Progress& progress) { report(progress); },
        [this] { throw_if_stopped(); });
    end_unless_stopped();
    const StoredOutput::Placed placed = output->finish(record);
    if (placed.failure) throw *placed.failure;
    return record;
  }
};

ResumableRun::ResumableRun(const Parameters& parameters, RunOptions options)
    : implementation_(std::make_unique<Implementation>()) {
  chosen_instruction_set();  // refuses a wrong name before there is anything to lose
  validate(parameters);
  refuse_unavailable(parameters);
  implementation_->parameters = parameters;
  implementation_->options = std::move(options);
  if (implementation_->options.output.empty()) return;
  implementation_->output.emplace(implementation_->options, implementation_->parameters);
}

ResumableRun::~ResumableRun() = default;

RunRecord ResumableRun::solve() {
  try {
    return implementation_->output ? implementation_->solve_with_file() : implementation_->solve_in_memory();
  } catch (const std::bad_alloc&) {
    throw NumericalError(out_of_memory_message(implementation_->options.threads));
  }
}

std::optional<Error> ResumableRun::stop(ExitStatus status, const std::string& cause) {
  Implementation& self = *implementation_;
  const std::lock_guard lock(self.mutex);
  if (self.is_over || self.stopped) return std::nullopt;
  if (self.output) {
    self.stopped = self.output->stop({status, cause});
    self.output->release_lock();
  } else {
    self.stopped = Error(
        status, "stopped by " + cause + " (no output was asked for: nothing is saved). Start it again.");
  }
  return self.stopped;
}

}  // namespace qke
