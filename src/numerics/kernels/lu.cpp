// Eigen's LU factorisation for one instruction set: compiled once for each, with QKE_NAMESPACE from
// cmake/InstructionSets.cmake, which also gives the namespace Eigen another name, so that no other source
// shares code compiled here.
#include <Eigen/LU>

#include "numerics/lu_functions.hpp"

namespace qke::QKE_NAMESPACE {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1>;

void factorise(std::ptrdiff_t n, double* A, int* transpositions) {
  int count = 0;
  Eigen::internal::partial_lu_impl<double, Eigen::ColMajor, int>::blocked_lu(n, n, A, n, transpositions,
                                                                             count);
}

void solve(std::ptrdiff_t n, const double* factors, double* b) {
  const Eigen::Map<const Matrix> LU(factors, n, n);
  Eigen::Map<Vector> x(b, n);
  LU.triangularView<Eigen::UnitLower>().solveInPlace(x);
  LU.triangularView<Eigen::Upper>().solveInPlace(x);
}

}  // namespace

LuFunctions lu_functions() { return {factorise, solve}; }

}  // namespace qke::QKE_NAMESPACE
