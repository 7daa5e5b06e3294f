// Whether the states of a run are stable: how fast small perturbations grow, and how many
// of them (docs/stability.md).
#pragma once

#include <string>
#include <vector>

#include "base/thread_pool.hpp"
#include "diagnostics/gas_of_run.hpp"
#include "qke/parameters.hpp"
#include "qke/run_record.hpp"

namespace qke {

// The modes of one kind of perturbations at one slice. Slower growth than `slowest` is not
// looked for: there the grid of momenta, whose frequencies are discrete, has modes of its
// own. Where the modes cannot be told one from another the fastest is not known (NaN).
struct GrowingModes {
  double growth = 0, frequency = 0;  // of the fastest
  int count = 0;
};
GrowingModes modes_of(const GasAtSlice& slice, int multipole);
GrowingModes modes_of(const GasAtSlice& slice, Wave wave, double k);
double slowest_growth(const GasAtSlice& slice);

// The wave numbers of perturbations that vary in space, over H; none where these are not
// asked for.
std::vector<double> wave_numbers(const Parameters& parameters);

// At the slices of the record's spectra that the parameters ask for.
std::vector<StabilityPoint> stability(const Parameters& parameters, const RunRecord& record,
                                      const Threads& threads);

// Where the state turns faster than a mode grows, also in the frame that turns with J, the
// mode's coefficients do not stay what they are, and its growth is no statement about the
// run.
bool is_unstable(const StabilityPoint& point);
bool is_undecided(const StabilityPoint& point);

StabilitySummary summary_of(const std::vector<StabilityPoint>& points);
std::vector<std::string> stability_warnings(const std::vector<StabilityPoint>& points);

}  // namespace qke
