// A component of a test: matter that decays into the plasma with the rate Gamma (MeV).
// Its unknown is rho_X (a/a_0)^3 in MeV^4, where a/a_0 = x = m_e/T_cm.
#pragma once

#include <cmath>

#include "components/component.hpp"
#include "model/constants.hpp"

namespace qke::independent {

class DecayingMatter : public Component {
 public:
  DecayingMatter(double start, double Gamma) : start_(start), Gamma_(Gamma) {}

  std::string name() const override { return "decaying matter"; }
  int unknowns() const override { return 1; }
  Eigen::VectorXd start(double, double) const override { return Eigen::VectorXd::Constant(1, start_); }
  double energy_density(double T_cm, ConstVector own) const override {
    return own(0) * std::pow(T_cm / constants::electron_mass, 3);
  }
  double pressure(double, ConstVector) const override { return 0.0; }
  double slope(const Background& b, ConstVector own, Vector d_own) const override {
    d_own(0) = -Gamma_ / b.hubble * own(0);
    return Gamma_ / b.hubble * energy_density(b.T_cm, own);
  }

 private:
  double start_, Gamma_;
};

}  // namespace qke::independent
