// A run for programs of their own (public interface): parameters in, record out.
//
//   const qke::Parameters parameters =
//       qke::read_configuration("run.toml", {"run.precision=fast"});
//   const qke::RunRecord record = qke::solve(parameters);
//   std::cout << record.summary.N_eff;
#pragma once

#include <filesystem>
#include <functional>

#include "qke/parameters.hpp"
#include "qke/run_record.hpp"

namespace qke {

// Called after every step, on the thread that called solve(). An exception ends the run.
using ProgressCallback = std::function<void(const Progress&)>;

// Solves the equations on `threads` threads, and estimates the error of N_eff where the
// parameters ask for it. Throws NumericalError where a tolerance cannot be reached.
RunRecord solve(const Parameters& parameters, int threads = 1, const ProgressCallback& on_step = {});

// Writes the record as HDF5 (docs/output.md), whole or not at all; `replace`: a file of
// that name. Throws InputOutputError.
void write_run(const std::filesystem::path& file, const RunRecord& record, const Parameters& parameters,
               bool replace = false);

}  // namespace qke
