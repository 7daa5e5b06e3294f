// LU factorisation of dense matrices, compiled for several instruction sets
// (base/instruction_set.hpp).
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <vector>

#include "base/instruction_set.hpp"

namespace qke {

// Numbers that begin at a multiple of 64 bytes. SIMD summation order depends on
// alignment; 64-byte alignment keeps results bitwise reproducible.
class AlignedNumbers {
 public:
  void resize(std::size_t size) { memory_.resize(size + 8); }
  double* data() {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    return memory_.data() + (64 - address % 64) % 64 / sizeof(double);
  }

 private:
  std::vector<double> memory_;
};

// With partial pivoting: P A = L U.
class LuFactorisation {
 public:
  explicit LuFactorisation(InstructionSet set = chosen_instruction_set()) : set_(set) {}

  // A is square.
  void factorise(const Eigen::Ref<const Eigen::MatrixXd>& A);
  // Overwrites the right-hand side with the solution.
  void solve(Eigen::Ref<Eigen::VectorXd> b);

 private:
  InstructionSet set_;
  Eigen::Index size_ = 0;
  AlignedNumbers factors_, vector_;
  std::vector<int> rows_;  // row k of A is row rows_[k] of L U
};

}  // namespace qke
