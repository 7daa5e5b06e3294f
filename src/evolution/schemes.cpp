#include "qke/evolution/schemes.hpp"

#include <cmath>

#include "qke/base/error.hpp"
#include "qke/constants.hpp"
#include "qke/evolution/averaged_system.hpp"

namespace qke {

std::unique_ptr<KineticSystem> make_kinetic_system(const Parameters& parameters, int phase,
                                                   const Threads& threads) {
  if (phase == 1) return make_atao_system(parameters, threads);
  switch (parameters.run.scheme) {
    case Scheme::boltzmann:
      return make_boltzmann_system(parameters, threads);
    case Scheme::atao:
      return make_atao_system(parameters, threads);
    case Scheme::qke:
      return averaged_antineutrinos(parameters) == Antineutrinos::equal
                 ? make_qke_system(parameters, threads)
                 : make_asymmetric_qke_system(parameters, threads);
    case Scheme::atao_jv:
      break;
  }
  throw ConfigurationError("this scheme is not available in this version. Use qke, atao or boltzmann?");
}

double phase_end(const Parameters& parameters, int phase) {
  const double T_average = parameters.run.average_below_MeV;
  const bool averages_later = phase == 0 && T_average > parameters.epoch.T_end_MeV;
  return std::log(constants::electron_mass / (averages_later ? T_average : parameters.epoch.T_end_MeV));
}

}  // namespace qke
