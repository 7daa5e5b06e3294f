#include "flavour/hermitian.hpp"

#include "flavour/states.hpp"

namespace qke {

template <int N>
Eigensystem<N> eigensystem(const FlavourMatrix<N>& H) {
  const Eigen::SelfAdjointEigenSolver<FlavourMatrix<N>> solver(H);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

StateVector eigenvalues(const StateMatrix& H) {
  return with_states(static_cast<int>(H.rows()),
                     [&](auto n) -> StateVector { return eigensystem<n()>(H).values; });
}

template Eigensystem<3> eigensystem<3>(const FlavourMatrix<3>&);
template Eigensystem<4> eigensystem<4>(const FlavourMatrix<4>&);
template Eigensystem<5> eigensystem<5>(const FlavourMatrix<5>&);
template Eigensystem<6> eigensystem<6>(const FlavourMatrix<6>&);

}  // namespace qke
