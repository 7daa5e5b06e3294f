// collisions/neutrino_electron: the electron integrals against a second quadrature over
// the phase space, and the collision term against the formula of docs/physics.md
// ("Neutrinos and electrons") written out with plain matrices.
#include "collisions/neutrino_electron.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/brute_force.hpp"
#include "support/electron_collisions.hpp"

namespace qke {
namespace {

using independent::annihilation_integrals;
using independent::scattering_integrals;

struct Moment {
  double x, z;
};
// Relativistic, in the middle of annihilation, and electrons nearly gone.
constexpr Moment moments[] = {{0.03, 1.0}, {1.0, 1.01}, {4.0, 1.2}};

// Measured accuracy of integrate_electron_rates(), relative to the largest entry of the row: it is worst
// where electrons are relativistic (momenta of the order of x are not resolved there). 1e-6 of the rates is
// 1e-7 in N_eff.
constexpr double accuracy = 1e-6, accuracy_of_mass_terms = 4e-6;

TEST(ElectronRates, ScatteringAgreesWithThePhaseSpaceIntegral) {
  const MomentumGrid grid({7, 10.5});
  for (const auto [x, z] : moments) {
    const ElectronRates rates = integrate_electron_rates(grid, x, z);
    for (int i = 0; i < grid.size(); ++i) {
      for (int k = 0; k < grid.size(); ++k) {
        const auto expected = scattering_integrals(grid.y(i), grid.y(k), x, z);
        // f4 (1-f2) = w e^{-(y1-y3)/2z}: R1 and R2 are the gain without that factor; R2 enters with -g_R (g_L
        // + g_L).
        const double balance = std::exp((grid.y(i) - grid.y(k)) / (2.0 * z));
        EXPECT_NEAR(rates.R1(i, k), expected(0) * balance,
                    accuracy * rates.R1.row(i).maxCoeff<Eigen::PropagateNaN>());
        EXPECT_NEAR(rates.R2(i, k), -expected(1) * balance,
                    accuracy_of_mass_terms * rates.R2.row(i).maxCoeff<Eigen::PropagateNaN>() + 1e-14);
        EXPECT_NEAR(rates.R1(i, k), expected(2) / balance,
                    accuracy * rates.R1.row(i).maxCoeff<Eigen::PropagateNaN>());
      }
    }
  }
}

TEST(ElectronRates, AnnihilationAgreesWithThePhaseSpaceIntegral) {
  const MomentumGrid grid({7, 10.5});
  for (const auto [x, z] : moments) {
    const ElectronRates rates = integrate_electron_rates(grid, x, z);
    for (int i = 0; i < grid.size(); ++i) {
      for (int j = 0; j < grid.size(); ++j) {
        const auto expected = annihilation_integrals(grid.y(i), grid.y(j), x, z);
        const double balance = std::exp((grid.y(i) + grid.y(j)) / (2.0 * z));
        const double scale = accuracy * rates.A1.row(i).maxCoeff<Eigen::PropagateNaN>() + 1e-16;
        EXPECT_NEAR(rates.A1(i, j), expected(0) * balance, scale);  // g_L^2
        EXPECT_NEAR(rates.A1(i, j), expected(4) * balance, scale);  // g_R^2
        EXPECT_NEAR(rates.A2(i, j), expected(1) * balance,
                    accuracy_of_mass_terms * rates.A2.row(i).maxCoeff<Eigen::PropagateNaN>() + 1e-16);
      }
    }
  }
}

TEST(ElectronRates, VanishBelowThePairThreshold) {
  // s = 2 y1 y2 (1 - cos) <= 4 y1 y2 must exceed 4 x^2.
  const MomentumGrid grid({8, 8.0});
  const double x = 3.5;
  const ElectronRates rates = integrate_electron_rates(grid, x, 1.3);
  for (int i = 0; i < grid.size(); ++i) {
    for (int j = 0; j < grid.size(); ++j) {
      EXPECT_EQ(rates.A1(i, j) > 0.0, grid.y(i) * grid.y(j) > x * x) << grid.y(i) << ", " << grid.y(j);
      EXPECT_GT(rates.R1(i, j), 0.0);
    }
  }
}

// docs/physics.md, "Neutrinos and electrons": G^L = diag(1/2 + s^2, -1/2 + s^2, -1/2 + s^2), G^R = s^2.
TEST(ElectronCouplings, AreThoseOfTheStandardModel) {
  const ElectronCouplings g = electron_couplings(0.23122);
  EXPECT_DOUBLE_EQ(g.g_L(0), 0.73122);
  EXPECT_DOUBLE_EQ(g.g_L(1), -0.26878);
  EXPECT_DOUBLE_EQ(g.g_L(2), -0.26878);
  EXPECT_DOUBLE_EQ(g.g_R, 0.23122);
}

// Random density matrices: every sign, order of factors and coupling shows.
TEST(NeutrinoElectron, IsTheFormulaWrittenOut) {
  const MomentumGrid grid({6, 9.0});
  const double s2 = 0.23122;
  const NeutrinoElectron collisions = independent::electron_collisions(grid, s2);
  unsigned number = 10;
  for (const Moment& moment : moments) {
    const double x = moment.x, z = moment.z;
    const auto rho = independent::random_state(grid.size(), number++);
    const ElectronRates rates = integrate_electron_rates(grid, x, z);
    const auto C = independent::collision_terms(
        rho, AntineutrinoRelation::independent,
        [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(rates, z, state, sum); });
    const auto nu = independent::neutrino_electron_terms(grid, rho.nu, rho.bar, x, z, s2);
    const auto bar = independent::neutrino_electron_terms(grid, rho.bar, rho.nu, x, z, s2);
    EXPECT_LT(independent::largest_difference(C.nu, nu), accuracy * independent::largest_norm(nu))
        << "x = " << x;
    EXPECT_LT(independent::largest_difference(C.bar, bar), accuracy * independent::largest_norm(bar))
        << "x = " << x;
  }
}

double z_centre(double x) { return 1.0 + 0.4 * x * x / (x * x + 9.0); }

// What enters a collision term are the entries times e^{-(y1+y3)/2z}.
Eigen::MatrixXd boltzmann_weight(const MomentumGrid& grid, double z) {
  const Eigen::VectorXd boltzmann = (-0.5 * grid.y() / z).exp();
  return boltzmann * boltzmann.transpose();
}

// The interpolated tables. A single pair of momenta sets in with a power 3/2
// at the threshold y1 y2 = x^2, which polynomials in ln x follow to about 1e-3 of the largest entry.
// Beyond x = 5, where the rates are less than a thousandth of the expansion rate, twenty times that will do.
TEST(ElectronRateTable, AgreesWithDirectIntegrationEntryByEntry) {
  const MomentumGrid grid({10, 20.0});
  const ElectronRateTable table(grid, 0.02, 50.0, z_centre);
  for (const double x : {0.02, 0.027, 0.11, 0.35, 0.8, 1.9, 3.3, 6.0, 11.0}) {
    // Middle and ends of a cell in z, and cells far away.
    for (const double shift : {0.93, 0.9951, 0.9993, 1.0, 1.0049, 1.0051, 1.08}) {
      const double z = shift * z_centre(x);
      const ElectronRates found = table.at(x, z), expected = integrate_electron_rates(grid, x, z);
      const Eigen::MatrixXd weight = boltzmann_weight(grid, z);
      const double scale = weight.cwiseProduct(expected.R1).maxCoeff<Eigen::PropagateNaN>();
      const auto error = [&](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
        return weight.cwiseProduct(a - b).cwiseAbs().maxCoeff<Eigen::PropagateNaN>() / scale;
      };
      SCOPED_TRACE("x = " + std::to_string(x) + ", z factor " + std::to_string(shift));
      const double late = x > 5.0 ? 20.0 : 1.0;
      EXPECT_LT(error(found.R1, expected.R1), 1e-4 * late);
      EXPECT_LT(error(found.R2, expected.R2), 1e-4 * late);
      EXPECT_LT(error(found.A1, expected.A1), 3e-3 * late);
      EXPECT_LT(error(found.A2, expected.A2), 3e-3 * late);
    }
  }
}

// At the ends of the table nothing is interpolated in x, and all that is left is the third order in ln z:
// half the distance, an eighth of the error. Without its second order it would be a quarter.
TEST(ElectronRateTable, IsOfSecondOrderInTheDeviationOfZ) {
  const MomentumGrid grid({10, 20.0});
  const double x_first = 0.3, x_last = 3.0;
  const ElectronRateTable table(grid, x_first, x_last, z_centre);
  for (const double x : {x_first, x_last}) {
    const auto errors = [&](double deviation) {
      const double z = z_centre(x) * std::exp(deviation);
      const ElectronRates found = table.at(x, z), expected = integrate_electron_rates(grid, x, z);
      const Eigen::MatrixXd weight = boltzmann_weight(grid, z);
      const auto error = [&](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
        return weight.cwiseProduct(a - b).norm();
      };
      return Eigen::Array4d(error(found.R1, expected.R1), error(found.R2, expected.R2),
                            error(found.A1, expected.A1), error(found.A2, expected.A2));
    };
    const Eigen::Array4d ratios = errors(0.004) / errors(0.002);
    EXPECT_GT(ratios.minCoeff<Eigen::PropagateNaN>(), 7.5) << "x = " << x << ": " << ratios.transpose();
    EXPECT_LT(ratios.maxCoeff<Eigen::PropagateNaN>(), 8.5) << "x = " << x << ": " << ratios.transpose();
  }
}

// Over all pairs the thresholds average out. A relative error e of all rates moves N_eff by about 0.04 e (the
// distortion is proportional to the rates): 2e-4 keeps that below 1e-5.
TEST(ElectronRateTable, HasTheExchangeOfEnergyOfDirectIntegration) {
  const MomentumGrid grid({40, 20.0});
  const ElectronRateTable table(grid, 0.02, 50.0, z_centre);
  const Eigen::MatrixXd sum_of_momenta = (grid.y().matrix() * Eigen::RowVectorXd::Ones(40)) +
                                         (Eigen::VectorXd::Ones(40) * grid.y().matrix().transpose());
  for (const double x : {0.02, 0.05, 0.11, 0.2, 0.35, 0.6, 0.8, 1.3, 1.9, 2.6}) {
    const double z = 0.9993 * z_centre(x);
    const ElectronRates found = table.at(x, z), expected = integrate_electron_rates(grid, x, z);
    const Eigen::MatrixXd weight = boltzmann_weight(grid, z).cwiseProduct(sum_of_momenta);
    const auto sum = [&](const Eigen::MatrixXd& table_entries) {
      return weight.cwiseProduct(table_entries).sum();
    };
    EXPECT_NEAR(sum(found.R1) / sum(expected.R1), 1.0, 2e-4) << "x = " << x;
    EXPECT_NEAR(sum(found.A1) / sum(expected.A1), 1.0, 2e-4) << "x = " << x;
  }
}

}  // namespace
}  // namespace qke
