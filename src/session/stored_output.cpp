// The output of a run under way. Two names may hold it: the target, or, while an older
// file is to be replaced, the unfinished file beside it (part_); the older file goes only
// when the new run is complete. Everything is written whole or not at all
// (output/atomic_file.hpp).
#include "session/stored_output.hpp"

#include <array>
#include <ctime>
#include <utility>

#include "base/instruction_set.hpp"
#include "base/text.hpp"
#include "config/configuration.hpp"
#include "output/atomic_file.hpp"
#include "output/output_target.hpp"
#include "output/side_files.hpp"
#include "qke/version.hpp"
#include "run/error_estimate.hpp"

namespace qke {
namespace {

bool name_is_taken(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

void refuse_contradictions(const RunOptions& options) {
  std::error_code ignored;
  if (std::filesystem::equivalent(options.configuration, options.output, ignored)) {
    throw ConfigurationError(options.output.string() +
                             ": is the configuration itself (the output would replace it). Use -o.");
  }
  if (options.resume && options.force) {
    throw ConfigurationError(
        "--resume contradicts --force (one goes on from the output, the other replaces it). Use one of the "
        "two.");
  }
}

// A free name for a run that cannot have its own.
std::filesystem::path other_name(const std::filesystem::path& directory,
                                 const std::filesystem::path& target) {
  const std::string stem = target.stem().string() + ".rescued", extension = target.extension().string();
  std::filesystem::path name = directory / (stem + extension);
  for (int number = 2; name_is_taken(name); ++number) {
    name = directory / (stem + "-" + std::to_string(number) + extension);
  }
  return name;
}

}  // namespace

// Refusals come in order of cost: names, permissions, the lock, and last the contents of
// files.
StoredOutput::StoredOutput(RunOptions options, const Parameters& parameters)
    : options_(std::move(options)), parameters_(parameters) {
  refuse_contradictions(options_);
  const bool resuming = options_.resume && name_is_taken(options_.output);
  check_output_target(options_.output, options_.force || resuming);
  target_ = real_path(options_.output);
  if (target_ != options_.output) check_output_target(target_, options_.force || resuming);
  part_ = unfinished_file_of(target_);
  lock_.emplace(target_);
  place_ = name_is_taken(target_) ? part_ : target_;
  if (options_.resume) read_existing();
  if (place_ == part_) refuse_foreign_part();
}

void StoredOutput::warn(const std::string& text) const {
  if (options_.on_warning) options_.on_warning(text);
}

// An earlier run with --force may have been interrupted and have left its unfinished
// file. It is replaced with a warning; a file that is no run is never touched.
void StoredOutput::refuse_foreign_part() {
  if (part_is_ours_ || !name_is_taken(part_)) return;
  try {
    const long steps = read_run_file(part_).record.summary.steps;
    warn(part_.string() + " holds an unfinished run until step " + std::to_string(steps) +
         ", which will be replaced");
    part_is_ours_ = true;
  } catch (const InputOutputError&) {
    throw InputOutputError("cannot write '" + part_.string() +
                           "' (there is another file, and the unfinished run needs this name). "
                           "Move it, or choose another name with -o.");
  }
}

// Two unfinished runs of this configuration may exist, at the target and beside it: the
// one with more steps is used. A complete run at the target gives way to the unfinished
// one, which was to replace it.
void StoredOutput::read_existing() {
  std::optional<StoredRun> part = run_of_this_configuration(part_);
  if (part) {
    const std::optional<StoredRun> other = run_of_this_configuration(target_);
    part_is_ours_ = true;
    const bool other_is_further =
        other && other->checkpoint && other->record.summary.steps > part->record.summary.steps;
    if (!other_is_further) {
      if (options_.on_note) options_.on_note("going on from " + part_.string());
      return use(*std::move(part), part_);
    }
  }
  if (!name_is_taken(target_)) return;
  StoredRun stored = read_run_file(target_);
  require_same_configuration(stored, options_.output);
  use(std::move(stored), target_);
}

void StoredOutput::use(StoredRun stored, const std::filesystem::path& name) {
  stored_ = std::move(stored);
  if (stored_->git_commit != git_commit()) {
    warn(name.filename().string() + " was written by commit " + stored_->git_commit + ", this is " +
         git_commit() + "; the last digits may differ from those of an uninterrupted run");
  }
  earlier_wall_s_ = stored_->record.summary.wall_s;
  kept_steps_ = stored_->record.summary.steps;
  is_complete_ = !stored_->checkpoint;
  place_ = name;
  place_is_ours_ = true;
  const auto warning = instruction_set_warning(name.filename().string(), stored_->instruction_set);
  if (warning && !complete()) warn(*warning);
}

std::optional<StoredRun> StoredOutput::run_of_this_configuration(const std::filesystem::path& name) const {
  if (!name_is_taken(name)) return std::nullopt;
  try {
    StoredRun stored = read_run_file(name);
    require_same_configuration(stored, name);
    return stored;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void StoredOutput::require_same_configuration(const StoredRun& stored,
                                              const std::filesystem::path& name) const {
  const Parameters there =
      parse_configuration(stored.configuration_toml, name.string() + ", its configuration", {});
  if (const auto difference = first_difference(there, parameters_)) {
    throw ConfigurationError("'" + name.string() + "' is a run of another configuration (" + difference->key +
                             " is " + abbreviated(difference->first) + " there and " +
                             abbreviated(difference->second) +
                             " here). Use its configuration, or another name with -o.");
  }
}

std::optional<Summary> StoredOutput::complete() const {
  if (!is_complete_ || estimate_is_outstanding(stored_->record.summary)) return std::nullopt;
  return stored_->record.summary;
}

std::optional<RunRecord> StoredOutput::take_without_estimate() {
  if (!is_complete_) return std::nullopt;
  return std::move(stored_->record);
}

Companions StoredOutput::take_companions() {
  if (!stored_) return {};
  kept_progress_of_companions_ = stored_->companions.progress;
  return std::move(stored_->companions);
}

std::optional<UnfinishedRun> StoredOutput::take_unfinished() {
  if (!stored_ || !stored_->checkpoint) return std::nullopt;
  return UnfinishedRun{std::move(stored_->record), *std::move(stored_->checkpoint)};
}

Provenance StoredOutput::provenance() const {
  return {program_version(),
          git_commit(),
          utc_now(),
          valid_utf8(options_.command_line),
          to_toml(parameters_),
          options_.threads,
          stored_ ? stored_->history : std::string(),
          name_of(chosen_instruction_set())};
}

void StoredOutput::observe(const Progress& progress, const std::function<UnfinishedRun()>& until_checkpoint) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
  if (!kept_steps_ || progress.checkpoint_steps > *kept_steps_) {
    UnfinishedRun run = until_checkpoint();
    kept_ = Kept{std::move(run.record), std::move(run.checkpoint), {}};
    kept_steps_ = progress.checkpoint_steps;
  }
  if (progress.checkpoint_steps > 0) save_in_time();
}

void StoredOutput::observe_estimate(const RunRecord& record, const Companions& companions) {
  const std::lock_guard lock(mutex_);
  is_complete_ = true;
  if (kept_progress_of_companions_ != companions.progress) {
    kept_ = Kept{record, std::nullopt, companions};
    kept_progress_of_companions_ = companions.progress;
    kept_steps_ = record.summary.steps;
  }
  save_in_time();
}

void StoredOutput::save_in_time() {
  if (is_ending_ || !kept_ || kept_->has_failed) return;
  if (elapsed_s() - last_save_s_ < parameters_.output.checkpoint_interval_s) return;
  try {
    save();
  } catch (const InputOutputError& error) {
    kept_->has_failed = true;  // it is not tried again before there is more to save
    last_save_s_ = elapsed_s();
    warn(std::string("the run goes on, but is not saved: ") + error.what());
  }
}

// Until the first save the place may hold a file of somebody else: only our own is
// replaced, and the unfinished file, which was checked.
void StoredOutput::save() {
  if (!kept_ || kept_->is_saved) return;
  Kept& kept = *kept_;
  kept.record.summary.wall_s = earlier_wall_s_ + elapsed_s();
  if (kept.checkpoint) {
    const UnfinishedRun run{kept.record, *kept.checkpoint};
    write_unfinished_run_file(place_, run, provenance(), place_is_ours_ || place_ == part_, target_);
  } else {
    write_run_file(place_, kept.record, provenance(), place_is_ours_ || place_ == part_, kept.companions,
                   target_);
  }
  kept.is_saved = place_is_ours_ = true;
  if (place_ == part_) part_is_ours_ = true;
  last_save_s_ = elapsed_s();
}

std::optional<Error> StoredOutput::stop(const StopRequest& request) {
  const std::lock_guard lock(mutex_);
  if (is_ending_) return std::nullopt;
  is_ending_ = true;
  const std::string stopped = "stopped by " + request.cause;
  try {
    save();
  } catch (const InputOutputError& error) {
    return InputOutputError(stopped + ", and not saved: " + error.what());
  }
  return Error(request.status, stopped + " (" + state_of_the_file());
}

// The rest of the message after "stopped by SIGNAL (": why, and the remedy.
std::string StoredOutput::state_of_the_file() const {
  const std::filesystem::path name = place_ == target_ ? options_.output : place_;
  if (!place_is_ours_) return "before its first step: there is nothing to save). Start it again.";
  if (is_complete_) {
    return name.string() +
           " holds the complete run, but without the estimate of its error). Make it with --resume.";
  }
  const std::string holds = name.string() + " holds the run until step " + std::to_string(*kept_steps_);
  if (!progress_) return "before a further step; " + holds + "). Go on with --resume.";
  return "at T_cm = " + rounded(progress_->T_cm) + " MeV; " + holds + " of " +
         std::to_string(progress_->steps) + "). Go on with --resume.";
}

StoredOutput::Placed StoredOutput::finish(RunRecord& record) {
  const std::lock_guard lock(mutex_);
  is_ending_ = true;
  record.summary.wall_s = earlier_wall_s_ + elapsed_s();
  try {
    write_run_file(target_, record, provenance(), options_.force || place_is_ours_);
  } catch (const InputOutputError& error) {
    return keep_elsewhere(record, error);
  }
  std::error_code ignored;
  if (part_is_ours_) std::filesystem::remove(part_, ignored);
  return {options_.output, std::nullopt};
}

// A run of hours is not lost to a full disk: the directory of the target, the current one
// and the one for temporary files are tried in turn, under a free name.
StoredOutput::Placed StoredOutput::keep_elsewhere(const RunRecord& record, const Error& failure) const {
  std::error_code ignored;
  for (const std::filesystem::path& directory :
       {target_.parent_path(), std::filesystem::path(), std::filesystem::temp_directory_path(ignored)}) {
    const std::filesystem::path name = other_name(directory, target_);
    try {
      write_run_file(name, record, provenance(), false, {}, target_);
      return {name, InputOutputError(std::string(failure.what()) + " The complete run is in '" +
                                     name.string() + "'.")};
    } catch (const InputOutputError&) {
      continue;
    }
  }
  return {{}, InputOutputError(std::string(failure.what()) + " The summary is all that is left of the run.")};
}

}  // namespace qke
