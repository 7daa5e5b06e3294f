// The layout of a run file, group by group, in the order of docs/output.md.
// A change of a name, shape, unit or meaning there needs a new schema_version here.
#include "output/run_file.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "output/atomic_file.hpp"
#include "output/hdf5_file.hpp"
#include "output/run_layout.hpp"
#include "output/seal.hpp"

namespace qke {
namespace {

using namespace layout;

template <class Vector>
void append(std::vector<double>& values, const Vector& vector) {
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

template <class Row>
std::vector<double> column_of(const std::vector<Row>& rows, double Row::*member) {
  std::vector<double> values;
  for (const Row& row : rows) values.push_back(row.*member);
  return values;
}

template <class Row, class Vector>
std::vector<double> column_of(const std::vector<Row>& rows, Vector Row::*member) {
  std::vector<double> values;
  for (const Row& row : rows) append(values, row.*member);
  return values;
}

// All nodes of all snapshots.
template <class Element>
std::vector<double> column_of(const std::vector<SpectraSnapshot>& snapshots,
                              std::vector<Element> SpectraSnapshot::*member) {
  std::vector<double> values;
  for (const SpectraSnapshot& snapshot : snapshots) {
    for (const Element& node : snapshot.*member) append(values, node);
  }
  return values;
}

// The same number of nodes everywhere: one long and one short snapshot must not pass as two right ones.
void require_complete(const RunRecord& record) {
  const std::size_t nodes = record.y.size();
  const bool complete = std::all_of(record.spectra.begin(), record.spectra.end(), [&](const auto& snapshot) {
    return snapshot.rho.size() == nodes && snapshot.rhobar.size() == nodes &&
           snapshot.rho_mass.size() == nodes && snapshot.rhobar_mass.size() == nodes;
  });
  if (!complete) {
    throw std::invalid_argument("cannot write the spectra (a snapshot does not have " +
                                std::to_string(nodes) +
                                " nodes, the number of y). Please report this as a defect.");
  }
}

template <class Fields, class Struct>
void write_numbers(const Hdf5Group& group, const Fields& fields, const Struct& values) {
  for (const auto& field : fields) group.write_scalar(field.name, values.*field.member, field.description());
}

template <class Fields, class Struct>
void write_counts(const Hdf5Group& group, const Fields& fields, const Struct& values) {
  for (const auto& field : fields) {
    group.write_scalar(field.name, std::int64_t{values.*field.member}, field.description());
  }
}

// As CF has it: a line for every program that had a part in the file, here one for each session.
std::string history_with(const Provenance& provenance) {
  const std::string line = provenance.created_utc + ": " + provenance.command_line;
  return provenance.earlier_history.empty() ? line : provenance.earlier_history + "\n" + line;
}

void write_root(const Hdf5Group& root, const Summary& summary, const Provenance& provenance) {
  root.write_attribute("kind", file_kind);
  root.write_attribute("schema_version", schema_version);
  root.write_attribute("Conventions", "CF-1.10 qke-decouple-1");
  root.write_attribute("title", "Neutrino decoupling in the early Universe");
  root.write_attribute("source", "qke-decouple " + provenance.program_version);
  root.write_attribute("program_version", provenance.program_version);
  root.write_attribute("git_commit", provenance.git_commit);
  root.write_attribute("hdf5_version", hdf5_version());
  root.write_attribute("created_utc", provenance.created_utc);
  root.write_attribute("command_line", provenance.command_line);
  root.write_attribute("history", history_with(provenance));
  root.write_attribute("references", "arXiv:2008.01074, arXiv:2110.11889; layout: docs/output.md");
  root.write_attribute("threads", provenance.threads);
  root.write_attribute("instruction_set", provenance.instruction_set);
  root.write_attribute("status", summary.status);
  root.write_attribute("config", provenance.configuration_toml);
}

void write_summary(const Hdf5Group& group, const Summary& summary) {
  group.write_dimension("flavour", flavours, {"1", "neutrino flavour"});
  group.write_scalar("status", summary.status, {"1", "how the run ended"});
  group.write_scalar("scheme", summary.scheme, {"1", "scheme of evolution"});
  std::string warnings;
  for (const std::string& warning : summary.warnings) warnings += (warnings.empty() ? "" : "\n") + warning;
  group.write_scalar("warnings", warnings, {"1", "what to know of these numbers, a line each"});
  write_numbers(group, summary_numbers, summary);
  for (const auto& field : summary_flavour_numbers) {
    const StateVector& vector = summary.*field.member;
    group.write_array(field.name, {"flavour"}, {vector.begin(), vector.end()}, field.description());
  }
  group.write_scalar(summary_nodes.name, std::int64_t{summary.nodes}, summary_nodes.description());
  write_counts(group, summary_counts, summary);
}

void write_history(const Hdf5Group& group, const std::vector<HistoryPoint>& history) {
  group.write_dimension("x", column_of(history, &HistoryPoint::x), {"1", "m_e/T_cm"});
  group.write_dimension("flavour", flavours, {"1", "neutrino flavour"});
  group.write_dimension("mass_state", mass_states, {"1", "vacuum mass state"});
  group.write_dimension("pair", pairs, {"1", "pair of flavours"});
  for (const auto& field : history_numbers) {
    group.write_array(field.name, {"x"}, column_of(history, field.member), field.description());
  }
  const auto write_vectors = [&](const auto& fields, const char* dimension) {
    for (const auto& field : fields) {
      group.write_array(field.name, {"x", dimension}, column_of(history, field.member), field.description());
    }
  };
  write_vectors(history_flavour_numbers, "flavour");
  write_vectors(history_mass_numbers, "mass_state");
  write_vectors(history_pair_numbers, "pair");
}

// A matrix has two dimensions of flavour, with two names: readers such as xarray refuse a repeated one.
void write_spectra(const Hdf5Group& group, const std::vector<double>& y,
                   const std::vector<SpectraSnapshot>& spectra) {
  group.write_dimension("x", column_of(spectra, &SpectraSnapshot::x), {"1", "m_e/T_cm"});
  group.write_dimension("y", y, {"1", "comoving momentum p/T_cm"});
  group.write_dimension("flavour", flavours, {"1", "neutrino flavour, row of a density matrix"});
  group.write_dimension("flavour_column", flavours, {"1", "neutrino flavour, column of a density matrix"});
  group.write_dimension("part", parts, {"1", "part of a complex number"});
  group.write_dimension("mass_state", mass_states, {"1", "vacuum mass state"});
  for (const auto& field : spectra_matrices) {
    group.write_array(field.name, {"x", "y", "flavour", "flavour_column", "part"},
                      column_of(spectra, field.member), field.description());
  }
  for (const auto& field : spectra_occupations) {
    group.write_array(field.name, {"x", "y", "mass_state"}, column_of(spectra, field.member),
                      field.description());
  }
}

void write_statistics(const Hdf5Group& group, const Statistics& statistics) {
  for (const auto& [name, value] : statistics.counters) {
    group.write_scalar(name, std::int64_t{value}, {"1", "solver counter " + name});
  }
  for (const auto& [name, value] : statistics.residuals) {
    group.write_scalar(name, value, {"1", "relative residual " + name});
  }
  group.write_scalar("averaged_below_MeV", statistics.averaged_below_MeV,
                     {"MeV", "comoving temperature at which averaging began, 0 if it has not"});
  group.write_scalar("N_eff_to_come", statistics.N_eff_to_come,
                     {"1", "what neutrinos may add to N_eff after the end of the run, at most"});
}

void write_checkpoint(const Hdf5Group& group, const Checkpoint& checkpoint) {
  const IntegratorState& integrator = checkpoint.integrator;
  group.write_scalar("phase", static_cast<std::int64_t>(checkpoint.phase),
                     {"1", "which of the successive systems of equations"});
  write_numbers(group, integrator_numbers, integrator);
  write_counts(group, integrator_counts, integrator.counters);
  write_numbers(group, checkpoint_numbers, checkpoint);
  write_numbers(group, passive_numbers, checkpoint.passive);
  write_numbers(group, residual_numbers, checkpoint.residuals);
  std::vector<double> numbers(static_cast<std::size_t>(integrator.u.size()));
  std::iota(numbers.begin(), numbers.end(), 0.0);
  group.write_dimension("component", numbers, {"1", "component of the state"});
  group.write_array("state", {"component"}, {integrator.u.begin(), integrator.u.end()},
                    {"1", "state of the integrator"});
}

void write_record(const Hdf5Group& group, const RunRecord& record) {
  require_complete(record);
  write_summary(group.create_group("summary"), record.summary);
  write_history(group.create_group("history"), record.history);
  write_spectra(group.create_group("spectra"), record.y, record.spectra);
  write_statistics(group.create_group("statistics"), record.statistics);
}

// A group for each, named by numbers.
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
