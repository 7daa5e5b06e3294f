// Which flavour each mean field acts on, and what the summary takes from which flavour, on states without any
// symmetry between flavours or between neutrinos and antineutrinos.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "diagnostics/observables.hpp"
#include "evolution/kinetic_system.hpp"
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
  explicit Still(const Parameters& parameters) : KineticSystem(parameters, 1, one_thread()) {
    density_ = initial_density_matrices();
  }
  // The same diagonal at every node.
  void set_occupations(const Vector3& nu, const Vector3& bar) {
    for (auto& rho : density_.nu) rho = nu.cast<Complex>().asDiagonal();
    for (auto& rho : density_.bar) rho = bar.cast<Complex>().asDiagonal();
  }

  MatrixField<Complex> rho(double, ConstVector) const override { return density_.nu; }
  MatrixField<Complex> rhobar(double, ConstVector) const override { return density_.bar; }
  using KineticSystem::electron_asymmetry;
  using KineticSystem::matter_source_of;

  Eigen::VectorXd state() const { return Eigen::VectorXd::Zero(dimension()); }
  Background at(double T_cm) const { return background(std::log(constants::electron_mass / T_cm), state()); }

 private:
  void neutrino_rhs(const Background&, ConstVector, Vector du) const override { du.setZero(); }
  void set_neutrinos(const Background&, const DensityMatrices<Complex>&, Vector) const override {}
  Eigen::VectorXd trace_weights() const override { return Eigen::VectorXd::Zero(1); }
  std::string node_component_name(int) const override { return "none"; }

  DensityMatrices<Complex> density_;
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
  const Background b = system.at(15.0);
  const Vector3 leptons(system.plasma().electron_enthalpy_density(b.T_gamma),
                        system.plasma().muon_enthalpy_density(b.T_gamma), 0.0);
  ASSERT_GT(leptons(1), 0.0);
  const Matrix3 expected = matter_source(parameters.weak, leptons, Matrix3::Zero());
  EXPECT_LT((system.matter_source_of(b) - expected).norm(), 1e-14 * expected.norm());
  EXPECT_EQ(system.matter_source_of(b)(2, 2), 0.0);

  const Matrix3 E = system.electron_asymmetry(b);
  EXPECT_NE(E(0, 0), 0.0);
  EXPECT_EQ((E - Matrix3(E.diagonal()(0) * Vector3(1, 0, 0).cast<Complex>().asDiagonal())).norm(), 0.0);
}

// J is left out only where all three degeneracy parameters are the same.
TEST(MeanFields, SelfInteractionIsThereForAnyTwoFlavoursThatDiffer) {
  const auto size_of_J = [](const std::array<double, 3>& xi) {
    const Still system(with(xi));
    return system
        .self_hamiltonian(system.at(10.0), system.rho(0.0, system.state()),
                          system.rhobar(0.0, system.state()))
        .norm();
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
  const Background b = system.at(T_cm);
  const auto size = [](const Matrix3& X) { return (X - X.trace() / 3.0 * Matrix3::Identity()).norm(); };
  const Matrix3 J =
      system.self_hamiltonian(b, system.rho(0.0, system.state()), system.rhobar(0.0, system.state()));
  const Matrix3 V = vacuum_hamiltonian<Complex>(mass_squared_matrix(parameters.mixing), y, T_cm) +
                    matter_hamiltonian(parameters.weak, system.matter_source_of(b), y, T_cm);
  const double ratio = system.self_over_vacuum(std::log(constants::electron_mass / T_cm), system.state());
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
            system.moment_correction_of(power, false, flavour) +
            system.moment_correction_of(power, true, flavour)) /
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
