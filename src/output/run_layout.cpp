#include "output/run_layout.hpp"

#include "flavour/states.hpp"

namespace qke::layout {

std::vector<std::string> labels(std::string_view dimension, int states) {
  if (dimension == "flavour" || dimension == "flavour_column") return flavour_names(states);
  if (dimension == "mass_state") return mass_state_names(states);
  if (dimension == "pair") return pair_names(states);
  if (dimension == "mode") return {"l0", "l1"};
  if (dimension == "wave") return {"longitudinal", "transverse"};
  if (dimension == "part") return {"real", "imaginary"};
  return {};
}

std::string source_of(const Provenance& provenance) { return "qke-decouple " + provenance.program_version; }

// CF wants a line for every program that changed the file, here one for each session of the run.
std::string history_of(const Provenance& provenance) {
  const std::string line = provenance.created_utc + ": " + provenance.command_line;
  return provenance.earlier_history.empty() ? line : provenance.earlier_history + "\n" + line;
}

std::string meaning_of_statistic(std::string_view name) {
  std::string meaning = "part of N_eff_error: " + std::string(name.substr(name.rfind('_') + 1));
  const auto look = [&](const auto& row, auto) {
    if (row.name == name) meaning = row.meaning;
  };
  for_each_row(counter_rows, look);
  for_each_row(residual_rows, look);
  return meaning;
}

}  // namespace qke::layout
