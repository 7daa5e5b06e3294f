#include "oscillations/hamiltonian.hpp"

namespace qke {

Interactions interactions(const Potentials& potentials, const Background& background,
                          const NeutrinoMoments& neutrinos, int states) {
  Interactions sum(states);
  for (const auto& potential : potentials) {
    // Averaged schemes give no moments: their basis would depend on the unknowns.
    const bool lacks_moments = potential->needs_neutrino_energy() && neutrinos.energy.size() == 0;
    if (!lacks_moments) potential->add(background, neutrinos, sum);
  }
  return sum;
}

}  // namespace qke
