#include "components/components.hpp"

#include "components/dark_radiation.hpp"
#include "components/decaying_particle.hpp"
#include "components/reheating.hpp"

namespace qke {

Components components(const Parameters& parameters, const ElectromagneticPlasma& plasma) {
  Components list;
  if (parameters.extra.dark_radiation_delta_Neff != 0.0) {
    list.push_back(std::make_shared<DarkRadiation>(parameters.extra.dark_radiation_delta_Neff));
  }
  if (parameters.decay.energy_density_MeV4 != 0.0) {
    list.push_back(std::make_shared<DecayingParticle>(parameters.decay, parameters.epoch.T_start_MeV));
  }
  if (const auto history = reheating_history(parameters, plasma)) {
    list.push_back(std::make_shared<DecayingParticle>(history->particle(), history->T_cm_start()));
  }
  return list;
}

}  // namespace qke
