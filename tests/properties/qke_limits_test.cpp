// The right-hand side of scheme qke where it must reduce to the one of scheme boltzmann,
// on random distortions.
#include <gtest/gtest.h>

#include <cmath>

#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/constants.hpp"
#include "oscillations/mixing.hpp"
#include "support/qke_runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;

Parameters small() {
  Parameters parameters = full_equations(10, 14.0);
  parameters.epoch = {6.0, 1.0};
  return parameters;
}
const double s = std::log(constants::electron_mass / 2.5);

// The slopes of both schemes for the same occupations of the flavours, rho_aa/f_eq - 1 = distortion(a, node):
// in the flavour basis, all elements.
struct Slopes {
  Field qke, boltzmann;
};
Slopes slopes(const Parameters& parameters, const Eigen::Matrix3Xd& distortion) {
  const auto full = make_kinetic_system(parameters),
             diagonal = make_kinetic_system(with_scheme(parameters, Scheme::boltzmann));
  const int nodes = parameters.grid.nodes;
  const Matrix3 U = pmns_matrix(parameters.mixing);
  Eigen::VectorXd u(full->dimension()), v(diagonal->dimension());
  for (int i = 0; i < nodes; ++i) {
    const Matrix3 flavour = distortion.col(i).cast<Complex>().asDiagonal();
    u.segment<9>(9 * i) = to_components<3>(U.adjoint() * flavour * U);
    v.segment<3>(3 * i) = distortion.col(i);
  }
  u(9 * nodes) = v(3 * nodes) = -2e-4;
  Eigen::VectorXd du(u.size()), dv(v.size());
  full->rhs(s, u, du);
  diagonal->rhs(s, v, dv);
  EXPECT_NEAR(du(9 * nodes), dv(3 * nodes), 1e-12 * std::abs(dv(3 * nodes)));
  Slopes result;
  for (int i = 0; i < nodes; ++i) {
    const Matrix3 mass = to_matrix<3>(HermitianVector<3>(du.segment<9>(9 * i)));
    result.qke.push_back(U * mass * U.adjoint());
    result.boltzmann.push_back(Vector3(dv.segment<3>(3 * i)).cast<Complex>().asDiagonal());
  }
  return result;
}

Eigen::Matrix3Xd random_distortion(bool mu_equals_tau = false) {
  Random random(seed(23));
  std::normal_distribution<double> normal;
  Eigen::Matrix3Xd distortion(3, 10);
  for (double& value : distortion.reshaped()) value = 0.05 * normal(random);
  if (mu_equals_tau) distortion.row(2) = distortion.row(1);
  return distortion;
}

TEST(QkeLimit, WithoutAnglesIsBoltzmann) {
  Parameters parameters = small();
  parameters.mixing.sin2_theta12 = parameters.mixing.sin2_theta13 = parameters.mixing.sin2_theta23 = 0.0;
  const Slopes found = slopes(parameters, random_distortion());
  EXPECT_LT(largest_difference(found.qke, found.boltzmann), 1e-12 * largest_norm(found.boltzmann));
}

TEST(QkeLimit, WithoutMassesIsBoltzmann) {
  Parameters parameters = small();
  parameters.mixing.dm2_21_eV2 = parameters.mixing.dm2_31_eV2 = 0.0;
  const Slopes found = slopes(parameters, random_distortion());
  // The potential of the electrons, 1e2 H here, is rotated to the mass basis and back.
  EXPECT_LT(largest_difference(found.qke, found.boltzmann), 1e-11 * largest_norm(found.boltzmann));
}

// theta23 alone: as long as mu and tau are alike, and not otherwise.
TEST(QkeLimit, WithEqualMuAndTauDoesNotSeeTheirMixing) {
  Parameters parameters = small();
  parameters.mixing.sin2_theta12 = parameters.mixing.sin2_theta13 = 0.0;
  const Slopes alike = slopes(parameters, random_distortion(true));
  EXPECT_LT(largest_difference(alike.qke, alike.boltzmann), 1e-11 * largest_norm(alike.boltzmann));
  const Slopes different = slopes(parameters, random_distortion());
  EXPECT_GT(largest_difference(different.qke, different.boltzmann), largest_norm(different.boltzmann));
}

// In the flavour basis the diagonal elements change by collisions alone at the moment when there is no
// coherence, and coherence arises at the rate -i V_ab (rho_bb - rho_aa): mixing or not.
TEST(QkeLimit, WithoutCoherenceChangesOccupationsByCollisionsAlone) {
  const Parameters parameters = small();
  const Eigen::Matrix3Xd distortion = random_distortion();
  const Slopes found = slopes(parameters, distortion);
  const auto system = make_kinetic_system(parameters);
  Eigen::VectorXd u = Eigen::VectorXd::Zero(system->dimension());
  const Matrix3 U = pmns_matrix(parameters.mixing);
  for (int i = 0; i < 10; ++i) {
    const Matrix3 flavour = distortion.col(i).cast<Complex>().asDiagonal();
    u.segment<9>(9 * i) = to_components<3>(U.adjoint() * flavour * U);
  }
  u(90) = -2e-4;
  const Background b = system->background(s, u);
  for (int i = 0; i < 10; ++i) {
    const Matrix3 V = mass_squared_matrix(parameters.mixing) / (2.0 * system->grid().y(i) * b.T_cm);
    const double size = found.qke[i].norm();
    EXPECT_LT((found.qke[i] - found.boltzmann[i]).diagonal().norm(), 1e-11 * size) << "node " << i;
    for (const auto& [a, c] : {std::pair(0, 1), std::pair(0, 2), std::pair(1, 2)}) {
      const Complex expected =
          Complex(0.0, -1.0) * V(a, c) * (distortion(c, i) - distortion(a, i)) / b.hubble;
      EXPECT_LT(std::abs(found.qke[i](a, c) - expected), 1e-11 * size) << "node " << i << ": " << a << c;
    }
  }
}

}  // namespace
}  // namespace qke
