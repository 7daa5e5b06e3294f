// nu-nu collisions: the work shared among threads, and its sums put in place. The sums
// themselves are in kernels/quadruple_sums.cpp, their equations in the header.
#include "collisions/neutrino_neutrino.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "base/expect.hpp"
#include "base/instruction_set.hpp"
#include "collisions/massless_kernels.hpp"
#include "collisions/quadruple_sums.hpp"
#include "model/constants.hpp"

namespace qke {

const QuadrupleSums& quadruple_sums(InstructionSet set, QuadrupleKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return QKE_KERNEL_FOR(set, quadruple_sums())[index];
}

namespace {

static_assert(QuadrupleInput::margin == HermitianField::margin);

// A fixed number of partial sums, added in order: the result does not depend on the
// number of threads, to the last bit. More than four threads find no more work here.
constexpr int parts = 4;

// The cheapest kernel that holds: real matrices have half of the products, and where
// rhobar follows from rho one species is enough.
QuadrupleKind kind_of(const ActiveDensities& rho) {
  if (rho.nu.is_real()) {
    return rho.independent() ? QuadrupleKind::real_independent : QuadrupleKind::real_equal;
  }
  switch (rho.relation) {
    case AntineutrinoRelation::independent:
      return QuadrupleKind::complex_independent;
    case AntineutrinoRelation::conjugate:
      return QuadrupleKind::complex_conjugate;
    case AntineutrinoRelation::equal:
      break;
  }
  return QuadrupleKind::complex_equal;
}

}  // namespace

// Memory that every evaluation needs again. The mutex gives it to one evaluation at a
// time.
struct NeutrinoNeutrino::Scratch {
  explicit Scratch(int nodes) : inside_(nodes + 2 * HermitianField::margin, 0.0) {
    std::fill_n(inside_.begin() + HermitianField::margin, nodes, 1.0);
  }

  InstructionSet instruction_set = chosen_instruction_set();
  std::mutex mutex;
  std::vector<double> sums;
  std::array<std::vector<double>, parts> workspaces;

  const double* inside() const { return inside_.data() + HermitianField::margin; }
  // Aligned to 64 bytes: the kernels read and write whole vectors of up to this size.
  double* workspace(int part, std::size_t size) {
    std::vector<double>& memory = workspaces[part];
    if (memory.size() < size + 8) memory.resize(size + 8);
    const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
    return memory.data() + ((64 - address % 64) % 64) / sizeof(double);
  }

 private:
  std::vector<double> inside_;  // 1 at the nodes, 0 in the margins
};

NeutrinoNeutrino::NeutrinoNeutrino(const MomentumGrid& grid, Threads threads)
    : grid_(grid), threads_(std::move(threads)), scratch_(std::make_unique<Scratch>(grid.size())) {
  const double h = grid.step();
  weight_ = h * h / (8.0 * std::pow(constants::pi, 3)) / grid.y().square();
}

NeutrinoNeutrino::~NeutrinoNeutrino() = default;

void NeutrinoNeutrino::add(const Background& /*background*/, const ActiveDensities& rho,
                           CollisionRates& sum) const {
  add(rho, sum);
}

void NeutrinoNeutrino::add(const ActiveDensities& rho, CollisionRates& sum) const {
  const std::lock_guard lock(scratch_->mutex);
  const QuadrupleSums& quadruples = quadruple_sums(scratch_->instruction_set, kind_of(rho));
  const int n = grid_.size();
  // One stride serves both, and the kernels write as many rows as the sums have.
  QKE_EXPECT(rho.nu.nodes() == n && sum.nu.gain.by_node().rows() == n);
  QKE_EXPECT(!rho.independent() || (rho.bar.nodes() == n && rho.bar.components() == rho.nu.components()));
  const QuadrupleInput input{n, rho.nu.stride(), rho.nu.row(0), rho.independent() ? rho.bar.row(0) : nullptr,
                             scratch_->inside()};

  threads_->for_each(parts, [&](int part) {
    double* workspace = scratch_->workspace(part, quadruples.workspace_size(n));
    quadruples.begin(n, workspace);
    // The cost of a block falls with d and rises and falls with n: parts take blocks in
    // turn, to and fro, so that all get the same work.
    const int blocks = quadruples.blocks(n);
    for (int round = 0; round * parts < blocks; ++round) {
      const int block = round * parts + (round % 2 == 0 ? part : parts - 1 - part);
      if (block < blocks) quadruples.add_block(input, block, workspace);
    }
  });

  const Eigen::Index elements = sum.nu.gain.by_node().cols();
  scratch_->sums.assign((rho.independent() ? 4 : 2) * static_cast<std::size_t>(elements * n), 0.0);
  for (int part = 0; part < parts; ++part) {
    quadruples.finish(n, scratch_->workspace(part, quadruples.workspace_size(n)), scratch_->sums.data());
  }
  // Kernels are in units of h^5.
  const Eigen::VectorXd weight = weight_ * std::pow(grid_.step(), 5);
  const auto add_rows = [&](int place, ElementRows& to) {
    const Eigen::Map<const Eigen::MatrixXd> rows(scratch_->sums.data() + place * elements * n, n, elements);
    to.by_node() += weight.asDiagonal() * rows;
  };
  add_rows(0, sum.nu.gain);
  add_rows(1, sum.nu.loss);
  if (rho.independent()) {
    add_rows(2, sum.bar.gain);
    add_rows(3, sum.bar.loss);
  }
  if (rho.beside_sterile) add_into_own_momentum(rho, sum);
}

// k = i, l = j: gain_i += M_i rho_i, loss_i += M_i (1 - rho_i) with the Hermitian
//   M_i = sum_j [K_s Y(j) + K_u Ybar(j)],   Y(j) = rho_j (1 - rho_j) + Tr,
// where both kernels have their kink k = i. K_s is corrected for its kink k = j alone, and
// here for this one: for j = i, where the two meet, for both.
void NeutrinoNeutrino::add_into_own_momentum(const ActiveDensities& rho, CollisionRates& sum) const {
  const int n = grid_.size();
  const auto densities = [&](const HermitianField& field) {
    MatrixField<3> matrices;
    for (int i = 0; i < n; ++i) matrices.push_back(unpacked(field, i));
    return matrices;
  };
  const auto conjugate = [](MatrixField<3> matrices) {
    for (Matrix3& X : matrices) X = X.conjugate().eval();
    return matrices;
  };
  const MatrixField<3> nu = densities(rho.nu);
  const MatrixField<3> bar = rho.independent()                                 ? densities(rho.bar)
                             : rho.relation == AntineutrinoRelation::conjugate ? conjugate(nu)
                                                                               : nu;
  const auto partners = [](const MatrixField<3>& field) {
    MatrixField<3> Y;
    for (const Matrix3& X : field) {
      Y.push_back(X * (Matrix3::Identity() - X));
      Y.back() += Y.back().trace() * Matrix3::Identity();
    }
    return Y;
  };
  const MatrixField<3> Y = partners(nu), Y_bar = partners(bar);
  const auto add_to = [&](const MatrixField<3>& own, const MatrixField<3>& same,
                          const MatrixField<3>& opposite, GainAndLoss& to) {
    for (int i = 0; i < n; ++i) {
      Matrix3 M = Matrix3::Zero();
      for (int j = 0; j < n; ++j) {
        const double K_s = scattering_kernel(i, j, i, j) - kink_correction(i + 1.0, j + 1.0);
        M += K_s * same[j] + annihilation_kernel(i, j, i, j) * opposite[j];
      }
      M *= weight_(i) * std::pow(grid_.step(), 5);
      to.gain.add(i, M * own[i]);
      to.loss.add(i, M * (Matrix3::Identity() - own[i]));
    }
  };
  add_to(nu, Y, Y_bar, sum.nu);
  if (rho.independent()) add_to(bar, Y_bar, Y, sum.bar);
}

}  // namespace qke
