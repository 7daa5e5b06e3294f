// Scheme `atao`: oscillations much faster than collisions and expansion are averaged; the
// density matrix is diagonal in the eigenbasis of the Hamiltonian V(x, y), which turns
// adiabatically ([FPV20] section 3). Where it does not, averaging_validity.hpp says so
// and the run takes other equations.
#include "evolution/averaged_system.hpp"
#include "evolution/schemes.hpp"
#include "flavour/states.hpp"
#include "oscillations/eigenbasis.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

template <int N, class Scalar>
class AtaoSystem : public AveragedSystem<N, Scalar> {
 public:
  AtaoSystem(const Parameters& parameters, const Threads& threads, const Additions& additions)
      : AveragedSystem<N, Scalar>(parameters, averaged_antineutrinos(parameters), threads, additions),
        eigenbasis_(parameters.mixing),
        is_mixed_(flavours_are_mixed(parameters.mixing) || !additions.potentials.empty()) {}

 protected:
  using typename AveragedSystem<N, Scalar>::Bases;

  Bases bases(const Background& b, OdeSystem::ConstVector) const override {
    const int nodes = this->grid_.size();
    // Unmixed states keep their flavour whatever the order of their eigenvalues; sorted
    // by these, they would swap where levels cross.
    if (!is_mixed_) return {MatrixField<N, Scalar>(nodes, FlavourMatrix<N, Scalar>::Identity()), {}};
    PotentialOfMomentum<N, Scalar> potential(interactions(this->potentials_, b, {}, N));
    // The potential is rotated once for all momenta; the basis is found in the mass basis
    // (oscillations/eigenbasis.hpp).
    potential.linear = eigenbasis_.to_mass_basis(potential.linear);
    potential.inverse = eigenbasis_.to_mass_basis(potential.inverse);
    MatrixField<N, Scalar> U;
    U.reserve(nodes);
    for (int i = 0; i < nodes; ++i) {
      const double y = this->grid_.y(i);
      U.push_back(eigenbasis_.of_mass_basis(y, b.T_cm, potential(y)).states);
    }
    return {std::move(U), {}};
  }

 private:
  EigenbasisOfV<N, Scalar> eigenbasis_;
  bool is_mixed_;
};

}  // namespace

std::unique_ptr<KineticSystem> make_atao_system(const Parameters& parameters, const Threads& threads,
                                                const Additions& additions) {
  // The built-in potentials of this scheme are real.
  const bool is_real = pmns_matrix(parameters.mixing).imag().isZero(0.0) && additions.potentials.empty();
  return with_states(number_of_states(parameters), [&](auto n) -> std::unique_ptr<KineticSystem> {
    if (is_real) return std::make_unique<AtaoSystem<n(), double>>(parameters, threads, additions);
    return std::make_unique<AtaoSystem<n(), std::complex<double>>>(parameters, threads, additions);
  });
}

}  // namespace qke
