// Refinements of the standard run move N_eff by less than 1e-5 (requirement 10).
#include <gtest/gtest.h>

#include <cmath>

#include "support/runs.hpp"

namespace qke {
namespace {

using independent::small_grid;

constexpr double converged = 1e-5;

double N_eff(const Parameters& parameters) { return run(parameters, 1, {}).summary.N_eff; }
double reference() { return independent::cached_run("standard", small_grid()).summary.N_eff; }

TEST(Convergence, InTheGridStep) { EXPECT_NEAR(N_eff(small_grid(Scheme::atao, 60)), reference(), converged); }

// The same step on a longer range.
TEST(Convergence, InTheRangeOfMomenta) {
  EXPECT_NEAR(N_eff(small_grid(Scheme::atao, 52, 26.0)), reference(), converged);
}

TEST(Convergence, InTheTolerances) {
  for (const Scheme scheme : {Scheme::atao, Scheme::boltzmann}) {
    Parameters parameters = small_grid(scheme, 30, 18.0);
    const double coarse = N_eff(parameters);
    parameters.integrator.relative_tolerance *= 0.1;
    parameters.integrator.absolute_tolerance *= 0.1;
    EXPECT_NEAR(N_eff(parameters), coarse, converged);
  }
}

// A start at 40 MeV differs from one at 20 MeV by the distortions that are already there at 20 MeV, below
// 1e-6; an end at 0.005 MeV by the last of the annihilation.
TEST(Convergence, InStartAndEnd) {
  Parameters parameters = small_grid(Scheme::atao, 30, 18.0);
  const double standard = N_eff(parameters);
  const auto [early, late] = independent::N_eff_over_longer_epochs(parameters);
  EXPECT_NEAR(early, standard, converged);
  EXPECT_NEAR(late, standard, converged);
}

}  // namespace
}  // namespace qke
