// The interface of a component of the Universe besides the plasma and the neutrinos. A
// new one is one file, and one line in components() (components.cpp).
#pragma once

#include <Eigen/Dense>
#include <string>

#include "components/background.hpp"
#include "model/momentum_grid.hpp"
#include "numerics/ode_system.hpp"

namespace qke {

class Component {
 public:
  using ConstVector = OdeSystem::ConstVector;
  using Vector = OdeSystem::Vector;

  virtual ~Component() = default;
  virtual std::string name() const = 0;

  // Unknowns of its own, `own` below, evolved with the run; their values at the start (s,
  // T_cm in MeV).
  virtual int unknowns() const { return 0; }
  virtual Eigen::VectorXd start(double /*s*/, double /*T_cm*/) const { return Eigen::VectorXd::Zero(0); }

  // MeV^4, for T_cm in MeV.
  virtual double energy_density(double T_cm, ConstVector own) const = 0;
  virtual double pressure(double T_cm, ConstVector own) const = 0;
  // Whether its energy is counted in N_eff.
  virtual bool is_dark_radiation() const { return false; }

  // Whether its energy goes to plasma or neutrinos in the end.
  virtual bool is_released_later() const { return false; }

  // Sets d(own)/ds. Returns the energy density that it gives away per e-fold, in MeV^4:
  // neutrinos take their part by emit(), the plasma gets the rest.
  virtual double slope(const Background& /*background*/, ConstVector /*own*/, Vector /*d_own*/) const {
    return 0.0;
  }

  // Neutrinos that it emits: adds df/ds of every flavour at every node, the same for
  // antineutrinos.
  using Emission = Eigen::Array<double, Eigen::Dynamic, 3>;
  virtual bool emits_neutrinos() const { return false; }
  virtual void emit(const Background& /*background*/, ConstVector /*own*/, const MomentumGrid& /*grid*/,
                    Emission& /*emission*/) const {}
};

}  // namespace qke
