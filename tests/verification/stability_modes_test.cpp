// Modes of small perturbations: cases with known zeros, and all eigenvalues of the whole
// linear operator on random states (docs/stability.md, "Checks").
#include <gtest/gtest.h>

#include <cmath>

#include "diagnostics/dispersion_relation.hpp"
#include "diagnostics/unstable_modes.hpp"
#include "support/perturbed_gas.hpp"
#include "support/seed.hpp"

namespace qke {
namespace {

using namespace independent;

DispersionRelation relation(const IsotropicGas& gas, int l) {
  return {std::make_shared<const LinearResponse>(gas), l};
}

double growth(const IsotropicGas& gas, int l, double gamma = 1e-3) {
  const auto modes = modes_faster_than(gamma, relation(gas, l));
  EXPECT_TRUE(modes.has_value());
  return modes && !modes->empty() ? modes->front().Omega.imag() : 0.0;
}

// Omega^2 = v (v - 2 c mu Delta), mu Delta = 15 for neutrinos and antineutrinos:
// -29 for v = 1, c = 1, and -9 for v = -1, c = -1/3.
TEST(StabilityModes, BipolarGrowth) {
  EXPECT_NEAR(growth(two_flavours(1.0, 15.0, 1.0, 1.0), 0), 5.3851648071, 1e-9);
  EXPECT_NEAR(growth(two_flavours(-1.0, 15.0, 1.0, 1.0), 1), 3.0, 1e-10);
  EXPECT_EQ(growth(two_flavours(-1.0, 15.0, 1.0, 1.0), 0), 0.0);
  EXPECT_EQ(growth(two_flavours(1.0, 15.0, 1.0, 1.0), 1), 0.0);
}

TEST(StabilityModes, BipolarOnset) {
  const double above = 1.0 + 1e-4, below = 1.0 - 1e-4;  // 2 mu Delta/v
  EXPECT_NEAR(growth(two_flavours(1.0, 0.5 * above, 1.0, 1.0), 0), std::sqrt(above - 1.0), 1e-10);
  EXPECT_EQ(growth(two_flavours(1.0, 0.5 * below, 1.0, 1.0), 0), 0.0);
}

// One mode of the real and one of the imaginary part of rho_emu.
TEST(StabilityModes, CountsBothPartsOfACoherence) {
  EXPECT_EQ(count_faster_than(1e-3, relation(two_flavours(1.0, 15.0, 1.0, 1.0), 0)), 2);
}

// Coherence is damped with Gamma = 2, Gammabar = 0.5; D = mu Delta of neutrinos and of
// antineutrinos. Without V the zeros obey
//   Omega^2 - [D - Dbar - i (Gamma + Gammabar)] Omega
//     + i (Gammabar Dbar - Gamma D) - Gamma Gammabar = 0.
struct Damped {
  double mu, D, Dbar;
  static constexpr double Gamma = 2.0, Gammabar = 0.5;

  IsotropicGas gas() const {
    IsotropicGas gas = two_flavours(0.0, mu, D, Dbar);
    gas.nu.loss = {0.5 * Gamma * Matrix3::Identity()};
    gas.bar.loss = {0.5 * Gammabar * Matrix3::Identity()};
    return gas;
  }
  double growth() const {
    const Complex b = mu * (D - Dbar) - I * (Gamma + Gammabar);
    const Complex c = I * mu * (Gammabar * Dbar - Gamma * D) - Gamma * Gammabar;
    const Complex root = std::sqrt(b * b / 4.0 - c);
    return std::max((b / 2.0 + root).imag(), (b / 2.0 - root).imag());
  }
};

TEST(StabilityModes, CollisionalInstability) {
  for (const double mu : {100.0, 1e3, 1e4}) {
    const Damped damped{mu, 0.3, 0.2};
    EXPECT_NEAR(growth(damped.gas(), 0), damped.growth(), 1e-8 * damped.growth()) << mu;
  }
  // mu -> infinity: [Gammabar Dbar - Gamma D]/(D - Dbar) = -5 damps one mode, the other one
  // has the rest of -(Gamma + Gammabar) = -2.5.
  const Damped dense{1e8, 0.3, 0.2};
  EXPECT_NEAR(growth(dense.gas(), 0), 2.5, 1e-4);  // rounding of mu (D - Dbar) = 1e7
  const Damped resonant{1e4, 0.25, 0.25};
  EXPECT_NEAR(growth(resonant.gas(), 0), resonant.growth(), 1e-8 * resonant.growth());
  EXPECT_GT(resonant.growth(), 40.0);
}

TEST(StabilityModes, WithoutPotentialsNothingGrows) {
  for (const int l : {0, 1}) {
    EXPECT_EQ(count_faster_than(1e-3, relation(two_flavours(0.0, 15.0, 1.0, 0.6), l)), 0);
  }
}

// Dense gases precess as one, with the mean of V weighted by rho + rhobar over the
// asymmetry; the next order is V^2/J.
TEST(StabilityModes, SynchronisedFrequency) {
  constexpr double mu = 1e6;
  IsotropicGas gas;
  gas.coupling = Eigen::ArrayXd::Constant(2, mu);
  const double v[] = {1.0, 3.0}, rho[] = {0.5, 0.2}, rhobar[] = {0.1, 0.05};
  const Matrix3 J = mu * diagonal(0.5 + 0.2 - 0.1 - 0.05, 0.0, 0.0), none = Matrix3::Zero();
  double weighted = 0.0;
  for (int i = 0; i < 2; ++i) {
    const Matrix3 V = diagonal(v[i], 0.0, v[i]);
    gas.nu.rho.push_back(diagonal(rho[i], 0, 0)), gas.bar.rho.push_back(diagonal(rhobar[i], 0, 0));
    gas.nu.H.push_back(V + J), gas.bar.H.push_back(-V + J);
    gas.nu.loss.push_back(none), gas.bar.loss.push_back(none);
    weighted += v[i] * (rho[i] + rhobar[i]);
  }
  const double synchronised = weighted / (0.5 + 0.2 - 0.1 - 0.05);
  const auto zero = zero_near({1.001 * synchronised, 1e-9}, -1.0, relation(gas, 0));
  ASSERT_TRUE(zero.has_value());
  EXPECT_NEAR(zero->real(), synchronised, 1e-4);
  EXPECT_NEAR(zero->imag(), 0.0, 1e-6);
}

// --- random states ---

// The operator on all elements of S and Sbar, without the response: column by column, the
// image of a unit matrix.
Eigen::MatrixXcd whole_operator(const IsotropicGas& gas, double c) {
  const Eigen::Index nodes = gas.coupling.size(), size = 18 * nodes;
  const auto unpack = [](const Eigen::VectorXcd& v, Eigen::Index place) -> Matrix3 {
    return Eigen::Map<const Matrix3>(v.data() + 9 * place);
  };
  Eigen::MatrixXcd L(size, size);
  for (Eigen::Index column = 0; column < size; ++column) {
    const Eigen::VectorXcd S = Eigen::VectorXcd::Unit(size, column);
    Matrix3 A = Matrix3::Zero();
    for (Eigen::Index i = 0; i < nodes; ++i) A += gas.coupling(i) * (unpack(S, i) - unpack(S, nodes + i));
    for (Eigen::Index place = 0; place < 2 * nodes; ++place) {
      const CoherentMomenta& kind = place < nodes ? gas.nu : gas.bar;
      const auto i = static_cast<std::size_t>(place % nodes);
      const Matrix3 X = unpack(S, place), &H = kind.H[i], &d = kind.loss[i], &rho = kind.rho[i];
      const Matrix3 image = H * X - X * H - I * (d * X + X * d.adjoint()) + c * (A * rho - rho * A);
      L.block<9, 1>(9 * place, column) = image.reshaped();
    }
  }
  return L;
}

TEST(StabilityModes, AreTheEigenvaluesOfTheWholeOperator) {
  int compared = 0;
  for (unsigned trial = 0; trial < 30; ++trial) {
    const RandomGas random(4, test_seed() + trial);
    for (const int l : {0, 1}) {
      const Eigen::VectorXcd all = Eigen::ComplexEigenSolver<Eigen::MatrixXcd>(
                                       whole_operator(random.gas(), l == 0 ? 1.0 : -1.0 / 3.0), false)
                                       .eigenvalues();
      const double gamma = 0.05 * all.imag().maxCoeff();
      const auto is_near_the_line = [&](Complex Omega) {
        return std::abs(Omega.imag() / gamma - 1.0) < 1e-3;
      };
      if (gamma <= 0.0 || std::any_of(all.begin(), all.end(), is_near_the_line)) continue;
      const DispersionRelation D = relation(random.gas(), l);
      EXPECT_EQ(count_faster_than(gamma, D), (all.imag().array() > gamma).count()) << trial;
      const auto modes = modes_faster_than(gamma, D);
      ASSERT_TRUE(modes.has_value()) << trial;
      for (const UnstableMode& mode : *modes) {
        const double distance = (all.array() - mode.Omega).abs().minCoeff();
        EXPECT_LT(distance, 1e-8 * std::abs(mode.Omega)) << trial;
        ++compared;
      }
      EXPECT_NEAR(modes->front().Omega.imag(), all.imag().maxCoeff(), 1e-8 * all.imag().maxCoeff()) << trial;
    }
  }
  EXPECT_GT(compared, 100);
}

}  // namespace
}  // namespace qke
