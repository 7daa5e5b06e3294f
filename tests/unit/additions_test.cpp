// Physics that a program adds to the parameters' own - a collision process, a
// potential, a component, each by one line - changes the equations as it must, and
// nothing else.
#include "evolution/additions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numbers>
#include <ostream>

#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/constants.hpp"
#include "oscillations/mixing.hpp"
#include "run/run.hpp"
#include "support/dummy_component.hpp"
#include "support/dummy_potential.hpp"
#include "support/dummy_process.hpp"
#include "support/runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

const double s = std::log(constants::electron_mass / 3.0);  // T_cm = 3 MeV

Parameters without_collisions(Scheme scheme, std::array<double, 3> xi = {0, 0, 0}) {
  Parameters parameters = small_grid(scheme, 8, 12.0);
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  parameters.asymmetry.xi = xi;
  parameters.mean_field.self = Switch::off;
  return parameters;
}

// Schemes that evolve density matrices, without anything that turns them.
Parameters without_oscillations(Parameters parameters) {
  parameters.mixing.dm2_21_eV2 = parameters.mixing.dm2_31_eV2 = 0.0;
  parameters.mean_field.matter = false;
  parameters.mean_field.muons = Switch::off;
  return parameters;
}

std::unique_ptr<KineticSystem> system_of(const Parameters& parameters, const Additions& additions = {}) {
  return make_kinetic_system(parameters, Phase::own_equations, one_thread(), additions);
}

// Distortions of up to five per cent, another for every component; z is not that of the start.
Eigen::VectorXd distorted(const KineticSystem& system) {
  Eigen::VectorXd u = system.initial_vector();
  const auto of_neutrinos = u.size() - 1 - system.component_unknowns(u).size();
  for (Eigen::Index n = 0; n < of_neutrinos; ++n) u(n) += 0.05 * std::sin(1.0 + 1.7 * n);
  u(u.size() - 1) = 2e-3;
  return u;
}

Eigen::VectorXd slope(KineticSystem& system, const Eigen::VectorXd& u) {
  Eigen::VectorXd du(u.size());
  system.rhs(s, u, du);
  return du;
}

struct DensitySlopes {
  Field nu, bar;
};
// What du means for rho and rhobar, which are affine in the neutrinos' part of u.
DensitySlopes of_densities(const KineticSystem& system, const Eigen::VectorXd& u, const Eigen::VectorXd& du) {
  Eigen::VectorXd moved = u + du;
  moved(u.size() - 1) = u(u.size() - 1);  // the same eigenbasis
  DensitySlopes result{rho_of(system, s, moved), rhobar_of(system, s, moved)};
  const Field nu = rho_of(system, s, u), bar = rhobar_of(system, s, u);
  for (std::size_t i = 0; i < nu.size(); ++i) {
    result.nu[i] -= nu[i];
    result.bar[i] -= bar[i];
  }
  return result;
}

// d(u_z)/ds by heat that the plasma takes: dT/ds = heat/(drho/dT), z = T_gamma/T_cm = z_reference (1 + u_z).
double temperature_slope_by(double heat, const Background& b, const Eigen::VectorXd& u) {
  return heat / b.plasma.heat_capacity / b.T_cm / (b.z / (1.0 + u(u.size() - 1)));
}

struct Case {
  const char* name;
  Parameters parameters;

  friend void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }
};

class AdditionalProcess : public ::testing::TestWithParam<Case> {
 protected:
  static constexpr double rate = 0.25;

  AdditionalProcess() {
    Additions additions;
    additions.processes.push_back(
        std::make_shared<Relaxation>(MomentumGrid(GetParam().parameters.grid), rate));
    with_ = system_of(GetParam().parameters, additions);
    u_ = distorted(*without_);
    background_ = without_->background(s, u_);
    const double G_F = 1.1663787e-11;  // MeV^-2
    relaxation_ = rate * G_F * G_F * std::pow(background_.T_cm, 5) / background_.hubble;
  }

  std::unique_ptr<KineticSystem> without_ = system_of(GetParam().parameters), with_;
  Eigen::VectorXd u_;
  Background background_;
  double relaxation_;  // per e-fold
};

// Nothing else acts on the density matrices: drho/ds = (rate/H) (f_eq - rho).
TEST_P(AdditionalProcess, RelaxesNeutrinosToEquilibrium) {
  ASSERT_EQ(with_->dimension(), without_->dimension());
  const int neutrinos = with_->dimension() - 1;
  EXPECT_EQ(slope(*without_, u_).head(neutrinos).norm(), 0.0);
  const DensitySlopes found = of_densities(*with_, u_, slope(*with_, u_));
  const Field rho = rho_of(*with_, s, u_), rhobar = rhobar_of(*with_, s, u_);
  for (int i = 0; i < with_->grid().size(); ++i) {
    const double f = 1.0 / (std::exp(with_->grid().y(i) / background_.z) + 1.0);
    const Matrix3 expected = relaxation_ * (f * Matrix3::Identity() - rho[i]);
    const Matrix3 expected_bar = relaxation_ * (f * Matrix3::Identity() - rhobar[i]);
    // Rounding of gain and loss, and of u + du - u.
    const double rounding = 1e-14 * (1.0 + relaxation_);
    EXPECT_LT((found.nu[i] - expected).norm(), rounding) << "node " << i;
    EXPECT_LT((found.bar[i] - expected_bar).norm(), rounding) << "node " << i;
    EXPECT_GT(expected.norm(), 1e-3 * relaxation_ * f);
  }
}

TEST_P(AdditionalProcess, TakesItsHeatFromThePlasma) {
  const Eigen::VectorXd du = slope(*with_, u_), du_without = slope(*without_, u_);
  const DensitySlopes d = of_densities(*with_, u_, du);
  const double trace = (moment(with_->grid(), d.nu, 3) + moment(with_->grid(), d.bar, 3)).trace().real();
  const double Q = with_->grid().step() * std::pow(background_.T_cm, 4) / (2.0 * pi * pi) * trace;
  const Eigen::Index z = u_.size() - 1;
  const double expected = temperature_slope_by(-Q, background_, u_);
  EXPECT_NEAR(du(z) - du_without(z), expected, 1e-12 * std::abs(expected));
  EXPECT_NE(expected, 0.0);
}

TEST_P(AdditionalProcess, DampsTheJacobian) {
  auto* const with = dynamic_cast<ImplicitOdeSystem*>(with_.get());
  if (with == nullptr) {  // no Jacobian is asked for where a method splits the equations
    EXPECT_NE(dynamic_cast<SplitOdeSystem*>(with_.get()), nullptr);
    return;
  }
  const int n = with_->dimension(), neutrinos = n - 1;
  Eigen::MatrixXd J = Eigen::MatrixXd::Zero(n, n);
  with->jacobian(s, u_, slope(*with_, u_), J);
  const Eigen::MatrixXd damping = -relaxation_ * Eigen::MatrixXd::Identity(neutrinos, neutrinos);
  EXPECT_LT((J.topLeftCorner(neutrinos, neutrinos) - damping).norm(), 1e-13 * damping.norm());
}

INSTANTIATE_TEST_SUITE_P(
    Schemes, AdditionalProcess,
    ::testing::Values(Case{"boltzmann", without_collisions(Scheme::boltzmann)},
                      Case{"boltzmann_asymmetric", without_collisions(Scheme::boltzmann, {0.3, -0.2, 0.1})},
                      Case{"atao", without_collisions(Scheme::atao)},
                      Case{"atao_asymmetric", without_collisions(Scheme::atao, {0.2, 0.2, 0.2})},
                      Case{"qke", without_oscillations(without_collisions(Scheme::qke))},
                      Case{"qke_asymmetric",
                           without_oscillations(without_collisions(Scheme::qke, {0.3, -0.2, 0.1}))}));

constexpr double strength = 3e-17;  // MeV: of the size of the vacuum term at y = 3, 2.5e-15/(2 3 3) MeV

Additions muon_neutrino_potential(double size = strength) {
  Additions additions;
  additions.potentials.push_back(std::make_shared<MuonNeutrinoPotential>(size));
  return additions;
}

Matrix3 muon_neutrino_potential_at(double y) {
  Matrix3 V = Matrix3::Zero();
  V(1, 1) = strength * y;
  return V;
}

// drho/ds changes by -(i/H) [dV, rho], drhobar/ds by +(i/H) [dV, rhobar].
void expect_commutator(const Parameters& parameters) {
  // An addition of nothing: with additions scheme qke evolves antineutrinos on their own.
  const auto without = system_of(parameters, muon_neutrino_potential(0.0)),
             with = system_of(parameters, muon_neutrino_potential());
  const Eigen::VectorXd u = distorted(*without);
  const double H = without->background(s, u).hubble;
  const DensitySlopes found = of_densities(*with, u, slope(*with, u) - slope(*without, u));
  const Field rho = rho_of(*with, s, u), rhobar = rhobar_of(*with, s, u);
  for (int i = 0; i < with->grid().size(); ++i) {
    const Matrix3 dV = muon_neutrino_potential_at(with->grid().y(i));
    const Matrix3 change = Complex(0.0, -1.0 / H) * (dV * rho[i] - rho[i] * dV);
    const Matrix3 change_bar = Complex(0.0, 1.0 / H) * (dV * rhobar[i] - rhobar[i] * dV);
    // Rounding of all precession: up to y = 12 V is less than 100 times dV.
    EXPECT_LT((found.nu[i] - change).norm(), 1e-12 * change.norm()) << "node " << i;
    EXPECT_LT((found.bar[i] - change_bar).norm(), 1e-12 * change_bar.norm()) << "node " << i;
  }
}

TEST(AdditionalPotential, TurnsNeutrinosOfSchemeQke) { expect_commutator(without_collisions(Scheme::qke)); }

TEST(AdditionalPotential, TurnsNeutrinosAndAntineutrinosThatAreIndependent) {
  Parameters parameters = without_collisions(Scheme::qke, {0.3, -0.2, 0.1});
  parameters.mixing.delta_cp_rad = 1.1;
  expect_commutator(parameters);
}

// The density matrices of scheme atao are those that commute with V, the addition included.
TEST(AdditionalPotential, IsInTheEigenbasisOfSchemeAtao) {
  for (const double delta : {0.0, 1.1}) {
    Parameters parameters = without_collisions(Scheme::atao);
    parameters.mixing.delta_cp_rad = delta;
    const auto without = system_of(parameters), with = system_of(parameters, muon_neutrino_potential());
    const Eigen::VectorXd u = distorted(*without);
    const Background b = without->background(s, u);
    const Field rho = rho_of(*with, s, u), rho_without = rho_of(*without, s, u);
    const Interactions built_in = interactions(potentials(parameters, with->plasma()), b, {}, 3);
    for (int i = 0; i < with->grid().size(); ++i) {
      const double y = with->grid().y(i);
      const Matrix3 V_without = vacuum_hamiltonian<3>(mass_squared_matrix(parameters.mixing), y, b.T_cm) +
                                PotentialOfMomentum<3>(built_in)(y);
      const Matrix3 V = V_without + muon_neutrino_potential_at(y);
      const auto turning = [](const Matrix3& H, const Matrix3& X) {
        return (H * X - X * H).norm() / H.norm() / X.norm();
      };
      EXPECT_LT(turning(V, rho[i]), 1e-14) << "y = " << y;
      EXPECT_LT(turning(V_without, rho_without[i]), 1e-14) << "y = " << y;
      EXPECT_GT(turning(V_without, rho[i]), 1e-5) << "y = " << y;
    }
  }
}

class AdditionalComponent : public ::testing::TestWithParam<Scheme> {
 protected:
  static constexpr double start = 0.05, Gamma = 3e-22;  // MeV^4, MeV: H is some 4e-21 MeV

  static Parameters parameters() { return without_collisions(GetParam()); }
  static Additions additions() {
    Additions list;
    list.components.push_back(std::make_shared<DecayingMatter>(start, Gamma));
    return list;
  }
  // The state of the system with the component that has all else in common with u_.
  Eigen::VectorXd with_matter(double own) const {
    Eigen::VectorXd u(u_.size() + 1);
    u << u_.head(u_.size() - 1), own, u_(u_.size() - 1);
    return u;
  }

  std::unique_ptr<KineticSystem> without_ = system_of(parameters());
  std::unique_ptr<KineticSystem> with_ = system_of(parameters(), additions());
  Eigen::VectorXd u_ = distorted(*without_);
  Background b_ = without_->background(s, u_);
  double own_ = 0.03;
  double rho_ = own_ * std::pow(b_.x, -3);  // MeV^4
};

TEST_P(AdditionalComponent, HasAnUnknownOfItsOwn) {
  ASSERT_EQ(with_->dimension(), without_->dimension() + 1);
  const Eigen::VectorXd u = with_->initial_vector();
  ASSERT_EQ(with_->component_unknowns(u).size(), 1);
  EXPECT_EQ(with_->component_unknowns(u)(0), start);
  EXPECT_EQ(u(u.size() - 2), start);
  EXPECT_EQ(with_->component_name(with_->dimension() - 2), "decaying matter (1)");
  EXPECT_EQ(with_->component_name(with_->dimension() - 1), "z");
  // state_vector() takes it.
  const double s_start = with_->s_start(), z = with_->background(s_start, u).z;
  const StateDensities rho = with_->densities(s_start, u);
  const Eigen::VectorXd again = with_->state_vector(s_start, z, rho, Eigen::VectorXd::Constant(1, 0.07));
  EXPECT_EQ(again(again.size() - 2), 0.07);
  EXPECT_NEAR(again(again.size() - 1), u(u.size() - 1), 1e-15);
}

TEST_P(AdditionalComponent, IsInTheExpansionRate) {
  const Background b = with_->background(s, with_matter(own_));
  EXPECT_EQ(b.rho_nu, b_.rho_nu);
  EXPECT_EQ(b.T_gamma, b_.T_gamma);
  EXPECT_NEAR(b.rho_components - b_.rho_components, rho_, 1e-14 * rho_);
  EXPECT_EQ(b.P_components, b_.P_components);
  EXPECT_EQ(b.rho_dark, b_.rho_dark);  // matter is not in N_eff
  const double excess =
      3.0 / (8.0 * pi) * std::pow(1.220890e22, 2) * (std::pow(b.hubble, 2) - std::pow(b_.hubble, 2));
  EXPECT_NEAR(excess, rho_, 1e-10 * rho_);  // rounding: all else is some 500 MeV^4 against rho_ = 6
}

TEST_P(AdditionalComponent, DecaysAndHeatsThePlasma) {
  const Eigen::VectorXd u = with_matter(own_), du = slope(*with_, u), du_without = slope(*without_, u_);
  const double H = with_->background(s, u).hubble;
  EXPECT_NEAR(du(du.size() - 2), -Gamma / H * own_, 1e-14 * Gamma / H * own_);
  const double expected = temperature_slope_by(Gamma / H * rho_, b_, u_);
  EXPECT_GT(expected, 0.0);
  const double found = du(du.size() - 1) - du_without(du_without.size() - 1);
  EXPECT_NEAR(found, expected, 1e-11 * expected);  // rounding of 3 (rho + P), 1e3 times the heat
}

// The neutrinos take no part but by H, which slows down all that happens to them in an e-fold.
TEST_P(AdditionalComponent, ChangesTheNeutrinosByTheExpansionAlone) {
  Additions process, both = additions();
  process.processes.push_back(std::make_shared<Relaxation>(without_->grid(), 1.0));
  both.processes = process.processes;
  const auto without = system_of(parameters(), process), with = system_of(parameters(), both);
  const Eigen::VectorXd u = with_matter(own_);
  const Eigen::Index n = u_.size() - 1;
  const double ratio = b_.hubble / with->background(s, u).hubble;
  EXPECT_LT(ratio, 0.999);
  const Eigen::VectorXd expected = ratio * slope(*without, u_).head(n);
  EXPECT_LT((slope(*with, u).head(n) - expected).norm(), 1e-13 * expected.norm());
}

// d(a^4 rho_tot)/ds = a^4 (rho - 3 P) of the plasma and of the matter, whatever decays.
TEST_P(AdditionalComponent, ConservesTheEnergy) {
  const Eigen::VectorXd u = with_matter(own_), du = slope(*with_, u);
  const auto total = [&](double t) {
    const Background b = with_->background(s + t, u + t * du);
    return std::pow(b.x, 4) * (b.plasma.energy_density + b.rho_nu + b.rho_components);
  };
  const Background b = with_->background(s, u);
  const double expected =
      std::pow(b.x, 4) * (b.plasma.energy_density - 3.0 * b.plasma.pressure + b.rho_components);
  const double step = 1e-4;
  // Curvature of the straight line in t, (1e-4)^2, and rounding 1e-16/1e-4.
  EXPECT_NEAR((total(step) - total(-step)) / (2.0 * step), expected, 1e-7 * total(0.0));
}

// Of its own unknown and of z, the Jacobian has the whole columns.
TEST_P(AdditionalComponent, IsInTheJacobian) {
  const Eigen::VectorXd u = with_matter(own_);
  const Eigen::Index n = u.size();
  Eigen::MatrixXd J = Eigen::MatrixXd::Zero(n, n);
  dynamic_cast<ImplicitOdeSystem&>(*with_).jacobian(s, u, slope(*with_, u), J);
  for (const Eigen::Index column : {n - 2, n - 1}) {
    const double step = 1e-5 * (column == n - 2 ? own_ : 1.0);
    const Eigen::VectorXd change = step * Eigen::VectorXd::Unit(n, column);
    const Eigen::VectorXd expected = (slope(*with_, u + change) - slope(*with_, u - change)) / (2.0 * step);
    // The library's quotient is one-sided, with the same step.
    EXPECT_LT((J.col(column) - expected).norm(), 1e-3 * expected.norm()) << column;
    EXPECT_GT(std::abs(expected(n - 2)), 0.0);
  }
}

INSTANTIATE_TEST_SUITE_P(Schemes, AdditionalComponent,
                         ::testing::Values(Scheme::boltzmann, Scheme::atao, Scheme::qke));

// Where neither electrons nor neutrinos take any of the heat, photons have all of it:
//   dln(rho_gamma a^4)/ds = (Gamma/H) rho_X/rho_gamma,   dln(rho_X a^3)/ds = -Gamma/H,
// and N_eff ~ rho_nu/rho_gamma falls by the integral.
TEST(AdditionalComponentOfARun, LowersNEffByItsHeat) {
  const Parameters parameters = small_grid(Scheme::boltzmann, 12, 15.0);
  // H falls to Gamma near T_cm = 0.01 MeV, the end, long after annihilation. There rho_X would be
  // 2e-5 MeV^4 (0.01/0.511)^3 without decays, 6e-3 of the photons' energy: H hardly changes.
  constexpr double start = 2e-5, Gamma = 5e-26;
  Additions additions;
  additions.components.push_back(std::make_shared<DecayingMatter>(start, Gamma));
  const RunRecord without = run(parameters, 1, {}), with = run(parameters, 1, {}, {}, additions);
  double heat = 0.0, decayed = 0.0;
  for (std::size_t n = 1; n < without.history.size(); ++n) {
    const HistoryPoint &point = without.history[n], &before = without.history[n - 1];
    const double ds = std::log(point.x / before.x);
    const double Gamma_over_H = Gamma / (point.hubble * constants::hbar);
    decayed += Gamma_over_H * ds;
    const double rho_X = start * std::pow(point.x, -3) * std::exp(-decayed);
    heat += Gamma_over_H * rho_X / point.rho_gamma * ds;
  }
  EXPECT_GT(heat, 1e-3);  // of these 6e-3
  // The sum over 400 rows is of first order in their distance of 0.02: a per cent or two.
  EXPECT_NEAR(std::log(without.summary.N_eff / with.summary.N_eff), heat, 0.03 * heat);
  // As of runs without it: ten times the tolerance (diagnostics/soundness.cpp).
  EXPECT_LT(residual(with, "energy_balance"), 10.0 * parameters.integrator.relative_tolerance + 1e-8);
}

}  // namespace
}  // namespace qke
