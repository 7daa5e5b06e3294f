#include "evolution/schemes.hpp"

#include "model/asymmetry.hpp"

namespace qke {

std::unique_ptr<KineticSystem> make_kinetic_system(const Parameters& parameters, Phase phase,
                                                   const Threads& threads) {
  if (phase == Phase::averaged) return make_atao_system(parameters, threads);
  switch (scheme_of(parameters)) {
    case Scheme::boltzmann:
      return make_boltzmann_system(parameters, threads);
    case Scheme::atao:
      return make_atao_system(parameters, threads);
    case Scheme::qke:
      return resolves_asymmetry(parameters) ? make_independent_qke_system(parameters, threads)
                                            : make_qke_system(parameters, threads);
    default:
      break;
  }
  return make_atao_jv_system(parameters, threads);
}

}  // namespace qke
