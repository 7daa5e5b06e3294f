// A collision process of a test: neutrinos relax to equilibrium with the plasma, C = rate
// (f_eq - rho), in units of G_F^2 T_cm^5.
#pragma once

#include "collisions/process.hpp"
#include "model/momentum_grid.hpp"

namespace qke::independent {

class Relaxation : public CollisionProcess {
 public:
  Relaxation(const MomentumGrid& grid, double rate) : grid_(grid), rate_(rate) {}

  void add(const Background& b, const ActiveDensities& rho, CollisionRates& sum) const override {
    const Eigen::ArrayXd f = fermi_dirac(grid_.y(), b.z);
    for (GainAndLoss* kind : {&sum.nu, rho.independent() ? &sum.bar : nullptr}) {
      for (const int diagonal : {0, 4, 8}) {
        if (kind == nullptr) continue;
        kind->gain.by_node().col(diagonal).array() += 0.5 * rate_ * f;
        kind->loss.by_node().col(diagonal).array() += 0.5 * rate_ * (1.0 - f);
      }
    }
  }
  void add_response(const Background&, const ActiveDensities& rho, CollisionResponse& sum) const override {
    const NodeResponse damping{-rate_ * Eigen::Matrix3d::Identity(), Eigen::Array3d::Constant(-rate_)};
    for (int i = 0; i < grid_.size(); ++i) {
      sum.nu.same_at(i, i) += damping;
      if (rho.independent()) sum.bar.same_at(i, i) += damping;
    }
  }

 private:
  MomentumGrid grid_;
  double rate_;
};

}  // namespace qke::independent
