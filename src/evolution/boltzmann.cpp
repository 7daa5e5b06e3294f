// Scheme `boltzmann`: diagonal density matrices, no oscillations.
#include <array>

#include "evolution/averaged_system.hpp"
#include "evolution/schemes.hpp"

namespace qke {
namespace {

class BoltzmannSystem : public AveragedSystem<double> {
 public:
  BoltzmannSystem(const Parameters& parameters, const Threads& threads)
      : AveragedSystem(parameters, averaged_antineutrinos(parameters), threads) {}

 protected:
  Bases bases(const Background&, ConstVector) const override {
    return {MatrixField<double>(grid_.size(), FlavourMatrix<double>::Identity()), {}};
  }
  std::string node_component_name(int component) const override {
    static constexpr std::array names{"rho_ee",    "rho_mumu",    "rho_tautau",
                                      "rhobar_ee", "rhobar_mumu", "rhobar_tautau"};
    return names[component];
  }
};

}  // namespace

std::unique_ptr<KineticSystem> make_boltzmann_system(const Parameters& parameters, const Threads& threads) {
  return std::make_unique<BoltzmannSystem>(parameters, threads);
}

}  // namespace qke
