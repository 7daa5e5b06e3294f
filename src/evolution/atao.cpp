// Scheme `atao`: oscillations much faster than collisions and expansion are averaged; the
// density matrix is diagonal in the eigenbasis of the Hamiltonian V(x, y), which turns
// adiabatically ([FPV20] section 3). Where it does not, averaging_validity.hpp says so
// and the run takes other equations.
#include <cmath>

#include "evolution/averaged_system.hpp"
#include "evolution/schemes.hpp"
#include "flavour/states.hpp"
#include "model/constants.hpp"
#include "model/sterile.hpp"
#include "oscillations/eigenbasis.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

template <int N, class Scalar>
class AtaoSystem : public AveragedSystem<N, Scalar> {
 public:
  AtaoSystem(const Parameters& parameters, const Threads& threads, const Additions& additions)
      : AveragedSystem<N, Scalar>(parameters, averaged_antineutrinos(parameters), threads, additions),
        eigenbasis_(parameters.mixing, parameters.sterile, !additions.potentials.empty()),
        is_mixed_(flavours_are_mixed<N>(parameters.mixing, parameters.sterile) ||
                  !additions.potentials.empty()) {}

 protected:
  using typename AveragedSystem<N, Scalar>::Bases;

  Bases bases(const Background& b, OdeSystem::ConstVector u) const override {
    // Unmixed states are those of the flavours, without the rounding of a solver.
    if (!is_mixed_) {
      return {MatrixField<N, Scalar>(this->grid_.size(), FlavourMatrix<N, Scalar>::Identity()), {}};
    }
    // Without sterile states the potential of the neutrinos is nearly the same for all: it is
    // left to scheme qke.
    if (N == active_flavours || !this->potentials_need_neutrino_energy()) return bases_of(b, {});
    return bases_with_neutrino_energy(b, u);
  }

 private:
  Bases bases_of(const Background& b, const NeutrinoMoments& neutrinos) const {
    PotentialOfMomentum<N, Scalar> potential(interactions(this->potentials_, b, neutrinos, N));
    // The potential is rotated once for all momenta; the basis is found in the mass basis
    // (oscillations/eigenbasis.hpp).
    potential.linear = eigenbasis_.to_mass_basis(potential.linear);
    potential.inverse = eigenbasis_.to_mass_basis(potential.inverse);
    const int nodes = this->grid_.size();
    MatrixField<N, Scalar> U;
    U.reserve(nodes);
    for (int i = 0; i < nodes; ++i) {
      const double y = this->grid_.y(i);
      U.push_back(eigenbasis_.of_mass_basis(y, b.T_cm, potential(y)).states);
    }
    return {std::move(U), {}};
  }

  // Fixed point: the energy of the active flavours makes V, its eigenbasis shares the
  // occupations u out to the flavours. It contracts by the in-medium mixing with sterile
  // states times their lack of neutrinos.
  Bases bases_with_neutrino_energy(const Background& b, OdeSystem::ConstVector u) const {
    constexpr int most_iterations = 50;
    constexpr double tolerance = 1e-14;
    const double of_a_flavour = 2.0 * constants::rho_0 * std::pow(b.T_cm, 4);
    NeutrinoMoments moments{of_a_flavour * StateMatrix::Identity(N, N)};
    for (int iteration = 1;; ++iteration) {
      Bases U = bases_of(b, moments);
      const NeutrinoMoments next = this->moments_for_potentials(b.T_cm, this->density_matrices(U, u));
      const double change =
          (next.energy - moments.energy).template topLeftCorner<3, 3>().cwiseAbs().maxCoeff();
      if (change <= tolerance * of_a_flavour || iteration == most_iterations) return U;
      moments = next;
    }
  }

  EigenbasisOfV<N, Scalar> eigenbasis_;
  bool is_mixed_;
};

}  // namespace

std::unique_ptr<KineticSystem> make_atao_system(const Parameters& parameters, const Threads& threads,
                                                const Additions& additions) {
  // The built-in potentials of this scheme are real, and in a real basis complex couplings
  // make no difference (neutrino_electron.cpp).
  const bool is_real = pmns_matrix(parameters.mixing).imag().isZero(0.0) && additions.potentials.empty();
  return with_states(coupled_states(parameters), [&](auto n) -> std::unique_ptr<KineticSystem> {
    if (is_real) return std::make_unique<AtaoSystem<n(), double>>(parameters, threads, additions);
    return std::make_unique<AtaoSystem<n(), std::complex<double>>>(parameters, threads, additions);
  });
}

}  // namespace qke
