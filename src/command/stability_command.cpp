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

// Those of the run, with an analysis at all of its slices, or as --set has it.
Parameters parameters_of(const StoredRun& stored, const CommandLine& line) {
  std::vector<std::string> overrides;
  for (const std::string& override : line.overrides) {
    if (override.rfind("stability.", 0) != 0) {
      throw ConfigurationError("--set " + quoted_for_shell(override) +
                               ": has no place here (--stability takes the run as it is). Set keys of "
                               "[stability] only.");
    }
    overrides.push_back(override);
  }
  const std::string points = std::to_string(stored.record.spectra.size());
  for (const auto& [key, value] : {std::pair<std::string, std::string>{"modes", "homogeneous"},
                                   {"points", points},
                                   {"count", "true"},
                                   {"k_over_H", "[]"}}) {
    const std::string start = "stability." + key + "=";
    const bool is_given =
        std::any_of(line.overrides.begin(), line.overrides.end(),
                    [&](const std::string& override) { return override.rfind(start, 0) == 0; });
    if (!is_given) overrides.push_back(start + value);
  }
  Parameters parameters =
      parse_configuration(stored.configuration_toml, line.finished_run.string(), overrides);
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
                           "count_1", "damping", "turning", "in_frame", "nutation"}) {
    table += padded(name);
  }
  for (const StabilityPoint& point : points) {
    table += "\n " + padded(rounded(constants::electron_mass / point.x));
    for (const auto& values :
         {numbers(point.growth), numbers(point.frequency), numbers(point.count), numbers(point.damping),
          numbers(point.turning), numbers(point.turning_in_frame), numbers(point.nutation)}) {
      for (const double value : values) table += padded(text_of(value, false));
    }
  }
  return table + "\n";
}

// Of perturbations that vary in space: a column for each wave number and kind.
std::string table_of_waves(const std::vector<StabilityPoint>& points, const std::vector<double>& k) {
  std::string table =
      "# growth of perturbations ~ e^(i k z) over H, longitudinal and transverse\n#" + padded("k/H");
  for (const double value : k) table += padded(rounded(value)) + padded(rounded(value));
  for (const StabilityPoint& point : points) {
    table += "\n " + padded(rounded(constants::electron_mass / point.x));
    for (const WaveVector& growth : point.growth_k) {
      for (const double value : growth) table += padded(text_of(value, false));
    }
  }
  return table + "\n";
}

// [a, b, ...], of lists where the elements are lists.
template <class Value>
std::string json_list(const Value& value) {
  if constexpr (std::is_arithmetic_v<Value>) {
    return text_of(value, true);
  } else {
    std::string list;
    for (const auto& element : value) list += (list.empty() ? "" : ", ") + json_list(element);
    return "[" + list + "]";
  }
}

class JsonRows {
 public:
  JsonRows(const std::vector<StabilityPoint>& points, const std::vector<double>& k)
      : points_(points), k_(k) {}

  // An array for each row of the tables of /stability, by its name.
  template <class Row>
  void operator()(const Row&, layout::Labels) {}
  template <class Row>
  void operator()(const Row& row, std::vector<double> RunRecord::*) {
    add(row.name, json_list(k_));
  }
  template <class Row, class Value>
  void operator()(const Row& row, Value StabilityPoint::*member) {
    std::string list;
    for (const StabilityPoint& point : points_) {
      list += (list.empty() ? "" : ", ") + json_list(point.*member);
    }
    add(row.name, "[" + list + "]");
  }
  std::string text() const { return "{" + members_ + "}\n"; }

 private:
  void add(const std::string& name, const std::string& value) {
    members_ += (members_.empty() ? "" : ", ") + ("\"" + name + "\": " + value);
  }

  const std::vector<StabilityPoint>& points_;
  const std::vector<double>& k_;
  std::string members_;
};

std::string json_of(const std::vector<StabilityPoint>& points, const std::vector<double>& k) {
  JsonRows rows(points, k);
  layout::for_each_row(layout::stability_rows, rows);
  if (!k.empty()) layout::for_each_row(layout::wave_rows, rows);
  return rows.text();
}

}  // namespace

void print_stability(const CommandLine& line) {
  const StoredRun stored = finished_run(line.finished_run.string());
  const Parameters parameters = parameters_of(stored, line);
  const std::vector<StabilityPoint> points =
      stability(parameters, stored.record, std::make_shared<ThreadPool>(line.threads));
  for (const std::string& warning : stability_warnings(points)) {
    std::cerr << "qke-decouple: warning: " << warning << '\n';
  }
  const std::vector<double> k = wave_numbers(parameters);
  if (line.json) {
    std::cout << json_of(points, k);
  } else {
    std::cout << table_of(points) << (k.empty() ? "" : table_of_waves(points, k));
  }
}

}  // namespace qke
