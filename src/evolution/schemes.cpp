#include "evolution/schemes.hpp"

#include "model/asymmetry.hpp"

namespace qke {

std::unique_ptr<KineticSystem> make_kinetic_system(const Parameters& parameters, Phase phase,
                                                   const Threads& threads, const Additions& additions) {
  if (phase == Phase::averaged) return make_atao_system(parameters, threads, additions);
  if (phase == Phase::full_equations || phase == Phase::isotropic) {
    return make_independent_qke_system(parameters, threads, additions);
  }
  switch (scheme_of(parameters)) {
    case Scheme::boltzmann:
      return make_boltzmann_system(parameters, threads, additions);
    case Scheme::atao:
      return make_atao_system(parameters, threads, additions);
    case Scheme::qke:
      if (directions_are_resolved(parameters)) {
        return make_directional_qke_system(parameters, threads, additions);
      }
      if (has_asymmetry_beside_sterile(parameters)) {
        return make_sterile_asymmetry_system(parameters, threads, additions);
      }
      // One matrix per node is enough for the built-in potentials alone.
      if (resolves_asymmetry(parameters) || !additions.potentials.empty()) {
        return make_independent_qke_system(parameters, threads, additions);
      }
      return make_qke_system(parameters, threads, additions);
    case Scheme::atao_jv:
    case Scheme::automatic:  // scheme_of() names another
      break;
  }
  return make_atao_jv_system(parameters, threads, additions);
}

}  // namespace qke
