// Runs the real program as a user's shell does, in a directory of its own.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace qke::test {

// Removed with everything in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  std::vector<std::string> names() const;  // of what is in it, sorted

 private:
  std::filesystem::path path_;
};

struct Outcome {
  int exit_status;  // 128 + signal when a signal ended it
  std::string stdout_text, stderr_text;
  long peak_memory_kB;
};

// A running qke-decouple with its working directory in `directory`.
class Process {
 public:
  Process(const std::filesystem::path& directory, const std::vector<std::string>& arguments);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void send(int signal) const;
  // Until `condition` holds or the program has ended, however slow the machine.
  void wait_until(const std::function<bool()>& condition) const;
  Outcome wait();

 private:
  TemporaryDirectory streams_;  // stdout and stderr go to files here
  pid_t child_;
};

Outcome run_program(const std::filesystem::path& directory, const std::vector<std::string>& arguments);

}  // namespace qke::test
