// The layout of a run file, group by group, in the order of docs/output.md.
// A change of a name, shape, unit or meaning there needs a new schema_version here.
#include "qke/output/run_file.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "qke/output/atomic_file.hpp"
#include "qke/output/hdf5_file.hpp"

namespace qke {
namespace {

constexpr std::int64_t schema_version = 1;

const std::vector<std::string> flavours{"nu_e", "nu_mu", "nu_tau"};
const std::vector<std::string> mass_states{"nu_1", "nu_2", "nu_3"};
const std::vector<std::string> pairs{"e_mu", "e_tau", "mu_tau"};
const std::vector<std::string> parts{"real", "imaginary"};

// A dataset whose values are a member of a struct.
template <class Struct, class Value>
struct Field {
  const char* name;
  const char* units;
  const char* long_name;
  Value Struct::*member;

  Description description() const { return {units, long_name}; }
};

constexpr Field<Summary, double> summary_numbers[] = {
    {"N_eff", "1", "effective number of neutrino species at the end", &Summary::N_eff},
    {"N_eff_error", "1", "estimated numerical error of N_eff, NaN if not estimated", &Summary::N_eff_error},
    {"z", "1", "T_gamma/T_cm at the end", &Summary::z},
    {"sum_mnu_over_omega_h2_eV", "eV", "sum of neutrino masses over omega_nu h^2",
     &Summary::sum_mnu_over_omega_h2_eV},
    {"xi_e_effective", "1", "degeneracy parameter of a thermal nu_e with the asymmetry at the end",
     &Summary::xi_e_effective},
    {"wall_s", "s", "elapsed time of the run", &Summary::wall_s},
};

constexpr Field<Summary, Vector3> summary_flavour_numbers[] = {
    {"z_nu", "1", "(rho_nu_alpha/rho_0)^(1/4) at the end", &Summary::z_nu},
    {"z_nubar", "1", "(rho_nubar_alpha/rho_0)^(1/4) at the end", &Summary::z_nubar},
    {"eta", "1", "(n_nu_alpha - n_nubar_alpha)/T_cm^3 at the end", &Summary::eta},
    {"delta_rho", "1", "(rho_nu_alpha + rho_nubar_alpha)/(2 rho_0) - 1 at the end", &Summary::delta_rho},
    {"n_nu", "1", "(n_nu_alpha + n_nubar_alpha)/T_cm^3 at the end", &Summary::n_nu},
};

constexpr Field<HistoryPoint, double> history_numbers[] = {
    {"T_cm", "MeV", "comoving temperature", &HistoryPoint::T_cm},
    {"time_s", "s", "cosmic time, 1/(2H) at the start", &HistoryPoint::time_s},
    {"z", "1", "T_gamma/T_cm", &HistoryPoint::z},
    {"T_gamma", "MeV", "photon temperature", &HistoryPoint::T_gamma},
    {"hubble", "s^-1", "Hubble rate", &HistoryPoint::hubble},
    {"rho_gamma", "MeV^4", "energy density of photons", &HistoryPoint::rho_gamma},
    {"rho_e", "MeV^4", "energy density of electrons and positrons", &HistoryPoint::rho_e},
    {"N_eff", "1", "effective number of neutrino species in the final normalisation, 11.56 at the start",
     &HistoryPoint::N_eff},
    {"self_over_vacuum", "1", "self-interaction over vacuum and matter mean field at y = 3, traceless parts",
     &HistoryPoint::self_over_vacuum},
    {"heating", "1", "d(rho_nu a^4)/dlna / (a^4 T_gamma^4)", &HistoryPoint::heating},
};

constexpr Field<HistoryPoint, Vector3> history_flavour_numbers[] = {
    {"z_nu", "1", "(rho_nu_alpha/rho_0)^(1/4)", &HistoryPoint::z_nu},
    {"z_nubar", "1", "(rho_nubar_alpha/rho_0)^(1/4)", &HistoryPoint::z_nubar},
    {"eta", "1", "(n_nu_alpha - n_nubar_alpha)/T_cm^3", &HistoryPoint::eta},
};

constexpr Field<HistoryPoint, Vector3> history_mass_numbers[] = {
    {"z_mass", "1", "(rho_nu_i/rho_0)^(1/4) of the vacuum mass states", &HistoryPoint::z_mass},
};

constexpr Field<HistoryPoint, Vector3> history_pair_numbers[] = {
    {"coherence", "1", "off-diagonal |n_nu_ab| over the mean of the diagonal n_nu_aa",
     &HistoryPoint::coherence},
};

constexpr Field<SpectraSnapshot, std::vector<Matrix3>> spectra_matrices[] = {
    {"rho", "1", "density matrix of neutrinos, flavour basis", &SpectraSnapshot::rho},
    {"rhobar", "1", "density matrix of antineutrinos, flavour basis", &SpectraSnapshot::rhobar},
};

constexpr Field<SpectraSnapshot, std::vector<Vector3>> spectra_occupations[] = {
    {"rho_mass", "1", "occupation numbers of neutrinos, vacuum mass basis", &SpectraSnapshot::rho_mass},
    {"rhobar_mass", "1", "occupation numbers of antineutrinos, vacuum mass basis",
     &SpectraSnapshot::rhobar_mass},
};

void append(std::vector<double>& values, const Vector3& vector) {
  values.insert(values.end(), vector.begin(), vector.end());
}

void append(std::vector<double>& values, const Matrix3& matrix) {
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
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

template <class Row>
std::vector<double> column_of(const std::vector<Row>& rows, Vector3 Row::*member) {
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

void write_root(const Hdf5Group& root, const Summary& summary, const Provenance& provenance) {
  root.write_attribute("kind", "qke-decouple run");
  root.write_attribute("schema_version", schema_version);
  root.write_attribute("Conventions", "CF-1.10 qke-decouple-1");
  root.write_attribute("title", "Neutrino decoupling in the early Universe");
  root.write_attribute("source", "qke-decouple " + provenance.program_version);
  root.write_attribute("program_version", provenance.program_version);
  root.write_attribute("git_commit", provenance.git_commit);
  root.write_attribute("hdf5_version", hdf5_version());
  root.write_attribute("created_utc", provenance.created_utc);
  root.write_attribute("command_line", provenance.command_line);
  root.write_attribute("history", provenance.created_utc + ": " + provenance.command_line);
  root.write_attribute("references", "arXiv:2008.01074, arXiv:2110.11889; layout: docs/output.md");
  root.write_attribute("threads", provenance.threads);
  root.write_attribute("status", summary.status);
  root.write_attribute("config", provenance.configuration_toml);
}

void write_summary(const Hdf5Group& group, const Summary& summary) {
  group.write_dimension("flavour", flavours, {"1", "neutrino flavour"});
  group.write_scalar("status", summary.status, {"1", "how the run ended"});
  group.write_scalar("scheme", summary.scheme, {"1", "scheme of evolution"});
  for (const auto& field : summary_numbers) {
    group.write_scalar(field.name, summary.*field.member, field.description());
  }
  for (const auto& field : summary_flavour_numbers) {
    const Vector3& vector = summary.*field.member;
    group.write_array(field.name, {"flavour"}, {vector.begin(), vector.end()}, field.description());
  }
  const auto write_count = [&](const char* name, std::int64_t value, const char* long_name) {
    group.write_scalar(name, value, {"1", long_name});
  };
  write_count("nodes", summary.nodes, "number of momentum nodes");
  write_count("steps", summary.steps, "number of integrator steps");
  write_count("rhs_evaluations", summary.rhs_evaluations, "number of right-hand-side evaluations");
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
}

}  // namespace

void check_output_target(const std::filesystem::path& target, bool force) {
  check_atomic_write(target, force);
}

void write_run_file(const std::filesystem::path& target, const RunRecord& record,
                    const Provenance& provenance, bool force) {
  require_complete(record);
  const Hdf5File file;
  const Hdf5Group& root = file.root();
  write_root(root, record.summary, provenance);
  write_summary(root.create_group("summary"), record.summary);
  write_history(root.create_group("history"), record.history);
  write_spectra(root.create_group("spectra"), record.y, record.spectra);
  write_statistics(root.create_group("statistics"), record.statistics);
  write_atomically(target, file.bytes(), force);
}

std::string hdf5_version() { return Hdf5File::library_version(); }

}  // namespace qke
