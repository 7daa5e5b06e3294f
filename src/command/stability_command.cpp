#include "command/stability_command.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "base/text.hpp"
#include "config/configuration.hpp"
#include "diagnostics/stability.hpp"
#include "model/constants.hpp"
#include "output/run_file.hpp"
#include "output/run_layout.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

StoredRun finished_run(const std::string& name) {
  StoredRun stored = read_run_file(name);
  if (stored.record.summary.status != finished_status) {
    throw InputOutputError("'" + name + "' is not finished (its status is " + stored.record.summary.status +
                           "). Go on with --resume.");
  }
  return stored;
}

// Those of the run, with an analysis at all of its slices.
Parameters parameters_of(const StoredRun& stored, const std::string& name) {
  Parameters parameters = parse_configuration(stored.configuration_toml, name, {});
  parameters.stability = {StabilityModes::homogeneous, static_cast<int>(stored.record.spectra.size())};
  validate(parameters);
  refuse_unavailable(parameters);
  return parameters;
}

// A number, or as many as there are multipoles.
std::vector<double> numbers(double value) { return {value}; }
std::vector<double> numbers(const MultipoleVector& values) { return {values.begin(), values.end()}; }

std::string text_of(double value, bool as_json) {
  if (!std::isfinite(value)) return as_json ? "null" : "unknown";
  return as_json ? shortest_decimal(value) : rounded(value);
}

std::string padded(const std::string& text) {
  constexpr std::size_t width = 11;
  return std::string(width - std::min(width, text.size()), ' ') + text + " ";
}

std::string table_of(const std::vector<StabilityPoint>& points) {
  std::string table =
      "# growth and frequency of the fastest mode over H, and number of modes, of l = 0 and 1\n#";
  for (const char* name : {"T_cm_MeV", "growth_0", "growth_1", "frequency_0", "frequency_1", "count_0",
                           "count_1", "damping", "turning"}) {
    table += padded(name);
  }
  for (const StabilityPoint& point : points) {
    table += "\n " + padded(rounded(constants::electron_mass / point.x));
    for (const auto& values : {numbers(point.growth), numbers(point.frequency), numbers(point.count),
                               numbers(point.damping), numbers(point.turning)}) {
      for (const double value : values) table += padded(text_of(value, false));
    }
  }
  return table + "\n";
}

// An array for each row of /stability, by its name; of arrays where there are multipoles.
std::string json_of(const std::vector<StabilityPoint>& points) {
  std::string object;
  layout::for_each_row(layout::stability_rows, [&](const auto& row, auto member) {
    if constexpr (!std::is_same_v<decltype(member), layout::Labels>) {
      std::string list;
      for (const StabilityPoint& point : points) {
        std::string entry;
        for (const double value : numbers(point.*member)) {
          entry += (entry.empty() ? "" : ", ") + text_of(value, true);
        }
        const bool is_scalar = row.dimension_names().size() == 1;
        list += (list.empty() ? "" : ", ") + (is_scalar ? entry : "[" + entry + "]");
      }
      object += (object.empty() ? "" : ", ") + ("\"" + std::string(row.name) + "\": [" + list + "]");
    }
  });
  return "{" + object + "}\n";
}

}  // namespace

void print_stability(const CommandLine& line) {
  const std::string name = line.finished_run.string();
  const StoredRun stored = finished_run(name);
  const std::vector<StabilityPoint> points =
      stability(parameters_of(stored, name), stored.record, std::make_shared<ThreadPool>(line.threads));
  for (const std::string& warning : stability_warnings(points)) {
    std::cerr << "qke-decouple: warning: " << warning << '\n';
  }
  std::cout << (line.json ? json_of(points) : table_of(points));
}

}  // namespace qke
