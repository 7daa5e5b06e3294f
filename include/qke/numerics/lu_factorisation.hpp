// LU factorisation of dense matrices, compiled for several instruction sets (base/instruction_set.hpp).
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "qke/base/instruction_set.hpp"

namespace qke {

// With partial pivoting: P A = L U, column-major, in the memory of A, which must stay.
class LuFactorisation {
 public:
  explicit LuFactorisation(InstructionSet set = chosen_instruction_set()) : set_(set) {}

  // Overwrites the square matrix A with its factors.
  void factorise(Eigen::Map<Eigen::MatrixXd> A);
  // Overwrites the right-hand side with the solution.
  void solve(Eigen::Map<Eigen::VectorXd> b) const;

 private:
  InstructionSet set_;
  Eigen::Index size_ = 0;
  double* factors_ = nullptr;
  std::vector<int> transpositions_;
};

}  // namespace qke
