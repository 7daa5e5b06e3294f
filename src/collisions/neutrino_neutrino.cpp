#include "collisions/neutrino_neutrino.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/instruction_set.hpp"
#include "collisions/quadruple_sums.hpp"
#include "model/constants.hpp"

namespace qke {

const QuadrupleSums& quadruple_sums(InstructionSet set, QuadrupleKind kind) {
  const auto index = static_cast<std::size_t>(kind);
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return avx512::quadruple_sums()[index];
  if (set == InstructionSet::avx2) return avx2::quadruple_sums()[index];
#endif
  static_cast<void>(set);
  return baseline::quadruple_sums()[index];
}

namespace {

// Fixed numbers of partial sums, added in order: the result does not depend on the number of threads.
constexpr int parts = 4;

template <class Scalar>
constexpr QuadrupleKind kind_of(AntineutrinoRelation relation) {
  if (std::is_same_v<Scalar, double>) {
    return relation == AntineutrinoRelation::independent ? QuadrupleKind::real_independent
                                                         : QuadrupleKind::real_equal;
  }
  switch (relation) {
    case AntineutrinoRelation::independent:
      return QuadrupleKind::complex_independent;
    case AntineutrinoRelation::conjugate:
      return QuadrupleKind::complex_conjugate;
    default:
      return QuadrupleKind::complex_equal;
  }
}

// One component per row, as QuadrupleInput has them.
template <class Scalar>
void unfold(const MatrixField<Scalar>& field, double* rows, std::ptrdiff_t stride) {
  for (std::size_t i = 0; i < field.size(); ++i) {
    const FlavourMatrix<Scalar>& X = field[i];
    double* to = rows + i;
    for (int a = 0; a < 3; ++a) to[a * stride] = std::real(X(a, a));
    to[3 * stride] = std::real(X(0, 1));
    to[4 * stride] = std::real(X(0, 2));
    to[5 * stride] = std::real(X(1, 2));
    if constexpr (!std::is_same_v<Scalar, double>) {
      to[6 * stride] = X(0, 1).imag();
      to[7 * stride] = X(0, 2).imag();
      to[8 * stride] = X(1, 2).imag();
    }
  }
}

// Adds weight times the matrices whose components are rows of `nodes` numbers.
template <class Scalar>
void add_folded(const double* rows, const Eigen::ArrayXd& weight, MatrixField<Scalar>& field) {
  const auto nodes = weight.size();
  for (Eigen::Index i = 0; i < nodes; ++i) {
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        const double* re = rows + (3 * a + b) * nodes + i;
        if constexpr (std::is_same_v<Scalar, double>) {
          field[i](a, b) += weight(i) * *re;
        } else {
          field[i](a, b) += weight(i) * Scalar(re[0], re[9 * nodes]);
        }
      }
    }
  }
}

}  // namespace

// Memory that every evaluation needs again: one evaluation at a time has it.
struct NeutrinoNeutrino::Scratch {
  InstructionSet instruction_set = chosen_instruction_set();
  std::mutex mutex;
  std::vector<double> rho, sums;
  std::array<std::vector<double>, parts> workspaces;

  // Aligned to 64 bytes.
  double* workspace(int part, std::size_t size) {
    std::vector<double>& memory = workspaces[part];
    if (memory.size() < size + 8) memory.resize(size + 8);
    const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
    return memory.data() + ((64 - address % 64) % 64) / sizeof(double);
  }
};

NeutrinoNeutrino::NeutrinoNeutrino(const MomentumGrid& grid, Threads threads)
    : grid_(grid), threads_(std::move(threads)), scratch_(std::make_unique<Scratch>()) {
  const double h = grid.step();
  weight_ = h * h / (8.0 * std::pow(constants::pi, 3)) / grid.y().square();
}

NeutrinoNeutrino::~NeutrinoNeutrino() = default;

template <class Scalar>
void NeutrinoNeutrino::add(const DensityMatrices<Scalar>& rho, AntineutrinoRelation antineutrinos,
                           CollisionRates<Scalar>& rates) const {
  const std::lock_guard lock(scratch_->mutex);
  const bool independent = antineutrinos == AntineutrinoRelation::independent;
  const QuadrupleSums& quadruples = quadruple_sums(scratch_->instruction_set, kind_of<Scalar>(antineutrinos));
  constexpr int margin = QuadrupleInput::margin, hermitian = 9;
  const int n = grid_.size();
  const std::ptrdiff_t stride = n + 2 * margin;

  scratch_->rho.assign((2 * hermitian + 1) * stride, 0.0);
  double *nu = scratch_->rho.data() + margin, *bar = nu + hermitian * stride,
         *inside = bar + hermitian * stride;
  unfold(rho.nu, nu, stride);
  if (independent) unfold(rho.bar, bar, stride);
  std::fill(inside, inside + n, 1.0);
  const QuadrupleInput input{n, stride, nu, bar, inside};

  threads_->for_each(parts, [&](int part) {
    double* workspace = scratch_->workspace(part, quadruples.workspace_size(n));
    quadruples.begin(n, workspace);
    // The cost falls or rises with the block: to and fro it is spread evenly.
    const int blocks = quadruples.blocks(n);
    for (int round = 0; round * parts < blocks; ++round) {
      const int block = round * parts + (round % 2 == 0 ? part : parts - 1 - part);
      if (block < blocks) quadruples.add_block(input, block, workspace);
    }
  });

  const std::size_t of_species = std::size_t{2} * components<Scalar> * n;
  scratch_->sums.assign(2 * of_species, 0.0);
  for (int part = 0; part < parts; ++part) {
    quadruples.finish(n, scratch_->workspace(part, quadruples.workspace_size(n)), scratch_->sums.data());
  }
  const Eigen::ArrayXd weight = weight_ * std::pow(grid_.step(), 5);
  const auto add_species = [&](int species, GainAndLoss<Scalar>& to) {
    const double* sums = scratch_->sums.data() + species * of_species;
    add_folded<Scalar>(sums, weight, to.gain);
    add_folded<Scalar>(sums + of_species / 2, weight, to.loss);
  };
  add_species(0, rates.nu);
  if (independent) add_species(1, rates.bar);
}

template void NeutrinoNeutrino::add(const DensityMatrices<double>&, AntineutrinoRelation,
                                    CollisionRates<double>&) const;
template void NeutrinoNeutrino::add(const DensityMatrices<std::complex<double>>&, AntineutrinoRelation,
                                    CollisionRates<std::complex<double>>&) const;

}  // namespace qke
