#include "qke/evolution/schemes.hpp"

#include "qke/base/error.hpp"
#include "qke/evolution/averaged_system.hpp"

namespace qke {

std::unique_ptr<KineticSystem> make_kinetic_system(const Parameters& parameters, const Threads& threads) {
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

}  // namespace qke
