// Scheme `boltzmann`: diagonal density matrices, no oscillations (docs/physics.md,
// "boltzmann"). The basis of averaged_system.hpp is the flavour basis at all times: V has
// no effect, and the occupations f_alpha = rho_alpha,alpha obey Boltzmann equations
// df/ds = C/H.
#include "evolution/averaged_system.hpp"
#include "evolution/schemes.hpp"
#include "flavour/states.hpp"
#include "model/sterile.hpp"

namespace qke {
namespace {

template <int N>
class BoltzmannSystem : public AveragedSystem<N, double> {
 public:
  BoltzmannSystem(const Parameters& parameters, const Threads& threads, const Additions& additions)
      : AveragedSystem<N, double>(parameters, averaged_antineutrinos(parameters), threads, additions) {}

 protected:
  using typename AveragedSystem<N, double>::Bases;

  Bases bases(const Background&, OdeSystem::ConstVector) const override {
    return {MatrixField<N, double>(this->grid_.size(), FlavourMatrix<N, double>::Identity()), {}};
  }
  std::string node_component_name(int component) const override {
    const std::string flavour = flavour_names(N)[component % N];
    return (component < N ? "rho_" : "rhobar_") + flavour + flavour;
  }
};

}  // namespace

std::unique_ptr<KineticSystem> make_boltzmann_system(const Parameters& parameters, const Threads& threads,
                                                     const Additions& additions) {
  return with_states(coupled_states(parameters), [&](auto n) -> std::unique_ptr<KineticSystem> {
    return std::make_unique<BoltzmannSystem<n()>>(parameters, threads, additions);
  });
}

}  // namespace qke
