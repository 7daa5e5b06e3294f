// observables: formulas on states that are known in closed form.
#include "qke/observables.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "qke/evolution/schemes.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using independent::small_grid;
using std::numbers::pi;
constexpr double zeta_3 = 1.2020569031595942;

// Three species of rho_0 = 7 pi^2/240 (neutrino and antineutrino) count as 3 at z = (11/4)^{1/3}.
TEST(EffectiveNumber, CountsNeutrinos) {
  const double T_cm = 0.7, one = 7.0 * pi * pi / 120.0 * std::pow(T_cm, 4);
  EXPECT_NEAR(effective_number(3.0 * one, T_cm, std::cbrt(11.0 / 4.0)), 3.0, 1e-14);
  EXPECT_NEAR(effective_number(one, T_cm, 1.0), std::pow(11.0 / 4.0, 4.0 / 3.0), 1e-14);
  EXPECT_NEAR(effective_number(3.0 * one, T_cm, 1.0), 11.56, 0.01);  // docs/output.md
}

class AtTheStart : public ::testing::Test {
 protected:
  AtTheStart() {
    Parameters parameters = small_grid(Scheme::atao, 12, 12.0);
    parameters.collisions = {CollisionTerm::full, CollisionTerm::none};
    parameters.mixing.delta_cp_rad = 0.5;
    system_ = make_kinetic_system(parameters);
    u_ = system_->initial_vector();
    s_ = system_->s_start();
  }
  std::unique_ptr<KineticSystem> system_;
  Eigen::VectorXd u_;
  double s_ = 0;
};

TEST_F(AtTheStart, HistoryIsThatOfEquilibrium) {
  const Eigen::VectorXd none = Eigen::VectorXd::Zero(u_.size());
  const HistoryPoint row = observe(*system_, s_, u_, none);
  const double z = system_->initial().z;
  EXPECT_NEAR(row.x, 0.51099895 / 20.0, 1e-15);
  EXPECT_NEAR(row.z, z, 1e-14);
  EXPECT_NEAR(row.T_gamma, 20.0 * z, 1e-12);
  for (int flavour = 0; flavour < 3; ++flavour) {
    EXPECT_NEAR(row.z_nu(flavour), z, 1e-12);
    EXPECT_NEAR(row.z_nubar(flavour), z, 1e-12);
  }
  EXPECT_EQ(row.eta.norm(), 0.0);
  EXPECT_EQ(row.heating, 0.0);
  EXPECT_NEAR(row.N_eff, 3.0 * std::pow(11.0 / 4.0, 4.0 / 3.0), 1e-10);
  EXPECT_NEAR(row.rho_gamma, pi * pi / 15.0 * std::pow(20.0 * z, 4), 1e-8);
  EXPECT_NEAR(row.rho_e / row.rho_gamma, 7.0 / 4.0, 1e-3);  // m_e/T = 0.026
}

TEST_F(AtTheStart, HeatingIsTheChangeOfTheNeutrinoEnergy) {
  // drho/ds = y e^{-y}-like: du = c for all states gives d(rho_nu a^4)/ds = 6 c h sum y^3 f/(2 pi^2).
  Eigen::VectorXd du = Eigen::VectorXd::Constant(u_.size(), 1e-3);
  const HistoryPoint row = observe(*system_, s_, u_, du);
  const MomentumGrid& grid = system_->grid();
  double sum = 0.0;
  for (const double y : grid.y()) sum += std::pow(y, 3) / (std::exp(y) + 1.0);
  const double expected = 6.0 * 1e-3 * grid.step() * sum / (2.0 * pi * pi) / std::pow(row.z, 4);
  EXPECT_NEAR(row.heating, expected, 1e-12 * expected);
}

TEST_F(AtTheStart, SummaryHasNumbersAndEnergies) {
  Summary summary;
  summarise(*system_, s_, u_, summary);
  const double z = system_->initial().z;
  for (int flavour = 0; flavour < 3; ++flavour) {
    EXPECT_NEAR(summary.n_nu(flavour), 2.0 * 0.75 * zeta_3 / (pi * pi) * std::pow(z, 3), 1e-12);
    EXPECT_NEAR(summary.delta_rho(flavour), std::pow(z, 4) - 1.0, 1e-12);
  }
  // Sum of masses: rho_crit/h^2 = 10537 eV cm^-3 over n per flavour at T_cm = 2.7255 K/z today, where
  // 2.7255 K = 11.902 cm^-1 in natural units.
  const double T_cm = 2.7255 * 8.617333262e-5 / 1.973269804e-5 / z;  // cm^-1
  const double expected = 10537.0 / (summary.n_nu(0) * std::pow(T_cm, 3));
  EXPECT_NEAR(summary.sum_mnu_over_omega_h2_eV, expected, 1e-4 * expected);
}

TEST_F(AtTheStart, SpectraAreFermiDiracInEveryBasis) {
  const SpectraSnapshot slice = take_spectra(*system_, s_, u_);
  for (int i = 0; i < system_->grid().size(); ++i) {
    const double f = 1.0 / (std::exp(system_->grid().y(i) / system_->initial().z) + 1.0);
    EXPECT_LT((slice.rho[i] - f * Matrix3::Identity()).norm(), 1e-14);
    EXPECT_LT((slice.rhobar[i] - f * Matrix3::Identity()).norm(), 1e-14);
    EXPECT_LT((slice.rho_mass[i] - Vector3::Constant(f)).norm(), 1e-14);
  }
}

}  // namespace
}  // namespace qke
