#include "oscillations/level_crossing.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "flavour/hermitian.hpp"

namespace qke {
namespace {

using Precession = MeanFieldPrecession<3>;
using Matrix = Precession::Matrix;

// Gaps over w (below w nothing grows). Below the first one modes are followed, with turns of `radians` in a
// step; below the second the time in which levels meet is kept, by the share `of_time` in a step. Modes grow
// from a hundred w on, where following them takes some hundred times the steps. How little N_eff depends on
// where they are followed is in docs/dev/asymmetry-convergence.md.
constexpr double followed_below = 4.0, near = 30.0, radians = 2.0, of_time = 0.3;

}  // namespace

double longest_step_before_crossing(const Precession& precession, const Precession::Pair& X,
                                    const std::function<Precession::Pair()>& sources) {
  const Matrix J = precession.self_hamiltonian(X) + precession.external;
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(J);
  const Matrix& U = eigen.eigenvectors();
  std::optional<Matrix> slope;  // of J, by sources
  double longest = std::numeric_limits<double>::infinity();
  for (const auto& [first, second] : state_pairs<3>()) {
    const auto difference = [&U, a = first, b = second](const Matrix& M) {
      return (U.col(a).adjoint() * M * U.col(a) - U.col(b).adjoint() * M * U.col(b)).value().real();
    };
    double q = 0.0;
    for (int i = 0; i < precession.nodes(); ++i) {
      q += precession.weight(i) * difference(precession.V[i]) * difference(X.nu[i] + X.bar[i]);
    }
    const double j = difference(J), w = 2.0 * std::sqrt(std::abs(q));
    if (!(std::abs(j) < near * w)) continue;
    if (!slope) slope = precession.self_hamiltonian(sources());
    const double rate = difference(*slope);
    if (!(rate * j < 0.0) || std::abs(j) < w) continue;
    const double step = std::abs(j) < followed_below * w
                            ? radians / std::abs(j)
                            : std::max(of_time * std::abs(j / rate), radians / (followed_below * w));
    longest = std::min(longest, step);
  }
  return longest;
}

}  // namespace qke
