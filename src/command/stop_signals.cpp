// Signals that ask the run to stop. The handler only remembers the signal: the run looks
// after every step, and the StopWatch, for steps that last too long, every tenth of a
// second.
#include "command/stop_signals.hpp"

#include <atomic>
#include <csignal>

namespace qke {
namespace {

// The one global variable of the program: a signal handler can reach nothing else.
std::atomic<int> last_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may not wait");

extern "C" void remember_signal(int signal) { last_signal = signal; }

// A signal that is ignored from the beginning stays ignored: that is how nohup works.
bool is_ignored(int signal) {
  struct sigaction action = {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void catch_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = remember_signal;
  action.sa_flags = SA_RESTART;  // a write that is under way goes on
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU}) sigaction(signal, &action, nullptr);
  if (!is_ignored(SIGHUP)) sigaction(SIGHUP, &action, nullptr);

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
    case SIGHUP:
      return StopRequest{ExitStatus::hung_up, "SIGHUP"};
    case SIGUSR1:
      return StopRequest{ExitStatus::asked_to_stop, "SIGUSR1"};
    case SIGUSR2:
      return StopRequest{ExitStatus::asked_to_stop, "SIGUSR2"};
    case SIGXCPU:
      return StopRequest{ExitStatus::asked_to_stop, "SIGXCPU"};
    default:
      return std::nullopt;
  }
}

}  // namespace qke
