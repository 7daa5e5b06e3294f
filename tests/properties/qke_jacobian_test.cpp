// The Jacobian of scheme qke against difference quotients of its right-hand side.
#include <gtest/gtest.h>

#include <cmath>

#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/constants.hpp"
#include "support/runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;

Parameters small(bool oscillations, bool collisions) {
  Parameters parameters = small_grid(Scheme::qke, 12, 15.0);
  parameters.epoch = {6.0, 1.0};
  if (!oscillations) {
    parameters.mixing.dm2_21_eV2 = parameters.mixing.dm2_31_eV2 = 0.0;
    parameters.mean_field.matter = false;
  }
  if (!collisions) parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  return parameters;
}

struct Jacobians {
  Eigen::MatrixXd given, quotients;
  int temperature;

  double neutrino_error() const { return (given - quotients).topLeftCorner(temperature, temperature).norm(); }
  double neutrino_size() const { return quotients.topLeftCorner(temperature, temperature).norm(); }
};

// Both at T_cm = 2 MeV, in the components sqrt(y^2 f_eq) (rho/f_eq - 1), in which all momenta weigh alike.
Jacobians jacobians(KineticSystem& system, const Eigen::VectorXd& u, double step) {
  const double s = std::log(constants::electron_mass / 2.0);
  const int n = system.dimension();
  Eigen::VectorXd du(n), up(n), down(n), weight = Eigen::VectorXd::Ones(n);
  system.rhs(s, u, du);
  Jacobians result{Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd(n, n), n - 1};
  dynamic_cast<ImplicitOdeSystem&>(system).jacobian(s, u, du, result.given);
  for (int c = 0; c < n; ++c) {
    Eigen::VectorXd shifted = u;
    // Temperatures act through e^{-E/T}: a smaller step.
    const double change = c == result.temperature ? 1e-4 : step;
    shifted(c) = u(c) + change;
    system.rhs(s, shifted, up);
    shifted(c) = u(c) - change;
    system.rhs(s, shifted, down);
    result.quotients.col(c) = (up - down) / (2.0 * change);
  }
  for (int c = 0; c < result.temperature; ++c) {
    const double y = system.grid().y(c / hermitian_components<3>);
    weight(c) = y * std::exp(-0.5 * y);
  }
  for (Eigen::MatrixXd* J : {&result.given, &result.quotients}) {
    *J = (weight.asDiagonal() * *J * weight.cwiseInverse().asDiagonal()).eval();
  }
  return result;
}

// rho = FD(y) and T_gamma = T_cm (1 + excess).
Eigen::VectorXd equilibrium(const KineticSystem& system, double excess = 0.0) {
  Eigen::VectorXd u = Eigen::VectorXd::Zero(system.dimension());
  const double s = std::log(constants::electron_mass / 2.0);
  u(u.size() - 1) = (1.0 + excess) / system.background(s, u).z - 1.0;
  return u;
}

// Distortions of the size that decoupling leaves, in all components.
Eigen::VectorXd distorted(const KineticSystem& system, double size) {
  Random random(seed(17));
  Eigen::VectorXd u = equilibrium(system, 1e-3);
  const StateLayout layout{system.grid().size(), hermitian_components<3>};
  for (int i = 0; i < layout.nodes(); ++i) {
    u.segment<hermitian_components<3>>(layout.index(i, 0)) =
        to_components<3>(size * random_hermitian(random));
  }
  return u;
}

// The precession is linear in u but for 1/H, of which the quotients keep the square of the step.
TEST(QkeJacobian, HasTheExactPrecession) {
  const auto system = make_kinetic_system(small(true, false));
  const Jacobians J = jacobians(*system, equilibrium(*system), 1e-4);
  EXPECT_GT(J.neutrino_size(), 1e3);
  EXPECT_LT(J.neutrino_error(), 1e-13 * J.neutrino_size());
}

// It is antisymmetric in components where the off-diagonal ones have weight sqrt(2) (those of an orthonormal
// basis of Hermitian matrices): a rotation, which keeps Tr rho^2.
TEST(QkeJacobian, HasAPrecessionThatIsARotation) {
  Random random(seed(2));
  const Matrix3 V = random_hermitian(random);
  HermitianVector<3> weight = HermitianVector<3>::Constant(std::sqrt(2.0));
  weight.head<3>().setOnes();
  const HermitianMap<3> P = weight.asDiagonal() * precession_map<3>(V) * weight.cwiseInverse().asDiagonal();
  EXPECT_LT((P + P.transpose()).norm(), 1e-15 * P.norm());
  const Matrix3 X = random_hermitian(random);
  const Matrix3 commutator = Complex(0.0, -1.0) * (V * X - X * V);
  EXPECT_LT(
      (to_matrix<3>(HermitianVector<3>(precession_map<3>(V) * to_components<3>(X))) - commutator).norm(),
      1e-14);
  EXPECT_LT((precession<3>(V, X) - commutator).norm(), 1e-14);
  EXPECT_LT((to_matrix<3>(to_components<3>(X)) - X).norm(), 1e-15);
}

// In equilibrium the linearisation of collisions is exact: they are polynomials of third order in u, so that
// the quotients are good to the square of the step.
TEST(QkeJacobian, IsExactInEquilibrium) {
  const auto system = make_kinetic_system(small(false, true));
  const Jacobians J = jacobians(*system, equilibrium(*system), 1e-4);
  EXPECT_GT(J.neutrino_size(), 1.0);
  EXPECT_LT(J.neutrino_error(), 1e-7 * J.neutrino_size());
  // Heat taken from the plasma, and what its temperature does to the neutrinos: the library's quotient is
  // one-sided with a step of 1e-5.
  const int T = J.temperature;
  EXPECT_LT((J.given.row(T) - J.quotients.row(T)).norm(), 1e-4 * J.quotients.row(T).norm());
  EXPECT_LT((J.given.col(T) - J.quotients.col(T)).norm(), 1e-3 * J.quotients.col(T).norm());
}

// Away from it the Jacobian is that of flavour-blind Fermi-Dirac spectra but for the local damping by
// electrons: off by the order of the distortion.
TEST(QkeJacobian, IsGoodToTheOrderOfTheDistortion) {
  const auto system = make_kinetic_system(small(false, true));
  for (const double size : {1e-3, 1e-2}) {
    const Jacobians J = jacobians(*system, distorted(*system, size), 1e-4);
    EXPECT_LT(J.neutrino_error(), 0.5 * size * J.neutrino_size()) << "size " << size;
  }
}

// Precession and collisions together, CP phase included (it does not enter).
TEST(QkeJacobian, IsTheSumOfPrecessionAndCollisions) {
  Parameters parameters = small(true, true);
  parameters.mixing.delta_cp_rad = 1.0;
  const auto both = make_kinetic_system(parameters),
             precession_only = make_kinetic_system(small(true, false)),
             collisions_only = make_kinetic_system(small(false, true));
  const Eigen::VectorXd u = equilibrium(*both);
  const auto J = [&](KineticSystem& system) { return jacobians(system, u, 1e-4).given; };
  const int T = both->dimension() - 1;
  const Eigen::MatrixXd precession = J(*precession_only).topLeftCorner(T, T),
                        collisions = J(*collisions_only).topLeftCorner(T, T),
                        total = J(*both).topLeftCorner(T, T);
  // Without collisions neutrinos start at another temperature, which changes H by 4e-8: as much of the
  // precession.
  EXPECT_LT((total - precession - collisions).norm(), 1e-7 * precession.norm());
  EXPECT_GT(collisions.norm(), 1e-5 * precession.norm());
}

}  // namespace
}  // namespace qke
