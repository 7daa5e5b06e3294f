// Scheme `atao`: oscillations much faster than collisions and expansion are averaged; the density matrix is
// diagonal in the eigenbasis of the Hamiltonian V(x, y), which turns adiabatically ([FPV20] section 3). Where
// it does not, averaging_validity.hpp says so and the run takes other equations.
#include "evolution/averaged_system.hpp"
#include "evolution/schemes.hpp"
#include "model/constants.hpp"
#include "oscillations/eigenbasis.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

template <class Scalar>
class AtaoSystem : public AveragedSystem<Scalar> {
 public:
  AtaoSystem(const Parameters& parameters, const Threads& threads)
      : AveragedSystem<Scalar>(parameters, averaged_antineutrinos(parameters), threads),
        eigenbasis_(parameters.mixing),
        is_mixed_(flavours_are_mixed(parameters.mixing)) {}

 protected:
  typename AveragedSystem<Scalar>::Bases bases(const Background& b, OdeSystem::ConstVector) const override {
    const int nodes = this->grid_.size();
    // Unmixed states keep their flavour whatever the order of their eigenvalues.
    if (!is_mixed_) return {MatrixField<Scalar>(nodes, FlavourMatrix<Scalar>::Identity()), {}};
    const Matrix3 source = this->matter_source_of(b);
    MatrixField<Scalar> U;
    U.reserve(nodes);
    for (int i = 0; i < nodes; ++i) {
      const double y = this->grid_.y(i);
      const Matrix3 matter = matter_hamiltonian(this->parameters_.weak, source, y, b.T_cm);
      U.push_back(eigenbasis_.at(y, b.T_cm, matter.diagonal().real()).states);
    }
    return {std::move(U), {}};
  }

 private:
  EigenbasisOfV<Scalar> eigenbasis_;
  bool is_mixed_;
};

}  // namespace

std::unique_ptr<KineticSystem> make_atao_system(const Parameters& parameters, const Threads& threads) {
  const bool real = pmns_matrix(parameters.mixing).imag().isZero(0.0);
  if (real) return std::make_unique<AtaoSystem<double>>(parameters, threads);
  return std::make_unique<AtaoSystem<std::complex<double>>>(parameters, threads);
}

}  // namespace qke
