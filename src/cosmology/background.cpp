// The background from a state of the solver. An integrator may try any state: where
// temperature or energy has no meaning OutsideDomain makes it take a shorter step instead
// of ending the run.
#include "cosmology/background.hpp"

#include <cmath>

#include "base/text.hpp"
#include "model/constants.hpp"
#include "model/expansion.hpp"
#include "qke/error.hpp"

namespace qke {

Background background_of_plasma(double s, double z_over_reference, const ElectromagneticPlasma& plasma,
                                const DecoupledTemperature& reference) {
  if (!(z_over_reference > 0.1 && z_over_reference < 10.0)) {
    throw OutsideDomain("the temperature of the plasma is " + with_decimals(z_over_reference, 6) +
                        " times that of a decoupled one at ln x = " + with_decimals(s, 6) +
                        ". Try tighter tolerances.");
  }
  Background b;
  b.s = s;
  b.x = std::exp(s);
  b.T_cm = constants::electron_mass / b.x;
  b.z = reference.z(b.x) * z_over_reference;
  b.T_gamma = b.z * b.T_cm;
  b.plasma = plasma.state(b.T_gamma);
  return b;
}

// H needs the sum of everything: called last, when rho_nu and the components' unknowns
// are known.
void complete_background(const Components& components, const ComponentBlocks& blocks,
                         OdeSystem::ConstVector u, Background& b) {
  for (std::size_t n = 0; n < components.size(); ++n) {
    const auto own = u.segment(blocks[n].first, blocks[n].size);
    const double rho = components[n]->energy_density(b.T_cm, own);
    b.rho_components += rho;
    b.P_components += components[n]->pressure(b.T_cm, own);
    if (components[n]->is_dark_radiation()) b.rho_dark += rho;
    if (components[n]->is_released_later()) b.rho_to_release += rho;
  }
  const double energy_density = b.plasma.energy_density + b.rho_nu + b.rho_components;
  if (!(energy_density > 0.0)) {
    throw OutsideDomain("the energy density is not positive at ln x = " + with_decimals(b.s, 6) +
                        ". Try tighter tolerances.");
  }
  b.hubble = hubble_rate(energy_density);
}

Component::Emission neutrino_emission(const Components& components, const ComponentBlocks& blocks,
                                      const MomentumGrid& grid, const Background& b,
                                      OdeSystem::ConstVector u) {
  Component::Emission emission = Component::Emission::Zero(grid.size(), 3);
  for (std::size_t n = 0; n < components.size(); ++n) {
    components[n]->emit(b, u.segment(blocks[n].first, blocks[n].size), grid, emission);
  }
  return emission;
}

double set_component_slopes(const Components& components, const ComponentBlocks& blocks, const Background& b,
                            OdeSystem::ConstVector u, OdeSystem::Vector du) {
  double released = 0.0;
  for (std::size_t n = 0; n < components.size(); ++n) {
    const auto& [name, first, size] = blocks[n];
    released += components[n]->slope(b, u.segment(first, size), du.segment(first, size));
  }
  return released;
}

}  // namespace qke
