// The command, from what was typed to the summary.
#include "qke/command/run_command.hpp"

#include <Eigen/Core>
#include <cstdlib>
#include <iostream>
#include <new>
#include <optional>
#include <string>

#include "qke/base/error.hpp"
#include "qke/base/instruction_set.hpp"
#include "qke/base/processors.hpp"
#include "qke/base/text.hpp"
#include "qke/base/version.hpp"
#include "qke/command/command_line.hpp"
#include "qke/command/progress_display.hpp"
#include "qke/command/stop_signals.hpp"
#include "qke/command/stored_output.hpp"
#include "qke/command/summary.hpp"
#include "qke/config/configuration.hpp"
#include "qke/error_estimate.hpp"
#include "qke/integrator/cvode_integrator.hpp"
#include "qke/output/run_file.hpp"

namespace qke {
namespace {

std::string eigen_version() {
  return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
}

void print_version() {
  std::cout << "qke-decouple " << program_version() << "\n"
            << "git commit   " << git_commit() << "\n"
            << "SUNDIALS     " << sundials_version() << "\n"
            << "HDF5         " << hdf5_version() << "\n"
            << "Eigen        " << eigen_version() << "\n";
}

// NO_COLOR, when not empty: https://no-color.org
bool colour_is_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

[[noreturn]] void stop(const StopRequest& request, const Progress& progress, const CommandLine& line) {
  throw Error(request.status, std::string("stopped by ") + request.signal_name +
                                  " (at T_cm = " + rounded(progress.T_cm) + " MeV; " + line.output.string() +
                                  " holds the run until step " + std::to_string(progress.checkpoint_steps) +
                                  " of " + std::to_string(progress.steps) + "). Go on with --resume.");
}

// Stops only after the run is in the file, which is all but complete then.
void stop_without_estimate(const StopRequest& request, RunRecord& record, const CommandLine& line,
                           StoredOutput& output) {
  output.finish(record);
  throw Error(request.status, std::string("stopped by ") + request.signal_name + " (" + line.output.string() +
                                  " holds the complete run, but without the estimate of its error). "
                                  "Make it with --resume.");
}

RunRecord run_with_progress(const Parameters& parameters, const CommandLine& line, StoredOutput& output) {
  ProgressDisplay display(std::cerr, progress_style_of_stderr(line.quiet), colour_is_wanted());
  const StepCallback on_step = [&](const Progress& progress, const auto& until_checkpoint) {
    if (const auto request = stop_request()) {
      output.save(progress, until_checkpoint);
      stop(*request, progress, line);
    }
    output.save_in_time(progress, until_checkpoint);
    display.update(progress, output.elapsed_s());
  };
  std::optional<RunRecord> stored = output.take_without_estimate();
  RunRecord record =
      stored ? *std::move(stored) : run(parameters, line.threads, on_step, output.take_unfinished());
  add_error_estimate(parameters, record, line.threads, [&](const Progress&, const auto&) {
    if (const auto request = stop_request()) stop_without_estimate(*request, record, line, output);
    output.save_in_time(record);
  });
  return record;
}

void run_and_report(const CommandLine& line, const Parameters& parameters) {
  catch_stop_signals();
  StoredOutput output(line, parameters);
  std::optional<Summary> summary = output.complete();
  if (summary) {
    std::cerr << "qke-decouple: " << line.output.string() << " is complete, nothing is left to do\n";
  } else {
    RunRecord record = run_with_progress(parameters, line, output);
    output.finish(record);
    summary = record.summary;
  }
  // The keys of the JSON are fixed; the text shows the warnings itself.
  if (line.json) {
    for (const std::string& warning : summary->warnings)
      std::cerr << "qke-decouple: warning: " << warning << '\n';
  }
  const auto print = line.json ? summary_json : summary_text;
  std::cout << print(*summary, line.output.string());
}

void answer(const CommandLine& line) {
  if (line.request == Request::version) return print_version();
  if (line.request == Request::help) {
    std::cout << line.help_text;
    return;
  }
  chosen_instruction_set();  // refuses a wrong name before there is anything to lose
  const Parameters parameters = read_configuration(line.configuration, line.overrides);
  for (const std::string& warning : configuration_warnings(parameters)) {
    std::cerr << "qke-decouple: warning: " << warning << '\n';
  }
  if (line.request == Request::print_config) {
    std::cout << to_toml(parameters);
  } else if (line.request == Request::check) {
    std::cout << line.configuration.string() << ": valid\n";
  } else {
    try {
      run_and_report(line, parameters);
    } catch (const std::bad_alloc&) {
      throw NumericalError(out_of_memory_message(line.threads));
    }
  }
}

}  // namespace

ExitStatus run_command(int argument_count, const char* const* arguments) {
  answer(parse_command_line(argument_count, arguments));
  std::cout.flush();
  if (!std::cout) {
    throw InputOutputError("stdout cannot be written (a full disk or a closed pipe). Send it elsewhere.");
  }
  return ExitStatus::done;
}

}  // namespace qke
