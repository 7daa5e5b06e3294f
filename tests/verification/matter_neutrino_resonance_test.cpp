// The matter-neutrino resonance of neutrinos in a box ([MKMS12]): where the potentials of matter and of the
// neutrinos themselves cancel.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "support/two_flavour_box.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

// With a frozen J. A great number of unmixed neutrinos makes J =
// diag(j, 0, 0), and few others are in it and in matter, H_ee - H_xx = lambda + j -+ omega cos 2theta and
// H_ex = +-(omega/2) sin 2theta for neutrinos and antineutrinos: with j < 0 both have a resonance, at lambda
// = -j +- omega cos 2theta. That is what the same sign of J and lambda for both means; a matter term alone
// has one for neutrinos only. On a linear ramp the eigenstate is left with the probability exp(-pi gamma/2),
// gamma = omega^2 sin^2 2theta/(dlambda/dt) (Landau 1932, Zener 1932).
struct Ramp {
  double gamma;
  static constexpr double omega = 1.0, theta = 0.3, j = -1000.0;

  double gap() const { return omega * std::sin(2.0 * theta); }
  double rate() const { return gap() * gap() / gamma; }
  double lambda(double t) const { return -j + rate() * t; }

  // The state of lower energy of one kind at time t.
  Matrix3 lower_state(double t, double sign) const {
    const double splitting = rate() * t - sign * omega * std::cos(2.0 * theta);
    const double size = std::hypot(splitting, gap());
    Matrix3 rho = diagonal(0.5 * (1.0 - splitting / size), 0.5 * (1.0 + splitting / size));
    rho(e, x) = rho(x, e) = -0.5 * sign * gap() / size;
    return rho;
  }

  // Node 0 makes J, by an excess of nubar_e; node 1 is carried through the resonance.
  NeutrinoGas gas() const {
    Eigen::Array2d coupling(-j, 0.0);
    NeutrinoGas result({Matrix3::Zero(), vacuum(omega, theta)}, coupling, Eigen::Array2d::Ones());
    result.external = [*this](double t) { return diagonal(lambda(t), 0.0); };
    return result;
  }
  Densities start(double t) const {
    return {{diagonal(0.0, 0.0), lower_state(t, 1.0)}, {diagonal(1.0, 0.0), lower_state(t, -1.0)}};
  }
};

// The ends of the ramp are at 40 times the gap, where eigenstates turn at 1/(2 gamma 40^2) of the splitting,
// over 40 gamma: the crossing interferes with amplitudes of 1/(2 gamma 40^3) < 4e-5, twice.
TEST(MatterNeutrinoResonance, IsCrossedWithTheLandauZenerProbability) {
  for (const double gamma : {0.2, 0.6, 1.5}) {
    const Ramp ramp{gamma};
    const double t = 40.0 * ramp.gap() / ramp.rate();
    NeutrinoGas gas = ramp.gas();
    const auto end =
        evolve(gas, gas.state(ramp.start(-t)), -t, t, tolerance(1e-6, 1e-7), [](double, const auto&) {});
    const Densities rho = gas.densities(end);
    const double expected = std::exp(-0.5 * pi * gamma);
    const double nu = 1.0 - (rho.nu[1] * ramp.lower_state(t, 1.0)).trace().real();
    const double bar = 1.0 - (rho.bar[1] * ramp.lower_state(t, -1.0)).trace().real();
    RecordProperty("left_gamma_" + std::to_string(gamma),
                   std::to_string(nu) + ", " + std::to_string(bar) + " of " + std::to_string(expected));
    EXPECT_NEAR(nu, expected, 2e-4) << "gamma = " << gamma;
    EXPECT_NEAR(bar, expected, 2e-4) << "gamma = " << gamma;
    EXPECT_LT((rho.bar[0] - diagonal(1.0, 0.0)).norm(), 1e-12);  // J is frozen
  }
}

// gamma = 100: the state follows its level, behind by an angle of 1/gamma at most, which changes populations
// by 1/(4 gamma^2).
TEST(MatterNeutrinoResonance, IsFollowedAdiabatically) {
  const Ramp ramp{100.0};
  const double t_end = 10.0 * ramp.gap() / ramp.rate();
  NeutrinoGas gas = ramp.gas();
  int near_resonance = 0;
  evolve(gas, gas.state(ramp.start(-t_end)), -t_end, t_end, tolerance(1e-6, 1e-7),
         [&](double t, const auto& u) {
           const Densities rho = gas.densities(u);
           for (const double sign : {1.0, -1.0}) {
             const Matrix3& found = sign > 0.0 ? rho.nu[1] : rho.bar[1];
             const Matrix3 expected = ramp.lower_state(t, sign);
             EXPECT_NEAR(found(e, e).real(), expected(e, e).real(), 1e-3) << t;
             if (std::abs(expected(e, e).real() - 0.5) < 0.3) ++near_resonance;
           }
         });
  EXPECT_GT(near_resonance, 20);
}

// With a J that the resonance changes. One momentum each of nu_e and alpha times as many nubar_e, alpha > 1,
// in matter that becomes denser: once lambda/mu = R reaches alpha - 1 the states turn so that both stay at
// the resonance, where the whole Hamiltonian is of order omega,
//   lambda z + mu (P - alpha Pbar) = 0   with   |P| = |Pbar| = 1,
//   P_z = (alpha^2 - 1 - R^2)/(2 R),   Pbar_z = (alpha^2 - 1 + R^2)/(2 alpha R),
// until R = alpha + 1: there all nu_e are nu_tau, and the nubar_e are back. What is left out is of order
// omega/mu.
struct SelfConsistent {
  double alpha, omega;
  static constexpr double mu = 1.0, theta = 0.3, turns = 60.0, first = 0.5, last = 1.2;

  double end() const { return turns / omega; }
  // From half of the first resonance to beyond the last.
  double R(double t) const {
    const double from = first * (alpha - 1.0), to = last * (alpha + 1.0);
    return from + (to - from) * t / end();
  }
  double P_z(double R) const { return (alpha * alpha - 1.0 - R * R) / (2.0 * R); }
  double Pbar_z(double R) const { return (alpha * alpha - 1.0 + R * R) / (2.0 * alpha * R); }
  // At rest, to first order in omega/mu: P and Pbar opposite to their Hamiltonians.
  Densities start() const {
    const double size = mu * (alpha - 1.0) * (1.0 - first), mixing = omega * std::sin(2.0 * theta);
    const double J_x = mu * mixing * (1.0 + alpha) * (1.0 - first) / (size * first);
    return {{tilted(1.0, -(J_x + mixing) / size)}, {tilted(alpha, -(J_x - mixing) / size)}};
  }
  static Matrix3 tilted(double length, double tangent) {
    const double cosine = 1.0 / std::hypot(1.0, tangent);
    Matrix3 rho = diagonal(0.5 * length * (1.0 + cosine), 0.5 * length * (1.0 - cosine));
    rho(e, x) = rho(x, e) = 0.5 * length * cosine * tangent;
    return rho;
  }
  NeutrinoGas gas() const {
    NeutrinoGas result({vacuum(omega, theta)}, Eigen::ArrayXd::Constant(1, mu), Eigen::ArrayXd::Ones(1));
    result.external = [*this](double t) { return diagonal(mu * R(t), 0.0); };
    return result;
  }
};

// Where the resonance begins the states start to nutate; means over the resonance are those of the formula
// to the order omega/mu that it leaves out (measured: 0.7 to 1.2 omega/mu, in proportion to it). At the end
// the resonance has let all go.
TEST(MatterNeutrinoResonance, IsHeldByTheNeutrinosThemselves) {
  for (const SelfConsistent& p : {SelfConsistent{1.4, 0.02}, {1.4, 0.005}, {2.0, 0.02}, {2.0, 0.005}}) {
    NeutrinoGas gas = p.gas();
    double nu = 0.0, bar = 0.0, duration = 0.0, last = 0.0;
    const auto end =
        evolve(gas, gas.state(p.start()), 0.0, p.end(), tolerance(1e-5, 1e-6), [&](double t, const auto& u) {
          const Densities rho = gas.densities(u);
          const double R = p.R(t), length = t - std::exchange(last, t);
          if (R < p.alpha - 1.0 || R > p.alpha + 1.0) return;
          nu += length * (polarisation(rho.nu[0]).z() - p.P_z(R));
          bar += length * (polarisation(rho.bar[0]).z() / p.alpha - p.Pbar_z(R));
          duration += length;
        });
    const double left_out = p.omega / p.mu;
    EXPECT_LT(std::abs(nu), 2.0 * left_out * duration) << p.alpha << ", " << p.omega;
    EXPECT_LT(std::abs(bar), left_out * duration) << p.alpha << ", " << p.omega;
    EXPECT_LT(polarisation(gas.densities(end).nu[0]).z(), -1.0 + left_out);
    EXPECT_GT(polarisation(gas.densities(end).bar[0]).z() / p.alpha, 1.0 - left_out);
  }
}

}  // namespace
}  // namespace qke
