// The command, from what was typed to the summary.
#include "qke/command/run_command.hpp"

#include <Eigen/Core>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string>

#include "qke/base/text.hpp"
#include "qke/base/version.hpp"
#include "qke/command/command_line.hpp"
#include "qke/command/progress_display.hpp"
#include "qke/command/stop_signals.hpp"
#include "qke/command/summary.hpp"
#include "qke/config/configuration.hpp"
#include "qke/error_estimate.hpp"
#include "qke/integrator/cvode_integrator.hpp"
#include "qke/output/run_file.hpp"

namespace qke {
namespace {

class Stopwatch {
 public:
  double elapsed_s() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

 private:
  using clock = std::chrono::steady_clock;
  clock::time_point start_ = clock::now();
};

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

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

// What can be refused is refused before the run, which may take long.
void check_output(const CommandLine& line) {
  const std::string name = line.output.string();
  std::error_code status;
  if (std::filesystem::equivalent(line.configuration, line.output, status)) {
    throw ConfigurationError(name + ": is the configuration itself (the output would replace it). Use -o?");
  }
  if (line.resume && std::filesystem::is_regular_file(line.output, status)) {
    throw ConfigurationError("--resume with the existing output " + name +
                             " is not available in this version (runs start from the beginning). Use --force "
                             "to replace it, or -o for another name?");
  }
  check_output_target(line.output, line.force);
}

// NO_COLOR, when not empty: https://no-color.org
bool colour_is_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

void stop_when_asked(const Progress& progress) {
  const auto request = stop_request();
  if (!request) return;
  throw Error(request->status, std::string("stopped by ") + request->signal_name +
                                   " (at T_cm = " + shortest_decimal(progress.T_cm) +
                                   " MeV; nothing was written). Run again?");
}

RunRecord run_with_progress(const Parameters& parameters, const CommandLine& line,
                            const Stopwatch& stopwatch) {
  ProgressDisplay display(std::cerr, progress_style_of_stderr(line.quiet), colour_is_wanted());
  return run_with_error(parameters, line.threads, [&](const Progress& progress) {
    stop_when_asked(progress);
    display.update(progress, stopwatch.elapsed_s());
  });
}

void run_and_report(const CommandLine& line, const Parameters& parameters) {
  const Stopwatch stopwatch;
  catch_stop_signals();
  check_output(line);

  RunRecord record = run_with_progress(parameters, line, stopwatch);
  record.summary.wall_s = stopwatch.elapsed_s();
  const Provenance provenance{program_version(), git_commit(),        now_utc(),
                              line.as_typed,     to_toml(parameters), line.threads};
  write_run_file(line.output, record, provenance, line.force);

  const auto print = line.json ? summary_json : summary_text;
  std::cout << print(record.summary, line.output.string());
}

void answer(const CommandLine& line) {
  if (line.request == Request::version) return print_version();
  if (line.request == Request::help) {
    std::cout << line.help_text;
    return;
  }
  const Parameters parameters = read_configuration(line.configuration, line.overrides);
  if (line.request == Request::print_config) {
    std::cout << to_toml(parameters);
  } else if (line.request == Request::check) {
    std::cout << line.configuration.string() << ": valid\n";
  } else {
    run_and_report(line, parameters);
  }
}

}  // namespace

ExitStatus run_command(int argument_count, const char* const* arguments) {
  answer(parse_command_line(argument_count, arguments));
  std::cout.flush();
  if (!std::cout) {
    throw InputOutputError("stdout cannot be written (a full disk or a closed pipe). Send it elsewhere?");
  }
  return ExitStatus::done;
}

}  // namespace qke
