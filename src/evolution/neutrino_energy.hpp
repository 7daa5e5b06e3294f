// The energy of the neutrinos as a function of the state, and its place in the equations:
//   rho_nu = T_cm^4/(2 pi^2) int dy y^3 Tr(rho + rhobar).
#pragma once

#include "cosmology/initial_state.hpp"
#include "model/momentum_grid.hpp"
#include "model/state_layout.hpp"
#include "numerics/ode_system.hpp"

namespace qke {

class NeutrinoEnergy {
 public:
  using ConstVector = OdeSystem::ConstVector;

  // scale: the occupation number that a state's components are relative to; weights: of
  // the components of a node in Tr(rho + rhobar)/scale - 2 N for N states.
  NeutrinoEnergy(const MomentumGrid& grid, const Eigen::ArrayXd& scale, const StateLayout& layout,
                 Eigen::VectorXd weights, double correction);

  double density(double T_cm, ConstVector u) const;  // MeV^4
  // d(rho_nu a^4)/ds/a^4 in MeV^4 for du = du/ds.
  double heating(double T_cm, ConstVector du) const;
  // Every component's row of the Jacobian J, summed to the row of
  // rho_nu a^4 (2 pi^2/T_cm^4).
  Eigen::RowVectorXd heating_row(const OdeSystem::Matrix& J) const;

 private:
  double distortion_energy(ConstVector u) const;

  StateLayout layout_;
  double step_;
  Eigen::ArrayXd measure_;  // y^3 scale
  Eigen::VectorXd weights_;
  double baseline_;  // of rho = rhobar = scale, and the correction by moment_correction()
};

}  // namespace qke
