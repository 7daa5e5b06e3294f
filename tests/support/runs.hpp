// Whole runs for the tests.
#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "qke/parameters.hpp"
#include "run/run.hpp"

namespace qke::independent {

// The grid of the published comparisons: it has N_eff to 1.1e-6 in the step and -2.2e-6 in the range
// (docs/dev/convergence.md, "The study").
inline Parameters small_grid(Scheme scheme = Scheme::atao, int nodes = 40, double y_max = 20.0) {
  Parameters parameters;
  parameters.run.scheme = scheme;
  parameters.grid = {nodes, y_max};
  return parameters;
}

// Each run of a test program is made once.
inline const RunRecord& cached_run(const std::string& name, const Parameters& parameters) {
  static std::map<std::string, RunRecord> records;
  const auto found = records.find(name);
  if (found != records.end()) return found->second;
  return records.emplace(name, run(parameters, 1, {})).first->second;
}

// What a run says of its own quality (docs/output.md, statistics). Throws if it says nothing of that name.
inline double residual(const RunRecord& record, const std::string& name) {
  for (const auto& [key, value] : record.statistics.residuals) {
    if (key == name) return value;
  }
  throw std::out_of_range("the run has no residual " + name);
}

// Value at t of a cubic through the four points around it; `t_of` increases.
inline double interpolate_cubic(const std::vector<double>& t_of, const std::vector<double>& values,
                                double t) {
  std::size_t first = 0;
  while (first + 4 < t_of.size() && t_of[first + 2] < t) ++first;
  double sum = 0.0;
  for (std::size_t a = first; a < first + 4; ++a) {
    double basis = 1.0;
    for (std::size_t b = first; b < first + 4; ++b) {
      if (b != a) basis *= (t - t_of[b]) / (t_of[a] - t_of[b]);
    }
    sum += basis * values[a];
  }
  return sum;
}

// N_eff of the same run from 40 MeV on, and to 0.005 MeV.
inline std::array<double, 2> N_eff_over_longer_epochs(const Parameters& parameters) {
  Parameters early = parameters, late = parameters;
  early.epoch.T_start_MeV = 40.0;
  late.epoch.T_end_MeV = 0.005;
  return {run(early, 1, {}).summary.N_eff, run(late, 1, {}).summary.N_eff};
}

// A quantity of the history at x.
inline double at_x(const RunRecord& record, double x,
                   const std::function<double(const HistoryPoint&)>& quantity) {
  std::vector<double> s, values;
  for (const HistoryPoint& point : record.history) {
    s.push_back(std::log(point.x));
    values.push_back(quantity(point));
  }
  return interpolate_cubic(s, values, std::log(x));
}

}  // namespace qke::independent
