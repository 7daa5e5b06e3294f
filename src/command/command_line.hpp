// The command line: the request to the program, with files, keys and threads.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qke {

enum class Request { run, check, print_config, stability, version, help };

struct CommandLine {
  Request request = Request::run;
  std::filesystem::path configuration;
  std::filesystem::path output;  // the configuration's name with .h5, in the current directory, unless given
  std::filesystem::path finished_run;  // with Request::stability
  std::vector<std::string> overrides;
  bool resume = false;
  bool force = false;
  bool json = false;
  bool quiet = false;
  int threads = 1;        // default_threads(), unless given
  std::string as_typed;   // the whole line, for the record
  std::string help_text;  // with Request::help
};

// Throws ConfigurationError when the options make no sense.
CommandLine parse_command_line(int argument_count, const char* const* arguments);

}  // namespace qke
