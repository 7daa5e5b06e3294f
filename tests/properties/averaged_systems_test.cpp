// Schemes `boltzmann` and `atao` as systems of equations: Jacobian, background, and exact
// symmetries of whole runs.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "evolution/schemes.hpp"
#include "model/constants.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using independent::small_grid;
using std::numbers::pi;

// A distortion as it is in the middle of decoupling: per mille, growing with y, different for the three
// states.
Eigen::VectorXd distorted(const KineticSystem& system) {
  Eigen::VectorXd u = system.initial_vector();
  for (int i = 0; i < system.grid().size(); ++i) {
    for (int c = 0; c < 3; ++c) u(3 * i + c) += 1e-4 * system.grid().y(i) * (3.0 - c);
  }
  u(u.size() - 1) = -5e-4;
  return u;
}

Eigen::VectorXd rhs(KineticSystem& system, double s, const Eigen::VectorXd& u) {
  Eigen::VectorXd du(system.dimension());
  system.rhs(s, u, du);
  return du;
}

Eigen::MatrixXd difference_jacobian(KineticSystem& system, double s, const Eigen::VectorXd& u) {
  const double step = 1e-5;  // the equations are smooth on the scale of 1
  Eigen::MatrixXd J(u.size(), u.size());
  for (Eigen::Index k = 0; k < u.size(); ++k) {
    Eigen::VectorXd up = u, down = u;
    up(k) += step;
    down(k) -= step;
    J.col(k) = (rhs(system, s, up) - rhs(system, s, down)) / (2.0 * step);
  }
  return J;
}

class AveragedJacobian : public ::testing::TestWithParam<std::pair<Scheme, double>> {};

// The Jacobian is that of flavour-blind Fermi-Dirac spectra; distortions of 1e-3 y (2 % at y = 16, where few
// neutrinos are) leave a few per mille of it out, in every row.
TEST_P(AveragedJacobian, IsThatOfDifferenceQuotients) {
  Parameters parameters = small_grid(GetParam().first, 16, 16.0);
  parameters.mixing.delta_cp_rad = GetParam().second;
  const auto system = make_kinetic_system(parameters);
  const Eigen::VectorXd u = distorted(*system);
  for (const double x : {0.1, 0.5, 1.5}) {
    const double s = std::log(x);
    Eigen::MatrixXd J = Eigen::MatrixXd::Zero(u.size(), u.size());
    dynamic_cast<ImplicitOdeSystem&>(*system).jacobian(s, u, rhs(*system, s, u), J);
    const Eigen::MatrixXd expected = difference_jacobian(*system, s, u);
    EXPECT_LT((J - expected).norm(), 5e-3 * expected.norm()) << "x = " << x;
    for (Eigen::Index i = 0; i < u.size(); ++i) {
      EXPECT_LT((J - expected).row(i).norm(), 2e-2 * expected.row(i).norm())
          << system->component_name(static_cast<int>(i)) << ", x = " << x;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Schemes, AveragedJacobian,
                         ::testing::Values(std::pair{Scheme::boltzmann, 0.0}, std::pair{Scheme::atao, 0.0},
                                           std::pair{Scheme::atao, 1.36 * pi}));

// At the start the spectra are exact Fermi-Dirac ones and the density is 6 x 7 pi^2/240 (z T_cm)^4, on any
// grid.
TEST(KineticSystem, HasTheExactDensityAtTheStart) {
  const auto system = make_kinetic_system(small_grid(Scheme::atao, 10, 12.0));
  const Background b = system->background(system->s_start(), system->initial_vector());
  EXPECT_NEAR(b.T_cm, 20.0, 1e-13);
  EXPECT_NEAR(b.z, system->initial().z, 1e-14);
  const double expected = 6.0 * 7.0 * pi * pi / 240.0 * std::pow(b.z * b.T_cm, 4);
  EXPECT_NEAR(b.rho_nu, expected, 1e-12 * expected);
  const double H = std::sqrt(8.0 * pi / 3.0 * (b.plasma.energy_density + expected)) / 1.220890e22;
  EXPECT_NEAR(b.hubble, H, 1e-12 * H);
}

// Dark radiation counts as 7 pi^2/120 T_cm^4 (z/z_inst)^4 per unit of N_eff today, with z = 1.39797 of the
// Standard Model ([FPV20], table 1), in H only.
TEST(KineticSystem, CountsDarkRadiationInTheExpansionAlone) {
  Parameters parameters = small_grid(Scheme::boltzmann, 10, 12.0);
  const auto plain = make_kinetic_system(parameters);
  parameters.extra.dark_radiation_delta_Neff = 0.5;
  const auto dark = make_kinetic_system(parameters);
  const double s = std::log(0.3);
  const Eigen::VectorXd u = distorted(*plain);
  const Background a = plain->background(s, u), b = dark->background(s, u);
  EXPECT_EQ(a.rho_nu, b.rho_nu);
  const double excess =
      3.0 / (8.0 * pi) * std::pow(1.220890e22, 2) * (b.hubble * b.hubble - a.hubble * a.hubble);
  const double one_species =
      7.0 * pi * pi / 120.0 * std::pow(a.T_cm * 1.39797, 4) / std::pow(2.75, 4.0 / 3.0);
  EXPECT_NEAR(excess, 0.5 * one_species, 2e-5 * one_species);  // the digits of z
}

// Energy conservation of the equations themselves: d(a^4 rho_tot)/ds = a^4 (rho - 3P)_plasma.
TEST(KineticSystem, BalancesTheEnergyAtEveryMoment) {
  for (const Scheme scheme : {Scheme::boltzmann, Scheme::atao}) {
    const auto system = make_kinetic_system(small_grid(scheme, 16, 16.0));
    const Eigen::VectorXd u = distorted(*system);
    for (const double x : {0.1, 0.8, 3.0}) {
      const double s = std::log(x), step = 1e-4;
      const Eigen::VectorXd du = rhs(*system, s, u);
      const auto total = [&](double t) {
        const Background b = system->background(s + t, u + t * du);
        return std::pow(b.x, 4) * (b.plasma.energy_density + b.rho_nu);
      };
      const Background b = system->background(s, u);
      const double expected = std::pow(x, 4) * (b.plasma.energy_density - 3.0 * b.plasma.pressure);
      // Curvature of the straight line in t, (1e-4)^2, and rounding 1e-16/1e-4.
      EXPECT_NEAR((total(step) - total(-step)) / (2.0 * step), expected, 1e-7 * total(0.0)) << "x = " << x;
    }
  }
}

// Only scheme qke has the potential of the neutrinos' energy: its averaged phase goes on without it.
TEST(AveragedPhase, LeavesThePotentialOfTheNeutrinosEnergyOut) {
  Parameters parameters = small_grid(Scheme::qke, 10, 12.0);
  parameters.asymmetry.xi = {0.1, -0.1, 0.0};
  const auto plain = make_kinetic_system(parameters, Phase::averaged);
  parameters.mean_field.neutrino_energy = true;
  const auto with_energy = make_kinetic_system(parameters, Phase::averaged);
  const Eigen::VectorXd u = distorted(*plain);
  const double s = std::log(0.3);
  EXPECT_EQ(with_energy->densities(s, u).nu, plain->densities(s, u).nu);
  EXPECT_EQ(rhs(*with_energy, s, u), rhs(*plain, s, u));
}

// The rest are exact symmetries of whole runs; small grids will do. What differs is rounding, which may
// change a step: tolerances are so tight that this does not matter.
constexpr double same_run = 1e-8;
Parameters small_tight_grid(Scheme scheme) {
  Parameters parameters = small_grid(scheme, 16, 16.0);
  parameters.integrator.relative_tolerance = 1e-9;
  parameters.integrator.absolute_tolerance = 1e-12;
  return parameters;
}

Summary summary_of(const Parameters& parameters) { return run(parameters, 1, {}).summary; }

// Without mixing there are no oscillations to average.
TEST(AveragedOscillations, WithoutMixingAreNone) {
  Parameters parameters = small_tight_grid(Scheme::atao);
  parameters.mixing.sin2_theta12 = parameters.mixing.sin2_theta13 = parameters.mixing.sin2_theta23 = 0.0;
  const Summary atao = summary_of(parameters);
  const Summary boltzmann = summary_of(small_tight_grid(Scheme::boltzmann));
  EXPECT_NEAR(atao.N_eff, boltzmann.N_eff, same_run);
  EXPECT_NEAR(atao.z_nu(0), boltzmann.z_nu(0), same_run);
  EXPECT_GT(boltzmann.z_nu(0) - boltzmann.z_nu(1), 1e-3);
}

// Without muons mu and tau are alike: theta_23 and delta rotate them into each other, nu_e and N_eff stay.
TEST(AveragedOscillations, DoNotDependOnHowMuAndTauAreNamed) {
  Parameters parameters = small_tight_grid(Scheme::atao);
  const Summary standard = summary_of(parameters);
  parameters.mixing.sin2_theta23 = 0.2;
  const Summary other_angle = summary_of(parameters);
  parameters.mixing.delta_cp_rad = 2.0;
  const Summary other_phase = summary_of(parameters);
  for (const Summary* other : {&other_angle, &other_phase}) {
    EXPECT_NEAR(other->N_eff, standard.N_eff, same_run);
    EXPECT_NEAR(other->z_nu(0), standard.z_nu(0), same_run);
    const auto mu_and_tau = [](const Summary& summary) {
      return summary.delta_rho(1) + summary.delta_rho(2);
    };
    EXPECT_NEAR(mu_and_tau(*other), mu_and_tau(standard), same_run);
    EXPECT_GT(std::abs(other->z_nu(1) - standard.z_nu(1)), 1e-6);
  }
}

// mu and tau have the same interactions: without oscillations their spectra are equal.
TEST(Boltzmann, KeepsMuAndTauAlike) {
  const Summary summary = summary_of(small_tight_grid(Scheme::boltzmann));
  EXPECT_NEAR(summary.z_nu(1), summary.z_nu(2), 1e-14);
  EXPECT_EQ(summary.z_nu, summary.z_nubar);
  EXPECT_EQ(summary.eta.norm(), 0.0);
}

}  // namespace
}  // namespace qke
