// Eigen's LU factorisation for one instruction set: compiled once for each, with
// QKE_NAMESPACE from cmake/InstructionSets.cmake, which also gives the namespace Eigen
// another name, so that no other source shares code compiled here.
#include <Eigen/LU>

#include "numerics/lu_functions.hpp"

namespace qke::QKE_NAMESPACE {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1>;

void factorise(std::ptrdiff_t n, double* A, int* rows) {
  Eigen::Map<Matrix> matrix(A, n, n);
  const Eigen::PartialPivLU<Eigen::Ref<Matrix>> in_place(matrix);
  for (std::ptrdiff_t k = 0; k < n; ++k) rows[k] = in_place.permutationP().indices()(k);
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
