// The command, from the command line to the summary.
#pragma once

#include "qke/error.hpp"

namespace qke {

// Throws Error with the exit status for everything that goes wrong.
ExitStatus run_command(int argument_count, const char* const* arguments);

}  // namespace qke
