// collisions/kernels: every closed form against direct integration over the angles of the
// phase space, and the massless ones against the published D functions.
#include "collisions/kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "support/phase_space.hpp"
#include "support/seed.hpp"

namespace qke {
namespace {

using independent::d_function;
using independent::direct_kernel;
using independent::Kinematics;
using independent::Products;
using kernels::Leg;

Leg leg(const Kinematics& k, int n) { return {k.E[n], k.p(n)}; }

// Random energies with masses {m1, m2, m3, m4} that conserve energy.
std::vector<Kinematics> random_kinematics(std::array<double, 4> mass, int count, unsigned number) {
  std::mt19937_64 random(independent::seed(number));
  std::uniform_real_distribution<double> momentum(0.01, 8.0);
  std::vector<Kinematics> list;
  while (list.size() < static_cast<std::size_t>(count)) {
    Kinematics k{mass, {}};
    for (int n = 0; n < 3; ++n) k.E[n] = std::hypot(momentum(random), mass[n]);
    k.E[3] = k.E[0] + k.E[1] - k.E[2];
    if (k.E[3] > mass[3]) list.push_back(k);
  }
  return list;
}

constexpr double electron = 1.3;
const std::array<double, 4> masses_of_scattering{0.0, electron, 0.0, electron};
const std::array<double, 4> masses_of_annihilation{0.0, 0.0, electron, electron};
const std::array<double, 4> massless{0.0, 0.0, 0.0, 0.0};

// Both are exact but for rounding, in units of the energies to the power of the kernel.
double scale(const Kinematics& k, int power) { return std::pow(k.E[0] + k.E[1], power); }
constexpr double rounding = 1e-13;

TEST(Kernels, QuarticSChannelIsThePhaseSpaceIntegral) {
  int inside = 0;
  for (const auto& mass : {masses_of_scattering, masses_of_annihilation, massless}) {
    for (const auto& k : random_kinematics(mass, 300, 1)) {
      const double direct = direct_kernel(k, [](const Products& v) { return v.p12 * v.p34; });
      const double m12 = mass[0] * mass[0] + mass[1] * mass[1], m34 = mass[2] * mass[2] + mass[3] * mass[3];
      EXPECT_NEAR(kernels::s_channel(leg(k, 0), leg(k, 1), leg(k, 2), leg(k, 3), m12, m34), direct,
                  rounding * scale(k, 5));
      inside += direct > 1e-3 * scale(k, 5);
    }
  }
  EXPECT_GT(inside, 100);  // the comparison is not one of zeros
}

TEST(Kernels, QuarticUChannelIsThePhaseSpaceIntegral) {
  for (const auto& mass : {masses_of_scattering, masses_of_annihilation, massless}) {
    for (const auto& k : random_kinematics(mass, 300, 2)) {
      const double direct = direct_kernel(k, [](const Products& v) { return v.p14 * v.p23; });
      const double m14 = mass[0] * mass[0] + mass[3] * mass[3], m23 = mass[1] * mass[1] + mass[2] * mass[2];
      EXPECT_NEAR(kernels::u_channel(leg(k, 0), leg(k, 1), leg(k, 2), leg(k, 3), m14, m23), direct,
                  rounding * scale(k, 5));
    }
  }
}

// The mass term of annihilation has p1.p2 of the massless pair, that of scattering p1.p3 of the neutrinos.
TEST(Kernels, MassTermsArePhaseSpaceIntegrals) {
  for (const auto& k : random_kinematics(masses_of_annihilation, 300, 3)) {
    const double direct = direct_kernel(k, [](const Products& v) { return v.p12; });
    EXPECT_NEAR(kernels::s_channel_mass(leg(k, 0), leg(k, 1), leg(k, 2), leg(k, 3), 0.0), direct,
                rounding * scale(k, 3));
  }
  for (const auto& k : random_kinematics(masses_of_scattering, 300, 4)) {
    const double direct = direct_kernel(k, [](const Products& v) { return v.p13; });
    EXPECT_NEAR(kernels::t_channel_mass(leg(k, 0), leg(k, 1), leg(k, 2), leg(k, 3), 0.0), direct,
                rounding * scale(k, 3));
    const double massive = direct_kernel(k, [](const Products& v) { return v.p12; });
    EXPECT_NEAR(kernels::s_channel_mass(leg(k, 0), leg(k, 1), leg(k, 2), leg(k, 3), electron * electron),
                massive, rounding * scale(k, 3));
  }
}

// Dolgov, Hansen & Semikoz 1997: int dq (p1.p2)(p3.p4) = 2 [y1 y2 y3 y4 D1 + y1 y2 D2(3,4) + y3 y4 D2(1,2) +
// D3], and with an incoming and an outgoing particle in each product the D2 change sign. The factor 2 is the
// ratio of the lengths of the q range, 2 min(y), and of D1 = min(y).
TEST(Kernels, MasslessOnesAreThePublishedDFunctions) {
  for (const auto& k : random_kinematics(massless, 300, 5)) {
    const auto& y = k.E;
    const double product = y[0] * y[1] * y[2] * y[3];
    const double D1 = d_function(y, {false, false, false, false}),
                 D3 = d_function(y, {true, true, true, true});
    const double s = product * D1 + y[0] * y[1] * d_function(y, {false, false, true, true}) +
                     y[2] * y[3] * d_function(y, {true, true, false, false}) + D3;
    const double u = product * D1 - y[0] * y[3] * d_function(y, {false, true, true, false}) -
                     y[1] * y[2] * d_function(y, {true, false, false, true}) + D3;
    const Leg p1 = leg(k, 0), p2 = leg(k, 1), p3 = leg(k, 2), p4 = leg(k, 3);
    EXPECT_NEAR(kernels::s_channel(p1, p2, p3, p4, 0.0, 0.0), 2.0 * s, 1e-12 * scale(k, 5));
    EXPECT_NEAR(kernels::u_channel(p1, p2, p3, p4, 0.0, 0.0), 2.0 * u, 1e-12 * scale(k, 5));
    EXPECT_NEAR(D1, *std::min_element(y.begin(), y.end()), 1e-13 * scale(k, 1));
  }
}

// By hand: int_0^{2p} dq (4 p^2 - q^2)^2/4 = (64/15) p^5 and int_0^{2p} dq q^4/4 = (8/5) p^5.
TEST(Kernels, HaveSimpleValuesForEqualMomenta) {
  const Leg p = kernels::massless(2.0);
  EXPECT_NEAR(kernels::s_channel(p, p, p, p, 0.0, 0.0), 64.0 / 15.0 * 32.0, 1e-12);
  EXPECT_NEAR(kernels::u_channel(p, p, p, p, 0.0, 0.0), 8.0 / 5.0 * 32.0, 1e-12);
  // int_0^{2p} dq (4 p^2 - q^2)/2 = (8/3) p^3 and int_0^{2p} dq q^2/2 = (4/3) p^3.
  EXPECT_NEAR(kernels::s_channel_mass(p, p, p, p, 0.0), 8.0 / 3.0 * 8.0, 1e-12);
  EXPECT_NEAR(kernels::t_channel_mass(p, p, p, p, 0.0), 4.0 / 3.0 * 8.0, 1e-12);
}

// Reversing the process, or exchanging both pairs, changes nothing.
TEST(Kernels, HaveTheSymmetriesOfTheProcess) {
  for (const auto& k : random_kinematics(massless, 100, 6)) {
    const Leg p1 = leg(k, 0), p2 = leg(k, 1), p3 = leg(k, 2), p4 = leg(k, 3);
    const double s = kernels::s_channel(p1, p2, p3, p4, 0, 0), u = kernels::u_channel(p1, p2, p3, p4, 0, 0);
    EXPECT_NEAR(kernels::s_channel(p3, p4, p1, p2, 0, 0), s, rounding * scale(k, 5));
    EXPECT_NEAR(kernels::s_channel(p2, p1, p3, p4, 0, 0), s, rounding * scale(k, 5));
    EXPECT_NEAR(kernels::u_channel(p3, p4, p1, p2, 0, 0), u, rounding * scale(k, 5));
    EXPECT_NEAR(kernels::u_channel(p2, p1, p4, p3, 0, 0), u, rounding * scale(k, 5));
  }
}

TEST(Kernels, VanishOutsideThePhaseSpace) {
  // A head-on pair of 1 and 5 has |p1 + p2| >= 4: electrons of momenta 0.1 and 2 cannot carry it away.
  const double E3 = std::hypot(0.1, electron), E4 = std::hypot(2.0, electron);
  const Leg p1 = kernels::massless(1.0), p2 = kernels::massless(5.0), p3{E3, 0.1}, p4{E4, 2.0};
  EXPECT_EQ(kernels::s_channel(p1, p2, p3, p4, 0.0, 2 * electron * electron), 0.0);
  EXPECT_EQ(kernels::s_channel_mass(p1, p2, p3, p4, 0.0), 0.0);
}

}  // namespace
}  // namespace qke
