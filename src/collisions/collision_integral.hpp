// All collisions together: the list of processes, and the sums over them.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/thread_pool.hpp"
#include "collisions/process.hpp"
#include "model/momentum_grid.hpp"
#include "qke/parameters.hpp"

namespace qke {

using CollisionProcesses = std::vector<std::shared_ptr<const CollisionProcess>>;

// The range of a run, and a temperature T_gamma/T_cm close to the run's.
struct CollisionRange {
  double x_first, x_last;
  std::function<double(double)> z_reference;  // of x
};

// The processes that the parameters switch on: a new one is a line here.
CollisionProcesses collision_processes(const MomentumGrid& grid, const Parameters& parameters,
                                       const CollisionRange& range, const Threads& threads);

class CollisionIntegral {
 public:
  CollisionIntegral(CollisionProcesses processes, double G_F_per_GeV2, int nodes);

  // G_F^2 T_cm^5 in MeV: the unit of the rates below.
  double unit(double T_cm) const;

  CollisionRates rates(const Background& background, const ActiveDensities& rho) const;
  SharedBasisRates rates_in_shared_basis(const Background& background, const SharedBasisDensities& f) const;
  CollisionResponse response(const Background& background, const ActiveDensities& rho) const;

 private:
  CollisionProcesses processes_;
  double G_F_;  // MeV^-2
  int nodes_;
};

}  // namespace qke
