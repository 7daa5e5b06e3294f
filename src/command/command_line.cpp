// What the user typed. The only includer of CLI11.
#include "qke/command/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "qke/base/error.hpp"
#include "qke/base/processors.hpp"

namespace qke {
namespace {

constexpr int most_threads = 1024;

int default_threads() { return std::min(usable_threads(), most_threads); }

int parse_threads(const std::string& text) {
  int threads = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, threads);
  if (result.ec == std::errc() && result.ptr == end && threads >= 1 && threads <= most_threads)
    return threads;
  throw ConfigurationError("--threads " + text + " is out of range (an integer from 1 to " +
                           std::to_string(most_threads) + "). Leave it out to use all processors.");
}

// As it could be typed again in a shell.
std::string quoted_for_shell(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\$`!*?[](){}<>|&;#~") == std::string::npos;
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string joined(int argument_count, const char* const* arguments) {
  std::string line;
  for (int i = 0; i < argument_count; ++i) line += (i > 0 ? " " : "") + quoted_for_shell(arguments[i]);
  return line;
}

}  // namespace

CommandLine parse_command_line(int argument_count, const char* const* arguments) {
  CommandLine line;
  line.as_typed = joined(argument_count, arguments);
  std::string threads;
  bool check = false, print_config = false, version = false;

  CLI::App app("Neutrino decoupling in the early Universe from the quantum kinetic equations.",
               "qke-decouple");
  app.add_option("config", line.configuration, "Configuration (TOML)")->type_name("CONFIG.toml");
  const auto* output = app.add_option("-o,--output", line.output,
                                      "Output (HDF5); by default the configuration's name with .h5")
                           ->type_name("RUN.h5");
  app.add_option("--set", line.overrides, "Give a key another value; may be repeated")
      ->type_name("section.key=value")
      ->allow_extra_args(false);
  app.add_flag("--resume", line.resume, "Go on from an existing output; without one, start afresh");
  app.add_flag("--force", line.force, "Replace an existing output");
  app.add_option("--threads", threads, "Number of threads; by default as many as the process may use")
      ->type_name("N");
  app.add_flag("--json", line.json, "Print the summary as one line of JSON");
  app.add_flag("--quiet", line.quiet, "No progress on stderr");
  auto* check_flag = app.add_flag("--check", check, "Check the configuration and stop");
  app.add_flag("--print-config", print_config, "Print the complete configuration and stop")
      ->excludes(check_flag);
  app.add_flag("--version", version, "Print the versions of the program and its libraries, and stop");

  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::CallForHelp&) {
    line.request = Request::help;
    line.help_text = app.help();
    return line;
  } catch (const CLI::ParseError& error) {
    throw ConfigurationError(std::string("bad command line (") + error.what() +
                             "). See qke-decouple --help.");
  }

  if (version) {
    line.request = Request::version;
    return line;
  }
  if (line.configuration.empty()) {
    throw ConfigurationError("no configuration is given (the command needs one). Try configs/standard.toml.");
  }
  if (check) line.request = Request::check;
  if (print_config) line.request = Request::print_config;
  if (output->count() == 0) line.output = line.configuration.stem().string() + ".h5";
  line.threads = threads.empty() ? default_threads() : parse_threads(threads);
  return line;
}

}  // namespace qke
