// The public interface (qke/run.hpp).
#include <algorithm>
#include <utility>

#include "base/instruction_set.hpp"
#include "base/processors.hpp"
#include "base/text.hpp"
#include "config/configuration.hpp"
#include "output/run_file.hpp"
#include "qke/run.hpp"
#include "qke/version.hpp"
#include "run/error_estimate.hpp"
#include "run/run.hpp"
#include "run/stability_report.hpp"

namespace qke {

RunRecord solve(const Parameters& parameters, int threads, const ProgressCallback& on_step) {
  validate(parameters);
  refuse_unavailable(parameters);
  const StepCallback report = [&](const Progress& progress, const auto&) {
    if (on_step) on_step(progress);
  };
  RunRecord record = run(parameters, threads, report);
  add_stability(parameters, record, threads);
  add_error_estimate(parameters, record, threads, report);
  return record;
}

int default_threads() { return std::min(usable_threads(), most_threads); }

void write_run(const std::filesystem::path& file, const RunRecord& record, const Parameters& parameters,
               bool replace) {
  Provenance provenance;
  provenance.program_version = program_version();
  provenance.git_commit = git_commit();
  provenance.created_utc = utc_now();
  provenance.command_line = "qke::write_run";
  provenance.configuration_toml = to_toml(parameters);
  provenance.instruction_set = name_of(chosen_instruction_set());
  write_run_file(file, record, provenance, replace);
}

SavedRun read_run(const std::filesystem::path& file) {
  StoredRun stored = read_run_file(file);
  if (stored.checkpoint) {
    throw InputOutputError(file.string() + " is not a complete run (its status is " +
                           stored.record.summary.status + "). Go on with --resume.");
  }
  return {parse_configuration(stored.configuration_toml, file.string() + ", its configuration"),
          std::move(stored.record)};
}

}  // namespace qke
