// Eigenbasis of V = U M^2 U^dagger/(2 y T_cm) + diag(matter), also where levels are degenerate.
//
// The matrix is diagonalised in the mass basis by Jacobi rotations, where the vacuum term is exactly diagonal
// and elements of any size keep their relative accuracy: the smallest matter term still decides how two
// degenerate masses mix. An infinitesimal one is added for where there is none: in a degenerate plane it
// selects the projection of nu_e, as collisions do, the only other interaction that tells flavours apart.
#pragma once

#include "flavour/flavour_matrix.hpp"
#include "qke/parameters.hpp"

namespace qke {

template <class Scalar>
struct Eigenbasis {
  FlavourMatrix<Scalar> states;  // columns, flavour basis; in the order of the eigenvalues
  Vector3 energies;              // MeV, up to a multiple of the identity
};

// Scalar: double for a real mixing matrix.
template <class Scalar>
class EigenbasisOfV {
 public:
  explicit EigenbasisOfV(const MixingParameters& mixing);

  // matter: diagonal of the matter term of V, flavour basis, MeV.
  Eigenbasis<Scalar> at(double y, double T_cm, const Vector3& matter) const;

 private:
  FlavourMatrix<Scalar> U_;  // mass basis to flavour basis
  Vector3 masses_squared_;   // MeV^2, with the zero at one of the two closest
};

}  // namespace qke
