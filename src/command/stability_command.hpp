// --stability RUN.h5: the analysis of a run that is there already.
#pragma once

#include "command/command_line.hpp"

namespace qke {

// A table of all slices of its spectra on stdout, or with --json an object of lists, and
// the warnings on stderr. Throws InputOutputError where the file is none of a finished run.
void print_stability(const CommandLine& line);

}  // namespace qke
