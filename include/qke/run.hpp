// A run for programs of their own (public interface): parameters in, record out.
//
//   const qke::Parameters parameters =
//       qke::read_configuration("run.toml", {"run.precision=fast"});
//   const qke::RunRecord record = qke::solve(parameters);
//   std::cout << record.summary.N_eff;
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "qke/error.hpp"
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

// The complete run in a file of this program, with its parameters. Throws InputOutputError
// for other files, unfinished runs among them.
struct SavedRun {
  Parameters parameters;
  RunRecord record;
};
SavedRun read_run(const std::filesystem::path& file);

// The summary as one line of JSON, as by qke-decouple --json; `output` names the file.
// Numbers are the shortest that read back the same; NaN is null.
std::string summary_json(const Summary& summary, const std::string& output);

// As many threads as the process may use: the least of its affinity, the quotas of its
// control groups, SLURM_CPUS_PER_TASK and OMP_NUM_THREADS.
int default_threads();

// What becomes of the output of a run, and what its file says of its making.
struct RunOptions {
  int threads = 1;
  std::filesystem::path output;         // empty: no file
  std::filesystem::path configuration;  // the file of the parameters, if any, which is not replaced
  bool resume = false;                  // go on from the output; without one, start afresh
  bool force = false;                   // replace the output
  std::string command_line = "qke::ResumableRun";
  ProgressCallback on_step = {};
  // What is said of files: a warning, and from which file the run goes on.
  std::function<void(const std::string&)> on_warning = {}, on_note = {};
};

// A run like the command's: saved from time to time, stopped from another thread, and
// resumed from its file, bit by bit as if it had never stopped.
class ResumableRun {
 public:
  // Refuses everything that can be refused before the run, which may take long.
  ResumableRun(const Parameters& parameters, RunOptions options);
  ~ResumableRun();
  ResumableRun(const ResumableRun&) = delete;
  ResumableRun& operator=(const ResumableRun&) = delete;

  // Called once. A complete output is returned as it is with `resume`.
  RunRecord solve();

  // From any thread: saves the run; solve() throws after the step under way, and writes no
  // more. `cause` is for the message that is returned, which says what the file holds;
  // nothing is returned where the run is at its end, and is not stopped.
  std::optional<Error> stop(ExitStatus status, const std::string& cause);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace qke
