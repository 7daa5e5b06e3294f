// Signals that ask the run to stop: SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 and
// SIGXCPU.
#pragma once

#include <optional>

#include "session/stored_output.hpp"

namespace qke {

// From now on these signals are remembered instead of ending the program, and a write
// that fails does not end it either (SIGPIPE, SIGXFSZ).
void catch_stop_signals();

// The last signal that arrived, if any did.
std::optional<StopRequest> stop_request();

}  // namespace qke
