#include "session/session.hpp"

#include <optional>
#include <utility>

#include "run/error_estimate.hpp"
#include "run/stability_report.hpp"

namespace qke {
namespace {

// Keeps the complete run before its error is estimated: the first companion may need long
// for its first step, and a signal meanwhile must not cost the run.
void keep_without_estimate(RunRecord record, const Companions& companions, StoredOutput& output) {
  if (!estimate_is_outstanding(record.summary)) record.summary.warnings.emplace_back(estimate_outstanding);
  output.observe_estimate(record, companions);
}

}  // namespace

RunRecord solve_and_keep(const Parameters& parameters, int threads, StoredOutput& output,
                         const ProgressCallback& on_step, const std::function<void()>& on_companion_step) {
  const StepCallback keep_step = [&](const Progress& progress, const auto& until_checkpoint) {
    output.observe(progress, until_checkpoint);
    on_step(progress);
  };
  std::optional<RunRecord> stored = output.take_without_estimate();
  Companions companions = output.take_companions();
  RunRecord record =
      stored ? *std::move(stored) : run(parameters, threads, keep_step, output.take_unfinished());
  add_stability(parameters, record, threads);
  if (error_estimate_is_wanted(parameters)) keep_without_estimate(record, companions, output);
  const StepCallback keep_companion_step = [&](const Progress&, const auto&) {
    output.observe_estimate(record, companions);
    on_companion_step();
  };
  add_error_estimate(parameters, record, threads, keep_companion_step, companions);
  return record;
}

}  // namespace qke
