// Oscillations averaged: rho = U diag(f) U^dagger in a basis U(x, y) that the scheme chooses, and
//   df/ds = diag(U^dagger C U)/H   ([FPV20] eqs. (3.1)-(3.8)),
// likewise fbar; without asymmetry rhobar = rho. Scheme `boltzmann` takes the flavour basis, scheme `atao`
// the eigenbasis of V (and of -V), scheme `atao-jv` those of V + J and -V + J.
#pragma once

#include "evolution/kinetic_system.hpp"

namespace qke {

// Scalar is double where all bases are real.
template <class Scalar>
class AveragedSystem : public KineticSystem, public ImplicitOdeSystem {
 public:
  AveragedSystem(const Parameters& parameters, AntineutrinoRelation antineutrinos, const Threads& threads,
                 int collective_components = 0)
      : KineticSystem(parameters, antineutrinos == AntineutrinoRelation::independent ? 6 : 3, threads,
                      collective_components),
        antineutrinos_(antineutrinos) {}

  SolvableSystem solvable() override { return static_cast<ImplicitOdeSystem*>(this); }
  void jacobian(double s, ConstVector u, ConstVector du, Matrix J) override;
  MatrixField<std::complex<double>> rho(double s, ConstVector u) const override;
  MatrixField<std::complex<double>> rhobar(double s, ConstVector u) const override;

 protected:
  // The unitary U of every node; columns are the states whose occupation is evolved. Those of antineutrinos
  // are left out where they are the same.
  struct Bases {
    MatrixField<Scalar> nu, bar;

    const MatrixField<Scalar>& of_antineutrinos() const { return bar.empty() ? nu : bar; }
  };
  virtual Bases bases(const Background& background, ConstVector u) const = 0;

  DensityMatrices<Scalar> density_matrices(const Bases& U, ConstVector u) const;
  // C of every node in units of H, flavour basis.
  DensityMatrices<Scalar> collision_terms(const Background& background,
                                          const DensityMatrices<Scalar>& rho) const;
  // The occupations' part of a vector from matrices: diag(U^dagger X U)/scale.
  void set_diagonals(const Bases& U, const DensityMatrices<Scalar>& X, Vector u) const;

  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const DensityMatrices<std::complex<double>>& rho,
                     Vector u) const override;
  Eigen::VectorXd trace_weights() const override;
  std::string node_component_name(int component) const override;
  // What a system with collective components adds to the Jacobian, given the responses of the collisions.
  virtual void fill_collective(double /*s*/, const Background&, const Bases&,
                               const CollisionIntegral::Responses&, ConstVector /*u*/, ConstVector /*du*/,
                               Matrix /*J*/) {}

 private:
  bool independent() const { return antineutrinos_ == AntineutrinoRelation::independent; }
  void fill_symmetric(const Background& background, const MatrixField<Scalar>& U,
                      const DensityMatrices<Scalar>& rho, Matrix J) const;
  void fill_independent(const Background& background, const Bases& U,
                        const CollisionIntegral::Responses& responses, Matrix J) const;

  AntineutrinoRelation antineutrinos_;
};

}  // namespace qke
