#include "run/stability_report.hpp"

#include "diagnostics/stability.hpp"

namespace qke {

void add_stability(const Parameters& parameters, RunRecord& record, int threads) {
  if (parameters.stability.modes == StabilityModes::off || !record.stability.empty()) return;
  record.stability = stability(parameters, record, std::make_shared<ThreadPool>(threads));
  record.k_over_hubble = wave_numbers(parameters);
  record.summary.stability = summary_of(record.stability);
  for (const std::string& warning : stability_warnings(record.stability)) {
    record.summary.warnings.push_back(warning);
  }
}

}  // namespace qke
