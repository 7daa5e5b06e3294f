// Oscillations averaged: rho = U diag(f) U^dagger in a basis U(x, y) that the scheme
// chooses, and
//   df/ds = diag(U^dagger C U)/H   ([FPV20] eqs. (3.1)-(3.8)),
// likewise fbar; without asymmetry rhobar = rho. Scheme `boltzmann` takes the flavour
// basis, scheme `atao` the eigenbasis of V (and of -V), scheme `atao-jv` the eigenbasis
// of the asymmetry matrix. f are the occupations of the basis states, C is the collision
// term, H the Hubble rate.
#pragma once

#include <string>

#include "evolution/kinetic_system.hpp"

namespace qke {

// Scalar is double where all bases are real.
template <int N, class Scalar>
class AveragedSystem : public KineticSystem, public ImplicitOdeSystem {
 public:
  using Field = MatrixField<N, Scalar>;
  using Density = DensityMatrices<N, Scalar>;

  // block_name, block_size: unknowns of the scheme besides occupation numbers.
  AveragedSystem(const Parameters& parameters, AntineutrinoRelation relation, const Threads& threads,
                 const Additions& additions, const std::string& block_name = {}, int block_size = 0);

  SolvableSystem solvable() override { return static_cast<ImplicitOdeSystem*>(this); }
  void jacobian(double s, ConstVector u, ConstVector du, Matrix J) override;
  // Made of collisions alone, it changes with the expansion. Where it is made around the
  // spectra of the moment it costs as much as 20 right-hand sides.
  bool jacobian_may_be_old() const override {
    const bool is_costly = neutrinos_are_emitted() || !initial().has_neutrinos();
    return is_costly && scheme_block().size == 0;
  }
  StateDensities densities(double s, ConstVector u) const override;

 protected:
  // The unitary U of every node; columns are the states whose occupation is evolved.
  // `bar` is empty where antineutrinos have the same bases.
  struct Bases {
    Field nu, bar;

    const Field& of_antineutrinos() const { return bar.empty() ? nu : bar; }
  };
  virtual Bases bases(const Background& background, ConstVector u) const = 0;

  bool independent() const { return relation_ == AntineutrinoRelation::independent; }
  Density density_matrices(const Bases& U, ConstVector u) const;
  // C of every node in units of H, flavour basis.
  Density collision_terms(const Background& background, const Density& rho) const;
  // The occupations' part of a vector from matrices: diag(U^dagger X U)/scale.
  void set_diagonals(const Bases& U, const Density& X, Vector u) const;

  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const StateDensities& rho, Vector u) const override;
  std::string node_component_name(int component) const override;

 private:
  void project(const Bases& U, const StateDensities& rho, Vector u) const;
  void fill_occupations(double unit, const Bases& U, const CollisionResponse& response, Matrix J) const;

  AntineutrinoRelation relation_;
};

}  // namespace qke
