// Errors: one exception type per exit status of the command. A message reads
// "problem (why it is one). Remedy."; the command prints it and nothing else.
#pragma once

#include <stdexcept>
#include <string>

namespace qke {

// Exit statuses of qke-decouple (README.md lists them for users).
enum class ExitStatus : int {
  done = 0,
  configuration = 2,
  numerical = 3,
  input_output = 4,
  asked_to_stop = 75,  // SIGUSR1, SIGUSR2 and SIGXCPU, the warnings of batch systems
  hung_up = 129,       // SIGHUP, of a terminal that is closed
  interrupted = 130,   // SIGINT
  terminated = 143,    // SIGTERM
};

class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& message) : std::runtime_error(message), status_(status) {}
  ExitStatus status() const noexcept { return status_; }

 private:
  ExitStatus status_;
};

// Bad command line or configuration: exit status 2.
class ConfigurationError : public Error {
 public:
  explicit ConfigurationError(const std::string& message, const std::string& key = "")
      : Error(ExitStatus::configuration, message), key_(key) {}
  // section.name of the key that is wrong; empty where it is not one key.
  const std::string& key() const noexcept { return key_; }

 private:
  std::string key_;
};

// The equations could not be solved to the tolerance asked for: exit status 3.
struct NumericalError : Error {
  explicit NumericalError(const std::string& message) : Error(ExitStatus::numerical, message) {}
};

// A state where the equations have no meaning. An integrator that tries one takes a
// shorter step.
struct OutsideDomain : NumericalError {
  using NumericalError::NumericalError;
};

// A file could not be read or written: exit status 4.
struct InputOutputError : Error {
  explicit InputOutputError(const std::string& message) : Error(ExitStatus::input_output, message) {}
};

}  // namespace qke
