// Decay of superpositions of flavours by collisions, at the rate that the formulas of the
// collision integral imply (support/coherence.hpp), in the real system. Masses and mixing
// are zero, matter is off: nothing but collisions acts, and mass basis and flavour basis
// are the same.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <unsupported/Eigen/MatrixFunctions>

#include "evolution/schemes.hpp"
#include "support/coherence.hpp"
#include "support/evolution.hpp"
#include "support/runs.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

constexpr double sin2_theta_W = 0.23122;
constexpr Pair e_mu{0, 1}, mu_tau{1, 2};

Parameters collisions_only(double T_start, double T_end) {
  Parameters parameters = small_grid(Scheme::qke, 6, 9.0);
  parameters.epoch = {T_start, T_end};
  parameters.mixing = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
  parameters.mean_field.matter = false;
  parameters.plasma.qed = Qed::none;
  return parameters;
}

// Place of Re rho_ab (sigma = 1) or Im rho_ab (sigma = -1) at a node.
int component(Pair pair, double sigma) {
  const int pair_number = pair.a == 1 ? 2 : pair.b - 1;
  return (sigma > 0.0 ? 3 : 6) + pair_number;
}

// The system in equilibrium at s: rho = FD(y) 1 and T_gamma = T_cm.
struct Equilibrium {
  std::unique_ptr<KineticSystem> system;
  StateLayout layout;
  double s;
  Eigen::VectorXd u;
  Background background;

  Equilibrium(const Parameters& parameters, double T_cm)
      : system(make_kinetic_system(parameters)),
        layout{parameters.grid.nodes, hermitian_components<3>},
        s(system->s_start() + std::log(parameters.epoch.T_start_MeV / T_cm)) {
    u = Eigen::VectorXd::Zero(system->dimension());
    u(layout.temperature()) = 1.0 / system->background(s, u).z - 1.0;
    background = system->background(s, u);
  }

  // d(dc_i/dt)/dc_k of the system in units of G_F^2 T_cm^5. The rhs is of third order in u: central
  // differences leave the square of the step.
  CoherenceMatrix response(Pair pair, double sigma) {
    const int N = layout.nodes();
    const double G_F = 1e-6 * system->parameters().weak.G_F_per_GeV2;
    const double unit = background.hubble / (G_F * G_F * std::pow(background.T_cm, 5));
    CoherenceMatrix M(N, N);
    for (int k = 0; k < N; ++k) {
      const double step = 1e-4;
      Eigen::VectorXd du_up(u.size()), du_down(u.size()), shifted = u;
      shifted(layout.index(k, component(pair, sigma))) = step;
      system->rhs(s, shifted, du_up);
      shifted(layout.index(k, component(pair, sigma))) = -step;
      system->rhs(s, shifted, du_down);
      for (int i = 0; i < N; ++i) {
        const double slope = (du_up - du_down)(layout.index(i, component(pair, sigma))) / (2.0 * step);
        M(i, k) = unit * slope * fermi(system->grid().y(i), 1.0) / fermi(system->grid().y(k), 1.0);
      }
    }
    return M;
  }
};

// Row by row, relative to the largest entry.
double largest_relative_difference(const CoherenceMatrix& found, const CoherenceMatrix& expected) {
  return (found - expected)
      .rowwise()
      .lpNorm<Eigen::Infinity>()
      .cwiseQuotient(expected.rowwise().lpNorm<Eigen::Infinity>())
      .maxCoeff<Eigen::PropagateNaN>();
}

// The library's table of nu-e rates interpolates in ln x: up to 5e-5 of an entry here, on the scale of
// tests/unit/neutrino_electron_test.cpp.
constexpr double table_error = 1e-4;

// Every rate of every node at T = 2 MeV, where the electron mass matters.
TEST(Decoherence, HasTheRatesOfTheFormulas) {
  Parameters parameters = collisions_only(5.0, 1.0);
  Equilibrium full(parameters, 2.0);
  parameters.collisions.neutrino_neutrino = ProcessTreatment::none;
  Equilibrium electrons(parameters, 2.0);
  const MomentumGrid& grid = full.system->grid();
  const ElectronCoherence formula(grid, full.background.x, 1.0);
  ASSERT_NEAR(full.background.z, 1.0, 1e-14);
  for (const Pair pair : {e_mu, mu_tau}) {
    const CouplingSums G = coupling_sums(pair, sin2_theta_W);
    for (const double sigma : {1.0, -1.0}) {
      SCOPED_TRACE(std::to_string(pair.a) + std::to_string(pair.b) + (sigma > 0.0 ? " real" : " imaginary"));
      const CoherenceMatrix electron = formula.scattering(G) + formula.annihilation(G, sigma);
      EXPECT_LT(largest_relative_difference(electrons.response(pair, sigma), electron), table_error);
      const CoherenceMatrix all = electron + neutrino_coherence(grid, pair, sigma, 1.0);
      EXPECT_LT(largest_relative_difference(full.response(pair, sigma), all), table_error);
      // Damping, at every node, by the electrons and more so by all.
      for (int i = 0; i < grid.size(); ++i) {
        EXPECT_LT(electron(i, i), 0.0);
        EXPECT_LT(all(i, i), electron(i, i));
      }
    }
  }
}

// The sum over all momenta. The imaginary part has drhobar = -drho: it is the off-diagonal element of the
// flavour matrix of lepton number, int y^2 (rho - rhobar), which nu-nu conserve. Of the couplings to
// electrons only (g_a - g_b)^2 remains once gain and loss are added up over nodes 1 and 3 (or 2): zero for mu
// and tau, and for e and mu the charged current alone, (g_Le - g_Lmu)^2 = 1, whatever sin^2 theta_W; the
// terms with g_L g_R drop out.
TEST(Decoherence, OfTheLeptonNumberMatrixIsDueToTheDifferenceOfCouplings) {
  for (const double s2W : {sin2_theta_W, 0.1}) {
    Parameters parameters = collisions_only(5.0, 1.0);
    parameters.weak.sin2_theta_W = s2W;
    Equilibrium equilibrium(parameters, 2.0);
    const MomentumGrid& grid = equilibrium.system->grid();
    const Eigen::RowVectorXd measure = grid.y().square().matrix().transpose();
    const CoherenceMatrix different = equilibrium.response(e_mu, -1.0),
                          equal = equilibrium.response(mu_tau, -1.0);
    // The scale of what cancels: the damping of each node.
    const Eigen::RowVectorXd damping = measure.cwiseProduct(equal.diagonal().transpose());
    EXPECT_LT((measure * equal).cwiseQuotient(damping).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(), 1e-9);

    // The same with the couplings replaced by their difference.
    const ElectronCoherence formula(grid, equilibrium.background.x, 1.0);
    const CouplingSums unit{1.0, 0.0, 0.0, 0.0};
    const CoherenceMatrix charged_current = formula.scattering(unit) + formula.annihilation(unit, -1.0);
    const Eigen::RowVectorXd expected = measure * charged_current;
    EXPECT_LT(
        ((measure * different) - expected).cwiseQuotient(expected).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(),
        table_error);
  }
}

// The real part has drhobar = drho, and annihilation adds the amplitudes, (g_a + g_b)^2: a real superposition
// of mu and tau decays in number, towards chemical equilibrium with the electrons, while scattering conserves
// it. (nu-nu are off: they turn pairs of one flavour into those of another.)
TEST(Decoherence, OfRealSuperpositionsOfMuAndTauIsByAnnihilationOnly) {
  Parameters parameters = collisions_only(5.0, 1.0);
  parameters.collisions.neutrino_neutrino = ProcessTreatment::none;
  Equilibrium electrons(parameters, 2.0);
  const MomentumGrid& grid = electrons.system->grid();
  const Eigen::RowVectorXd measure = grid.y().square().matrix().transpose();
  const ElectronCoherence formula(grid, electrons.background.x, 1.0);
  const CouplingSums G = coupling_sums(mu_tau, sin2_theta_W);
  const Eigen::RowVectorXd scattering = measure * formula.scattering(G);
  const Eigen::RowVectorXd annihilation = measure * formula.annihilation(G, 1.0);
  const Eigen::RowVectorXd found = measure * electrons.response(mu_tau, 1.0);
  EXPECT_LT(scattering.cwiseAbs().maxCoeff<Eigen::PropagateNaN>(),
            1e-9 * annihilation.cwiseAbs().maxCoeff<Eigen::PropagateNaN>());
  EXPECT_LT((found - annihilation).cwiseAbs().maxCoeff<Eigen::PropagateNaN>(),
            table_error * annihilation.cwiseAbs().maxCoeff<Eigen::PropagateNaN>());
  EXPECT_LT(found.maxCoeff<Eigen::PropagateNaN>(), 0.0);
}

// d/ds of the lepton number in a superposition of nu_e and nu_mu that is as large at every momentum, beside
// asymmetries that precess.
double loss_of_lepton_number(int nodes) {
  Parameters parameters = collisions_only(5.0, 1.0);
  parameters.collisions.neutrino_neutrino = ProcessTreatment::none;
  parameters.mean_field.self = Switch::off;
  parameters.asymmetry.xi = {0.1, -0.1, 0.0};
  parameters.grid = {nodes, 20.0};
  const auto system = make_kinetic_system(parameters);
  const MomentumGrid& grid = system->grid();
  const StateLayout layout{nodes, 2 * hermitian_components<3>};
  Eigen::VectorXd u = system->initial_vector(), du(u.size());
  constexpr double superposed = 0.1;
  for (int i = 0; i < nodes; ++i) {
    u(layout.index(i, component(e_mu, 1.0))) = superposed;
    u(layout.index(i, hermitian_components<3> + component(e_mu, 1.0))) = -superposed;
  }
  system->rhs(system->s_start() + std::log(2.5), u, du);
  double sum = 0.0;
  for (int i = 0; i < nodes; ++i) {
    const double y = grid.y(i), change = du(layout.index(i, component(e_mu, 1.0))) -
                                         du(layout.index(i, hermitian_components<3> + component(e_mu, 1.0)));
    sum += grid.step() * y * y * fermi(y - 0.1, 1.0) * change;
  }
  return sum;
}

// Scattering into the own momentum, where the rates have a kink, does not cancel for superpositions: without
// its correction sums over the grid converge in the square of the step (a ratio of 4), with it in the fourth
// power (16).
TEST(Decoherence, BesideAsymmetriesConvergesInTheFourthPowerOfTheStep) {
  const double coarse = loss_of_lepton_number(16), middle = loss_of_lepton_number(32),
               fine = loss_of_lepton_number(64);
  EXPECT_GT(std::abs(coarse - middle), 8.0 * std::abs(middle - fine));
}

// In time. Without masses all rates go as T^5 and H as T^2:
//   c(s) = exp[M (Gamma_0/3 H_0)(1 - (T/T_0)^3)] c(s_0),  Gamma_0 = G_F^2 T_0^5,
// H_0 = sqrt(8 pi^3 10.75/90) T_0^2/m_Pl. From 100 to 50 MeV the electron mass is a correction of (m_e/T)^2 ~
// 1e-5 or less; a Fermi constant 300 times too small makes the decay one of order unity.
TEST(Decoherence, IsExponentialInTheExpandingUniverse) {
  Parameters parameters = collisions_only(100.0, 50.0);
  parameters.weak.G_F_per_GeV2 /= 300.0;
  const auto system = make_kinetic_system(parameters);
  const MomentumGrid& grid = system->grid();
  const StateLayout layout{grid.size(), hermitian_components<3>};
  const double G_F = 1e-6 * parameters.weak.G_F_per_GeV2, T_0 = 100.0;
  const double H_0 = std::sqrt(8.0 * std::pow(pi, 3) * 10.75 / 90.0) * T_0 * T_0 / 1.220890e22;
  const double exposure = G_F * G_F * std::pow(T_0, 5) / (3.0 * H_0) * (1.0 - 1.0 / 8.0);
  const ElectronCoherence formula(grid, 0.00511, 1.0);
  for (const Pair pair : {e_mu, mu_tau}) {
    const CouplingSums G = coupling_sums(pair, sin2_theta_W);
    for (const double sigma : {1.0, -1.0}) {
      SCOPED_TRACE(std::to_string(pair.a) + std::to_string(pair.b) + (sigma > 0.0 ? " real" : " imaginary"));
      // A superposition of the same degree at all momenta.
      const double degree = 1e-3;
      Eigen::VectorXd start = system->initial_vector(), c(layout.nodes());
      for (int i = 0; i < layout.nodes(); ++i) {
        start(layout.index(i, component(pair, sigma))) = degree;
        c(i) = degree * fermi(grid.y(i), 1.0);
      }
      const Eigen::VectorXd end =
          solve(*system, system->s_start(), start, system->s_end(), tight(1e-8, 1e-11));
      const CoherenceMatrix M =
          formula.scattering(G) + formula.annihilation(G, sigma) + neutrino_coherence(grid, pair, sigma, 1.0);
      const Eigen::VectorXd expected = (M * exposure).exp() * c;
      for (int i = 0; i < layout.nodes(); ++i) {
        const double found = end(layout.index(i, component(pair, sigma))) * fermi(grid.y(i), 1.0);
        EXPECT_NEAR(found / c(i), expected(i) / c(i), 1e-5) << "node " << i;
        // What the state did not have does not appear.
        EXPECT_NEAR(end(layout.index(i, component(pair, -sigma))), 0.0, 1e-12);
      }
    }
  }
}

}  // namespace
}  // namespace qke
