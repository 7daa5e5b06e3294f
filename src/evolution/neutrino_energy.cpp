// rho_nu = T_cm^4/(2 pi^2) [baseline + h sum_i y_i^3 scale_i sum_c weights_c u_ic],
// linear in the state u. The baseline are 2 N species with rho = scale: the sum over u
// has the distortions alone, so that a small heating is not the difference of two large
// energies.
#include "evolution/neutrino_energy.hpp"

#include <cmath>
#include <utility>

#include "model/constants.hpp"

namespace qke {

using constants::pi;

NeutrinoEnergy::NeutrinoEnergy(const MomentumGrid& grid, const Eigen::ArrayXd& scale,
                               const StateLayout& layout, Eigen::VectorXd weights, double correction)
    : layout_(layout),
      step_(grid.step()),
      measure_(grid.y().cube() * scale),
      weights_(std::move(weights)),
      baseline_(weights_.sum() * step_ * measure_.sum() + correction) {}

double NeutrinoEnergy::distortion_energy(ConstVector u) const {
  double sum = 0.0;
  for (int node = 0; node < layout_.nodes(); ++node) {
    sum += measure_(node) * weights_.dot(u.segment(layout_.index(node, 0), layout_.per_node()));
  }
  return step_ * sum;
}

double NeutrinoEnergy::density(double T_cm, ConstVector u) const {
  return std::pow(T_cm, 4) / (2.0 * pi * pi) * (baseline_ + distortion_energy(u));
}

// a^4 rho_nu is linear in u, and a^4 T_cm^4 is constant: its slope is the same sum over
// du/ds.
double NeutrinoEnergy::heating(double T_cm, ConstVector du) const {
  return std::pow(T_cm, 4) / (2.0 * pi * pi) * distortion_energy(du);
}

Eigen::RowVectorXd NeutrinoEnergy::heating_row(const OdeSystem::Matrix& J) const {
  Eigen::RowVectorXd row = Eigen::RowVectorXd::Zero(J.cols());
  for (int node = 0; node < layout_.nodes(); ++node) {
    for (int c = 0; c < layout_.per_node(); ++c) {
      if (weights_(c) != 0.0) row += step_ * measure_(node) * weights_(c) * J.row(layout_.index(node, c));
    }
  }
  return row;
}

}  // namespace qke
