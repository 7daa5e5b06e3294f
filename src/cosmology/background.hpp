// The background: temperatures, the energy of everything, and H from it.
#pragma once

#include "components/components.hpp"
#include "cosmology/temperature.hpp"
#include "model/state_layout.hpp"

namespace qke {

// Where the components' unknowns stand, one block for each component.
using ComponentBlocks = std::vector<StateBlock>;

// Temperatures and plasma at s = ln x for z/z_reference. Throws OutsideDomain where the
// ratio is not between 0.1 and 10.
Background background_of_plasma(double s, double z_over_reference, const ElectromagneticPlasma& plasma,
                                const DecoupledTemperature& reference);

// Adds the components of the state u, and H from everything; rho_nu is there already.
// Throws OutsideDomain where the energy density is not positive.
void complete_background(const Components& components, const ComponentBlocks& blocks,
                         OdeSystem::ConstVector u, Background& background);

// df/ds of the neutrinos that the components emit, of every node and flavour.
Component::Emission neutrino_emission(const Components& components, const ComponentBlocks& blocks,
                                      const MomentumGrid& grid, const Background& background,
                                      OdeSystem::ConstVector u);

// Sets the components' part of du. Returns the energy that they give to plasma and
// neutrinos (MeV^4 per e-fold).
double set_component_slopes(const Components& components, const ComponentBlocks& blocks,
                            const Background& background, OdeSystem::ConstVector u, OdeSystem::Vector du);

}  // namespace qke
