// The exact properties of collisions with electrons that have any Hermitian couplings G^L
// and G^R (docs/beyond.md, "Non-standard interactions"), on random density matrices.
#include <gtest/gtest.h>

#include <cmath>

#include "collisions/neutrino_electron.hpp"
#include "evolution/schemes.hpp"
#include "model/constants.hpp"
#include "model/nsi.hpp"
#include "support/dummy_potential.hpp"
#include "support/electron_collisions.hpp"
#include "support/nsi.hpp"
#include "support/runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;

constexpr unsigned seeds[] = {301, 302, 303};
// As without [nsi]: some hundred terms are added and cancel.
constexpr double rounding = 1e-13;
constexpr double sin2_theta_W = 0.23122;

class NsiProperty : public ::testing::TestWithParam<unsigned> {
 protected:
  template <class Scalar>
  Terms<Scalar> terms(const DensityMatrices<3, Scalar>& rho, const NsiParameters& nsi,
                      const ElectronRates& rates, double s2 = sin2_theta_W) const {
    const NeutrinoElectron collisions = electron_collisions(grid_, s2, nsi);
    return collision_terms(
        rho, AntineutrinoRelation::independent,
        [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(rates, z_, state, sum); });
  }
  template <class Scalar>
  Terms<Scalar> terms(const DensityMatrices<3, Scalar>& rho, const NsiParameters& nsi) const {
    return terms(rho, nsi, rates_);
  }
  static Field rotated(const Field& field, const Matrix3& U) {
    Field result;
    for (const Matrix3& X : field) result.push_back(U * X * U.adjoint());
    return result;
  }
  static Field conjugated(Field field) {
    for (Matrix3& X : field) X = X.conjugate().eval();
    return field;
  }

  MomentumGrid grid_{{13, 13.0}};
  double x_ = 1.2, z_ = 1.07;
  ElectronRates rates_ = integrate_electron_rates(grid_, x_, z_);
  Random random_{seed(GetParam())};
  Couplings<3> G_ = random_couplings(random_);
  NsiParameters nsi_ = nsi_for(G_, sin2_theta_W);
  State rho_ = random_state(grid_.size(), GetParam());
};

// eps^L = eps^R = eps 1 is another sin^2 theta_W.
TEST_P(NsiProperty, UniversalOnesAreAnotherMixingAngle) {
  constexpr double epsilon = 0.01878;
  const Matrix3 unit = epsilon * Matrix3::Identity();
  const auto general = terms(rho_, nsi_of(unit, unit));
  const auto by_angle = terms(rho_, {}, rates_, sin2_theta_W + epsilon);
  EXPECT_LT(largest_difference(general.nu, by_angle.nu), rounding * largest_norm(by_angle.nu));
  EXPECT_LT(largest_difference(general.bar, by_angle.bar), rounding * largest_norm(by_angle.bar));
}

// C[W rho W^dagger; W G W^dagger] = W C[rho; G] W^dagger for any unitary W.
TEST_P(NsiProperty, AreCovariant) {
  const Matrix3 W = random_unitary(random_);
  const Couplings<3> turned{W * G_.L * W.adjoint(), W * G_.R * W.adjoint()};
  const auto C = terms(rho_, nsi_);
  const auto other =
      terms<Complex>({rotated(rho_.nu, W), rotated(rho_.bar, W)}, nsi_for(turned, sin2_theta_W));
  EXPECT_LT(largest_difference(other.nu, rotated(C.nu, W)), rounding * largest_norm(C.nu));
  EXPECT_LT(largest_difference(other.bar, rotated(C.bar, W)), rounding * largest_norm(C.bar));
}

// C[rho*, rhobar*; G*] = C*: real density matrices and couplings stay real.
TEST_P(NsiProperty, CommuteWithConjugation) {
  const Couplings<3> conjugate{G_.L.conjugate(), G_.R.conjugate()};
  const auto C = terms(rho_, nsi_);
  const auto other =
      terms<Complex>({conjugated(rho_.nu), conjugated(rho_.bar)}, nsi_for(conjugate, sin2_theta_W));
  EXPECT_LT(largest_difference(other.nu, conjugated(C.nu)), rounding * largest_norm(C.nu));
}

// Flavour-blind equilibrium at the temperature of the plasma, with an asymmetry: whatever the couplings are.
TEST_P(NsiProperty, VanishInEquilibrium) {
  for (const double xi : {0.0, 0.7}) {
    const Matrix3 Xi = xi * Matrix3::Identity();
    const State rho{equilibrium_field(grid_, z_, Xi), equilibrium_field(grid_, z_, -Xi)};
    const auto C = terms(rho, nsi_);
    const auto scattering = terms(rho, nsi_, {rates_.R1, rates_.R2, 0.0 * rates_.A1, 0.0 * rates_.A2});
    const auto size = largest_norm(terms(rho_, nsi_).nu);
    EXPECT_LT(largest_norm(C.nu), rounding * size);
    EXPECT_LT(largest_norm(C.bar), rounding * size);
    EXPECT_LT(largest_norm(scattering.nu), rounding * size);
  }
}

TEST_P(NsiProperty, AreHermitianAndConserveNumbers) {
  const auto C = terms(rho_, nsi_);
  for (const Matrix3& X : C.nu) EXPECT_LT((X - X.adjoint()).norm(), rounding * largest_norm(C.nu));
  const Complex change = (moment(grid_, C.nu, 2) - moment(grid_, C.bar, 2)).trace();
  EXPECT_LT(std::abs(change), rounding * moment_scale(grid_, C.nu, 2));
  const auto scattering = terms(rho_, nsi_, {rates_.R1, rates_.R2, 0.0 * rates_.A1, 0.0 * rates_.A2});
  EXPECT_LT(std::abs(moment(grid_, scattering.nu, 2).trace()),
            rounding * moment_scale(grid_, scattering.nu, 2));
}

// With electrons that stay at z it is the free energy that falls:
//   sum y^2 Tr[C (ln(rho (1 - rho)^{-1}) + y/z) + the same for nubar] <= 0.
TEST_P(NsiProperty, LowerTheFreeEnergy) {
  const auto fall = [&](const State& rho) {
    const auto C = terms(rho, nsi_);
    const auto logarithm = [](double f) { return std::log(f / (1.0 - f)); };
    double sum = 0.0;
    for (int i = 0; i < grid_.size(); ++i) {
      const double y2 = grid_.y(i) * grid_.y(i);
      const Matrix3 heat = grid_.y(i) / z_ * Matrix3::Identity();
      sum -= y2 * (C.nu[i] * (apply(rho.nu[i], logarithm) + heat) +
                   C.bar[i] * (apply(rho.bar[i], logarithm) + heat))
                      .trace()
                      .real();
    }
    return sum;
  };
  EXPECT_GT(fall(rho_), 0.0);
  // Close to equilibrium it is of second order, and still positive.
  State rho{equilibrium_field(grid_, z_, Matrix3::Zero()), {}};
  rho.bar = rho.nu;
  for (Field* field : {&rho.nu, &rho.bar}) {
    for (Matrix3& X : *field) X += 1e-3 * X(0, 0).real() * random_hermitian(random_);
  }
  EXPECT_GT(fall(rho), 0.0);
}

// The formulas written out with plain matrices; 1e-6 of the electron integrals (neutrino_electron_test.cpp).
TEST_P(NsiProperty, AreTheFormulaWrittenOut) {
  const MomentumGrid grid({5, 8.0});
  const NeutrinoElectron collisions = electron_collisions(grid, sin2_theta_W, nsi_);
  const ElectronRates rates = integrate_electron_rates(grid, x_, z_);
  const auto rho = random_state(grid.size(), GetParam());
  const auto C = collision_terms(
      rho, AntineutrinoRelation::independent,
      [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(rates, z_, state, sum); });
  const auto nu = neutrino_electron_terms<3>(grid, rho.nu, rho.bar, x_, z_, G_),
             bar = neutrino_electron_terms<3>(grid, rho.bar, rho.nu, x_, z_, G_);
  EXPECT_LT(largest_difference(C.nu, nu), 1e-6 * largest_norm(nu));
  EXPECT_LT(largest_difference(C.bar, bar), 1e-6 * largest_norm(bar));
}

// rhobar = rho and rhobar = rho* are cheaper, the latter for real couplings.
TEST_P(NsiProperty, CheaperPathsAgreeWithTheGeneralOne) {
  const Couplings<3> real{G_.L.real().cast<Complex>(), G_.R.real().cast<Complex>()};
  for (const bool conjugate : {false, true}) {
    const NsiParameters nsi = conjugate ? nsi_for(real, sin2_theta_W) : nsi_;
    const NeutrinoElectron collisions = electron_collisions(grid_, sin2_theta_W, nsi);
    State rho = rho_;
    rho.bar = conjugate ? conjugated(rho.nu) : rho.nu;
    const auto expected = terms(rho, nsi);
    const auto cheap = collision_terms(
        rho, conjugate ? AntineutrinoRelation::conjugate : AntineutrinoRelation::equal,
        [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(rates_, z_, state, sum); });
    EXPECT_LT(largest_difference(cheap.nu, expected.nu), rounding * largest_norm(expected.nu));
    const Field bar = conjugate ? conjugated(cheap.nu) : cheap.nu;
    EXPECT_LT(largest_difference(bar, expected.bar), rounding * largest_norm(expected.bar));
  }
}

// A real rho has a real C, which is right where schemes with real rho look: on the diagonal in the basis in
// which rho is diagonal.
TEST_P(NsiProperty, OfRealDensitiesAreRightInTheirEigenbasis) {
  DensityMatrices<3, double> real;
  State same;
  Field bases;
  Random random(seed(GetParam() + 10));
  for (int i = 0; i < grid_.size(); ++i) {
    const Matrix3 X = rho_.nu[i].real().cast<Complex>();
    real.nu.push_back(X.real());
    same.nu.push_back(X);
    bases.push_back(eigensystem(X).vectors);
  }
  real.bar = real.nu;
  same.bar = same.nu;
  const auto C = terms(real, nsi_);
  const auto expected = terms(same, nsi_);
  for (int i = 0; i < grid_.size(); ++i) {
    const Matrix3 difference = bases[i].adjoint() * (C.nu[i].cast<Complex>() - expected.nu[i]) * bases[i];
    EXPECT_LT(difference.diagonal().norm(), rounding * largest_norm(expected.nu));
  }
}

// The response of the diagonal to diagonal changes, around diagonal spectra: exact for any couplings. C is of
// degree two in rho_i and the others, so that central differences are exact.
TEST_P(NsiProperty, HaveTheResponseOfTheirDerivative) {
  const NeutrinoElectron collisions = electron_collisions(grid_, sin2_theta_W, nsi_);
  Background b;
  b.x = 0.6;
  b.z = 1.0;
  b.T_cm = b.T_gamma = constants::electron_mass / b.x;
  const auto diagonal_state = [&](double size, bool of_bar) {
    Random random(seed(GetParam() + 20));
    std::uniform_real_distribution<double> uniform;
    State rho = rho_;
    for (Field* field : {&rho.nu, &rho.bar}) {
      for (Matrix3& X : *field) {
        X = Matrix3(X.diagonal().asDiagonal());
        const Vector3 change(uniform(random), uniform(random), uniform(random));
        if ((field == &rho.bar) == of_bar) X.diagonal() += size * change;
      }
    }
    return rho;
  };
  const auto C_at = [&](double size, bool of_bar) {
    return collision_terms(
               diagonal_state(size, of_bar), AntineutrinoRelation::independent,
               [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(b, state, sum); })
        .nu;
  };
  CollisionResponse response(grid_.size(), true);
  const State middle = diagonal_state(0.0, false);
  collisions.add_response(b, active_densities<3, Complex>(middle, AntineutrinoRelation::independent),
                          response);
  for (const bool of_bar : {false, true}) {
    const State changed = diagonal_state(1.0, of_bar);
    const Field up = C_at(1.0, of_bar), down = C_at(-1.0, of_bar);
    double largest = 0.0, difference = 0.0;
    for (int i = 0; i < grid_.size(); ++i) {
      Vector3 expected = Vector3::Zero();
      for (int k = 0; k < grid_.size(); ++k) {
        const NodeResponse& node = of_bar ? response.nu.opposite_at(i, k) : response.nu.same_at(i, k);
        const Matrix3 change = of_bar ? changed.bar[k] - middle.bar[k] : changed.nu[k] - middle.nu[k];
        expected += node.diagonal * change.diagonal().real();
      }
      const Vector3 quotient = 0.5 * (up[i] - down[i]).diagonal().real();
      difference = larger(difference, (quotient - expected).norm());
      largest = larger(largest, expected.norm());
    }
    EXPECT_LT(difference, 1e-11 * largest) << of_bar;  // rounding, in terms that cancel
  }
}

INSTANTIATE_TEST_SUITE_P(RandomStates, NsiProperty, ::testing::ValuesIn(seeds));

// A potential of strength 0 makes bases complex, and changes nothing.
TEST(Nsi, MakeNoDifferenceBetweenRealAndComplexBases) {
  Random random(seed(310));
  Parameters parameters = small_grid(Scheme::atao, 12, 12.0);
  parameters.nsi = nsi_for(random_couplings(random), sin2_theta_W);
  parameters.collisions.neutrino_neutrino = ProcessTreatment::none;
  Additions additions;
  additions.potentials.push_back(std::make_shared<MuonNeutrinoPotential>(0.0));
  const auto real = make_kinetic_system(parameters),
             general = make_kinetic_system(parameters, Phase::own_equations, one_thread(), additions);
  std::uniform_real_distribution<double> uniform(-0.1, 0.1);
  Eigen::VectorXd u = real->initial_vector(), du(u.size()), expected(u.size());
  for (double& component : u.head(u.size() - 1)) component += uniform(random);
  for (const double T : {5.0, 1.0}) {
    const double s = std::log(constants::electron_mass / T);
    real->rhs(s, u, du);
    general->rhs(s, u, expected);
    EXPECT_LT((du - expected).norm(), 1e-12 * expected.norm());  // of Jacobi's rotations
  }
}

}  // namespace
}  // namespace qke
