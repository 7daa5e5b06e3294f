#include "numerics/lu_factorisation.hpp"

#include "base/expect.hpp"
#include "numerics/lu_functions.hpp"

namespace qke {
namespace {

LuFunctions functions_for(InstructionSet set) { return QKE_KERNEL_FOR(set, lu_functions()); }

}  // namespace

void LuFactorisation::factorise(const Eigen::Ref<const Eigen::MatrixXd>& A) {
  QKE_EXPECT(A.rows() == A.cols());
  size_ = A.rows();
  factors_.resize(static_cast<std::size_t>(size_ * size_));
  vector_.resize(static_cast<std::size_t>(size_));
  rows_.resize(static_cast<std::size_t>(size_));
  Eigen::Map<Eigen::MatrixXd>(factors_.data(), size_, size_) = A;
  functions_for(set_).factorise(size_, factors_.data(), rows_.data());
}

void LuFactorisation::solve(Eigen::Ref<Eigen::VectorXd> b) {
  QKE_EXPECT(b.size() == size_);
  Eigen::Map<Eigen::VectorXd> x(vector_.data(), size_);
  for (Eigen::Index k = 0; k < size_; ++k) x(rows_[static_cast<std::size_t>(k)]) = b(k);
  functions_for(set_).solve(size_, factors_.data(), x.data());
  b = x;
}

}  // namespace qke
