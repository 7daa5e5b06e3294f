#include "qke/numerics/lu_factorisation.hpp"

#include <utility>

#include "lu_functions.hpp"

namespace qke {
namespace {

LuFunctions functions_for(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return avx512::lu_functions();
  if (set == InstructionSet::avx2) return avx2::lu_functions();
#endif
  static_cast<void>(set);
  return baseline::lu_functions();
}

}  // namespace

void LuFactorisation::factorise(Eigen::Map<Eigen::MatrixXd> A) {
  size_ = A.rows();
  factors_ = A.data();
  transpositions_.resize(static_cast<std::size_t>(size_));
  functions_for(set_).factorise(size_, factors_, transpositions_.data());
}

void LuFactorisation::solve(Eigen::Map<Eigen::VectorXd> b) const {
  for (Eigen::Index k = 0; k < size_; ++k) std::swap(b(k), b(transpositions_[static_cast<std::size_t>(k)]));
  functions_for(set_).solve(size_, factors_, b.data());
}

}  // namespace qke
