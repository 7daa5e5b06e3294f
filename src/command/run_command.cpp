// The command, from the command line to the summary. The order matters for a run of
// hours: everything that can be refused is refused before it, signals are caught before
// there is anything to lose, and the summary is printed even where the file cannot be
// written.
#include "command/run_command.hpp"

#include <unistd.h>

#include <Eigen/Core>
#include <cstdlib>
#include <iostream>
#include <new>
#include <optional>
#include <string>

#include "base/instruction_set.hpp"
#include "base/processors.hpp"
#include "base/text.hpp"
#include "command/command_line.hpp"
#include "command/progress_display.hpp"
#include "command/stability_command.hpp"
#include "command/stop_signals.hpp"
#include "command/stop_watch.hpp"
#include "command/summary.hpp"
#include "config/configuration.hpp"
#include "integrator/cvode_integrator.hpp"
#include "output/run_file.hpp"
#include "qke/error.hpp"
#include "qke/version.hpp"
#include "session/session.hpp"

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
            << "Eigen        " << eigen_version() << "\n"
            << "instructions";
  for (const InstructionSet set : available_instruction_sets()) std::cout << " " << name_of(set);
  std::cout << "\nthreads      " << default_threads() << "\n";
}

// NO_COLOR, when not empty: https://no-color.org
bool colour_is_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

void stop_if_asked(StoredOutput& output) {
  const auto request = stop_request();
  if (!request) return;
  if (const auto error = output.stop(*request)) throw *error;
}

// Ends the process from the thread of the watch, without destructors: the other threads
// go on computing with the objects that these would destroy.
void stop_at_once(const StopRequest& request, StoredOutput& output) {
  const auto error = output.stop(request);
  if (!error) return;
  std::cerr << (isatty(STDERR_FILENO) != 0 ? "\r\033[K" : "") << "qke-decouple: " << error->what()
            << std::endl;
  output.release_lock();
  std::_Exit(static_cast<int>(error->status()));
}

void say(const std::string& message) { std::cerr << "qke-decouple: " << message << '\n'; }

RunOptions options_of(const CommandLine& line) {
  RunOptions options;
  options.threads = line.threads;
  options.output = line.output;
  options.configuration = line.configuration;
  options.resume = line.resume;
  options.force = line.force;
  options.command_line = line.as_typed;
  options.on_warning = [](const std::string& text) { say("warning: " + text); };
  options.on_note = say;
  return options;
}

RunRecord run_with_progress(const Parameters& parameters, const CommandLine& line, StoredOutput& output) {
  ProgressDisplay display(std::cerr, progress_style_of_stderr(line.quiet), colour_is_wanted());
  const auto on_step = [&](const Progress& progress) {
    stop_if_asked(output);
    display.update(progress, output.elapsed_s());
  };
  return solve_and_keep(parameters, line.threads, output, on_step, [&] { stop_if_asked(output); });
}

void print_summary(const Summary& summary, const CommandLine& line, const std::string& output) {
  // The keys of the JSON are fixed; the text shows the warnings itself.
  if (line.json) {
    for (const std::string& warning : summary.warnings) say("warning: " + warning);
  }
  const auto print = line.json ? summary_json : summary_text;
  std::cout << print(summary, output) << std::flush;
}

void run_and_report(const CommandLine& line, const Parameters& parameters) {
  catch_stop_signals();
  StoredOutput output(options_of(line), parameters);
  if (const auto summary = output.complete()) {
    say(line.output.string() + " is complete, nothing is left to do");
    return print_summary(*summary, line, line.output.string());
  }
  const StopWatch watch([&](const StopRequest& request) { stop_at_once(request, output); });
  RunRecord record = run_with_progress(parameters, line, output);
  const StoredOutput::Placed placed = output.finish(record);
  print_summary(record.summary, line, placed.name.string());
  if (placed.failure) throw *placed.failure;
}

void answer(const CommandLine& line) {
  if (line.request == Request::version) return print_version();
  if (line.request == Request::help) {
    std::cout << line.help_text;
    return;
  }
  chosen_instruction_set();  // refuses a wrong name before there is anything to lose
  if (line.request == Request::stability) return print_stability(line);
  const Parameters parameters = read_configuration(line.configuration, line.overrides);
  for (const std::string& warning : configuration_warnings(parameters)) {
    say("warning: " + warning);
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
