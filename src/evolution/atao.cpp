// Scheme `atao`: oscillations much faster than collisions and expansion are averaged; the density matrix is
// diagonal in the eigenbasis of the Hamiltonian V(x, y), which turns adiabatically (FPV section 3).
#include <type_traits>

#include "qke/constants.hpp"
#include "qke/evolution/averaged_system.hpp"
#include "qke/evolution/schemes.hpp"
#include "qke/oscillations/hamiltonian.hpp"
#include "qke/oscillations/mixing.hpp"

namespace qke {
namespace {

template <class Scalar>
class AtaoSystem : public AveragedSystem<Scalar> {
 public:
  AtaoSystem(const Parameters& parameters, const Threads& threads)
      : AveragedSystem<Scalar>(parameters, averaged_antineutrinos(parameters), threads) {
    const Matrix3 complex_matrix = mass_squared_matrix(parameters.mixing);
    if constexpr (std::is_same_v<Scalar, double>) {
      mass_matrix_ = complex_matrix.real();
    } else {
      mass_matrix_ = complex_matrix;
    }
  }

 protected:
  // Eigenvectors in the order of the eigenvalues, which keeps their labels through avoided crossings.
  typename AveragedSystem<Scalar>::Bases bases(const Background& b, OdeSystem::ConstVector) const override {
    const Matrix3 source = this->matter_source_of(b);
    MatrixField<Scalar> U;
    U.reserve(this->grid_.size());
    for (int i = 0; i < this->grid_.size(); ++i) {
      const double y = this->grid_.y(i);
      FlavourMatrix<Scalar> V = vacuum_hamiltonian<Scalar>(mass_matrix_, y, b.T_cm);
      const Matrix3 matter = matter_hamiltonian(this->parameters_.weak, source, y, b.T_cm);
      V.diagonal() += matter.diagonal().real().template cast<Scalar>();
      U.push_back(eigenvectors(V));
    }
    return {std::move(U), {}};
  }

 private:
  static FlavourMatrix<Scalar> eigenvectors(const FlavourMatrix<Scalar>& V) {
    // An unmixed V keeps the flavour basis whatever the order of its eigenvalues.
    const FlavourMatrix<Scalar> diagonal = V.diagonal().asDiagonal();
    if (V == diagonal) return FlavourMatrix<Scalar>::Identity();
    return Eigen::SelfAdjointEigenSolver<FlavourMatrix<Scalar>>(V).eigenvectors();
  }

  FlavourMatrix<Scalar> mass_matrix_;  // flavour basis, MeV^2
};

}  // namespace

std::unique_ptr<KineticSystem> make_atao_system(const Parameters& parameters, const Threads& threads) {
  const bool real = mass_squared_matrix(parameters.mixing).imag().isZero(0.0);
  if (real) return std::make_unique<AtaoSystem<double>>(parameters, threads);
  return std::make_unique<AtaoSystem<std::complex<double>>>(parameters, threads);
}

}  // namespace qke
