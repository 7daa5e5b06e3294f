// Which flavour each mean field acts on, and what the summary takes from which flavour,
// on states without any symmetry between flavours or between neutrinos and antineutrinos.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "diagnostics/observables.hpp"
#include "evolution/kinetic_system.hpp"
#include "evolution/phases.hpp"
#include "model/constants.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

// A system with given density matrices, which do not evolve.
class Still : public KineticSystem {
 public:
  explicit Still(const Parameters& parameters)
      : KineticSystem(parameters, {Eigen::VectorXd::Zero(1)}, one_thread(), {}),
        density_(initial_density_matrices(initial(), grid(), states())) {}
  // The same diagonal at every node.
  void set_occupations(const Vector3& nu, const Vector3& bar) {
    for (auto& rho : density_.nu) rho = Matrix3(nu.cast<Complex>().asDiagonal());
    for (auto& rho : density_.bar) rho = Matrix3(bar.cast<Complex>().asDiagonal());
  }

  SolvableSystem solvable() override { return static_cast<ImplicitOdeSystem*>(nullptr); }
  StateDensities densities(double, ConstVector) const override { return density_; }

  Eigen::VectorXd state() const { return Eigen::VectorXd::Zero(dimension()); }
  Background at(double T_cm) const { return background(std::log(constants::electron_mass / T_cm), state()); }
  Interactions interactions_at(double T_cm) const {
    return interactions(potentials_, at(T_cm), {StateMatrix::Zero(3, 3)}, 3);
  }
  Matrix3 J(double T_cm) const {
    return self_hamiltonian<3>(T_cm, as_fixed<3>(density_.nu), as_fixed<3>(density_.bar));
  }

 private:
  void neutrino_rhs(const Background&, ConstVector, Vector du) const override { du.setZero(); }
  void set_neutrinos(const Background&, const StateDensities&, Vector) const override {}
  std::string node_component_name(int) const override { return "none"; }

  StateDensities density_;
};

Parameters with(const std::array<double, 3>& xi) {
  Parameters parameters = independent::small_grid(Scheme::qke, 12, 12.0);
  parameters.collisions = {ProcessTreatment::full, ProcessTreatment::none};
  parameters.asymmetry.xi = xi;
  return parameters;
}

// In the matrices of the potentials one element belongs to one flavour (docs/physics.md, "Hamiltonian").
TEST(MeanFields, ActOnTheFlavourOfTheirLepton) {
  Parameters parameters = with({0.3, -0.2, 0.1});
  parameters.mean_field.muons = Switch::on;
  parameters.mean_field.neutrino_energy = false;
  parameters.mean_field.eta_b = 1e-3;
  const Still system(parameters);
  const double T_cm = 15.0;
  const Background b = system.at(T_cm);
  const Vector3 leptons(system.plasma().electron_enthalpy_density(b.T_gamma),
                        system.plasma().muon_enthalpy_density(b.T_gamma), 0.0);
  ASSERT_GT(leptons(1), 0.0);
  const double unit = -2.0 * std::sqrt(2.0) * 1.1663787e-11 * T_cm / (80379.0 * 80379.0);
  const Matrix3 expected = Matrix3((unit * leptons).cast<Complex>().asDiagonal());
  const Interactions sum = system.interactions_at(T_cm);
  EXPECT_LT((sum.linear - expected).norm(), 1e-14 * expected.norm());
  EXPECT_EQ(sum.linear(2, 2), 0.0);
  EXPECT_EQ(sum.inverse.norm(), 0.0);

  const StateMatrix& E = sum.odd;
  EXPECT_NE(E(0, 0), 0.0);
  EXPECT_EQ((E - Matrix3(E.diagonal()(0) * Vector3(1, 0, 0).cast<Complex>().asDiagonal())).norm(), 0.0);
}

// eps^L and eps^R are felt beside charged currents: diag(1, 0, 0) + eps^L + eps^R for the excess of
// electrons.
TEST(MeanFields, HaveNonStandardInteractionsWithTheExcessOfElectrons) {
  Parameters parameters = with({0.3, -0.2, 0.1});
  parameters.mean_field.eta_b = 1e-3;
  const Matrix3 standard = Still(parameters).interactions_at(2.0).odd;
  parameters.nsi.left = {{{0.1, 0.2, 0.0}, {0.2, -0.3, 0.0}, {0.0, 0.0, 0.0}}};
  parameters.nsi.right = {{{0.0, 0.0, 0.0}, {0.0, 0.05, 0.0}, {0.0, 0.0, 0.7}}};
  parameters.nsi.right_imaginary = {{{0.0, 0.0, 0.4}, {0.0, 0.0, 0.0}, {-0.4, 0.0, 0.0}}};
  Matrix3 expected;
  expected << 1.1, 0.2, Complex(0.0, 0.4), 0.2, -0.25, 0.0, Complex(0.0, -0.4), 0.0, 0.7;
  expected *= standard(0, 0);
  const Interactions sum = Still(parameters).interactions_at(2.0);
  EXPECT_LT((sum.odd - expected).norm(), 1e-14 * expected.norm());
  // A contact term has no part of the order of 1/m_W^2.
  EXPECT_EQ(sum.linear, Still(with({0.3, -0.2, 0.1})).interactions_at(2.0).linear);
}

// E = sqrt(2) G_F (7/8) eta_b n_photons with n_photons = 2 zeta(3)/pi^2 T_gamma^3, scaled from today, where
// T_gamma^3 = 11/4 T_cm^3 (docs/physics.md).
TEST(MeanFields, TheElectronAsymmetryFollowsTheBaryons) {
  Parameters parameters = with({0.3, -0.2, 0.1});
  parameters.mean_field.eta_b = 6e-10;
  const Still system(parameters);
  const double G_F = parameters.weak.G_F_per_GeV2 * 1e-6;  // MeV^-2
  for (const double T_cm : {15.0, 2.0}) {
    const double photons = 2.0 * std::riemann_zeta(3.0) / (pi * pi) * 11.0 / 4.0 * std::pow(T_cm, 3);
    const double expected = std::sqrt(2.0) * G_F * 7.0 / 8.0 * 6e-10 * photons;
    EXPECT_NEAR(system.interactions_at(T_cm).odd(0, 0).real(), expected, 1e-14 * expected);
  }
}

// Where collisions no longer matter, and where |J| < |V|/10.
TEST(MeanFields, OscillationsAreAveragedWhereOnlyTheirAverageMatters) {
  const auto only_average = [](const Parameters& parameters, double T_cm) {
    const Still system(parameters);
    return only_averages_matter(system, std::log(constants::electron_mass / T_cm), system.state());
  };
  Parameters large = with({0.1, -0.2, 0.3}), small = with({1e-12, -2e-12, 0.0});
  EXPECT_FALSE(only_average(large, 2.0));
  EXPECT_TRUE(only_average(small, 2.0));
  EXPECT_FALSE(only_average(large, 0.41));
  EXPECT_TRUE(only_average(large, 0.39));
  // Where the file gives the temperature, that decides.
  large.run.average_below_MeV = small.run.average_below_MeV = 0.3;
  EXPECT_FALSE(only_average(small, 2.0));
  EXPECT_FALSE(only_average(large, 0.39));
}

// Where a thousand steps are shorter than 5e-6 below 5 MeV; above, they follow a collective motion. Small
// asymmetries have the method that damps from the start on.
TEST(MeanFields, ShortStepsAreDampedWhereMomentaTurnInTheFullEquations) {
  const auto is_due = [](const std::array<double, 3>& xi, Scheme scheme, Phase phase, double T_cm,
                         double mean_step) {
    Parameters parameters = with(xi);
    parameters.run.scheme = scheme;
    return damping_is_due(parameters, phase, std::log(constants::electron_mass / T_cm), mean_step);
  };
  const std::array<double, 3> large{0.1, -0.2, 0.1}, small{0.01, -0.02, 0.01}, equal{0.1, 0.1, 0.1};
  EXPECT_TRUE(is_due(large, Scheme::qke, Phase::own_equations, 4.9, 4.9e-6));
  EXPECT_TRUE(is_due(large, Scheme::atao_jv, Phase::full_equations, 4.9, 4.9e-6));
  EXPECT_FALSE(is_due(large, Scheme::atao_jv, Phase::own_equations, 4.9, 4.9e-6));
  EXPECT_FALSE(is_due(large, Scheme::qke, Phase::averaged, 4.9, 4.9e-6));
  EXPECT_FALSE(is_due(large, Scheme::qke, Phase::own_equations, 5.1, 4.9e-6));
  EXPECT_FALSE(is_due(large, Scheme::qke, Phase::own_equations, 4.9, 5.1e-6));
  EXPECT_FALSE(is_due(small, Scheme::qke, Phase::own_equations, 4.9, 4.9e-6));
  EXPECT_FALSE(is_due(equal, Scheme::qke, Phase::own_equations, 4.9, 4.9e-6));
  // Where swings are to be followed, by the preset or by the key.
  Parameters followed = with(small), not_damped = with(large);
  followed.run.scheme = not_damped.run.scheme = Scheme::qke;
  followed.run.precision = Precision::high;
  not_damped.integrator.damp_oscillations = Switch::off;
  const double s = std::log(constants::electron_mass / 4.9);
  EXPECT_FALSE(damping_is_due(followed, Phase::own_equations, s, 4.9e-6));
  EXPECT_FALSE(damping_is_due(not_damped, Phase::own_equations, s, 4.9e-6));
}

// J is left out only where all three degeneracy parameters are the same.
TEST(MeanFields, SelfInteractionIsThereForAnyTwoFlavoursThatDiffer) {
  const auto size_of_J = [](const std::array<double, 3>& xi) {
    const Still system(with(xi));
    return system.J(10.0).norm();
  };
  EXPECT_GT(size_of_J({0.1, 0.1, -0.2}), 0.0);
  EXPECT_GT(size_of_J({-0.2, 0.1, 0.1}), 0.0);
  EXPECT_GT(size_of_J({0.1, -0.2, 0.1}), 0.0);
  EXPECT_EQ(size_of_J({0.1, 0.1, 0.1}), 0.0);
}

// |J|/|V| at y = 3 with the vacuum and the charged-lepton term, without the trace.
TEST(MeanFields, SelfOverVacuumHasTheMatterTerm) {
  const Parameters parameters = with({0.1, -0.2, 0.3});
  const Still system(parameters);
  const double T_cm = 8.0, y = 3.0;
  const auto size = [](const Matrix3& X) { return (X - X.trace() / 3.0 * Matrix3::Identity()).norm(); };
  const Matrix3 J = system.J(T_cm);
  const Matrix3 V = vacuum_hamiltonian<3>(mass_squared_matrix(parameters.mixing), y, T_cm) +
                    y * Matrix3(system.interactions_at(T_cm).linear);
  const double s = std::log(constants::electron_mass / T_cm);
  const Eigen::VectorXd u = system.state();
  const double ratio = system.self_over_vacuum(system.background(s, u), system.densities(s, u));
  EXPECT_NEAR(ratio, size(J) / size(V), 1e-12 * ratio);
}

class Summaries : public testing::Test {
 protected:
  // At the end, where nothing happens any more.
  static Summary summary_of(const Still& system) {
    Summary summary;
    summarise(system, system.s_end(), system.state(), system.state(), summary);
    return summary;
  }
  static double moment(const Still& system, int power, int flavour, double nu, double bar) {
    const MomentumGrid& grid = system.grid();
    return (grid.step() * grid.y().pow(power).sum() * (nu + bar) +
            system.moment_corrections().of(power, false, flavour) +
            system.moment_corrections().of(power, true, flavour)) /
           (2.0 * pi * pi);
  }

  Still system_{with({0.3, -0.2, 0.1})};
};

TEST_F(Summaries, CountNeutrinosAndAntineutrinosOfEachFlavour) {
  const Vector3 nu(0.1, 0.2, 0.3), bar(0.05, 0.04, 0.02);
  system_.set_occupations(nu, bar);
  const Summary summary = summary_of(system_);
  for (int a = 0; a < 3; ++a) {
    const double number = moment(system_, 2, a, nu(a), bar(a)), energy = moment(system_, 3, a, nu(a), bar(a));
    EXPECT_NEAR(summary.n_nu(a), number, 1e-13 * number) << a;
    EXPECT_NEAR(summary.delta_rho(a), energy / (2.0 * constants::rho_0) - 1.0, 1e-13 * energy) << a;
  }
}

TEST_F(Summaries, TakeTheDegeneracyOfElectronNeutrinos) {
  // The spectra of the start, on a grid to y = 12, beyond which lies 1e-3 of the energy.
  EXPECT_NEAR(summary_of(system_).xi_e_effective, 0.3, 3e-3);
}

// The masses share the number density of all states: which flavour has it does not matter.
TEST_F(Summaries, DivideTheMassAmongAllFlavours) {
  Still system(with({0.0, 0.0, 0.0}));
  system.set_occupations({0.1, 0.2, 0.3}, {0.05, 0.04, 0.02});
  const double first = summary_of(system).sum_mnu_over_omega_h2_eV;
  system.set_occupations({0.3, 0.1, 0.2}, {0.02, 0.05, 0.04});
  const double second = summary_of(system).sum_mnu_over_omega_h2_eV;
  EXPECT_GT(first, 0.0);
  EXPECT_NEAR(first, second, 1e-12 * first);
}

}  // namespace
}  // namespace qke
