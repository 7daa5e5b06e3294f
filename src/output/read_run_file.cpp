// From the file of a run back to its record. Nothing is taken on trust: shapes and sizes are those that the
// layout has (run_layout.hpp), or the file is refused.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <sstream>

#include "output/file_descriptor.hpp"
#include "output/hdf5_file.hpp"
#include "output/run_file.hpp"
#include "output/run_layout.hpp"
#include "output/seal.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

using namespace layout;

using Numbers = std::vector<double>;
using Shape = std::vector<std::int64_t>;

void take(Numbers::const_iterator& next, double& value) { value = *next++; }

template <class Vector>
void take(Numbers::const_iterator& next, Vector& vector) {
  for (double& value : vector) value = *next++;
}

void take(Numbers::const_iterator& next, DensityMatrix& matrix) {
  for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
    for (Eigen::Index column = 0; column < matrix.cols(); ++column, next += 2) {
      matrix(row, column) = {next[0], next[1]};
    }
  }
}

template <class Element>
void take(Numbers::const_iterator& next, std::vector<Element>& elements) {
  for (Element& element : elements) take(next, element);
}

// Sets a member of all rows from the array of its name.
template <class Row, class Value>
void read_column(const Hdf5Group& group, const Field<Row, Value>& field, Shape shape,
                 std::vector<Row>& rows) {
  const Numbers values = group.read_array(field.name, shape);
  auto next = values.begin();
  for (Row& row : rows) take(next, row.*field.member);
}

template <class Fields, class Struct>
void read_numbers(const Hdf5Group& group, const Fields& fields, Struct& values) {
  for (const auto& field : fields) values.*field.member = group.read_real(field.name);
}

template <class Fields, class Struct>
void read_counts(const Hdf5Group& group, const Fields& fields, Struct& values) {
  for (const auto& field : fields) values.*field.member = group.read_integer(field.name);
}

Numbers read_coordinate(const Hdf5Group& group, const std::string& name) {
  Shape any_length{-1};
  return group.read_array(name, any_length);
}

int small_integer(const Hdf5Group& group, const char* name) {
  const std::int64_t value = group.read_integer(name);
  if (value < 0 || value > std::numeric_limits<int>::max()) {
    throw InputOutputError("cannot read the dataset '" + std::string(name) +
                           "' (its number is out of range). Choose a file that this program wrote.");
  }
  return static_cast<int>(value);
}

Summary read_summary(const Hdf5Group& group) {
  Summary summary;
  summary.status = group.read_text("status");
  summary.scheme = group.read_text("scheme");
  std::istringstream warnings(group.read_text("warnings"));
  for (std::string line; std::getline(warnings, line);) summary.warnings.push_back(line);
  read_numbers(group, summary_numbers, summary);
  for (const auto& field : summary_flavour_numbers) {
    Shape three{3};
    const Numbers values = group.read_array(field.name, three);
    auto next = values.begin();
    take(next, summary.*field.member);
  }
  summary.nodes = small_integer(group, summary_nodes.name);
  read_counts(group, summary_counts, summary);
  return summary;
}

std::vector<HistoryPoint> read_history(const Hdf5Group& group) {
  const Numbers x = read_coordinate(group, "x");
  const auto rows = static_cast<std::int64_t>(x.size());
  std::vector<HistoryPoint> history(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) history[i].x = x[i];
  for (const auto& field : history_numbers) read_column(group, field, {rows}, history);
  for (const auto& field : history_flavour_numbers) read_column(group, field, {rows, 3}, history);
  for (const auto& field : history_mass_numbers) read_column(group, field, {rows, 3}, history);
  for (const auto& field : history_pair_numbers) read_column(group, field, {rows, 3}, history);
  return history;
}

void read_spectra(const Hdf5Group& group, RunRecord& record) {
  record.y = read_coordinate(group, "y");
  const Numbers x = read_coordinate(group, "x");
  const auto slices = static_cast<std::int64_t>(x.size()), nodes = static_cast<std::int64_t>(record.y.size());
  // The largest array comes first, before memory is taken for as many numbers as it has.
  Shape shape{slices, nodes, 3, 3, 2};
  static_cast<void>(group.read_array(spectra_matrices[0].name, shape));
  record.spectra.resize(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    SpectraSnapshot& slice = record.spectra[i];
    slice.x = x[i];
    for (auto* matrices : {&slice.rho, &slice.rhobar}) {
      matrices->assign(record.y.size(), DensityMatrix::Zero(active_flavours, active_flavours));
    }
    for (auto* vectors : {&slice.rho_mass, &slice.rhobar_mass}) {
      vectors->assign(record.y.size(), no_states());
    }
  }
  for (const auto& field : spectra_matrices) read_column(group, field, shape, record.spectra);
  for (const auto& field : spectra_occupations) read_column(group, field, {slices, nodes, 3}, record.spectra);
}

Statistics read_statistics(const Hdf5Group& group) {
  Statistics statistics;
  for (const auto& field : integrator_counts) {
    if (group.has(field.name)) statistics.counters.emplace_back(field.name, group.read_integer(field.name));
  }
  const auto read_residual = [&](const char* name) {
    if (group.has(name)) statistics.residuals.emplace_back(name, group.read_real(name));
  };
  for (const auto& field : residual_numbers) read_residual(field.name);
  for (const char* name : error_parts) read_residual(name);
  statistics.averaged_below_MeV = group.read_real("averaged_below_MeV");
  statistics.N_eff_to_come = group.read_real("N_eff_to_come");
  return statistics;
}

Phase read_phase(const Hdf5Group& group) {
  const int phase = small_integer(group, "phase");
  if (phase > static_cast<int>(Phase::averaged)) {
    throw InputOutputError("cannot read the dataset 'phase' (there is no phase " + std::to_string(phase) +
                           "). Choose a file that this program wrote.");
  }
  return static_cast<Phase>(phase);
}

Checkpoint read_checkpoint(const Hdf5Group& group) {
  Checkpoint checkpoint;
  checkpoint.phase = read_phase(group);
  IntegratorState& integrator = checkpoint.integrator;
  read_numbers(group, integrator_numbers, integrator);
  read_counts(group, integrator_counts, integrator.counters);
  const Numbers state = read_coordinate(group, "state");
  integrator.u = Eigen::Map<const Eigen::VectorXd>(state.data(), static_cast<Eigen::Index>(state.size()));
  checkpoint.passive.s = integrator.s;
  read_numbers(group, checkpoint_numbers, checkpoint);
  read_numbers(group, passive_numbers, checkpoint.passive);
  read_numbers(group, residual_numbers, checkpoint.residuals);
  return checkpoint;
}

void read_record(const Hdf5Group& group, RunRecord& record) {
  record.summary = read_summary(group.open_group("summary"));
  record.history = read_history(group.open_group("history"));
  read_spectra(group.open_group("spectra"), record);
  record.statistics = read_statistics(group.open_group("statistics"));
}

Companions read_companions(const Hdf5Group& group) {
  Companions companions;
  for (int number = 1; group.has(std::to_string(number)); ++number) {
    const Hdf5Group companion = group.open_group(std::to_string(number));
    const std::string configuration = companion.read_text_attribute("config");
    UnfinishedRun run;
    read_record(companion, run.record);
    if (companion.has("checkpoint")) {
      run.checkpoint = read_checkpoint(companion.open_group("checkpoint"));
      companions.unfinished.emplace(configuration, std::move(run));
    } else {
      companions.finished.emplace(configuration, std::move(run.record));
    }
  }
  return companions;
}

void require_our_kind(const Hdf5Group& root) {
  if (root.read_text_attribute("kind") != file_kind) {
    throw InputOutputError("its attribute 'kind' is not '" + std::string(file_kind) +
                           "' (it is another program's). Choose another file.");
  }
  const std::int64_t version = root.read_integer_attribute("schema_version");
  if (version != schema_version) {
    throw InputOutputError("its schema_version is " + std::to_string(version) +
                           " (this version of the program reads " + std::to_string(schema_version) +
                           "). Use the version that wrote it.");
  }
}

StoredRun read_content(std::span<const std::byte> content) {
  const Hdf5File file(content);
  const Hdf5Group& root = file.root();
  require_our_kind(root);
  StoredRun run;
  run.program_version = root.read_text_attribute("program_version");
  run.git_commit = root.read_text_attribute("git_commit");
  run.configuration_toml = root.read_text_attribute("config");
  run.history = root.read_text_attribute("history");
  run.instruction_set = root.read_text_attribute("instruction_set");
  read_record(root, run.record);
  if (root.has("checkpoint")) run.checkpoint = read_checkpoint(root.open_group("checkpoint"));
  if (root.has("companions")) run.companions = read_companions(root.open_group("companions"));
  return run;
}

[[noreturn]] void fail(const std::string& name, const std::string& action, int error_number) {
  throw InputOutputError("cannot read '" + name + "' (" + action + ": " + std::strerror(error_number) +
                         "). Check its permissions.");
}

// No run is as large: 1000 slices of 640 nodes take a quarter of it.
constexpr off_t largest_file = off_t{1} << 30;

std::vector<std::byte> file_bytes(const std::string& name) {
  const FileDescriptor descriptor(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) fail(name, "opening", errno);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) fail(name, "looking at it", errno);
  if (!S_ISREG(status.st_mode) || status.st_size > largest_file) {
    throw InputOutputError("cannot read '" + name +
                           "' (it is not a regular file, or larger than 1 GB). Choose another file.");
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t length = 0;
  while (length < bytes.size()) {
    const ssize_t got = ::read(descriptor.get(), bytes.data() + length, bytes.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(name, "reading", errno);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  bytes.resize(length);
  return bytes;
}

}  // namespace

StoredRun parse_run_file(std::span<const std::byte> bytes, const std::string& name) {
  const auto content = unsealed(bytes);
  if (!content) {
    throw InputOutputError("'" + name +
                           "' is not a whole run file (it was cut off, damaged or edited, or another "
                           "program wrote it). Choose another name with -o, or --force to replace it.");
  }
  try {
    return read_content(*content);
  } catch (const InputOutputError& error) {
    throw InputOutputError("'" + name + "': " + error.what());
  }
}

StoredRun read_run_file(const std::filesystem::path& file) {
  return parse_run_file(file_bytes(file.string()), file.string());
}

}  // namespace qke
