// nu-nu collisions take nothing from an empty state and add nothing to a full one, in
// whichever basis.
#include <gtest/gtest.h>

#include <vector>

#include "collisions/neutrino_neutrino.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;

// At every node a state that is empty, one that is full, and one between.
struct Extremes {
  Field rho;
  std::vector<Eigen::Vector3cd> empty, full;
};

Extremes extremes(int nodes, Random& random) {
  std::uniform_real_distribution<double> uniform;
  Extremes result;
  for (int i = 0; i < nodes; ++i) {
    const Matrix3 U = random_unitary(random);
    const Vector3 f(0.0, 1.0, uniform(random));
    const Matrix3 rho = U * f.cast<Complex>().asDiagonal() * U.adjoint();
    result.rho.push_back(0.5 * (rho + rho.adjoint()));
    result.empty.push_back(U.col(0)), result.full.push_back(U.col(1));
  }
  return result;
}

TEST(PauliBlocking, FillsTheEmptyAndEmptiesTheFull) {
  const MomentumGrid grid({17, 11.0});
  Random random(seed(31));
  const Extremes nu = extremes(grid.size(), random), bar = extremes(grid.size(), random);
  const NeutrinoNeutrino collisions(grid);
  const auto C = collision_terms<Complex>(
      {nu.rho, bar.rho}, AntineutrinoRelation::independent,
      [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(state, sum); });
  for (int i = 0; i < grid.size(); ++i) {
    EXPECT_GT(nu.empty[i].dot(C.nu[i] * nu.empty[i]).real(), 0.0) << "y = " << grid.y(i);
    EXPECT_LT(nu.full[i].dot(C.nu[i] * nu.full[i]).real(), 0.0) << "y = " << grid.y(i);
    EXPECT_GT(bar.empty[i].dot(C.bar[i] * bar.empty[i]).real(), 0.0) << "y = " << grid.y(i);
    EXPECT_LT(bar.full[i].dot(C.bar[i] * bar.full[i]).real(), 0.0) << "y = " << grid.y(i);
  }
}

}  // namespace
}  // namespace qke
