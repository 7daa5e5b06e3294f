// The one place where the Hamiltonian of the neutrinos is put together:
//   V = U M^2 U^dagger/(2 y T_cm) + inverse/y + linear y,   MeV, flavour basis
// (potential.hpp has its parts; [FPV20] eq. (2.23)).
#pragma once

#include <type_traits>

#include "oscillations/potential.hpp"

namespace qke {

// The sum of all potentials. Where `neutrinos` is empty (averaged schemes), the
// potentials that need the energy of the neutrinos are left out.
Interactions interactions(const Potentials& potentials, const Background& background,
                          const NeutrinoMoments& neutrinos, int states);

// The potentials of N states, at one momentum after another. Scalar: double where all are
// real.
template <int N, class Scalar = std::complex<double>>
struct PotentialOfMomentum {
  explicit PotentialOfMomentum(const Interactions& sum)
      : inverse(as_scalar(sum.inverse)),
        linear(as_scalar(sum.linear)),
        has_inverse(!sum.inverse.isZero(0.0)) {}

  // V without its vacuum term.
  FlavourMatrix<N, Scalar> operator()(double y) const {
    FlavourMatrix<N, Scalar> V = y * linear;
    if (has_inverse) V += inverse / y;
    return V;
  }

  FlavourMatrix<N, Scalar> inverse, linear;
  bool has_inverse;

 private:
  static FlavourMatrix<N, Scalar> as_scalar(const StateMatrix& X) {
    if constexpr (std::is_same_v<Scalar, double>) {
      return X.real();
    } else {
      return X;
    }
  }
};

// The vacuum term of V, for U M^2 U^dagger in MeV^2.
template <int N>
FlavourMatrix<N> vacuum_hamiltonian(const FlavourMatrix<N>& mass_squared, double y, double T_cm) {
  return mass_squared / (2.0 * y * T_cm);
}

}  // namespace qke
