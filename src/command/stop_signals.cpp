// SIGINT, SIGTERM and SIGUSR1 ask the run to stop; it does so after the step it is in.
#include "qke/command/stop_signals.hpp"

#include <csignal>

namespace qke {
namespace {

// The one global variable of the program: a signal handler can reach nothing else.
volatile std::sig_atomic_t last_signal = 0;

extern "C" void remember_signal(int signal) { last_signal = signal; }

}  // namespace

void catch_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = remember_signal;
  action.sa_flags = SA_RESTART;  // a write that is under way goes on
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaction(signal, &action, nullptr);

  // A closed pipe and a file grown too large are errors of the write, which says so.
  action.sa_handler = SIG_IGN;
  for (const int signal : {SIGPIPE, SIGXFSZ}) sigaction(signal, &action, nullptr);
}

std::optional<StopRequest> stop_request() {
  switch (last_signal) {
    case SIGINT:
      return StopRequest{ExitStatus::interrupted, "SIGINT"};
    case SIGTERM:
      return StopRequest{ExitStatus::terminated, "SIGTERM"};
    case SIGUSR1:
      return StopRequest{ExitStatus::asked_to_stop, "SIGUSR1"};
    default:
      return std::nullopt;
  }
}

}  // namespace qke
