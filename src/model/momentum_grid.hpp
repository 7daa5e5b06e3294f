// Comoving momenta y_i = i h, i = 1 ... N, h = y_max/N. On this grid y_1 + y_2 - y_3 is
// itself a node, which makes the collision integrals conservative without interpolation
// (collisions/neutrino_neutrino.hpp).
#pragma once

#include <Eigen/Dense>

#include "qke/parameters.hpp"

namespace qke {

class MomentumGrid {
 public:
  explicit MomentumGrid(const GridParameters& parameters)
      : step_(parameters.y_max / parameters.nodes),
        y_(Eigen::ArrayXd::LinSpaced(parameters.nodes, 1.0, parameters.nodes) * step_) {}

  int size() const { return static_cast<int>(y_.size()); }
  double step() const { return step_; }
  const Eigen::ArrayXd& y() const { return y_; }
  double y(int node) const { return y_(node); }

 private:
  double step_;
  Eigen::ArrayXd y_;
};

// Fermi-Dirac occupation 1/(e^{y/t - xi} + 1).
inline Eigen::ArrayXd fermi_dirac(const Eigen::ArrayXd& y, double t = 1.0, double xi = 0.0) {
  return 1.0 / ((y / t - xi).exp() + 1.0);
}

}  // namespace qke
