// What other runs of the same physics, its companions, show of the error of numbers of a run: by tolerances,
// by the start, by averages and by the scheme (docs/physics.md, "Error estimate").
#pragma once

#include <functional>

#include "record/checkpoint.hpp"
#include "run/run.hpp"

namespace qke {

// N_eff, or the eta of all flavours.
using NumbersOfRun = std::function<StateVector(const RunRecord&)>;

// Each part is the norm of a change of the numbers times a factor from the order of the method or from
// measurements, and positive. `coarse` has the coarser grid of the estimate, which is cheaper where only
// differences count; `coarse_run` is its run. A companion that was made for other numbers is found in `done`.
class CompanionChanges {
 public:
  CompanionChanges(int threads, const StepCallback& on_step, Companions& done, NumbersOfRun numbers);

  RunRecord run(Parameters parameters) const;

  double of_tolerance(const Parameters& coarse, const RunRecord& coarse_run) const;
  // 0 where it is sure.
  double of_start(const Parameters& coarse, const RunRecord& coarse_run) const;
  // Of resolved asymmetries.
  double of_averaging(const Parameters& coarse, const RunRecord& coarse_run) const;
  // Of atao-jv.
  double of_scheme(const Parameters& coarse, const RunRecord& coarse_run) const;

 private:
  double change_to(const Parameters& other, const RunRecord& coarse_run) const;
  double of_swings(const Parameters& followed, const RunRecord& coarse_run) const;

  int threads_;
  const StepCallback& on_step_;
  Companions& done_;
  NumbersOfRun numbers_;
};

}  // namespace qke
