// model/decay_spectrum: lines, tables and muons, their numbers and energies, and quadrature on a grid.
#include "model/decay_spectrum.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "model/constants.hpp"

namespace qke {
namespace {

using Eigen::Array3d;

// sum N g(E) over the points.
template <class Function>
Array3d sum_over(const DecaySpectrum& spectrum, double spacing, Function&& g) {
  Array3d sum = Array3d::Zero();
  for (const auto& [E, number] : spectrum.points(spacing)) sum += g(E) * number;
  return sum;
}

Array3d number_of(const DecaySpectrum& spectrum) {
  return sum_over(spectrum, 1.0, [](double) { return 1.0; });
}

DecayParameters with_mass(double mass_MeV) {
  DecayParameters decay;
  decay.mass_MeV = mass_MeV;
  return decay;
}

void expect_near(const Array3d& value, const Array3d& expected, double relative) {
  for (int a = 0; a < 3; ++a) EXPECT_NEAR(value(a), expected(a), relative * expected.maxCoeff()) << a;
}

TEST(DecaySpectrum, IsEmptyWithoutNeutrinos) {
  EXPECT_TRUE(DecaySpectrum(with_mass(30.0)).is_empty());
  EXPECT_EQ(DecaySpectrum(with_mass(30.0)).largest_energy(), 0.0);
}

TEST(DecaySpectrum, HasLinesAtHalfTheMass) {
  DecayParameters decay = with_mass(30.0);
  decay.branching = {0.2, 0.3, 0.4};
  const DecaySpectrum spectrum(decay);
  EXPECT_EQ(spectrum.largest_energy(), 15.0);
  expect_near(number_of(spectrum), {0.2, 0.3, 0.4}, 1e-15);
  expect_near(spectrum.energy(), {3.0, 4.5, 6.0}, 1e-15);
}

// One nu_e of 3/10 and one nu_mu of 7/20 of the muon's mass on average, by hand from the polynomials; the
// electron has the other 7/20.
TEST(DecaySpectrum, HasNeutrinosOfMuonsAtRest) {
  DecayParameters decay = with_mass(300.0);
  decay.muons = 0.25;
  const DecaySpectrum spectrum(decay);
  const double m = constants::muon_mass;
  EXPECT_EQ(spectrum.largest_energy(), 0.5 * m);
  expect_near(number_of(spectrum), {0.25, 0.25, 0.0}, 1e-14);
  expect_near(spectrum.energy(), {0.25 * 0.3 * m, 0.25 * 0.35 * m, 0.0}, 1e-14);
  // <E^2> by hand: 96 (1/5 - 1/6)/32 and 48 (1/5 - 1/9)/32 of m^2.
  const auto square = [](double E) { return E * E; };
  expect_near(sum_over(spectrum, 0.1, square), {0.25 * 0.1 * m * m, 0.25 * 2.0 / 15.0 * m * m, 0.0}, 1e-13);
}

// Quadrature is exact for functions that are linear between the multiples of the spacing, wherever these are.
TEST(DecaySpectrum, IsIntegratedExactlyWithTheHatsOfAGrid) {
  DecayParameters decay = with_mass(300.0);
  decay.branching = {0.5, 0.0, 0.25};
  decay.spectrum_file = {{3.0, 0.0, 1.0, 0.0}, {5.0, 0.4, 0.0, 0.0}, {8.0, 0.0, 0.0, 2.0}};
  decay.muons = 0.1;
  const DecaySpectrum spectrum(decay);
  for (const double spacing : {0.37, 2.0, 11.0, 70.0}) {
    const double node = 7.0 * std::floor(5.0 / (7.0 * spacing)) * spacing + spacing;
    const auto hat = [&](double E) { return std::max(0.0, 1.0 - std::abs(E / spacing - node / spacing)); };
    expect_near(sum_over(spectrum, spacing, hat), sum_over(spectrum, spacing / 16.0, hat), 1e-13);
  }
}

// Each column becomes a spectrum of its branching, however well it was normalised.
TEST(DecaySpectrum, NormalisesTables) {
  DecayParameters decay = with_mass(30.0);
  decay.branching = {0.5, 0.0, 1.5};
  decay.spectrum_file = {{2.0, 0.5, 0.5, 0.0}, {4.0, 0.5, 0.5, 0.9}, {6.0, 0.0, 0.0, 0.0}};
  // Trapezoid rule by hand: 1 + 0.5, and 0.9 + 0.9.
  expect_near(integral(decay.spectrum_file), {1.5, 1.5, 1.8}, 1e-15);
  const DecaySpectrum spectrum(decay);
  EXPECT_EQ(spectrum.largest_energy(), 6.0);
  expect_near(number_of(spectrum), {0.5, 0.0, 1.5}, 1e-14);
  // nu_tau: a triangle around 4 MeV. nu_e: a box around 3 MeV, and a triangle of half its number whose centre
  // is a third of the way from 4 to 6 MeV.
  expect_near(spectrum.energy(), {0.5 * (3.0 + 14.0 / 3.0 * 0.5) / 1.5, 0.0, 1.5 * 4.0}, 1e-14);
}

}  // namespace
}  // namespace qke
