// Asymmetries beside a sterile state: symmetries, conservation, limits and the Jacobian of the equations
// that solve for both (docs/sterile.md, "Lepton asymmetries").
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/constants.hpp"
#include "support/runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using State4 = DensityMatrices<4>;
using Field4 = MatrixField<4>;

Parameters beside_sterile(std::array<double, 3> xi, double U_e4_squared = 0.05) {
  Parameters parameters = small_grid(Scheme::qke, 10, 14.0);
  parameters.asymmetry.xi = xi;
  parameters.sterile.number = 1;
  parameters.sterile.dm2_41_eV2 = -1.29;
  parameters.sterile.U_e4_squared = U_e4_squared;
  return parameters;
}

// The vacuum and matter terms of V, and collisions, left out.
void leave_out_V(Parameters& parameters) {
  parameters.mixing.dm2_21_eV2 = parameters.mixing.dm2_31_eV2 = 0.0;
  parameters.sterile.dm2_41_eV2 = 0.0;
  parameters.mean_field.matter = false;
  parameters.mean_field.muons = Switch::off;
}
void leave_out_collisions(Parameters& parameters) {
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
}

// Between 0.2 and 0.8 of equilibrium, in any basis, at every node.
State4 some_state(const KineticSystem& system, unsigned number) {
  State4 rho = random_state<4>(system.grid().size(), number);
  for (Field4* field : {&rho.nu, &rho.bar}) {
    for (int i = 0; i < system.grid().size(); ++i) {
      (*field)[i] = system.scale()(i) * (0.2 * FlavourMatrix<4>::Identity() + 0.6 * (*field)[i]);
    }
  }
  return rho;
}

Eigen::VectorXd vector_of(const KineticSystem& system, double s, const State4& rho) {
  return system.state_vector(s, 1.001,
                             {as_state_matrices<4, Complex>(rho.nu), as_state_matrices<4, Complex>(rho.bar)},
                             Eigen::VectorXd(0));
}

// Fermi-Dirac spectra of the active flavours, and an empty sterile state.
Eigen::VectorXd pure_flavours(const KineticSystem& system) {
  return system.state_vector(system.s_start(), system.initial().z,
                             initial_density_matrices(system.initial(), system.grid(), 4),
                             Eigen::VectorXd(0));
}

// Slopes of the density matrices: these are affine in the unknowns.
StateDensities slopes(KineticSystem& system, double s, const Eigen::VectorXd& u) {
  Eigen::VectorXd du(system.dimension());
  system.rhs(s, u, du);
  StateDensities result = system.densities(s, u + du);
  const StateDensities rho = system.densities(s, u);
  for (std::size_t i = 0; i < rho.nu.size(); ++i) {
    result.nu[i] -= rho.nu[i];
    result.bar[i] -= rho.bar[i];
  }
  return result;
}

double largest_norm(const StateMatrixField& a) {
  double size = 0.0;
  for (const StateMatrix& X : a) size = larger(size, X.norm());
  return size;
}

// Of the first `states` states.
double difference(const StateMatrixField& a, const StateMatrixField& b, int states, bool conjugated = false) {
  double size = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const StateMatrix other = conjugated ? StateMatrix(b[i].conjugate()) : b[i];
    size = larger(size, (a[i] - other).topLeftCorner(states, states).norm());
  }
  return size;
}

constexpr double s_hot = -2.3;  // T_cm = 5 MeV: collisions, V and J all matter

// docs/sterile.md: J = sqrt(2) G_F T_cm^3/(2 pi^2) (A + P Tr A), and nothing else without V and collisions.
TEST(SterileAsymmetry, HasTheTraceInTheSelfInteraction) {
  Parameters parameters = beside_sterile({0.05, 0.05, 0.05});
  leave_out_V(parameters);
  leave_out_collisions(parameters);
  const auto system = make_kinetic_system(parameters);
  const State4 rho = some_state(*system, 1);
  const Eigen::VectorXd u = vector_of(*system, s_hot, rho);
  const StateDensities d = slopes(*system, s_hot, u);
  const Background b = system->background(s_hot, u);
  Matrix3 A = Matrix3::Zero();
  for (int i = 0; i < system->grid().size(); ++i) {
    const double y = system->grid().y(i);
    A += system->grid().step() * y * y * (rho.nu[i] - rho.bar[i]).topLeftCorner<3, 3>();
  }
  FlavourMatrix<4> J = FlavourMatrix<4>::Zero();
  J.topLeftCorner<3, 3>() = A + A.trace() * Matrix3::Identity();
  const double G_F = parameters.weak.G_F_per_GeV2 / (constants::GeV * constants::GeV);
  J *= std::sqrt(2.0) * G_F * std::pow(b.T_cm, 3) / (2.0 * std::numbers::pi * std::numbers::pi);
  for (int i = 0; i < system->grid().size(); ++i) {
    const StateMatrix expected = Complex(0.0, -1.0) / b.hubble * (J * rho.nu[i] - rho.nu[i] * J);
    const StateMatrix expected_bar = Complex(0.0, -1.0) / b.hubble * (J * rho.bar[i] - rho.bar[i] * J);
    // Rounding.
    EXPECT_LT((d.nu[i] - expected).norm(), 1e-12 * largest_norm(d.nu));
    EXPECT_LT((d.bar[i] - expected_bar).norm(), 1e-12 * largest_norm(d.bar));
  }
}

// int y^2 Tr(C - Cbar) = 0 over the active flavours, and commutators have no trace: the numbers of active
// and sterile states together are conserved, whatever the trace term does.
TEST(SterileAsymmetry, ConservesTheLeptonNumberOfActiveAndSterileStates) {
  const auto system = make_kinetic_system(beside_sterile({0.05, 0.05, 0.05}));
  const StateDensities d = slopes(*system, s_hot, vector_of(*system, s_hot, some_state(*system, 2)));
  double sum = 0.0, scale = 0.0;
  for (int i = 0; i < system->grid().size(); ++i) {
    const double y2 = system->grid().y(i) * system->grid().y(i);
    sum += y2 * (d.nu[i] - d.bar[i]).trace().real();
    scale += y2 * (d.nu[i].norm() + d.bar[i].norm());
  }
  EXPECT_LT(std::abs(sum), 1e-14 * scale);
}

// CP: rho <-> rhobar* with delta -> -delta and xi -> -xi. Without a phase xi -> -xi exchanges neutrinos and
// antineutrinos.
TEST(SterileAsymmetry, ChargeConjugationWithParityIsASymmetry) {
  for (const double delta : {0.0, 1.1}) {
    Parameters parameters = beside_sterile({0.05, 0.05, 0.05});
    parameters.mixing.delta_cp_rad = delta;
    Parameters mirrored = parameters;
    mirrored.mixing.delta_cp_rad = -delta;
    mirrored.asymmetry.xi = {-0.05, -0.05, -0.05};
    const auto system = make_kinetic_system(parameters), mirror = make_kinetic_system(mirrored);
    const State4 rho = some_state(*system, 3);
    State4 rho_mirror{rho.bar, rho.nu};
    for (Field4* field : {&rho_mirror.nu, &rho_mirror.bar}) {
      for (FlavourMatrix<4>& X : *field) X = X.conjugate().eval();
    }
    const StateDensities a = slopes(*system, s_hot, vector_of(*system, s_hot, rho));
    const StateDensities b = slopes(*mirror, s_hot, vector_of(*mirror, s_hot, rho_mirror));
    EXPECT_LT(difference(a.nu, b.bar, 4, true), 1e-12 * largest_norm(a.nu)) << delta;
    EXPECT_LT(difference(a.bar, b.nu, 4, true), 1e-12 * largest_norm(a.bar)) << delta;
  }
}

// Without J, and with rhobar = rho^*, these are the equations of the run without asymmetry.
TEST(SterileAsymmetry, HasTheEquationsWithoutAsymmetryAsALimit) {
  Parameters parameters = beside_sterile({1e-12, 1e-12, 1e-12});
  parameters.mean_field.self = Switch::off;
  parameters.mean_field.muons = Switch::on;
  Parameters symmetric = parameters;
  symmetric.asymmetry.xi = {0.0, 0.0, 0.0};
  const auto both = make_kinetic_system(parameters), one = make_kinetic_system(symmetric);
  ASSERT_GT(both->dimension(), one->dimension());
  State4 rho = some_state(*both, 4);
  for (std::size_t i = 0; i < rho.nu.size(); ++i) rho.bar[i] = rho.nu[i].conjugate();
  const StateDensities a = slopes(*both, s_hot, vector_of(*both, s_hot, rho));
  const StateDensities b = slopes(*one, s_hot, vector_of(*one, s_hot, rho));
  // The asymmetry of 1e-12 changes the scale of the unknowns.
  EXPECT_LT(difference(a.nu, b.nu, 4), 1e-11 * largest_norm(b.nu));
  EXPECT_LT(difference(a.bar, b.bar, 4), 1e-11 * largest_norm(b.bar));
}

// A sterile state that mixes with nothing, and is empty: the active flavours precess as three do, where the
// trace of J commutes with all. (Collisions beside sterile states: sterile_collisions_test.cpp.)
TEST(SterileAsymmetry, HasTheEquationsOfThreeFlavoursAsALimit) {
  const std::array<double, 3> xi{0.05, -0.03, 0.02};
  Parameters three = small_grid(Scheme::qke, 10, 14.0), four = beside_sterile(xi, 1e-40);
  three.asymmetry.xi = xi;
  for (Parameters* parameters : {&three, &four}) leave_out_collisions(*parameters);
  const auto system3 = make_kinetic_system(three), system4 = make_kinetic_system(four);
  State4 rho = some_state(*system4, 5);
  for (Field4* field : {&rho.nu, &rho.bar}) {
    for (FlavourMatrix<4>& X : *field) X.row(3).setZero(), X.col(3).setZero();
  }
  StateDensities active;
  for (std::size_t i = 0; i < rho.nu.size(); ++i) {
    active.nu.emplace_back(rho.nu[i].topLeftCorner<3, 3>());
    active.bar.emplace_back(rho.bar[i].topLeftCorner<3, 3>());
  }
  // At the same H: the empty state has no energy.
  const StateDensities a = slopes(*system4, s_hot, vector_of(*system4, s_hot, rho));
  const StateDensities b =
      slopes(*system3, s_hot, system3->state_vector(s_hot, 1.001, active, Eigen::VectorXd(0)));
  EXPECT_LT(difference(a.nu, b.nu, 3), 1e-11 * largest_norm(b.nu));
  EXPECT_LT(difference(a.bar, b.bar, 3), 1e-11 * largest_norm(b.bar));
}

struct Jacobians {
  Eigen::MatrixXd given, quotients;
};

Jacobians jacobians(KineticSystem& system, double s, const Eigen::VectorXd& u, double step) {
  const int n = system.dimension();
  Eigen::VectorXd du(n), up(n), down(n);
  system.rhs(s, u, du);
  Jacobians result{Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd(n, n)};
  dynamic_cast<ImplicitOdeSystem&>(system).jacobian(s, u, du, result.given);
  for (int c = 0; c < n; ++c) {
    Eigen::VectorXd shifted = u;
    shifted(c) = u(c) + step;
    system.rhs(s, shifted, up);
    shifted(c) = u(c) - step;
    system.rhs(s, shifted, down);
    result.quotients.col(c) = (up - down) / (2.0 * step);
  }
  // Without z, whose columns are quotients themselves.
  result.given.conservativeResize(n - 1, n - 1);
  result.quotients.conservativeResize(n - 1, n - 1);
  return result;
}

// Where rho commutes with its Hamiltonian, as at the start, H and the potential of the neutrinos' energy
// change nothing: the Jacobian of the precession, with the response of J, is exact.
TEST(SterileAsymmetry, HasTheExactJacobianOfThePrecession) {
  Parameters parameters = beside_sterile({0.05, 0.05, 0.05});
  leave_out_collisions(parameters);
  const auto system = make_kinetic_system(parameters);
  const Jacobians J = jacobians(*system, system->s_start(), system->initial_vector(), 1e-3);
  const int of_node = 2 * hermitian_components<4>;
  // From node to node there is only J.
  const auto other_node = [&](const Eigen::MatrixXd& M) { return M.block(0, of_node, of_node, of_node); };
  EXPECT_GT(other_node(J.quotients).norm(), 1e-7 * J.quotients.norm());
  EXPECT_LT((J.given - J.quotients).norm(), 1e-8 * J.quotients.norm());
  // Rounding, of differences of 1e9.
  EXPECT_LT((other_node(J.given) - other_node(J.quotients)).norm(), 1e-7 * other_node(J.quotients).norm());
}

// In equilibrium without asymmetry the linearisation of collisions is exact
// (QkeJacobian.IsExactInEquilibrium), and that of coherence with an empty state, too.
TEST(SterileAsymmetry, HasTheExactJacobianOfCollisionsInEquilibrium) {
  Parameters parameters = beside_sterile({1e-9, 1e-9, 1e-9});
  leave_out_V(parameters);
  parameters.mean_field.self = Switch::off;
  parameters.epoch = {6.0, 1.0};
  const auto system = make_kinetic_system(parameters);
  const Jacobians J = jacobians(*system, system->s_start(), pure_flavours(*system), 1e-4);
  EXPECT_GT(J.quotients.norm(), 1.0);
  // The quotients are good to the square of the step.
  EXPECT_LT((J.given - J.quotients).norm(), 1e-6 * J.quotients.norm());
}

// The start is on the slow manifold: without collisions hardly anything moves, although J/H is 1e9.
TEST(SterileAsymmetry, StartsWhereNothingOscillates) {
  Parameters parameters = beside_sterile({0.05, 0.05, 0.05});
  leave_out_collisions(parameters);
  const auto system = make_kinetic_system(parameters);
  const StateDensities settled = slopes(*system, system->s_start(), system->initial_vector());
  const StateDensities flavours = slopes(*system, system->s_start(), pure_flavours(*system));
  EXPECT_LT(largest_norm(settled.nu), 1e-4 * largest_norm(flavours.nu));
  EXPECT_LT(largest_norm(settled.bar), 1e-4 * largest_norm(flavours.bar));
}

}  // namespace
}  // namespace qke
