#include "run/companion_runs.hpp"

#include "config/configuration.hpp"

namespace qke {

// The complete configuration as TOML is the key: runs that it makes equal are equal bit
// by bit. Only one companion runs at a time, so that one unfinished run is enough.
RunRecord run_companion(const Parameters& parameters, int threads, const StepCallback& on_step,
                        Companions& done) {
  const std::string configuration = to_toml(parameters);
  if (const auto found = done.finished.find(configuration); found != done.finished.end()) {
    return found->second;
  }
  std::optional<UnfinishedRun> start;
  if (done.unfinished && done.unfinished->first == configuration) start = done.unfinished->second;
  long kept_steps = start ? start->checkpoint.integrator.counters.steps : 0;
  const StepCallback keep = [&](const Progress& progress, const auto& until_checkpoint) {
    if (progress.checkpoint_steps > kept_steps) {
      done.unfinished.emplace(configuration, until_checkpoint());
      kept_steps = progress.checkpoint_steps;
      ++done.progress;
    }
    if (on_step) on_step(progress, until_checkpoint);
  };
  RunRecord record = run(parameters, threads, keep, std::move(start));
  done.unfinished.reset();
  done.finished.emplace(configuration, record);
  ++done.progress;
  return record;
}

}  // namespace qke
