// The interface of a process of collisions. A new one is one file, and one line in
// collision_processes() (collision_integral.cpp).
#pragma once

#include "collisions/collision_rates.hpp"
#include "collisions/collision_response.hpp"
#include "collisions/shared_basis.hpp"
#include "components/background.hpp"

namespace qke {

class CollisionProcess {
 public:
  virtual ~CollisionProcess() = default;

  // Adds the gain and loss matrices of rho, in units of G_F^2 T_cm^5. Without sterile states
  // equal parts of gain and loss at one momentum that scatter nothing may be left out.
  virtual void add(const Background& background, const ActiveDensities& rho, CollisionRates& sum) const = 0;

  // Whether add() treats all flavours alike.
  virtual bool is_flavour_blind() const { return false; }
  // Adds what add() adds where all momenta share a basis, by the parts of gain and loss. As
  // it stands it is for flavour-blind processes, and throws ConfigurationError for others.
  virtual void add_in_shared_basis(const Background& background, const SharedBasisDensities& f,
                                   SharedBasisRates& sum) const;

  // Adds dC/drho around the diagonals of rho, or around flavour-blind Fermi-Dirac spectra
  // where antineutrinos are not independent: for Newton iterations, so it may
  // approximate.
  virtual void add_response(const Background& background, const ActiveDensities& rho,
                            CollisionResponse& sum) const = 0;
};

}  // namespace qke
