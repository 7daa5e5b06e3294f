#include "qke/command/stored_output.hpp"

#include <array>
#include <ctime>
#include <iostream>
#include <utility>

#include "qke/base/error.hpp"
#include "qke/base/instruction_set.hpp"
#include "qke/base/version.hpp"
#include "qke/config/configuration.hpp"
#include "qke/error_estimate.hpp"

namespace qke {
namespace {

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

bool name_is_taken(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

void refuse_contradictions(const CommandLine& line) {
  std::error_code ignored;
  if (std::filesystem::equivalent(line.configuration, line.output, ignored)) {
    throw ConfigurationError(line.output.string() +
                             ": is the configuration itself (the output would replace it). Use -o.");
  }
  if (line.resume && line.force) {
    throw ConfigurationError(
        "--resume contradicts --force (one goes on from the output, the other replaces it). Use one of the "
        "two.");
  }
}

}  // namespace

StoredOutput::StoredOutput(const CommandLine& line, const Parameters& parameters)
    : line_(line), parameters_(parameters) {
  refuse_contradictions(line);
  const bool resuming = line.resume && name_is_taken(line.output);
  check_output_target(line.output, line.force || resuming);
  lock_.emplace(line.output);
  if (resuming) read_existing();
}

void StoredOutput::read_existing() {
  stored_ = read_run_file(line_.output);
  require_same_configuration(*stored_);
  if (stored_->git_commit != git_commit()) {
    std::cerr << "qke-decouple: warning: " << line_.output.string() << " was written by commit "
              << stored_->git_commit << ", this is " << git_commit()
              << "; the last digits may differ from those of an uninterrupted run\n";
  }
  earlier_wall_s_ = stored_->record.summary.wall_s;
  saved_steps_ = stored_->record.summary.steps;
  is_saved_whole_ = !stored_->checkpoint;
  const auto warning = instruction_set_warning(line_.output.string(), stored_->instruction_set);
  if (warning && !complete()) std::cerr << "qke-decouple: warning: " << *warning << '\n';
}

void StoredOutput::require_same_configuration(const StoredRun& stored) const {
  const std::string name = line_.output.string();
  const Parameters there = parse_configuration(stored.configuration_toml, name + ", its configuration", {});
  if (const auto difference = first_difference(there, parameters_)) {
    throw ConfigurationError("'" + name + "' is a run of another configuration (" + difference->key + " is " +
                             difference->first + " there and " + difference->second +
                             " here). Use its configuration, or another name with -o.");
  }
}

std::optional<Summary> StoredOutput::complete() const {
  if (!is_saved_whole_ || estimate_is_outstanding(stored_->record.summary)) return std::nullopt;
  return stored_->record.summary;
}

std::optional<RunRecord> StoredOutput::take_without_estimate() {
  if (!is_saved_whole_) return std::nullopt;
  return std::move(stored_->record);
}

std::optional<UnfinishedRun> StoredOutput::take_unfinished() {
  if (!stored_ || !stored_->checkpoint) return std::nullopt;
  return UnfinishedRun{std::move(stored_->record), std::move(*stored_->checkpoint)};
}

Provenance StoredOutput::provenance() const {
  return {program_version(),
          git_commit(),
          now_utc(),
          line_.as_typed,
          to_toml(parameters_),
          line_.threads,
          stored_ ? stored_->history : std::string(),
          name_of(chosen_instruction_set())};
}

bool StoredOutput::saving_is_due() const {
  return elapsed_s() - last_save_s_ >= parameters_.output.checkpoint_interval_s;
}

void StoredOutput::save_in_time(const Progress& progress,
                                const std::function<UnfinishedRun()>& until_checkpoint) {
  if (saving_is_due() && progress.checkpoint_steps > saved_steps_.value_or(0))
    save(progress, until_checkpoint);
}

void StoredOutput::save_in_time(RunRecord& record) {
  if (saving_is_due() && !is_saved_whole_) finish(record);
}

void StoredOutput::save(const Progress& progress, const std::function<UnfinishedRun()>& until_checkpoint) {
  if (saved_steps_ == progress.checkpoint_steps) return;
  UnfinishedRun run = until_checkpoint();
  run.record.summary.wall_s = earlier_wall_s_ + elapsed_s();
  write_unfinished_run_file(line_.output, run, provenance(), may_replace());
  saved_steps_ = progress.checkpoint_steps;
  last_save_s_ = elapsed_s();
}

void StoredOutput::finish(RunRecord& record) {
  record.summary.wall_s = earlier_wall_s_ + elapsed_s();
  write_run_file(line_.output, record, provenance(), may_replace());
  saved_steps_ = record.summary.steps;
  is_saved_whole_ = true;
}

}  // namespace qke
