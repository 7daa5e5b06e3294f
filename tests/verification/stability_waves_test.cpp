// Perturbations that vary in space, and gases that are not isotropic: against operators on
// ordinates of the direction, closed formulas, and integration in time (docs/stability.md,
// "Checks").
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "diagnostics/dispersion_relation.hpp"
#include "diagnostics/unstable_modes.hpp"
#include "numerics/quadrature.hpp"
#include "support/perturbed_gas.hpp"
#include "support/seed.hpp"

namespace qke {
namespace {

using namespace independent;

std::shared_ptr<const LinearResponse> response_of(const IsotropicGas& gas) {
  return std::make_shared<const LinearResponse>(gas);
}

TEST(StabilityWaves, MeansOverDirectionsAreThoseOfAQuadrature) {
  const Quadrature mu = gauss_legendre(200);
  for (const Complex u : {Complex(0.3, 0.5), Complex(-2.0, 0.2), Complex(3.99, 0.4), Complex(4.1, 0.1)}) {
    for (const double k : {1.0, -1.0, 0.01}) {
      const AngularMean found = angular_mean(u, k);
      for (int n = 0; n < 3; ++n) {
        Complex value = 0.0, slope = 0.0;
        for (Eigen::Index m = 0; m < mu.nodes.size(); ++m) {
          const Complex distance = 1.0 / (u - k * mu.nodes(m));
          const double weight = 0.5 * mu.weights(m) * std::pow(mu.nodes(m), n);
          value += weight * distance, slope -= weight * distance * distance;
        }
        EXPECT_LT(std::abs(found.value[n] - value), 1e-12 * std::abs(value)) << u << k << n;
        EXPECT_LT(std::abs(found.slope[n] - slope), 1e-12 * std::abs(slope)) << u << k << n;
      }
    }
  }
}

// --- ordinates ---

// Directions mu_m with weights of the mean over all, and how a perturbation depends on
// their azimuth: not at all, or as the x component of the direction, whose square has the
// mean (1 - mu^2)/2 over the azimuth.
struct Ordinates {
  Ordinates(int number, Wave wave) : wave(wave) {
    const Quadrature rule = gauss_legendre(number);
    mu = rule.nodes, weight = 0.5 * rule.weights;
  }
  // The mean over azimuths of 1 - v.v' between a perturbation at n and its effect at m.
  double coupling(Eigen::Index m, Eigen::Index n) const {
    const double across = std::sqrt((1.0 - mu(m) * mu(m)) * (1.0 - mu(n) * mu(n)));
    return weight(n) * (wave == Wave::longitudinal ? 1.0 - mu(m) * mu(n) : -0.5 * across);
  }

  Eigen::ArrayXd mu, weight;
  Wave wave;
};

// S_emu and Sbar_emu of two_flavours in each direction: all other elements are undriven.
Eigen::MatrixXd two_flavour_operator(const IsotropicGas& gas, double k, const Ordinates& directions) {
  const Eigen::Index count = directions.mu.size();
  Eigen::MatrixXd L = Eigen::MatrixXd::Zero(2 * count, 2 * count);
  const auto splitting = [](const Matrix3& H) { return (H(0, 0) - H(1, 1)).real(); };
  const auto excess = [](const Matrix3& rho) { return (rho(0, 0) - rho(1, 1)).real(); };
  for (Eigen::Index m = 0; m < count; ++m) {
    for (Eigen::Index n = 0; n < count; ++n) {
      const double to_m = gas.coupling(0) * directions.coupling(m, n);
      L(m, n) = -to_m * excess(gas.nu.rho[0]), L(m, count + n) = to_m * excess(gas.nu.rho[0]);
      L(count + m, n) = -to_m * excess(gas.bar.rho[0]),
                   L(count + m, count + n) = to_m * excess(gas.bar.rho[0]);
    }
    L(m, m) += k * directions.mu(m) + splitting(gas.nu.H[0]);
    L(count + m, count + m) += k * directions.mu(m) + splitting(gas.bar.H[0]);
  }
  return L;
}

// 200 ordinates are exact for growth above a few hundredths of k: those that grow slower
// may be the ordinates' own.
TEST(StabilityWaves, GrowAsOn200Ordinates) {
  int growing = 0;
  for (const auto& [v, rhobar] : {std::pair{1.0, 1.0}, std::pair{-1.0, 1.0}, std::pair{1.0, 0.7}}) {
    const IsotropicGas gas = two_flavours(v, 15.0, 1.0, rhobar);
    for (const Wave wave : {Wave::longitudinal, Wave::transverse}) {
      const Ordinates directions(200, wave);
      const double k = 4.0, gamma = 0.1 * k;
      const Eigen::VectorXcd all = two_flavour_operator(gas, k, directions).eigenvalues();
      const DispersionRelation D(response_of(gas), wave, k);
      // Each is a mode of S_emu, and of S_mue with the opposite frequency.
      EXPECT_EQ(count_faster_than(gamma, D), 2 * (all.imag().array() > gamma).count()) << v << k;
      const auto modes = modes_faster_than(gamma, D);
      ASSERT_TRUE(modes) << v << rhobar;
      for (const UnstableMode& mode : *modes) {
        EXPECT_LT((all.array() - mode.Omega).abs().minCoeff(), 1e-6 * std::abs(mode.Omega)) << v << rhobar;
        ++growing;
      }
    }
  }
  EXPECT_GE(growing, 3);
}

// The operator on all elements of S and Sbar in all directions, column by column.
Eigen::MatrixXcd whole_operator(const IsotropicGas& gas, double k, const Ordinates& directions) {
  const Eigen::Index count = directions.mu.size(), places = 2 * count * gas.coupling.size();
  Eigen::MatrixXcd L(9 * places, 9 * places);
  for (Eigen::Index column = 0; column < L.cols(); ++column) {
    const Eigen::VectorXcd S = Eigen::VectorXcd::Unit(L.cols(), column);
    // Places run over directions, kinds and momenta.
    const auto at = [&](Eigen::Index m, Eigen::Index kind, Eigen::Index i) -> Matrix3 {
      return Eigen::Map<const Matrix3>(S.data() + 9 * ((2 * i + kind) * count + m));
    };
    for (Eigen::Index m = 0; m < count; ++m) {
      Matrix3 A = Matrix3::Zero();
      for (Eigen::Index n = 0; n < count; ++n) {
        for (Eigen::Index i = 0; i < gas.coupling.size(); ++i) {
          A += gas.coupling(i) * directions.coupling(m, n) * (at(n, 0, i) - at(n, 1, i));
        }
      }
      for (Eigen::Index i = 0; i < gas.coupling.size(); ++i) {
        for (Eigen::Index kind = 0; kind < 2; ++kind) {
          const CoherentMomenta& of = kind == 0 ? gas.nu : gas.bar;
          const auto node = static_cast<std::size_t>(i);
          const Matrix3 X = at(m, kind, i), &H = of.H[node], &d = of.loss[node], &rho = of.rho[node];
          const Matrix3 image =
              H * X - X * H - I * (d * X + X * d.adjoint()) + A * rho - rho * A + k * directions.mu(m) * X;
          L.block<9, 1>(9 * ((2 * i + kind) * count + m), column) = image.reshaped();
        }
      }
    }
  }
  return L;
}

// 16 ordinates are as exact as e^(-2 16 arsinh(Im Omega/k)): 1e-8 where growth is 0.6 k.
TEST(StabilityWaves, OfRandomStatesAreEigenvaluesOfTheWholeOperator) {
  const double k = 1.0, gamma = 0.6 * k;
  int compared = 0;
  for (unsigned trial = 0; trial < 3; ++trial) {
    const RandomGas random(1, test_seed() + trial);
    for (const Wave wave : {Wave::longitudinal, Wave::transverse}) {
      const Eigen::VectorXcd all = Eigen::ComplexEigenSolver<Eigen::MatrixXcd>(
                                       whole_operator(random.gas(), k, Ordinates(16, wave)), false)
                                       .eigenvalues();
      const DispersionRelation D(response_of(random.gas()), wave, k);
      if ((all.imag().array() / gamma - 1.0).abs().minCoeff() < 1e-3) continue;
      EXPECT_EQ(count_faster_than(gamma, D), (all.imag().array() > gamma).count()) << trial;
      const auto modes = modes_faster_than(gamma, D);
      ASSERT_TRUE(modes) << trial;
      for (const UnstableMode& mode : *modes) {
        EXPECT_LT((all.array() - mode.Omega).abs().minCoeff(), 1e-6 * std::abs(mode.Omega)) << trial;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 3);
}

// Long waves: l = 0 and l = 1 along the wave together, l = 1 across it. D is even in k.
TEST(StabilityWaves, LongOnesAreHomogeneous) {
  const auto response = response_of(RandomGas(3, test_seed()).gas());
  const DispersionRelation isotropic(response, 0), dipole(response, 1);
  for (const double k : {1e-6, -1e-6}) {
    const DispersionRelation along(response, Wave::longitudinal, k), across(response, Wave::transverse, k);
    for (const Complex Omega : {Complex(0.7, 0.4), Complex(-3.0, 1.0), Complex(20.0, 5.0)}) {
      const auto D_0 = isotropic.at(Omega), D_1 = dipole.at(Omega), D = along.at(Omega), T = across.at(Omega);
      EXPECT_LT(std::abs(D.D / (D_0.D * D_1.D) - 1.0), 1e-8);
      EXPECT_LT(std::abs(D.slope - D_0.slope - D_1.slope), 1e-8 * std::abs(D.slope));
      EXPECT_LT(std::abs(T.D / D_1.D - 1.0), 1e-8);
      EXPECT_LT(std::abs(T.slope - D_1.slope), 1e-8 * std::abs(T.slope));
    }
  }
}

// --- gases that are not isotropic ---

// nu_e and nubar_e of one momentum in directions mu with these occupation numbers and
// weights: H = +-V + J_0 - mu J_1, V_ee - V_mumu = v. V_tautau is so large that nu_tau has no
// part in it.
std::vector<Beam> beams(double v, double coupling, const Eigen::ArrayXd& mu, const Eigen::ArrayXd& weight,
                        const Eigen::ArrayXd& nu, const Eigen::ArrayXd& bar) {
  const double J_0 = coupling * (weight * (nu - bar)).sum(),
               J_1 = coupling * (weight * mu * (nu - bar)).sum();
  std::vector<Beam> all;
  for (Eigen::Index m = 0; m < mu.size(); ++m) {
    const double J = J_0 - mu(m) * J_1;
    const auto kind = [&](double sign, double occupation) -> CoherentMomenta {
      return {{diagonal(occupation, 0, 0)}, {diagonal(sign * v + J, 0, sign * 1e4)}, {Matrix3::Zero()}};
    };
    all.push_back(
        {mu(m), Eigen::ArrayXd::Constant(1, coupling * weight(m)), kind(1.0, nu(m)), kind(-1.0, bar(m))});
  }
  return all;
}

DispersionRelation relation(const std::vector<Beam>& beams, Wave wave, double k) {
  return {std::make_shared<const LinearResponse>(beams), wave, k};
}

// nu_e along z and nubar_e against it, a and abar of them: with m = 2 kappa/2 for (1 - v.v')
// = 2 and the weight 1/2,
//   (Omega - K + m abar)(Omega + K - m a) = -m^2 a abar,   K = k + v.
// Fast: at K = m (a + abar)/2 they grow with m sqrt(a abar), whatever v is.
TEST(StabilityWaves, TwoBeamsGrowByTheirFormula) {
  const double m = 7.0, a = 1.0, abar = 0.6;
  const Eigen::Array2d mu(1.0, -1.0), weight(0.5, 0.5), nu(a, 0.0), bar(0.0, abar);
  for (const double v : {0.0, 0.3}) {
    for (const double K : {0.5 * m * (a + abar), 0.3 * m * (a + abar)}) {
      const double mean = 0.5 * m * (a - abar);
      const double under_root = mean * mean + K * K - K * m * (a + abar);
      ASSERT_LT(under_root, 0.0);
      const Complex expected(mean, std::sqrt(-under_root));
      const auto D = relation(beams(v, m, mu, weight, nu, bar), Wave::longitudinal, K - v);
      const auto zero = zero_near(expected * Complex(1.02, 0.01), 0.1, D);
      ASSERT_TRUE(zero);
      EXPECT_LT(std::abs(*zero - expected), 1e-8 * std::abs(expected)) << v << K;
    }
  }
  EXPECT_NEAR(std::sqrt(std::pow(0.5 * m * (a + abar), 2) - std::pow(0.5 * m * (a - abar), 2)),
              m * std::sqrt(a * abar), 1e-12);
}

// A crossing in angle: nu - nubar = g(mu) = g_0 + g_1 mu + g_2 mu^2 changes sign. Without V all
// momenta obey the same equation, and with G_n = <mu^n g>, w = Omega - kappa G_0 and K = k -
// kappa G_1 the means over directions are those of angular_mean(w, K):
//   A_0 = -kappa (P_0 A_0 - P_1 A_1),   A_1 = -kappa (P_1 A_0 - P_2 A_1),
//   P_n = g_0 I_n + g_1 I_(n+1) + g_2 I_(n+2),   I_(n+1) = (w I_n - <mu^n>)/K;
// transverse ones A = kappa (P_0 - P_2) A/2.
struct Crossing {
  double g_0, g_1, g_2;
  static constexpr double kappa = 10.0;

  Complex determinant(Wave wave, double k, Complex Omega) const {
    const double K = k - kappa * g_1 / 3.0;
    const Complex w = Omega - kappa * (g_0 + g_2 / 3.0);
    const auto [I_0, I_1, I_2] = angular_mean(w, K).value;
    const Complex I_3 = (w * I_2 - 1.0 / 3.0) / K, I_4 = w * I_3 / K;
    const Complex P_0 = g_0 * I_0 + g_1 * I_1 + g_2 * I_2, P_1 = g_0 * I_1 + g_1 * I_2 + g_2 * I_3,
                  P_2 = g_0 * I_2 + g_1 * I_3 + g_2 * I_4;
    if (wave == Wave::transverse) return 1.0 - 0.5 * kappa * (P_0 - P_2);
    return (1.0 + kappa * P_0) * (1.0 - kappa * P_2) + kappa * kappa * P_1 * P_1;
  }
  // By Newton's method with difference quotients.
  Complex zero_from(Complex Omega, Wave wave, double k) const {
    for (int n = 0; n < 30; ++n) {
      const Complex h = 1e-6;
      const Complex slope = determinant(wave, k, Omega + h) - determinant(wave, k, Omega - h);
      Omega -= determinant(wave, k, Omega) * 2.0 * h / slope;
    }
    return Omega;
  }
  // As many nubar in all directions.
  std::vector<Beam> gas(int directions) const {
    const Quadrature rule = gauss_legendre(directions);
    const Eigen::ArrayXd bar = Eigen::ArrayXd::Constant(directions, 1.0);
    const Eigen::ArrayXd net = g_0 + g_1 * rule.nodes + g_2 * rule.nodes.square();
    return beams(0.0, kappa, rule.nodes, 0.5 * rule.weights, bar + net, bar);
  }
};

// Guesses are eigenvalues of the operator on 60 ordinates by numpy, to two digits.
TEST(StabilityWaves, ACrossingInAngleGrowsByItsDispersionRelation) {
  struct Case {
    Crossing crossing;
    Wave wave;
    double k;
    Complex guess;
  };
  for (const Case& c : {Case{{0.1, 0.8, 0.0}, Wave::longitudinal, 4.0, {0.58, 2.7}},
                        Case{{0.1, 0.8, 0.0}, Wave::transverse, 2.0, {1.2, 0.42}},
                        Case{{-0.2, 0.9, 0.0}, Wave::longitudinal, 4.0, {-1.2, 2.8}},
                        Case{{0.5, 0.5, -0.9}, Wave::longitudinal, 0.0, {2.4, 0.26}}}) {
    const Complex expected = c.crossing.zero_from(c.guess, c.wave, c.k);
    EXPECT_LT(std::abs(expected - c.guess), 0.05 * std::abs(c.guess));
    const auto found = zero_near(c.guess, 0.1, relation(c.crossing.gas(200), c.wave, c.k));
    ASSERT_TRUE(found) << c.guess;
    EXPECT_LT(std::abs(*found - expected), 1e-8 * std::abs(expected)) << c.guess;
  }
  // Without a crossing nothing grows.
  EXPECT_EQ(count_faster_than(0.1, relation(Crossing{0.9, 0.2, 0.0}.gas(200), Wave::longitudinal, 0.0)), 0);
  EXPECT_EQ(count_faster_than(0.1, relation(Crossing{0.9, 0.2, 0.0}.gas(200), Wave::transverse, 0.0)), 0);
}

// The nonlinear equations in a box, i drho_m/dt = [J_0 - mu_m J_1, rho_m], of few directions:
// a seed grows as the analysis has it.
TEST(StabilityWaves, ACrossingInAngleGrowsSoInTime) {
  constexpr int directions = 12;
  const std::vector<Beam> gas = Crossing{0.5, 0.5, -0.9}.gas(directions);
  using State = MatrixField<3>;  // rho of all directions, then rhobar
  State rho;
  for (const Beam& beam : gas) rho.push_back(beam.nu.rho[0]);
  for (const Beam& beam : gas) rho.push_back(beam.bar.rho[0]);
  for (std::size_t n = 0; n < rho.size(); ++n) {
    rho[n](0, 1) = 1e-10 * static_cast<double>(n + 1), rho[n](1, 0) = rho[n](0, 1);
  }
  const auto slope = [&](const State& state) {
    Matrix3 J_0 = Matrix3::Zero(), J_1 = Matrix3::Zero();
    for (std::size_t m = 0; m < directions; ++m) {
      const Matrix3 net = gas[m].coupling(0) * (state[m] - state[directions + m]);
      J_0 += net, J_1 += gas[m].mu * net;
    }
    State slope;
    for (std::size_t n = 0; n < state.size(); ++n) {
      const Matrix3 J = J_0 - gas[n % directions].mu * J_1;
      slope.emplace_back(-I * (J * state[n] - state[n] * J));
    }
    return slope;
  };
  const auto modes = modes_faster_than(0.1, relation(gas, Wave::longitudinal, 0.0));
  ASSERT_TRUE(modes && !modes->empty());
  const double growth = modes->front().Omega.imag();
  const double step = 0.01;
  const int first = static_cast<int>(6.0 / growth / step), more = static_cast<int>(4.0 / growth / step);
  const auto advance = [&](int steps) {
    for (int n = 0; n < steps; ++n) rho = runge_kutta(rho, step, slope);
    return std::log(std::abs(rho[0](0, 1)));
  };
  const double early = advance(first), late = advance(more);
  // What is left of other modes after six e-folds, over four.
  EXPECT_NEAR((late - early) / (more * step), growth, 2e-3 * growth);
}

}  // namespace
}  // namespace qke
