#include "qke/evolution/schemes.hpp"

#include <cmath>

#include "qke/asymmetry.hpp"
#include "qke/constants.hpp"

namespace qke {

std::unique_ptr<KineticSystem> make_kinetic_system(const Parameters& parameters, int phase,
                                                   const Threads& threads) {
  if (phase == 1) return make_atao_system(parameters, threads);
  switch (scheme_of(parameters)) {
    case Scheme::boltzmann:
      return make_boltzmann_system(parameters, threads);
    case Scheme::atao:
      return make_atao_system(parameters, threads);
    case Scheme::qke:
      return resolves_asymmetry(parameters) ? make_asymmetric_qke_system(parameters, threads)
                                            : make_qke_system(parameters, threads);
    default:
      break;
  }
  return make_atao_jv_system(parameters, threads);
}

double phase_end(const Parameters& parameters, int phase) {
  const double T_average = parameters.run.average_below_MeV;
  const bool averages_later = phase == 0 && T_average > parameters.epoch.T_end_MeV;
  return std::log(constants::electron_mass / (averages_later ? T_average : parameters.epoch.T_end_MeV));
}

}  // namespace qke
