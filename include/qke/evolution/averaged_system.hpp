// Oscillations averaged: rho = U diag(f) U^dagger in a basis U(x, y) that the scheme chooses, and
//   df/ds = diag(U^dagger C U)/H   (FPV eqs. (3.1)-(3.8)),
// likewise fbar in the same basis (V and -V have the same eigenvectors); without asymmetry rhobar = rho.
// Scheme `boltzmann` takes the flavour basis, scheme `atao` the eigenbasis of the Hamiltonian.
#pragma once

#include "qke/evolution/kinetic_system.hpp"

namespace qke {

// Scalar is double where all bases are real.
template <class Scalar>
class AveragedSystem : public KineticSystem, public ImplicitOdeSystem {
 public:
  AveragedSystem(const Parameters& parameters, Antineutrinos antineutrinos, const Threads& threads)
      : KineticSystem(parameters, antineutrinos == Antineutrinos::independent ? 6 : 3, threads),
        antineutrinos_(antineutrinos) {}

  void jacobian(double s, ConstVector u, ConstVector du, Matrix J) override;
  MatrixField<std::complex<double>> rho(double s, ConstVector u) const override;
  MatrixField<std::complex<double>> rhobar(double s, ConstVector u) const override;

 protected:
  // The unitary U of every node; columns are the states whose occupation is evolved.
  virtual MatrixField<Scalar> basis(const Background& background) const = 0;

  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const DensityMatrices<std::complex<double>>& rho,
                     Vector u) const override;
  Eigen::VectorXd trace_weights() const override;
  std::string node_component_name(int component) const override;

 private:
  bool independent() const { return antineutrinos_ == Antineutrinos::independent; }
  DensityMatrices<Scalar> density_matrices(const MatrixField<Scalar>& U, ConstVector u) const;
  void fill_symmetric(const Background& background, const MatrixField<Scalar>& U,
                      const DensityMatrices<Scalar>& rho, Matrix J) const;
  void fill_independent(const Background& background, const MatrixField<Scalar>& U,
                        const DensityMatrices<Scalar>& rho, Matrix J) const;

  Antineutrinos antineutrinos_;
};

// Averaged schemes evolve antineutrinos on their own only where there is an asymmetry.
Antineutrinos averaged_antineutrinos(const Parameters& parameters);

}  // namespace qke
