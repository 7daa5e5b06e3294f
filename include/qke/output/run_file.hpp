// The file of a run: HDF5 that is also valid netCDF-4. Its layout is a contract, docs/output.md.
#pragma once

#include <filesystem>
#include <string>

#include "qke/run_record.hpp"

namespace qke {

// Where the numbers come from: everything in the file that the physics does not know.
struct Provenance {
  std::string program_version;
  std::string git_commit;
  std::string created_utc;  // ISO 8601
  std::string command_line;
  std::string configuration_toml;  // complete: the run can be repeated from it
  int threads = 1;
};

// Throws InputOutputError if a run file could not be written to `target`: the name is taken and not to be
// overwritten (force), is a directory, or lies in a directory that is missing or refuses a new file.
void check_output_target(const std::filesystem::path& target, bool force);

// Writes the file whole or not at all (atomic_file.hpp). Throws InputOutputError.
void write_run_file(const std::filesystem::path& target, const RunRecord& record,
                    const Provenance& provenance, bool force);

// Version of the HDF5 library at run time.
std::string hdf5_version();

}  // namespace qke
