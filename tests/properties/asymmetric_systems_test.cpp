// The systems that evolve antineutrinos on their own: symmetries, conservation and
// Jacobians of their equations.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "qke/error.hpp"
#include "support/largest.hpp"
#include "support/runs.hpp"
#include "support/seed.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using independent::Complex;
using independent::Field;
using independent::rho_of;
using independent::rhobar_of;
using independent::small_grid;
using independent::State;
using std::numbers::pi;

Parameters asymmetric(Scheme scheme, std::array<double, 3> xi, int nodes = 10) {
  Parameters parameters = small_grid(scheme, nodes, 14.0);
  parameters.asymmetry.xi = xi;
  return parameters;
}

// Fermi-Dirac spectra with small coherent distortions, different for every node, nu and nubar.
State distorted(const KineticSystem& system, unsigned number) {
  independent::Random random(independent::seed(number));
  const Eigen::VectorXd u = system.initial_vector();
  State rho{rho_of(system, system.s_start(), u), rhobar_of(system, system.s_start(), u)};
  for (Field* field : {&rho.nu, &rho.bar}) {
    for (Matrix3& matrix : *field)
      matrix += 1e-3 * matrix(0, 0).real() * independent::random_hermitian(random);
  }
  return rho;
}

// The state with these density matrices, at z = T_gamma/T_cm.
Eigen::VectorXd vector_of(const KineticSystem& system, double s, double z, const State& rho) {
  const StateDensities densities{as_state_matrices<3, Complex>(rho.nu),
                                 as_state_matrices<3, Complex>(rho.bar)};
  return system.state_vector(s, z, densities, Eigen::VectorXd(0));
}

// Slopes of the density matrices: what rho() makes of u + du, minus what it makes of u (it is affine in u).
struct Slopes {
  Field nu, bar;
  double temperature;
};
Slopes slopes(KineticSystem& system, double s, const Eigen::VectorXd& u) {
  Eigen::VectorXd du(system.dimension());
  system.rhs(s, u, du);
  Slopes result{rho_of(system, s, u + du), rhobar_of(system, s, u + du), du(du.size() - 1)};
  const Field nu = rho_of(system, s, u), bar = rhobar_of(system, s, u);
  for (std::size_t i = 0; i < nu.size(); ++i) {
    result.nu[i] -= nu[i];
    result.bar[i] -= bar[i];
  }
  return result;
}

double largest(const Field& a) {
  double size = 0.0;
  for (const Matrix3& X : a) size = independent::larger(size, X.norm());
  return size;
}

double largest_difference(const Field& a, const Field& b) {
  double size = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) size = independent::larger(size, (a[i] - b[i]).norm());
  return size;
}

Field conjugate(Field field) {
  for (Matrix3& X : field) X = X.conjugate().eval();
  return field;
}

constexpr double s_hot = -2.3;  // T_cm = 5 MeV: collisions, V and J all matter

// CP: rho <-> rhobar* with delta -> -delta and xi -> -xi turns the equations into themselves
// (docs/physics.md, "Exact properties").
TEST(AsymmetricQke, ChargeConjugationWithParityIsASymmetry) {
  Parameters parameters = asymmetric(Scheme::qke, {0.3, -0.2, 0.1});
  parameters.mixing.delta_cp_rad = 1.1;
  Parameters mirrored = parameters;
  mirrored.mixing.delta_cp_rad = -1.1;
  mirrored.asymmetry.xi = {-0.3, 0.2, -0.1};
  const auto system = make_kinetic_system(parameters), mirror = make_kinetic_system(mirrored);
  const State rho = distorted(*system, 1);
  const State rho_mirror{conjugate(rho.bar), conjugate(rho.nu)};
  const Slopes a = slopes(*system, s_hot, vector_of(*system, s_hot, 1.001, rho));
  const Slopes b = slopes(*mirror, s_hot, vector_of(*mirror, s_hot, 1.001, rho_mirror));
  // Rounding, of precession terms that are 1e9 times the state.
  EXPECT_LT(largest_difference(a.nu, conjugate(b.bar)), 1e-12 * largest(a.nu));
  EXPECT_LT(largest_difference(a.bar, conjugate(b.nu)), 1e-12 * largest(a.bar));
  // The heat is a sum in which gain and loss cancel to some 1e-3.
  EXPECT_NEAR(a.temperature, b.temperature, 1e-10 * std::abs(a.temperature));
}

// Total lepton number: int y^2 Tr(C - Cbar) = 0 and commutators have no trace (docs/physics.md,
// "Exact properties").
TEST(AsymmetricQke, ConservesTheTotalLeptonNumber) {
  const auto system = make_kinetic_system(asymmetric(Scheme::qke, {0.3, -0.2, 0.1}));
  const Slopes d = slopes(*system, s_hot, vector_of(*system, s_hot, 1.001, distorted(*system, 2)));
  double sum = 0.0, scale = 0.0;
  for (int i = 0; i < system->grid().size(); ++i) {
    const double y2 = system->grid().y(i) * system->grid().y(i);
    sum += y2 * (d.nu[i] - d.bar[i]).trace().real();
    scale += y2 * (d.nu[i].norm() + d.bar[i].norm());
  }
  EXPECT_LT(std::abs(sum), 1e-14 * scale);
}

// J commutes out of the sum over momenta: without collisions d/ds int y^2 (rho - rhobar) = -(i/H) int y^2 [V,
// rho + rhobar]. With V = 0 (no mass differences, no matter) the asymmetry matrix is a constant of motion.
TEST(AsymmetricQke, TheSelfInteractionAloneKeepsTheAsymmetryMatrix) {
  Parameters parameters = asymmetric(Scheme::qke, {0.3, -0.2, 0.1});
  parameters.mixing.dm2_21_eV2 = parameters.mixing.dm2_31_eV2 = 0.0;
  parameters.mean_field.matter = false;
  parameters.mean_field.muons = Switch::off;
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  const auto system = make_kinetic_system(parameters);
  const Slopes d = slopes(*system, s_hot, vector_of(*system, s_hot, 1.001, distorted(*system, 3)));
  Matrix3 sum = Matrix3::Zero();
  double scale = 0.0;
  for (int i = 0; i < system->grid().size(); ++i) {
    const double y2 = system->grid().y(i) * system->grid().y(i);
    sum += y2 * (d.nu[i] - d.bar[i]);
    scale += y2 * (d.nu[i].norm() + d.bar[i].norm());
  }
  EXPECT_GT(scale, 1.0);  // there is precession
  EXPECT_LT(sum.norm(), 1e-12 * scale);
}

// Without asymmetry, and J left out, it is the system that evolves one matrix in another basis.
TEST(AsymmetricQke, IsTheSymmetricSystemWithoutAsymmetry) {
  const Parameters parameters = small_grid(Scheme::qke, 10, 14.0);
  const auto one = make_qke_system(parameters, one_thread(), {});
  const auto both = make_independent_qke_system(parameters, one_thread(), {});
  Eigen::VectorXd u = one->initial_vector();
  u.head(u.size() - 1) += 1e-3 * Eigen::VectorXd::LinSpaced(u.size() - 1, -1.0, 1.0);
  const State rho{rho_of(*one, s_hot, u), rhobar_of(*one, s_hot, u)};
  const Slopes a = slopes(*one, s_hot, u);
  const Slopes b = slopes(*both, s_hot, vector_of(*both, s_hot, one->background(s_hot, u).z, rho));
  // Two bases: rounding of precession terms that are 1e5 times the state.
  EXPECT_LT(largest_difference(a.nu, b.nu), 1e-9 * largest(a.nu));
  EXPECT_LT(largest_difference(a.bar, b.bar), 1e-9 * largest(a.bar));
}

struct Precession {
  double of_the_start, of_diagonal_matrices;  // largest slopes without collisions
};
Precession precession_at_the_start(Parameters parameters) {
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  const auto system = make_kinetic_system(parameters);
  const double s = system->s_start();
  const auto largest_slope = [&](const Eigen::VectorXd& u) {
    const Slopes d = slopes(*system, s, u);
    return independent::larger(largest(d.nu), largest(d.bar));
  };
  const Eigen::VectorXd start = system->initial_vector();
  State diagonal{rho_of(*system, s, start), rhobar_of(*system, s, start)};
  for (Field* field : {&diagonal.nu, &diagonal.bar}) {
    for (Matrix3& X : *field) X = Matrix3(X.diagonal().asDiagonal());
  }
  const double z = system->background(s, start).z;
  return {largest_slope(start), largest_slope(vector_of(*system, s, z, diagonal))};
}

// The start lies on the slow manifold: precession is weaker by the smallness of off-diagonal elements,
// 1e-3 at 20 MeV between mu and tau; with sines of the mixing angles of 1e-3 it is 1e-5.
TEST(AsymmetricQke, StartsWithoutFastPrecession) {
  Parameters parameters = asymmetric(Scheme::qke, {0.01, -0.01, 0.0});
  Precession found = precession_at_the_start(parameters);
  EXPECT_LT(found.of_the_start, 3e-3 * found.of_diagonal_matrices);
  parameters.mixing.sin2_theta12 = parameters.mixing.sin2_theta13 = parameters.mixing.sin2_theta23 = 1e-6;
  found = precession_at_the_start(parameters);
  EXPECT_LT(found.of_the_start, 3e-5 * found.of_diagonal_matrices);
}

// Where oscillations have begun there is no slow manifold near the diagonal matrices asked for: they are the
// start.
TEST(AsymmetricQke, StartsAtTheGivenAsymmetriesWhereOscillationsHaveBegun) {
  for (const double T_start : {10.0, 20.0}) {
    Parameters parameters = asymmetric(Scheme::qke, {0.3, -0.3, 0.0});
    parameters.epoch.T_start_MeV = T_start;
    const auto system = make_kinetic_system(parameters);
    const double s = system->s_start();
    const Eigen::VectorXd start = system->initial_vector();
    const Field nu = rho_of(*system, s, start), bar = rhobar_of(*system, s, start);
    for (const Field* field : {&nu, &bar}) {
      for (const Matrix3& X : *field) {
        const double off_diagonal = (X - Matrix3(X.diagonal().asDiagonal())).norm();
        EXPECT_LT(off_diagonal, 1e-2 * X.norm()) << T_start << " MeV";
      }
    }
  }
}

TEST(KineticSystem, RefusesStatesWithoutMeaning) {
  for (const Scheme scheme : {Scheme::boltzmann, Scheme::atao, Scheme::qke}) {
    const auto system = make_kinetic_system(small_grid(scheme, 10, 14.0));
    Eigen::VectorXd u = system->initial_vector(), du(u.size());
    for (const double deviation : {-1.5, -1.0, 1e3, std::nan("")}) {
      u(u.size() - 1) = deviation;
      EXPECT_THROW(system->rhs(s_hot, u, du), OutsideDomain) << deviation;
    }
    u = system->initial_vector();
    u.head(u.size() - 1).setConstant(-1e3);  // occupations of -1000 f
    EXPECT_THROW(system->rhs(s_hot, u, du), OutsideDomain);
  }
}

Eigen::MatrixXd difference_jacobian(KineticSystem& system, double s, const Eigen::VectorXd& u) {
  const double step = 1e-5;  // the equations are smooth on the scale of 1
  Eigen::MatrixXd J(u.size(), u.size());
  Eigen::VectorXd up(u.size()), down(u.size());
  for (Eigen::Index k = 0; k < u.size(); ++k) {
    system.rhs(s, u + step * Eigen::VectorXd::Unit(u.size(), k), up);
    system.rhs(s, u - step * Eigen::VectorXd::Unit(u.size(), k), down);
    J.col(k) = (up - down) / (2.0 * step);
  }
  return J;
}

double jacobian_error(KineticSystem& system, const Eigen::VectorXd& u, double s = s_hot) {
  Eigen::VectorXd du(system.dimension());
  system.rhs(s, u, du);
  Eigen::MatrixXd J = Eigen::MatrixXd::Zero(u.size(), u.size());
  dynamic_cast<ImplicitOdeSystem&>(system).jacobian(s, u, du, J);
  const Eigen::MatrixXd expected = difference_jacobian(system, s, u);
  return (J - expected).norm() / expected.norm();
}

// Around spectra that are diagonal in flavour space the response is exact but for the change of H, which is
// left out (C/H times the change: some 1e-5), and the one-sided difference quotient in z.
constexpr double exact_response = 1e-4;

TEST(AsymmetricJacobian, OfScheme_boltzmann) {
  const auto system = make_kinetic_system(asymmetric(Scheme::boltzmann, {0.5, -1.0, 0.2}, 9));
  EXPECT_LT(jacobian_error(*system, system->initial_vector()), exact_response);
}

TEST(AsymmetricJacobian, OfScheme_atao) {
  const auto system = make_kinetic_system(asymmetric(Scheme::atao, {0.5, 0.5, 0.5}, 9));
  EXPECT_LT(jacobian_error(*system, system->initial_vector()), exact_response);
}

// At T_cm = m_e the terms with m_e^2 are as large as the others. The spectra are far from equilibrium, and
// the change of H is not small: dark radiation that outweighs all else fixes it.
TEST(AsymmetricJacobian, OfMassiveElectrons) {
  Parameters parameters = asymmetric(Scheme::boltzmann, {0.5, -1.0, 0.2}, 9);
  parameters.extra.dark_radiation_delta_Neff = 1e4;
  const auto system = make_kinetic_system(parameters);
  EXPECT_LT(jacobian_error(*system, system->initial_vector(), 0.0), exact_response);
}

// Of the spectra at a given asymmetry matrix: that one is followed apart (evolution/atao_jv.cpp).
TEST(AsymmetricJacobian, OfScheme_atao_jv) {
  const auto system = make_kinetic_system(asymmetric(Scheme::atao_jv, {0.5, -1.0, 0.2}, 9));
  const Eigen::VectorXd u = system->initial_vector();
  Eigen::VectorXd du(system->dimension());
  system->rhs(s_hot, u, du);
  Eigen::MatrixXd J = Eigen::MatrixXd::Zero(u.size(), u.size());
  dynamic_cast<ImplicitOdeSystem&>(*system).jacobian(s_hot, u, du, J);
  Eigen::MatrixXd expected = difference_jacobian(*system, s_hot, u);
  for (Eigen::MatrixXd* matrix : {&J, &expected}) {
    const Eigen::Index first = 6 * system->grid().size();
    matrix->middleRows(first, hermitian_components<3>).setZero();
    matrix->middleCols(first, hermitian_components<3>).setZero();
  }
  EXPECT_LT((J - expected).norm(), exact_response * expected.norm());
}

// All momenta in the same, any, basis.
State in_a_shared_basis(const KineticSystem& system, unsigned number) {
  independent::Random random(independent::seed(number));
  const Matrix3 U = eigensystem<3>(independent::random_hermitian(random)).vectors;
  const Eigen::VectorXd u = system.initial_vector();
  State rho{rho_of(system, system.s_start(), u), rhobar_of(system, system.s_start(), u)};
  for (Field* field : {&rho.nu, &rho.bar}) {
    for (Matrix3& X : *field) X = (U * X * U.adjoint()).eval();
  }
  return rho;
}

// int dy y^2 (dnu - dnubar)/ds.
Matrix3 change_of_asymmetry(const KineticSystem& system, const Slopes& d) {
  Matrix3 sum = Matrix3::Zero();
  for (int i = 0; i < system.grid().size(); ++i) {
    sum += system.grid().step() * std::pow(system.grid().y(i), 2) * (d.nu[i] - d.bar[i]);
  }
  return sum;
}
Matrix3 change_of_own_asymmetry(KineticSystem& system, double s, const Eigen::VectorXd& u) {
  Eigen::VectorXd du(u.size());
  system.rhs(s, u, du);
  return 2.0 * pi * pi * (*system.evolved_asymmetry(u + du) - *system.evolved_asymmetry(u));
}

// Without V and J the full equations have collisions alone: the sums of scheme atao-jv, which take basis and
// momenta apart, are the same.
TEST(AsymmetryMatrix, ChangesByTheCollisionsOfTheFullEquations) {
  Parameters parameters = asymmetric(Scheme::atao_jv, {0.5, -1.0, 0.2});
  parameters.mixing.dm2_21_eV2 = parameters.mixing.dm2_31_eV2 = 0.0;
  parameters.mean_field.matter = false;
  parameters.mean_field.muons = Switch::off;
  const auto averaged = make_kinetic_system(parameters);
  parameters.run.scheme = Scheme::qke;
  parameters.mean_field.self = Switch::off;
  const auto resolved = make_kinetic_system(parameters);
  const State rho = in_a_shared_basis(*averaged, 4);
  const Eigen::VectorXd u = vector_of(*averaged, s_hot, 1.001, rho);
  const Slopes d = slopes(*resolved, s_hot, vector_of(*resolved, s_hot, 1.001, rho));
  const Matrix3 expected = change_of_asymmetry(*resolved, d);
  // Rounding, of sums in which neutrinos and antineutrinos, gain and loss cancel to some 1e-3.
  EXPECT_LT((change_of_own_asymmetry(*averaged, s_hot, u) - expected).norm(), 1e-10 * expected.norm());
  const Matrix3 U = eigensystem<3>(*averaged->evolved_asymmetry(u)).vectors;
  Eigen::VectorXd du(u.size());
  averaged->rhs(s_hot, u, du);
  for (int i = 0; i < averaged->grid().size(); ++i) {
    const Vector3 slope = (U.adjoint() * d.nu[i] * U).diagonal().real();
    EXPECT_LT((averaged->scale()(i) * du.segment<3>(6 * i) - slope).norm(), 1e-10 * largest(d.nu)) << i;
  }
}

// At density matrices with their coherences of first order in V/J the asymmetry matrix changes as in the full
// equations, from whose sum over momenta the commutator with J drops out.
TEST(AsymmetryMatrix, PrecessesAsThatOfTheDensityMatrices) {
  Parameters parameters = asymmetric(Scheme::atao_jv, {0.5, -1.0, 0.2});
  parameters.mixing.delta_cp_rad = 1.1;
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  const auto averaged = make_kinetic_system(parameters);
  parameters.run.scheme = Scheme::qke;
  const auto resolved = make_kinetic_system(parameters);
  const Eigen::VectorXd u = vector_of(*averaged, s_hot, 1.001, in_a_shared_basis(*averaged, 5));
  const State rho{rho_of(*averaged, s_hot, u), rhobar_of(*averaged, s_hot, u)};
  const Slopes d = slopes(*resolved, s_hot, vector_of(*resolved, s_hot, 1.001, rho));
  const Matrix3 expected = change_of_asymmetry(*resolved, d);
  // The next order in V/J, which is 1e-6 here.
  EXPECT_LT((change_of_own_asymmetry(*averaged, s_hot, u) - expected).norm(), 1e-6 * expected.norm());
}

// It gives way to the full equations where J is too small to lock the momenta.
TEST(AsymmetryMatrix, IsGivenUpWhereMomentaAreNotLocked) {
  for (const double xi : {1e-6, 0.1}) {
    const Parameters parameters = asymmetric(Scheme::atao_jv, {xi, -2.0 * xi, 0.5 * xi});
    const auto system = make_kinetic_system(parameters);
    const Eigen::VectorXd u = vector_of(*system, s_hot, 1.001, in_a_shared_basis(*system, 6));
    EXPECT_EQ(system->averaging_is_due(s_hot, u, 1e-2), xi < 1e-3) << xi;
  }
}

Eigen::VectorXd distorted_vector(const KineticSystem& system, unsigned number) {
  return vector_of(system, s_hot, 1.001, distorted(system, number));
}

TEST(AsymmetricQkeSplitting, HasTheSumOfItsPartsAsSlope) {
  Parameters parameters = asymmetric(Scheme::qke, {0.3, -0.2, 0.1});
  parameters.mean_field.eta_b = 1e-3;
  const auto system = make_kinetic_system(parameters);
  auto& split = dynamic_cast<SplitOdeSystem&>(*system);
  const Eigen::VectorXd u = distorted_vector(*system, 5);
  Eigen::VectorXd whole(u.size()), slow(u.size()), fast(u.size());
  system->rhs(s_hot, u, whole);
  split.slow_rhs(s_hot, u, slow);
  split.fast_rhs(s_hot, u, fast);
  EXPECT_LT((slow + fast - whole).norm(), 1e-14 * whole.norm());
}

// The equation of a stage, from steps that resolve the precession to those that average it away, with all
// that the fast part may contain.
TEST(AsymmetricQkeSplitting, SolvesTheStagesOfImplicitMethods) {
  for (const bool neutrino_energy : {false, true}) {
    Parameters parameters = asymmetric(Scheme::qke, {0.3, -0.2, 0.1});
    parameters.mean_field.eta_b = 1e-3;
    parameters.mean_field.neutrino_energy = neutrino_energy;
    parameters.mixing.delta_cp_rad = 1.1;
    const auto system = make_kinetic_system(parameters);
    auto& split = dynamic_cast<SplitOdeSystem&>(*system);
    const Eigen::VectorXd known = distorted_vector(*system, 6);
    for (const double gamma : {1e-10, 1e-7, 1e-5, 1e-3}) {
      Eigen::VectorXd change = Eigen::VectorXd::Zero(known.size()), fast(known.size());
      ASSERT_TRUE(split.solve_fast(s_hot, gamma, known, change)) << gamma;
      split.fast_rhs(s_hot, known + change, fast);
      // Rounding of u, times the rate of precession of some 1e9.
      EXPECT_LT((change - gamma * fast).norm(), (1e-13 + gamma * 1e9 * 1e-14) * known.norm()) << gamma;
    }
  }
}

}  // namespace
}  // namespace qke
