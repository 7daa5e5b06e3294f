// Collective effects of a homogeneous, isotropic gas of neutrinos in a box, against their
// analytic results.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "support/largest.hpp"
#include "support/two_flavour_box.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

double fermi_dirac(double y, double xi) { return 1.0 / (std::exp(y - xi) + 1.0); }

// Synchronised oscillation ([PRS02]; [FP22] section 4). Where J is far above all omega, every momentum turns
// around J and only its part along J remains: P = (f_e - f_x) n, Pbar = (fbar_e - fbar_x) n with a common
// unit vector n. J drops out of the equation of the sum, for -omega B with Pbar counted negative is +omega B:
//   d/dt sum w (P - Pbar) = sum w omega B x (P + Pbar),   dn/dt = Omega B x n,
//   Omega = sum w omega (f_e - f_x + fbar_e - fbar_x) / sum w (f_e - f_x - fbar_e + fbar_x).
// With w ~ y^2, omega = dm2/(2 T y), int y (f + fbar) = pi^2/6 + xi^2/2 and int y^2 (f - fbar) = (pi^2 xi +
// xi^3)/3 that is
//   Omega = (dm2/2T) (3/2) (xi_e + xi_x)/(pi^2 + xi_e^2 + xi_e xi_x + xi_x^2).
// The next term, by the part of P across J, is smaller by omega/J / (Omega/omega), here some 1e-6. On a
// uniform grid both sums are those of even analytic functions of y, wrong by e^{-2 pi^2/h} and the end only.
struct Synchronised {
  double xi_e, xi_x, theta;

  static constexpr int nodes = 22;
  static constexpr double h = 0.9, strength = 1e7;

  double omega() const {
    return 1.5 * (xi_e + xi_x) / (pi * pi + xi_e * xi_e + xi_e * xi_x + xi_x * xi_x);  // of dm2/2T
  }
};

class SynchronisedOscillation : public testing::TestWithParam<Synchronised> {};

TEST_P(SynchronisedOscillation, HasTheFrequencyOfTheAsymmetries) {
  const Synchronised p = GetParam();
  Field V;
  Eigen::ArrayXd coupling(p.nodes), scale(p.nodes);
  Densities rho;
  for (int i = 0; i < p.nodes; ++i) {
    const double y = p.h * (i + 1);
    V.push_back(vacuum(1.0 / y, p.theta));
    coupling(i) = p.strength * p.h * y * y;
    scale(i) = fermi_dirac(y, 0.0);
    rho.nu.push_back(diagonal(fermi_dirac(y, p.xi_e), fermi_dirac(y, p.xi_x)));
    rho.bar.push_back(diagonal(fermi_dirac(y, -p.xi_e), fermi_dirac(y, -p.xi_x)));
  }
  NeutrinoGas gas(V, coupling, scale);
  const Eigen::VectorXd start = gas.state(rho);
  const Eigen::Vector3d J_start = polarisation(gas.J(start));

  // n turns around B by the angle Omega t, right-handed. The angle is followed through two periods.
  const Eigen::Vector3d B(std::sin(2.0 * p.theta), 0.0, -std::cos(2.0 * p.theta));
  const Eigen::Vector3d first = (J_start - B.dot(J_start) * B).normalized(), second = B.cross(first);
  const double t_end = 2.0 * (2.0 * pi / std::abs(p.omega()));
  double angle = 0.0;
  const auto end = evolve(gas, start, 0.0, t_end, tolerance(1e-6, 1e-6), [&](double, const auto& u) {
    const Eigen::Vector3d J = polarisation(gas.J(u));
    angle += std::remainder(std::atan2(J.dot(second), J.dot(first)) - angle, 2.0 * pi);
    // |J| and its part along B are constant.
    EXPECT_NEAR(J.norm(), J_start.norm(), 1e-4 * J_start.norm());
    EXPECT_NEAR(B.dot(J), B.dot(J_start), 1e-4 * J_start.norm());
  });
  RecordProperty("omega_measured", std::to_string(angle / t_end));
  RecordProperty("omega_analytic", std::to_string(p.omega()));
  // The integrator's tolerance, times some hundred steps.
  EXPECT_NEAR(angle / t_end, p.omega(), 1e-4 * std::abs(p.omega()));

  // Every momentum is locked to J, with its own polarisation.
  const Densities final_rho = gas.densities(end);
  const Eigen::Vector3d n =
      polarisation(gas.J(end)) / polarisation(gas.J(end)).norm() * (J_start.z() > 0 ? 1.0 : -1.0);
  for (int i = 0; i < p.nodes; ++i) {
    const double nu = (rho.nu[i](e, e) - rho.nu[i](x, x)).real();
    const double bar = (rho.bar[i](e, e) - rho.bar[i](x, x)).real();
    EXPECT_LT((polarisation(final_rho.nu[i]) - nu * n).norm(), 1e-3 * scale(i)) << i;
    EXPECT_LT((polarisation(final_rho.bar[i]) - bar * n).norm(), 1e-3 * scale(i)) << i;
    EXPECT_LT(final_rho.nu[i].row(1).norm(), 1e-12) << i;  // nu_mu has no part in it
  }
}

// Omega of either sign, and J of either sign.
INSTANTIATE_TEST_SUITE_P(Collective, SynchronisedOscillation,
                         testing::Values(Synchronised{0.5, -0.2, 0.3}, Synchronised{0.1, -0.6, 0.3},
                                         Synchronised{0.2, 1.0, 1.1}));

// The slow ("bipolar") instability of nu_e and nubar_e ([S96]; [HRSW06]). Without mixing, V = omega diag(0,
// 0, 1), rho = diag(1, 0, 0) and rhobar = diag(alpha, 0, 0) rest. To first order in S = rho_ex, Sbar =
// rhobar_ex, with mu = w, V_ee - V_xx = -omega, J_ee - J_xx = mu (1 - alpha) and J_ex = mu (S - Sbar),
//   i dS/dt    = (-omega + mu (1 - alpha)) S    - J_ex,
//   i dSbar/dt = ( omega + mu (1 - alpha)) Sbar - alpha J_ex:
// the eigenvalues are [mu (1 - alpha) +- sqrt(D)]/2, D = mu^2 (1 - alpha)^2 + 4 omega^2 + 4 omega mu (1 +
// alpha). D < 0 needs omega < 0, the inverted ordering, and 2|omega|/mu between (1 -+ sqrt alpha)^2.
struct Bipolar {
  double omega, alpha, mu;

  double discriminant() const {
    return std::pow(mu * (1.0 - alpha), 2) + 4.0 * omega * omega + 4.0 * omega * mu * (1.0 + alpha);
  }
  NeutrinoGas gas() const {
    return {{vacuum(omega, 0.0)}, Eigen::ArrayXd::Constant(1, mu), Eigen::ArrayXd::Ones(1)};
  }
  Densities start(Complex seed) const {
    Densities rho{{diagonal(1.0, 0.0)}, {diagonal(alpha, 0.0)}};
    rho.nu[0](e, x) = seed;
    rho.nu[0](x, e) = std::conj(seed);
    return rho;
  }
};

// The absolute tolerance is below all off-diagonal elements.
const IntegratorOptions linear_tolerance = tolerance(1e-7, 1e-15);

// The rate at which |X_ex| grows between two times, late enough for the growing mode to be alone.
double growth(NeutrinoGas& gas, const Eigen::VectorXd& start, double t_1, double t_2) {
  const auto nothing = [](double, const auto&) {};
  const auto size = [&](const Eigen::VectorXd& u) { return std::abs(gas.densities(u).nu[0](e, x)); };
  const Eigen::VectorXd u_1 = evolve(gas, start, 0.0, t_1, linear_tolerance, nothing);
  const Eigen::VectorXd u_2 = evolve(gas, u_1, t_1, t_2, linear_tolerance, nothing);
  return std::log(size(u_2) / size(u_1)) / (t_2 - t_1);
}

// A seed of 1e-7 grows by e^11 at most: what is of second order in it stays below 1e-4. After e^-6 ... e^-12
// of the decaying mode the growing one is alone.
TEST(BipolarInstability, GrowsAtTheRateOfLinearTheory) {
  for (const Bipolar& p : {Bipolar{-1.0, 0.8, 5.0}, {-1.0, 0.8, 50.0}, {-1.0, 0.5, 4.0}, {-0.3, 0.9, 30.0}}) {
    ASSERT_LT(p.discriminant(), 0.0);
    const double expected = 0.5 * std::sqrt(-p.discriminant());
    NeutrinoGas gas = p.gas();
    const double measured = growth(gas, gas.state(p.start({1e-7, 0.0})), 6.0 / expected, 10.0 / expected);
    RecordProperty("growth_mu_" + std::to_string(p.mu), std::to_string(measured / expected));
    EXPECT_NEAR(measured, expected, 1e-3 * expected) << "mu = " << p.mu << ", alpha = " << p.alpha;
  }
}

// Normal ordering, and inverted ordering a little beyond both ends of the unstable range. With the
// eigenvalues l_1, l_2 of the two equations, S is at most |seed| (2 max|M_11 - l|/|l_1 - l_2|).
TEST(BipolarInstability, IsAbsentInNormalOrderingAndOutsideTheUnstableRange) {
  const double alpha = 0.8, root = std::sqrt(alpha);
  const double low = 2.0 / std::pow(1.0 + root, 2), high = 2.0 / std::pow(1.0 - root, 2);
  // D vanishes at 2|omega|/mu = (1 -+ sqrt alpha)^2.
  EXPECT_NEAR((Bipolar{-1.0, alpha, low}.discriminant()), 0.0, 1e-10);
  EXPECT_NEAR((Bipolar{-1.0, alpha, high}.discriminant()), 0.0, 1e-8);
  for (const Bipolar& p :
       {Bipolar{1.0, alpha, 5.0}, {1.0, alpha, 50.0}, {-1.0, alpha, 0.9 * low}, {-1.0, alpha, 1.1 * high}}) {
    ASSERT_GT(p.discriminant(), 0.0);
    const double root_D = std::sqrt(p.discriminant());
    const double M_11 = -p.omega - p.mu * alpha;
    const double largest = std::max(std::abs(M_11 - 0.5 * (p.mu * (1.0 - alpha) + root_D)),
                                    std::abs(M_11 - 0.5 * (p.mu * (1.0 - alpha) - root_D)));
    const double seed = 1e-7, bound = seed * 2.0 * largest / root_D;
    NeutrinoGas gas = p.gas();
    double reached = 0.0;
    // Times as long as those of the growth by e^10 to e^100 inside the range.
    evolve(gas, gas.state(p.start({seed, 0.0})), 0.0, 20.0, linear_tolerance,
           [&](double, const auto& u) { reached = larger(reached, std::abs(gas.densities(u).nu[0](e, x))); });
    EXPECT_LT(reached, 1.001 * bound) << "omega = " << p.omega << ", mu = " << p.mu;
  }
}

// Fermi-Dirac spectra of many momenta: the linear equations, written out as one matrix,
//   i dS_i/dt = (+-v_i + j) S_i - (rho_ee - rho_xx)_i sum_k w_k (S_k - Sbar_k),
// have one growing mode in inverted ordering.
TEST(BipolarInstability, OfASpectrumGrowsAtTheLargestEigenvalue) {
  constexpr int N = 12;
  constexpr double h = 1.2, xi_e = 0.3, xi_x = -1.0;
  for (const double sign : {-1.0, 1.0}) {
    Field V;
    Eigen::ArrayXd coupling(N), scale(N);
    Densities rho;
    Eigen::VectorXd excess(2 * N), weight(2 * N), splitting(2 * N);
    for (int i = 0; i < N; ++i) {
      const double y = h * (i + 1);
      V.push_back(vacuum(sign / y, 0.0));
      coupling(i) = 0.5 * h * y * y;
      scale(i) = fermi_dirac(y, 0.0);
      // An excess of nu_e and nubar_e over the other flavour.
      rho.nu.push_back(diagonal(fermi_dirac(y, xi_e), fermi_dirac(y, xi_x)));
      rho.bar.push_back(diagonal(fermi_dirac(y, -xi_e + 0.2), fermi_dirac(y, xi_x)));
      excess(i) = fermi_dirac(y, xi_e) - fermi_dirac(y, xi_x);
      excess(N + i) = fermi_dirac(y, -xi_e + 0.2) - fermi_dirac(y, xi_x);
      weight(i) = coupling(i);
      weight(N + i) = -coupling(i);
      splitting(i) = -sign / y;
      splitting(N + i) = sign / y;
    }
    const double j = weight.dot(excess);
    Eigen::MatrixXd M = -excess * weight.transpose();
    M.diagonal().array() += splitting.array() + j;
    const Eigen::VectorXcd eigenvalues = M.eigenvalues();
    Complex growing = eigenvalues(0);
    for (const Complex& l : eigenvalues) growing = l.imag() > growing.imag() ? l : growing;
    const double expected = growing.imag();

    NeutrinoGas gas(V, coupling, scale);
    for (Field* field : {&rho.nu, &rho.bar}) {
      for (int i = 0; i < N; ++i) (*field)[i](e, x) = (*field)[i](x, e) = 1e-7 * scale(i);
    }
    if (sign > 0.0) {
      EXPECT_LT(expected, 1e-6);  // a defective eigenvalue may be off by the root of rounding
      double largest = 0.0;
      evolve(gas, gas.state(rho), 0.0, 60.0, linear_tolerance, [&](double, const auto& u) {
        largest = larger(largest, std::abs(gas.densities(u).nu[0](e, x)));
      });
      EXPECT_LT(largest, 1e-5);
      continue;
    }
    // The dispersion relation, 1 = sum_i w_i [g_i/(v_i + j - l) - gbar_i/(-v_i + j - l)], holds for it.
    Complex relation = 0.0;
    for (int i = 0; i < 2 * N; ++i) {
      relation += weight(i) * excess(i) / (splitting(i) + j - growing);
    }
    EXPECT_LT(std::abs(relation - 1.0), 1e-9);
    ASSERT_GT(expected, 0.05);
    const double measured = growth(gas, gas.state(rho), 7.0 / expected, 11.0 / expected);
    RecordProperty("growth_of_spectrum", std::to_string(measured) + " of " + std::to_string(expected));
    // Slower modes than the growing one only turn: e^-7 of it after the first time.
    EXPECT_NEAR(measured, expected, 3e-3 * expected);
  }
}

// Far from the start one momentum is a spinning top (Hannestad et al. 2006). D = P - Pbar and Q = P + Pbar -
// (omega/mu) B obey dQ/dt = mu D x Q, dD/dt = omega B x Q, which keeps |Q|, D.Q, B.D and omega B.Q + (mu/2)
// D^2. For theta -> 0, from Q and D along +z (omega B = |omega| z), the lowest point has
//   cos(angle) = -1 + mu D_0^2/(2 |omega| Q_0),   D_0 = 1 - alpha,   Q_0 = 1 + alpha - |omega|/mu:
// there D has L = D_0 (1 - cos)/sin across Q, for B.D = D_0, and |omega| Q_0 (1 - cos) = (mu/2) L^2.
TEST(BipolarInstability, SwingsToTheLowestPointOfASpinningTop) {
  for (const Bipolar& p : {Bipolar{-1.0, 0.8, 10.0}, {-1.0, 0.6, 10.0}}) {
    const double D = 1.0 - p.alpha, Q = 1.0 + p.alpha + p.omega / p.mu;
    const double lowest = -1.0 + p.mu * D * D / (2.0 * std::abs(p.omega) * Q);
    ASSERT_LT(lowest, 1.0);
    NeutrinoGas gas = p.gas();
    double reached = 2.0, asymmetry_change = 0.0;
    const double rate = 0.5 * std::sqrt(-p.discriminant());
    evolve(gas, gas.state(p.start({1e-4, 0.0})), 0.0, 25.0 / rate, tolerance(1e-9, 1e-11),
           [&](double, const auto& u) {
             const Densities rho = gas.densities(u);
             const Eigen::Vector3d P = polarisation(rho.nu[0]), P_bar = polarisation(rho.bar[0]);
             reached = std::min(reached, P.z() + P_bar.z());
             asymmetry_change = larger(asymmetry_change, std::abs(P.z() - P_bar.z() - D));
           });
    RecordProperty("lowest_" + std::to_string(p.alpha), std::to_string(reached));
    // The lowest of all steps misses the turning point by up to (rate * step)^2, some 1e-4.
    EXPECT_NEAR(reached, Q * lowest - p.omega / p.mu, 1e-3) << "alpha = " << p.alpha;
    EXPECT_LT(asymmetry_change, 1e-5) << "alpha = " << p.alpha;
  }
}

// What a mode that turns in V alone loses of Tr rho^2. A step of a radians damps by the sixth power of a:
// with tolerances of 1e-10, 130 steps to a turn, 5.7e-14 a turn. Rounding of a stage itself, not of its
// change, would be wrong by as much in all stages, and lose five times that.
double lost_after(double turns, double relative_tolerance) {
  NeutrinoGas gas({vacuum(1.0, 0.6)}, Eigen::ArrayXd::Zero(1), Eigen::ArrayXd::Ones(1));
  const Densities start{{diagonal(1.0, 0.2)}, {diagonal(0.7, 0.4)}};
  const auto length = [](const Densities& rho) { return rho.nu[0].squaredNorm() + rho.bar[0].squaredNorm(); };
  IntegratorOptions options = tolerance(relative_tolerance, relative_tolerance);
  options.max_steps = 1000000000;
  const auto nothing = [](double, const auto&) {};
  const Eigen::VectorXd end = evolve(gas, gas.state(start), 0.0, 2.0 * pi * turns, options, nothing);
  return std::abs(length(gas.densities(end)) / length(start) - 1.0);
}
TEST(Precession, KeepsTheLengthOfAMode) { EXPECT_LT(lost_after(100.0, 1e-10), 1e-11); }
TEST(NightlyPrecession, KeepsTheLengthOfAModeForAHundredThousandTurns) {
  EXPECT_LT(lost_after(1e5, 1e-10), 1e-8);
}

}  // namespace
}  // namespace qke
