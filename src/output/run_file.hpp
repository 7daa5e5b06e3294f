// The file of a run: HDF5 that is also valid netCDF-4. Its layout is a contract, docs/output.md.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "qke/run_record.hpp"
#include "record/checkpoint.hpp"

namespace qke {

// Where the numbers come from: everything in the file that the physics does not know.
struct Provenance {
  std::string program_version;
  std::string git_commit;
  std::string created_utc;  // ISO 8601
  std::string command_line;
  std::string configuration_toml;  // complete: the run can be repeated from it
  int threads = 1;
  std::string earlier_history;  // of the sessions that a resumed run had before
  std::string instruction_set = "unknown";
};

// Write the file whole or not at all, with mode and owner of the file `like` (atomic_file.hpp). `companions`:
// what has been done of an error estimate that is outstanding. Throw InputOutputError.
void write_run_file(const std::filesystem::path& target, const RunRecord& record,
                    const Provenance& provenance, bool force, const Companions& companions = {},
                    const std::filesystem::path& like = {});
void write_unfinished_run_file(const std::filesystem::path& target, const UnfinishedRun& run,
                               const Provenance& provenance, bool force,
                               const std::filesystem::path& like = {});

// What a run file holds.
struct StoredRun {
  std::string program_version, git_commit, configuration_toml, history, instruction_set;
  RunRecord record;
  std::optional<Checkpoint> checkpoint;  // of an unfinished run
  Companions companions;                 // where the error estimate is outstanding
};

// Throw InputOutputError, with the name of the file, for everything but a whole and unchanged run file.
StoredRun read_run_file(const std::filesystem::path& file);
StoredRun parse_run_file(std::span<const std::byte> bytes, const std::string& name);

// Version of the HDF5 library at run time.
std::string hdf5_version();

}  // namespace qke
