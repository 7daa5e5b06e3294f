// [extra]: whole runs with scaled rates and with dark radiation against runs that must be
// equivalent.
#include <gtest/gtest.h>

#include <cmath>

#include "support/runs.hpp"

namespace qke {
namespace {

using namespace independent;

// Without potentials and nu-nu collisions.
Parameters electrons_alone() {
  Parameters parameters = small_grid(Scheme::boltzmann, 20, 18.0);
  parameters.collisions.neutrino_neutrino = ProcessTreatment::none;
  return parameters;
}

double N_eff_of(const Parameters& parameters) { return run(parameters, 1, {}).summary.N_eff; }

// Rates go as G_F^2: the same equations, so that only rounding differs; it may change a step.
TEST(RateScale, IsTheSquareOfTheFermiConstantWhereOnlyElectronsCollide) {
  Parameters scaled = electrons_alone(), stronger = electrons_alone();
  scaled.extra.rate_scale = 2.0;
  stronger.weak.G_F_per_GeV2 *= std::sqrt(2.0);
  const double expected = N_eff_of(stronger);
  EXPECT_NEAR(N_eff_of(scaled), expected, 1e-6);
  EXPECT_GT(expected, N_eff_of(electrons_alone()) + 1e-2);
}

// Rows with the same factors everywhere are exactly constant.
RateTable constant_table(double annihilation, double scattering) {
  return {
      {0.01, annihilation, scattering}, {0.5, annihilation, scattering}, {20.0, annihilation, scattering}};
}

double N_eff_with_table(double annihilation, double scattering) {
  Parameters parameters = small_grid(Scheme::atao);
  parameters.extra.rate_table = constant_table(annihilation, scattering);
  return N_eff_of(parameters);
}

// Multiplied by 1, nothing changes; by the same number, the same. Bit by bit.
TEST(RateTable, IsTheRateScaleWhereItIsConstant) {
  Parameters scaled = small_grid(Scheme::atao);
  EXPECT_EQ(N_eff_with_table(1.0, 1.0), N_eff_of(scaled));
  scaled.extra.rate_scale = 1.05;
  EXPECT_EQ(N_eff_with_table(1.05, 1.05), N_eff_of(scaled));
}

// dN_eff/d ln(rates) = 2.153e-2 (docs/accuracy.md, "Input constants"), and 1 % of curvature. To first order
// the effects of annihilation and scattering add up; scattering makes no pairs, and gives little heat.
TEST(RateTable, MovesNEffAsTheRatesDo) {
  const double standard = N_eff_with_table(1.0, 1.0), both = N_eff_with_table(1.01, 1.01) - standard;
  EXPECT_NEAR(both, 2.153e-2 * std::log(1.01), 0.01 * both);
  const double annihilation = N_eff_with_table(1.01, 1.0) - standard,
               scattering = N_eff_with_table(1.0, 1.01) - standard;
  EXPECT_NEAR(annihilation + scattering, both, 0.01 * both);
  EXPECT_GT(annihilation, 5.0 * scattering);
  EXPECT_GT(scattering, 0.05 * both);
}

// Only the temperatures of decoupling matter: a table that is 1 there changes next to nothing.
TEST(RateTable, ActsWhereNeutrinosDecouple) {
  Parameters parameters = small_grid(Scheme::atao);
  const double standard = N_eff_of(parameters);
  parameters.extra.rate_table = {{0.01, 1.0, 1.0}, {10.0, 1.0, 1.0}, {15.0, 1.05, 1.05}, {20.0, 1.05, 1.05}};
  EXPECT_NEAR(N_eff_of(parameters), standard, 1e-6);
  parameters.extra.rate_table = {{0.01, 1.05, 1.05}, {0.03, 1.05, 1.05}, {0.05, 1.0, 1.0}, {20.0, 1.0, 1.0}};
  EXPECT_NEAR(N_eff_of(parameters), standard, 1e-6);
}

// The expansion enters as rates/H only. Dark radiation of 0.1 makes H^2 greater by 0.1 (7/4)/(43/4) while
// photons, e+- and neutrinos are relativistic and at one temperature: as rates smaller by the root of that.
// During decoupling the e+- are not quite relativistic any more, and z > 1: 10 % of the shift.
TEST(DarkRadiation, ActsAsASlowerRate) {
  Parameters dark = electrons_alone(), slower = electrons_alone();
  dark.extra.dark_radiation_delta_Neff = 0.1;
  slower.extra.rate_scale = 1.0 / std::sqrt(1.0 + 0.1 * 7.0 / 43.0);
  const double standard = N_eff_of(electrons_alone());
  const double expected = N_eff_of(slower) - standard;
  const Summary summary = run(dark, 1, {}).summary;
  EXPECT_NEAR(summary.N_eff_neutrinos - standard, expected, 0.1 * std::abs(expected));
  // Its own part is what was asked for where z today is that of the Standard Model: z^-4, here without nu-nu
  // collisions and with other heating, differs by less than 1e-3.
  EXPECT_NEAR(summary.N_eff - summary.N_eff_neutrinos, 0.1, 1e-3 * 0.1);
  EXPECT_LT(expected, -1e-4);
}

}  // namespace
}  // namespace qke
