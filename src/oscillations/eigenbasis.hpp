// Eigenbasis of V = U M^2 U^dagger/(2 y T_cm) + potential, also where levels are
// degenerate.
//
// The matrix is diagonalised in the mass basis by Jacobi rotations, where the vacuum term
// is exactly diagonal and elements of any size keep their relative accuracy: the smallest
// matter term still decides how two degenerate masses mix. An infinitesimal one of nu_e
// is added: in a degenerate plane it selects the projection of nu_e, as collisions do,
// the only other interaction that tells flavours apart.
//
// Flavours that mix with one another, directly or through others, make a group. States of
// different groups stay apart whatever their energies: where their levels cross, each
// keeps its place.
#pragma once

#include <array>

#include "flavour/flavour_matrix.hpp"
#include "qke/parameters.hpp"

namespace qke {

template <int N, class Scalar>
struct Eigenbasis {
  FlavourMatrix<N, Scalar> states;  // columns, flavour basis; group by group, by eigenvalue
  FlavourVector<N> energies;        // MeV, up to a multiple of the identity
};

// Scalar: double for a real mixing matrix.
template <int N, class Scalar>
class EigenbasisOfV {
 public:
  // potentials_mix: whether potentials, too, mix flavours: all are then one group.
  explicit EigenbasisOfV(const MixingParameters& mixing, const SterileParameters& sterile = {},
                         bool potentials_mix = false);

  FlavourMatrix<N, Scalar> to_mass_basis(const FlavourMatrix<N, Scalar>& X) const {
    return U_.adjoint() * X * U_;
  }
  bool same_group(int i, int j) const { return group_of_state_[i] == group_of_state_[j]; }
  // potential: V without its vacuum term, MeV; in the mass basis, or in the flavour
  // basis.
  Eigenbasis<N, Scalar> of_mass_basis(double y, double T_cm, const FlavourMatrix<N, Scalar>& potential) const;
  Eigenbasis<N, Scalar> at(double y, double T_cm, const FlavourMatrix<N, Scalar>& potential) const {
    return of_mass_basis(y, T_cm, to_mass_basis(potential));
  }

 private:
  FlavourMatrix<N, Scalar> U_;          // mass basis to flavour basis
  FlavourMatrix<N, Scalar> tie_break_;  // of nu_e, infinitesimal, mass basis
  FlavourVector<N> masses_squared_;     // MeV^2, with the zero at one of the two closest
  std::array<int, N> group_of_flavour_, group_of_state_;
};

}  // namespace qke
