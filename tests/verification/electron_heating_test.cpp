// Energy exchange between neutrinos and electrons against published coefficients
// (docs/physics.md, "Numbers compared with").
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "collisions/neutrino_electron.hpp"
#include "support/electron_collisions.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using std::numbers::pi;

constexpr double sin2_theta_W = 0.23122;
constexpr double g_R = sin2_theta_W;
constexpr double g_L_e = 0.5 + sin2_theta_W, g_L_mu = -0.5 + sin2_theta_W;

struct Heating {
  double annihilation_e, annihilation_mu, scattering_e, scattering_mu;
};

// drho/dt of one flavour, nu + nubar, in units of G_F^2 T_nu^9, for rho = FD(y) and electrons of mass x at z.
Heating heating(const MomentumGrid& grid, double x, double z) {
  const NeutrinoElectron collisions = independent::electron_collisions(grid, sin2_theta_W);
  DensityMatrices<3, double> rho;
  for (const double f : fermi_dirac(grid.y())) rho.nu.push_back(f * Eigen::Matrix3d::Identity());
  const ElectronRates rates = integrate_electron_rates(grid, x, z);
  const Eigen::MatrixXd none = Eigen::MatrixXd::Zero(grid.size(), grid.size());
  const auto energy = [&](const ElectronRates& part) {
    const auto C = independent::collision_terms(
        rho, AntineutrinoRelation::equal,
        [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(part, z, state, sum); });
    Vector3 sum = Vector3::Zero();
    for (int i = 0; i < grid.size(); ++i) sum += std::pow(grid.y(i), 3) * C.nu[i].diagonal();
    return Vector3(2.0 * grid.step() / (2.0 * pi * pi) * sum);
  };
  const Vector3 annihilation = energy({none, none, rates.A1, rates.A2});
  const Vector3 scattering = energy({rates.R1, rates.R2, none, none});
  return {annihilation(0), annihilation(1), scattering(0), scattering(1)};
}

// [E20]: 4 (g_L^2 + g_R^2)/pi^5 [32 x 0.884 (T_gamma^9 - T_nu^9) + 56 x 0.829 T_gamma^4 T_nu^4
// (T_gamma - T_nu)], agreement to 2e-4 at T_gamma/T_nu = 1.02: the coefficients have three digits.
TEST(ElectronHeating, HasTheRelativisticLimit) {
  const MomentumGrid grid({80, 24.0});
  const double z = 1.02;
  const Heating found = heating(grid, 1e-3, z);
  const double common = 4.0 / std::pow(pi, 5) *
                        (32.0 * 0.884 * (std::pow(z, 9) - 1.0) + 56.0 * 0.829 * std::pow(z, 4) * (z - 1.0));
  EXPECT_NEAR((found.annihilation_e + found.scattering_e) / (common * (g_L_e * g_L_e + g_R * g_R)), 1.0,
              2e-4);
  EXPECT_NEAR((found.annihilation_mu + found.scattering_mu) / (common * (g_L_mu * g_L_mu + g_R * g_R)), 1.0,
              2e-4);
}

struct Coefficients {
  double mass;
  double f_a1, f_a2, f_s1, f_s2;
};

// [EJLS25], as printed in docs/physics.md, "Numbers compared with".
constexpr Coefficients published[] = {{0.0, 0.88411, 0.0, 0.82874, 0.0},
                                      {0.5, 0.87077, 0.028200, 0.80012, -0.011634},
                                      {1.0, 0.83003, 0.10435, 0.72225, -0.037886},
                                      {2.0, 0.66370, 0.28334, 0.49670, -0.079621},
                                      {3.0, 0.42766, 0.31609, 0.28952, -0.079191}};

// (4/pi^5) 288 delta [(g_L^2 + g_R^2) f_a1 + g_L g_R f_a2], 56 for scattering: two flavours give both
// coefficients.
Coefficients linear_response(const MomentumGrid& grid, double mass) {
  const double delta = 1e-4;  // central difference: error of order 84 delta^2 = 1e-6
  const double x = std::max(mass, 1e-6);
  const Heating up = heating(grid, x, 1.0 + delta), down = heating(grid, x, 1.0 - delta);
  const auto solve = [&](double e, double mu, double number) -> Eigen::Vector2d {
    Eigen::Matrix2d couplings;
    couplings << g_L_e * g_L_e + g_R * g_R, g_L_e * g_R, g_L_mu * g_L_mu + g_R * g_R, g_L_mu * g_R;
    return couplings.inverse() * Eigen::Vector2d(e, mu) / (2.0 * delta * 4.0 / std::pow(pi, 5) * number);
  };
  const auto a =
      solve(up.annihilation_e - down.annihilation_e, up.annihilation_mu - down.annihilation_mu, 288.0);
  const auto s = solve(up.scattering_e - down.scattering_e, up.scattering_mu - down.scattering_mu, 56.0);
  return {mass, a(0), a(1), s(0), s(1)};
}

// To 1e-4 of f_a1 and f_s1, which the coefficients of g_L g_R are compared with, too.
TEST(ElectronHeating, HasTheLinearResponseWithElectronMass) {
  const MomentumGrid grid({100, 25.0});
  for (const Coefficients& expected : published) {
    const Coefficients found = linear_response(grid, expected.mass);
    const double annihilation = 1e-4 * expected.f_a1, scattering = 1e-4 * expected.f_s1;
    EXPECT_NEAR(found.f_a1, expected.f_a1, annihilation) << "m_e/T = " << expected.mass;
    EXPECT_NEAR(found.f_a2, expected.f_a2, annihilation) << "m_e/T = " << expected.mass;
    EXPECT_NEAR(found.f_s1, expected.f_s1, scattering) << "m_e/T = " << expected.mass;
    EXPECT_NEAR(found.f_s2, expected.f_s2, scattering) << "m_e/T = " << expected.mass;
  }
}

}  // namespace
}  // namespace qke
