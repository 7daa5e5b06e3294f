// [stability] of whole runs: growth on the way, and what does not depend on the grid.
#include <gtest/gtest.h>

#include <cmath>

#include "diagnostics/stability.hpp"
#include "diagnostics/unstable_modes.hpp"
#include "model/constants.hpp"
#include "qke/run.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using independent::cached_run;
using independent::small_grid;

// The standard grid; slices 5 % apart.
Parameters standard(double dm2_31_eV2) {
  Parameters parameters = small_grid(Scheme::atao, 48, 24.0);
  parameters.mixing.dm2_31_eV2 = dm2_31_eV2;
  parameters.output.spectra_points = 77;
  return parameters;
}

const RunRecord& normal() { return cached_run("normal", standard(2.53e-3)); }
const RunRecord& inverted() { return cached_run("inverted", standard(-2.53e-3)); }

GasAtSlice nearest(const Parameters& parameters, const RunRecord& record, double T_cm) {
  const double x = constants::electron_mass / T_cm;
  std::size_t best = 0;
  for (std::size_t n = 0; n < record.spectra.size(); ++n) {
    const auto distance = [&](std::size_t m) { return std::abs(std::log(record.spectra[m].x / x)); };
    if (distance(n) < distance(best)) best = n;
  }
  return GasOfRun(parameters, record, one_thread()).at(best);
}

// Without collisions: all eigenvalues of the whole operator by numpy's solver, with
// potentials of its own, for these slices of these two runs. Its digits are 4; it
// interpolates z and H linearly, and integrates the electrons by trapezoids.
TEST(Stability, GrowthIsThatOfTheWholeOperator) {
  struct Row {
    double T_cm;
    int multipole;
    double growth;
  };
  for (const Row row : {Row{8.131, 1, 1.788e4}, Row{4.931, 1, 5.879e4}, Row{2.991, 1, 1.606e5}}) {
    GasAtSlice slice = nearest(standard(2.53e-3), normal(), row.T_cm);
    for (IsotropicGas* gas : {&slice.gas, &slice.fine}) {
      for (CoherentMomenta* kind : {&gas->nu, &gas->bar}) {
        for (Matrix3& loss : kind->loss) loss.setZero();
      }
    }
    EXPECT_NEAR(modes_of(slice, row.multipole).growth, row.growth, 1e-3 * row.growth) << row.T_cm;
  }
}

// Normal ordering: stable above 9.2 and at 0.28 MeV.
TEST(Stability, BeginsAndEnds) {
  for (const double T_cm : {15.0, 9.4, 0.28, 0.1}) {
    const GasAtSlice slice = nearest(standard(2.53e-3), normal(), T_cm);
    EXPECT_EQ(modes_of(slice, 0).count + modes_of(slice, 1).count, 0) << T_cm;
  }
  // Inverted ordering: isotropic perturbations grow once vacuum wins over matter.
  EXPECT_EQ(modes_of(nearest(standard(-2.53e-3), inverted(), 6.0), 0).count, 0);
  EXPECT_GT(modes_of(nearest(standard(-2.53e-3), inverted(), 2.9), 0).growth, 2e5);
}

TEST(Stability, GrowthDoesNotDependOnTheGrid) {
  for (const double T_cm : {6.0, 2.9, 0.8}) {
    GasAtSlice slice = nearest(standard(2.53e-3), normal(), T_cm);
    const double growth = modes_of(slice, 1).growth;
    const DispersionRelation fine(std::make_shared<const LinearResponse>(slice.fine), 1);
    const auto zero = zero_near({0.0, growth}, 1.0, fine);
    ASSERT_TRUE(zero) << T_cm;
    EXPECT_NEAR(zero->imag(), growth, 0.01 * growth) << T_cm;
  }
}

// Waves longer than the distance of growth are homogeneous perturbations, short ones are
// stable; between, growth falls with k. It is that of a finer grid.
TEST(Stability, LongWavesGrowAndShortOnesDoNot) {
  const GasAtSlice slice = nearest(standard(2.53e-3), normal(), 2.0);
  const double dipole = modes_of(slice, 1).growth;
  for (const Wave wave : {Wave::longitudinal, Wave::transverse}) {
    EXPECT_NEAR(modes_of(slice, wave, 1e3).growth, dipole, 1e-3 * dipole);
    const double at_1e5 = modes_of(slice, wave, 1e5).growth, at_3e5 = modes_of(slice, wave, 3e5).growth;
    EXPECT_LT(at_1e5, dipole);
    EXPECT_LT(at_3e5, at_1e5);
    EXPECT_EQ(modes_of(slice, wave, 1e7).count, 0);
    const auto zero =
        zero_near({0.0, at_1e5}, 1.0, {std::make_shared<const LinearResponse>(slice.fine), wave, 1e5});
    ASSERT_TRUE(zero);
    EXPECT_NEAR(zero->imag(), at_1e5, 0.01 * at_1e5);
  }
}

// Without counting, growth is that of the fastest mode, or of one of its neighbours: modes
// come in pairs, and two pairs may be within some per cent.
TEST(Stability, RootsAloneAreTheFastestModes) {
  for (const double dm2_31 : {2.53e-3, -2.53e-3}) {
    Parameters parameters = standard(dm2_31);
    parameters.stability.modes = StabilityModes::homogeneous;
    parameters.stability.points = 20;
    const RunRecord& record = dm2_31 > 0.0 ? normal() : inverted();
    const auto counted = stability(parameters, record, one_thread());
    parameters.stability.count = false;
    const auto found = stability(parameters, record, one_thread());
    ASSERT_EQ(found.size(), counted.size());
    for (std::size_t p = 0; p < found.size(); ++p) {
      for (int l = 0; l < stability_multipoles; ++l) {
        const double growth = counted[p].growth(l);
        EXPECT_NEAR(found[p].growth(l), growth, 0.05 * growth) << constants::electron_mass / found[p].x << l;
        EXPECT_LE(found[p].count(l), counted[p].count(l));
      }
    }
  }
}

// Wave numbers, and what waves add to the record.
TEST(Stability, OfWavesIsInTheRecord) {
  Parameters parameters = small_grid(Scheme::atao, 16, 16.0);
  parameters.epoch.T_end_MeV = 1.0;
  parameters.run.error_estimate = Switch::off;
  parameters.stability.modes = StabilityModes::all;
  parameters.stability.points = 3;
  EXPECT_EQ(wave_numbers(parameters), (std::vector{1e3, 1e4, 1e5, 1e6, 1e7}));
  parameters.stability.k_over_H = {1e4};
  const RunRecord record = solve(parameters);
  EXPECT_EQ(record.k_over_hubble, parameters.stability.k_over_H);
  ASSERT_EQ(record.stability.size(), 3u);
  ASSERT_EQ(record.stability[1].growth_k.size(), 1u);
  EXPECT_GT(record.stability[2].growth_k[0](0), 1e4);
  EXPECT_GT(record.stability[2].count_k[0](1), 0.0);
}

// The analysis adds to the record, and changes nothing.
TEST(Stability, IsAskedForByTheParameters) {
  Parameters parameters = small_grid(Scheme::atao, 16, 16.0);
  parameters.epoch.T_end_MeV = 1.0;
  parameters.run.error_estimate = Switch::off;
  const RunRecord without = solve(parameters);
  EXPECT_TRUE(without.stability.empty());
  EXPECT_FALSE(without.summary.stability);
  parameters.stability.modes = StabilityModes::homogeneous;
  parameters.stability.points = 5;
  const RunRecord with = solve(parameters, 2);
  ASSERT_EQ(with.stability.size(), 5u);
  EXPECT_EQ(with.stability.front().x, with.spectra.front().x);
  EXPECT_EQ(with.stability.back().x, with.spectra.back().x);
  EXPECT_EQ(with.history.back().z, without.history.back().z);
  EXPECT_EQ(with.summary.steps, without.summary.steps);
  ASSERT_TRUE(with.summary.stability);
  EXPECT_GT(with.summary.stability->stability_efolds, 1e4);
  EXPECT_EQ(with.summary.warnings.size(), without.summary.warnings.size() + 1);
}

// A state that turns faster than perturbations grow is neither stable nor unstable.
TEST(Stability, SaysNothingOfAStateThatTurns) {
  StabilityPoint slow, fast;
  slow.x = fast.x = 0.5;
  slow.growth = fast.growth = {0.0, 100.0};
  slow.turning_in_frame = 99.0, fast.turning_in_frame = 101.0;
  EXPECT_TRUE(is_unstable(slow));
  EXPECT_FALSE(is_undecided(slow));
  EXPECT_FALSE(is_unstable(fast));
  EXPECT_TRUE(is_undecided(fast));
  EXPECT_EQ(summary_of({fast}).unstable_from_MeV, 0.0);
  EXPECT_NE(stability_warnings({fast}).at(0).find("T_cm = 1.02 MeV (the state turns"), std::string::npos);
  EXPECT_NE(stability_warnings({fast}).at(0).find("no statement is made"), std::string::npos);
  // 20 slices from 20 to 0.01 MeV are a factor of 1.5 apart, two of them 2000.
  StabilityPoint first, second;
  first.x = 0.0256, second.x = 0.0256 * 1.5;
  EXPECT_TRUE(stability_warnings({first, second}).empty());
  second.x = 0.0256 * 2000.0;
  EXPECT_NE(stability_warnings({first, second}).at(0).find("are a factor of 2000.0 in"), std::string::npos);
}

}  // namespace
}  // namespace qke
