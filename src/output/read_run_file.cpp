// From the file of a run back to its record. Nothing is taken on trust: shapes and sizes are those that the
// layout has (run_layout.hpp), or the file is refused.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <sstream>
#include <type_traits>

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

template <int Rows, int MostRows>
void take(Numbers::const_iterator& next,
          Eigen::Matrix<double, Rows, 1, Eigen::ColMajor, MostRows, 1>& vector) {
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

// The lengths that the dimensions of a group must have.
class Lengths {
 public:
  // `y` is the length of the second dimension of slices: of y or of k.
  explicit Lengths(int states, std::int64_t x = 0, std::int64_t y = 0) : states_(states), x_(x), y_(y) {}

  template <class Row>
  Shape of(const Row& row) const {
    Shape shape;
    for (const std::string& dimension : row.dimension_names()) shape.push_back(length(dimension));
    return shape;
  }

 private:
  std::int64_t length(const std::string& dimension) const {
    if (dimension == "x") return x_;
    if (dimension == "y" || dimension == "k") return y_;
    return static_cast<std::int64_t>(labels(dimension, states_).size());
  }

  int states_;
  std::int64_t x_, y_;
};

// Sets a member of all records from the array of its name.
template <class Row, class Record, class Value>
void read_column(const Hdf5Group& group, const Row& row, const Lengths& lengths, Value Record::*member,
                 std::vector<Record>& records) {
  Shape shape = lengths.of(row);
  const Numbers values = group.read_array(row.name, shape);
  auto next = values.begin();
  for (Record& record : records) take(next, record.*member);
}

template <class Table, class Struct>
void read_numbers(const Hdf5Group& group, const Table& table, Struct& values) {
  for_each_row(table, [&](const auto& row, auto member) {
    if constexpr (std::is_same_v<decltype(member), long Struct::*>) {
      values.*member = group.read_integer(row.name);
    } else {
      values.*member = group.read_real(row.name);
    }
  });
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

// One value of the summary.
class SummaryReader {
 public:
  SummaryReader(const Hdf5Group& group, const Lengths& lengths) : group_(group), lengths_(lengths) {}

  template <class Row>
  void operator()(const Row&, Labels, Summary&) const {}
  template <class Row, class Value>
  void operator()(const Row& row, Value Summary::*member, Summary& summary) const {
    read(row, summary.*member);
  }

 private:
  template <class Row>
  void read(const Row& row, double& value) const {
    value = group_.read_real(row.name);
  }
  template <class Row>
  void read(const Row& row, int& value) const {
    value = small_integer(group_, row.name);
  }
  template <class Row>
  void read(const Row& row, long& value) const {
    value = group_.read_integer(row.name);
  }
  template <class Row>
  void read(const Row& row, std::string& text) const {
    text = group_.read_text(row.name);
  }
  template <class Row>
  void read(const Row& row, std::vector<std::string>& lines) const {
    std::istringstream text(group_.read_text(row.name));
    for (std::string line; std::getline(text, line);) lines.push_back(line);
  }
  template <class Row>
  void read(const Row& row, StateVector& vector) const {
    Shape shape = lengths_.of(row);
    const Numbers values = group_.read_array(row.name, shape);
    vector = Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
  }

  const Hdf5Group& group_;
  const Lengths& lengths_;
};

Summary read_summary(const Hdf5Group& group, int states) {
  Summary summary;
  const Lengths lengths(states);
  const SummaryReader read(group, lengths);
  summary.eta_error = std::numeric_limits<double>::quiet_NaN();
  for_each_row(summary_rows, [&](const auto& row, auto member) {
    if (!row.is_optional || group.has(row.name)) read(row, member, summary);
  });
  if (group.has(stability_summary_rows[0].name)) {
    read_numbers(group, stability_summary_rows, summary.stability.emplace());
  }
  return summary;
}

HistoryPoint sized_point(int states) {
  HistoryPoint point;
  for (StateVector* vector : {&point.z_nu, &point.z_nubar, &point.eta, &point.z_mass}) {
    vector->setZero(states);
  }
  point.coherence.setZero(states * (states - 1) / 2);
  return point;
}

std::vector<HistoryPoint> read_history(const Hdf5Group& group, int states) {
  const auto rows = read_coordinate(group, "x").size();
  std::vector<HistoryPoint> history(rows, sized_point(states));
  const Lengths lengths(states, static_cast<std::int64_t>(rows));
  for_each_row(history_rows, [&](const auto& row, auto member) {
    if constexpr (!std::is_same_v<decltype(member), Labels>) {
      read_column(group, row, lengths, member, history);
    }
  });
  return history;
}

SpectraSnapshot sized_slice(std::size_t nodes, int states) {
  SpectraSnapshot slice;
  slice.rho.assign(nodes, DensityMatrix::Zero(states, states));
  slice.rhobar = slice.rho;
  slice.rho_mass.assign(nodes, StateVector::Zero(states));
  slice.rhobar_mass = slice.rho_mass;
  return slice;
}

void read_spectra(const Hdf5Group& group, int states, RunRecord& record) {
  record.y = read_coordinate(group, "y");
  const auto slices = read_coordinate(group, "x").size();
  const Lengths lengths(states, static_cast<std::int64_t>(slices),
                        static_cast<std::int64_t>(record.y.size()));
  for_each_row(spectra_rows, [&](const auto& row, auto member) {
    // One of the largest arrays comes first: a file that does not hold it takes no memory for the record.
    if constexpr (std::is_same_v<decltype(member), std::vector<DensityMatrix> SpectraSnapshot::*>) {
      Shape shape = lengths.of(row);
      if (member == &SpectraSnapshot::rho) static_cast<void>(group.read_array(row.name, shape));
    }
  });
  record.spectra.assign(slices, sized_slice(record.y.size(), states));
  for_each_row(spectra_rows, [&](const auto& row, auto member) {
    if constexpr (std::is_member_object_pointer_v<decltype(member)> &&
                  !std::is_same_v<decltype(member), std::vector<double> RunRecord::*>) {
      read_column(group, row, lengths, member, record.spectra);
    }
  });
  if (!group.has(dipole_rows[0].name)) return;
  for (SpectraSnapshot& slice : record.spectra) slice.dipole = slice.dipolebar = slice.rho;  // for the size
  for_each_row(dipole_rows, [&](const auto& row, auto member) {
    read_column(group, row, lengths, member, record.spectra);
  });
}

Statistics read_statistics(const Hdf5Group& group) {
  Statistics statistics;
  for (const auto& row : counter_rows) {
    if (group.has(row.name)) statistics.counters.emplace_back(row.name, group.read_integer(row.name));
  }
  const auto read_residual = [&](const char* name) {
    if (group.has(name)) statistics.residuals.emplace_back(name, group.read_real(name));
  };
  for (const auto& row : residual_rows) read_residual(row.name);
  for (const char* name : error_parts) read_residual(name);
  read_numbers(group, statistics_rows, statistics);
  return statistics;
}

void read_waves(const Hdf5Group& group, int states, RunRecord& record) {
  record.k_over_hubble = read_coordinate(group, "k");
  const std::size_t count = record.k_over_hubble.size();
  const Lengths lengths(states, static_cast<std::int64_t>(record.stability.size()),
                        static_cast<std::int64_t>(count));
  // A file that does not hold such an array takes no memory for the record.
  for_each_row(wave_rows, [&](const auto& row, auto member) {
    if constexpr (std::is_same_v<decltype(member), std::vector<WaveVector> StabilityPoint::*>) {
      Shape shape = lengths.of(row);
      if (member == &StabilityPoint::growth_k) static_cast<void>(group.read_array(row.name, shape));
    }
  });
  for (StabilityPoint& point : record.stability) {
    point.growth_k.resize(count), point.frequency_k.resize(count), point.count_k.resize(count);
  }
  for_each_row(wave_rows, [&](const auto& row, auto member) {
    if constexpr (std::is_same_v<decltype(member), std::vector<WaveVector> StabilityPoint::*>) {
      read_column(group, row, lengths, member, record.stability);
    }
  });
}

void read_stability(const Hdf5Group& group, int states, RunRecord& record) {
  record.stability.resize(read_coordinate(group, "x").size());
  const Lengths lengths(states, static_cast<std::int64_t>(record.stability.size()));
  for_each_row(stability_rows, [&](const auto& row, auto member) {
    if constexpr (!std::is_same_v<decltype(member), Labels>) {
      read_column(group, row, lengths, member, record.stability);
    }
  });
  if (group.has("k")) read_waves(group, states, record);
}

Phase read_phase(const Hdf5Group& group) {
  const int phase = small_integer(group, phase_row.name);
  if (phase > static_cast<int>(Phase::full_equations)) {
    throw InputOutputError("cannot read the dataset 'phase' (there is no phase " + std::to_string(phase) +
                           "). Choose a file that this program wrote.");
  }
  return static_cast<Phase>(phase);
}

Checkpoint read_checkpoint(const Hdf5Group& group) {
  Checkpoint checkpoint;
  checkpoint.phase = read_phase(group);
  IntegratorState& integrator = checkpoint.integrator;
  read_numbers(group, integrator_rows, integrator);
  read_numbers(group, counter_rows, integrator.counters);
  const Numbers state = read_coordinate(group, state_row.name);
  integrator.u = Eigen::Map<const Eigen::VectorXd>(state.data(), static_cast<Eigen::Index>(state.size()));
  checkpoint.passive.s = integrator.s;
  read_numbers(group, checkpoint_rows, checkpoint);
  read_numbers(group, passive_rows, checkpoint.passive);
  read_numbers(group, residual_rows, checkpoint.residuals);
  return checkpoint;
}

void read_record(const Hdf5Group& group, RunRecord& record) {
  constexpr int states = active_flavours;
  record.summary = read_summary(group.open_group("summary"), states);
  record.history = read_history(group.open_group("history"), states);
  read_spectra(group.open_group("spectra"), states, record);
  record.statistics = read_statistics(group.open_group("statistics"));
  if (group.has("stability")) read_stability(group.open_group("stability"), states, record);
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

// No run file is as large: 1000 slices of 640 nodes take a quarter of it.
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
