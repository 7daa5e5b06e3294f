// Where a run can be resumed: what a signal costs, and that short runs pay nothing.
#include "record/checkpoint_schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "evolution/schemes.hpp"
#include "support/seed.hpp"

namespace qke {
namespace {

// Steps of a thousandth to half a second, whose work is known to a factor of 1.4 only.
TEST(CheckpointSchedule, ASignalCostsATenthOrTenSeconds) {
  std::mt19937 random(independent::seed(1));
  std::uniform_real_distribution<double> exponent(-3.0, -0.3), error(1.0 / 1.4, 1.4);
  constexpr double least = 4.0;
  double work = 0, work_at_last = 0, spent = 0, spent_at_last = 0;
  int checkpoints = 0;
  while (work < 4000.0) {
    const double step = std::pow(10.0, exponent(random));
    work += step;
    spent += step * error(random);
    EXPECT_LE(spent - spent_at_last, std::max(10.0, 0.1 * spent));
    if (!checkpoint_is_due(work_at_last, work, least)) continue;
    work_at_last = work, spent_at_last = spent;
    ++checkpoints;
  }
  // 14 until a fourteenth is the least, and then log(4000/56)/log(15/14) = 62.
  EXPECT_NEAR(checkpoints, 76, 4);
}

TEST(CheckpointSchedule, CountsWorkByEquationsAndNodes) {
  const auto work = [](Scheme scheme, int nodes, double xi) {
    Parameters parameters;
    parameters.run.scheme = scheme;
    parameters.grid = {nodes, 20.0};
    parameters.asymmetry.xi = {xi, xi, xi};
    if (scheme == Scheme::qke && xi != 0.0) parameters.asymmetry.xi = {xi, -xi, 0.0};
    IntegratorCounters from, to;
    from.rhs_evaluations = 1, to.rhs_evaluations = 101, to.linear_setups = 10;
    return estimated_work(*make_kinetic_system(parameters), from, to);
  };
  // Measured on one processor of 3 GHz (docs/dev/reliability.md, "Reproducibility"); the costs are good to a
  // factor of two.
  EXPECT_NEAR(std::log(work(Scheme::atao, 80, 0.0)), std::log(100 * 4.7e-4 + 10 * 2.0e-3), std::log(2.0));
  EXPECT_NEAR(std::log(work(Scheme::atao, 80, 0.1)), std::log(100 * 1.3e-3 + 10 * 0.11), std::log(2.0));
  EXPECT_NEAR(std::log(work(Scheme::qke, 80, 0.0)), std::log(100 * 7.8e-4 + 10 * 1.2e-2), std::log(2.0));
  EXPECT_NEAR(std::log(work(Scheme::qke, 80, 0.1)), std::log(100 * 1.2e-3), std::log(2.0));
}

}  // namespace
}  // namespace qke
