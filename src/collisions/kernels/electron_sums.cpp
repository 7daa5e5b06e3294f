// The sums of nu-e collisions (collisions/electron_sums.hpp) as products of matrices, for
// one instruction set: compiled once for each, with QKE_NAMESPACE from
// cmake/InstructionSets.cmake, which also gives the namespace Eigen another name, so that
// no other source shares code compiled here.
#include "collisions/electron_sums.hpp"

#include <Eigen/Core>

namespace qke::QKE_NAMESPACE {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;

void sums(const ElectronSumsInput& input, double* to_squared, double* to_mixed) {
  const auto table = [&](const double* values) {
    return Eigen::Map<const Matrix>(values, input.nodes, input.nodes);
  };
  const Eigen::Map<const Matrix> scattered(input.scattered, input.nodes, input.columns);
  const Eigen::Map<const Matrix> annihilated(input.annihilated, input.nodes, input.columns);
  Eigen::Map<Matrix> squared(to_squared, input.nodes, input.columns);
  Eigen::Map<Matrix> mixed(to_mixed, input.nodes, input.columns);
  squared.noalias() = table(input.R1) * scattered;
  squared.noalias() += table(input.A1) * annihilated;
  mixed.noalias() = table(input.A2) * annihilated;
  mixed.noalias() -= table(input.R2) * scattered;
}

}  // namespace

ElectronSums electron_sums() { return sums; }

}  // namespace qke::QKE_NAMESPACE
