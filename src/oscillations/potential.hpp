// The interface of a potential in the Hamiltonian of the neutrinos. A new one is one file
// or class, and one line in potentials() (potentials.cpp).
#pragma once

#include <memory>
#include <vector>

#include "components/background.hpp"
#include "flavour/flavour_matrix.hpp"

namespace qke {

// All interactions in the Hamiltonian, flavour basis, MeV (docs/physics.md,
// "Hamiltonian"). A neutrino of comoving momentum y has
//   H = V + odd,   V = U M^2 U^dagger/(2 y T_cm) + inverse/y + linear y,
// an antineutrino -V + odd, with the mixing matrix U and M^2 = diag(m_i^2 - m_1^2) in
// MeV^2.
struct Interactions {
  explicit Interactions(int states)
      : inverse(StateMatrix::Zero(states, states)), linear(inverse), odd(inverse) {}

  StateMatrix inverse, linear, odd;
};

// Moments of the neutrinos from which potentials are made.
struct NeutrinoMoments {
  StateMatrix energy;  // E_nu + E_nubar, flavour basis, MeV^4; empty where no potential needs it
};

class Potential {
 public:
  virtual ~Potential() = default;

  virtual void add(const Background& background, const NeutrinoMoments& neutrinos,
                   Interactions& sum) const = 0;
  virtual bool needs_neutrino_energy() const { return false; }
};

using Potentials = std::vector<std::shared_ptr<const Potential>>;

}  // namespace qke
