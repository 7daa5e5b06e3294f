// Writes a run file, group by group, by the tables of run_layout.hpp.
#include "output/run_file.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "output/atomic_file.hpp"
#include "output/hdf5_file.hpp"
#include "output/run_layout.hpp"
#include "output/seal.hpp"

namespace qke {
namespace {

using namespace layout;

template <int MostStates>
void append(std::vector<double>& values,
            const Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, MostStates, 1>& vector) {
  values.insert(values.end(), vector.begin(), vector.end());
}

void append(std::vector<double>& values, const DensityMatrix& matrix) {
  for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
    for (Eigen::Index column = 0; column < matrix.cols(); ++column) {
      values.push_back(matrix(row, column).real());
      values.push_back(matrix(row, column).imag());
    }
  }
}

void append(std::vector<double>& values, const MultipoleVector& vector) {
  values.insert(values.end(), vector.begin(), vector.end());
}

void append(std::vector<double>& values, double value) { values.push_back(value); }

// The elements of all nodes.
template <class Element>
void append(std::vector<double>& values, const std::vector<Element>& elements) {
  for (const Element& element : elements) append(values, element);
}

template <class Record, class Value>
std::vector<double> column_of(const std::vector<Record>& records, Value Record::*member) {
  std::vector<double> values;
  for (const Record& record : records) append(values, record.*member);
  return values;
}

bool has_dipoles(const RunRecord& record) {
  return !record.spectra.empty() && !record.spectra.front().dipole.empty();
}

// Every snapshot has every node: together a long and a short one would have as many numbers as two right
// ones.
void require_complete(const RunRecord& record) {
  const std::size_t nodes = record.y.size(), dipoles = has_dipoles(record) ? nodes : 0;
  const bool complete = std::all_of(record.spectra.begin(), record.spectra.end(), [&](const auto& snapshot) {
    return snapshot.rho.size() == nodes && snapshot.rhobar.size() == nodes &&
           snapshot.rho_mass.size() == nodes && snapshot.rhobar_mass.size() == nodes &&
           snapshot.dipole.size() == dipoles && snapshot.dipolebar.size() == dipoles;
  });
  if (!complete) {
    throw std::invalid_argument("cannot write the spectra (a snapshot does not have " +
                                std::to_string(nodes) +
                                " nodes, the number of y). Please report this as a defect.");
  }
}

int states_of(const Summary& summary) { return static_cast<int>(summary.z_nu.size()); }

std::string lines(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "\n") + text;
  return all;
}

// The coordinate of a dimension, or an array over dimensions that are written.
template <class Row>
void write_column(const Hdf5Group& group, const Row& row, const std::vector<double>& values) {
  if (row.is_coordinate()) {
    group.write_dimension(row.name, values, row.description());
  } else {
    group.write_array(row.name, row.dimension_names(), values, row.description());
  }
}

template <class Row>
void write_labels(const Hdf5Group& group, const Row& row, int states) {
  group.write_dimension(row.name, labels(row.name, states), row.description());
}

template <class Table, class Struct>
void write_numbers(const Hdf5Group& group, const Table& table, const Struct& values) {
  for_each_row(table, [&](const auto& row, auto member) {
    if constexpr (std::is_same_v<decltype(member), long Struct::*>) {
      group.write_scalar(row.name, std::int64_t{values.*member}, row.description());
    } else {
      group.write_scalar(row.name, values.*member, row.description());
    }
  });
}

void write_root(const Hdf5Group& root, const Summary& summary, const Provenance& provenance) {
  for (const Attribute& attribute : root_attributes) {
    const auto write = [&](const auto& value) {
      if constexpr (std::is_invocable_v<decltype(value), const Summary&>) {
        root.write_attribute(attribute.name, std::invoke(value, summary));
      } else if constexpr (std::is_invocable_v<decltype(value), const Provenance&>) {
        root.write_attribute(attribute.name, std::invoke(value, provenance));
      } else {
        root.write_attribute(attribute.name, value);
      }
    };
    std::visit(write, attribute.value);
  }
}

// One value of the summary.
class SummaryWriter {
 public:
  SummaryWriter(const Hdf5Group& group, const Summary& summary) : group_(group), summary_(summary) {}

  template <class Row, class Value>
  void operator()(const Row& row, Value Summary::*member) const {
    write(row, summary_.*member);
  }
  template <class Row>
  void operator()(const Row& row, Labels) const {
    write_labels(group_, row, states_of(summary_));
  }

 private:
  template <class Row, class Value>
  void write(const Row& row, const Value& value) const {
    if constexpr (std::is_integral_v<Value>) {
      group_.write_scalar(row.name, std::int64_t{value}, row.description());
    } else if constexpr (std::is_same_v<Value, StateVector>) {
      group_.write_array(row.name, row.dimension_names(), {value.begin(), value.end()}, row.description());
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      group_.write_scalar(row.name, lines(value), row.description());
    } else {
      group_.write_scalar(row.name, value, row.description());
    }
  }

  const Hdf5Group& group_;
  const Summary& summary_;
};

template <class Table, class Record>
void write_columns(const Hdf5Group& group, const Table& table, const std::vector<Record>& records,
                   int states) {
  for_each_row(table, [&](const auto& row, auto member) {
    if constexpr (std::is_same_v<decltype(member), Labels>) {
      write_labels(group, row, states);
    } else {
      write_column(group, row, column_of(records, member));
    }
  });
}

// Columns of the records of slices, besides a coordinate that the run has for all of them.
template <class Table, class Record>
void write_columns(const Hdf5Group& group, const Table& table, const RunRecord& run,
                   const std::vector<Record>& records, int states) {
  for_each_row(table, [&](const auto& row, auto member) {
    if constexpr (std::is_same_v<decltype(member), Labels>) {
      write_labels(group, row, states);
    } else if constexpr (std::is_same_v<decltype(member), std::vector<double> RunRecord::*>) {
      write_column(group, row, run.*member);
    } else {
      write_column(group, row, column_of(records, member));
    }
  });
}

void write_spectra(const Hdf5Group& group, const RunRecord& record, int states) {
  write_columns(group, spectra_rows, record, record.spectra, states);
  if (has_dipoles(record)) write_columns(group, dipole_rows, record.spectra, states);
}

void write_stability(const Hdf5Group& group, const RunRecord& record, int states) {
  write_columns(group, stability_rows, record.stability, states);
  if (!record.k_over_hubble.empty()) write_columns(group, wave_rows, record, record.stability, states);
}

void write_statistics(const Hdf5Group& group, const Statistics& statistics) {
  for (const auto& [name, value] : statistics.counters) {
    group.write_scalar(name, std::int64_t{value}, {"1", meaning_of_statistic(name)});
  }
  for (const auto& [name, value] : statistics.residuals) {
    group.write_scalar(name, value, {"1", meaning_of_statistic(name)});
  }
  write_numbers(group, statistics_rows, statistics);
}

void write_checkpoint(const Hdf5Group& group, const Checkpoint& checkpoint) {
  const IntegratorState& integrator = checkpoint.integrator;
  group.write_scalar(phase_row.name, static_cast<std::int64_t>(checkpoint.phase), phase_row.description());
  write_numbers(group, integrator_rows, integrator);
  write_numbers(group, counter_rows, integrator.counters);
  write_numbers(group, checkpoint_rows, checkpoint);
  write_numbers(group, passive_rows, checkpoint.passive);
  write_numbers(group, residual_rows, checkpoint.residuals);
  std::vector<double> numbers(static_cast<std::size_t>(integrator.u.size()));
  std::iota(numbers.begin(), numbers.end(), 0.0);
  group.write_dimension("component", numbers, {"1", "component of the state"});
  group.write_array(state_row.name, state_row.dimension_names(), {integrator.u.begin(), integrator.u.end()},
                    state_row.description());
}

void write_record(const Hdf5Group& group, const RunRecord& record) {
  require_complete(record);
  const int states = states_of(record.summary);
  const Hdf5Group summary = group.create_group("summary");
  for_each_row(summary_rows, SummaryWriter(summary, record.summary));
  if (record.summary.stability) write_numbers(summary, stability_summary_rows, *record.summary.stability);
  write_columns(group.create_group("history"), history_rows, record.history, states);
  write_spectra(group.create_group("spectra"), record, states);
  write_statistics(group.create_group("statistics"), record.statistics);
  if (!record.stability.empty()) write_stability(group.create_group("stability"), record, states);
}

// A group for each: "1", "2" and so on.
void write_companions(const Hdf5Group& group, const Companions& companions) {
  int number = 0;
  const auto write = [&](const std::string& configuration, const RunRecord& record) {
    Hdf5Group companion = group.create_group(std::to_string(++number));
    companion.write_attribute("config", configuration);
    write_record(companion, record);
    return companion;
  };
  for (const auto& [configuration, record] : companions.finished) write(configuration, record);
  if (!companions.unfinished) return;
  const auto& [configuration, run] = *companions.unfinished;
  write_checkpoint(write(configuration, run.record).create_group("checkpoint"), run.checkpoint);
}

}  // namespace

void write_run_file(const std::filesystem::path& target, const RunRecord& record,
                    const Provenance& provenance, bool force, const Companions& companions,
                    const std::filesystem::path& like) {
  const Hdf5File file;
  write_root(file.root(), record.summary, provenance);
  write_record(file.root(), record);
  if (!companions.finished.empty() || companions.unfinished) {
    write_companions(file.root().create_group("companions"), companions);
  }
  write_atomically(target, sealed(file.bytes()), force, like);
}

void write_unfinished_run_file(const std::filesystem::path& target, const UnfinishedRun& run,
                               const Provenance& provenance, bool force, const std::filesystem::path& like) {
  const Hdf5File file;
  write_root(file.root(), run.record.summary, provenance);
  write_record(file.root(), run.record);
  write_checkpoint(file.root().create_group("checkpoint"), run.checkpoint);
  write_atomically(target, sealed(file.bytes()), force, like);
}

std::string hdf5_version() { return Hdf5File::library_version(); }

}  // namespace qke
