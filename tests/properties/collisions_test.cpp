// The exact properties of the collision integral (docs/physics.md, "Exact properties"),
// on random density matrices.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/instruction_set.hpp"
#include "base/thread_pool.hpp"
#include "collisions/collision_integral.hpp"
#include "collisions/neutrino_electron.hpp"
#include "collisions/neutrino_neutrino.hpp"
#include "model/constants.hpp"
#include "support/brute_force.hpp"
#include "support/electron_collisions.hpp"
#include "support/largest.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;

constexpr unsigned numbers_of_seeds[] = {1, 2, 3, 4};
constexpr double sin2_theta_W = 0.23122;
// Some hundred terms are added and cancel: what rounding leaves is below 1e-13 of their scale (requirement
// 3).
constexpr double rounding = 1e-13;

// An environment variable while this lives.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~ScopedVariable() { unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
};

class NeutrinoNeutrinoProperty : public ::testing::TestWithParam<unsigned> {
 protected:
  // Nodes and end that are no binary fractions of each other.
  MomentumGrid grid_{{17, 11.0}};
  NeutrinoNeutrino collisions_{grid_};

  template <class Scalar>
  Terms<Scalar> terms(const DensityMatrices<3, Scalar>& rho,
                      AntineutrinoRelation relation = AntineutrinoRelation::independent) const {
    return collision_terms(rho, relation, [this](const ActiveDensities& state, CollisionRates& sum) {
      collisions_.add(state, sum);
    });
  }
};

TEST_P(NeutrinoNeutrinoProperty, ConservesTheFlavourMatrixOfLeptonNumber) {
  const auto C = terms(random_state(grid_.size(), GetParam()));
  const Matrix3 change = moment(grid_, C.nu, 2) - moment(grid_, C.bar, 2);
  EXPECT_LT(change.norm(), rounding * moment_scale(grid_, C.nu, 2));
}

TEST_P(NeutrinoNeutrinoProperty, ConservesEnergy) {
  const auto C = terms(random_state(grid_.size(), GetParam()));
  const double change = (moment(grid_, C.nu, 3) + moment(grid_, C.bar, 3)).trace().real();
  EXPECT_LT(std::abs(change), rounding * moment_scale(grid_, C.nu, 3));
}

TEST_P(NeutrinoNeutrinoProperty, ConservesTheTotalNumber) {
  // 2 -> 2 processes among nu and nubar: the trace of the sum is conserved, too.
  const auto C = terms(random_state(grid_.size(), GetParam()));
  const double change = (moment(grid_, C.nu, 2) + moment(grid_, C.bar, 2)).trace().real();
  EXPECT_LT(std::abs(change), rounding * moment_scale(grid_, C.nu, 2));
}

TEST_P(NeutrinoNeutrinoProperty, VanishesInEveryEquilibrium) {
  Random random(seed(GetParam()));
  const Matrix3 Xi = random_hermitian(random);
  for (const double t : {0.7, 1.0, 1.4}) {
    const State rho{equilibrium_field(grid_, t, Xi), equilibrium_field(grid_, t, -Xi)};
    const auto C = terms(rho);
    // The scale is that of the gains, which the losses cancel.
    const ActiveDensities active = active_densities<3, Complex>(rho, AntineutrinoRelation::independent);
    CollisionRates rates(active);
    collisions_.add(active, rates);
    const int nodes = grid_.size();
    EXPECT_LT(largest_norm(C.nu), rounding * largest_norm(rates.nu.loss, nodes)) << "t = " << t;
    EXPECT_LT(largest_norm(C.bar), rounding * largest_norm(rates.bar.loss, nodes)) << "t = " << t;
    for (int i = 0; i < grid_.size(); ++i) {
      // Node by node: both sides of detailed balance are rho times the loss.
      EXPECT_LT(C.nu[i].norm(), 1e-11 * (rates.nu.loss.at<Complex>(i) * rho.nu[i]).norm())
          << "y = " << grid_.y(i);
    }
  }
}

// Not an equilibrium: antineutrinos with the same sign of Xi. Guards the test above against being empty.
TEST_P(NeutrinoNeutrinoProperty, DoesNotVanishOutOfEquilibrium) {
  Random random(seed(GetParam()));
  const Matrix3 Xi = random_hermitian(random);
  const auto C = terms<Complex>({equilibrium_field(grid_, 1.0, Xi), equilibrium_field(grid_, 1.0, Xi)});
  EXPECT_GT(largest_norm(C.nu), 1e-3);
}

TEST_P(NeutrinoNeutrinoProperty, IsCovariant) {
  const auto rho = random_state(grid_.size(), GetParam());
  Random random(seed(100 + GetParam()));
  const Matrix3 U = random_unitary(random);
  const auto rotate = [&](const Field& field) {
    Field result;
    for (const Matrix3& X : field) result.push_back(U * X * U.adjoint());
    return result;
  };
  const auto C = terms(rho), rotated = terms<Complex>({rotate(rho.nu), rotate(rho.bar)});
  EXPECT_LT(largest_difference(rotated.nu, rotate(C.nu)), rounding * largest_norm(C.nu));
  EXPECT_LT(largest_difference(rotated.bar, rotate(C.bar)), rounding * largest_norm(C.bar));
}

TEST_P(NeutrinoNeutrinoProperty, IsSymmetricUnderChargeConjugation) {
  const auto rho = random_state(grid_.size(), GetParam());
  const auto C = terms(rho), exchanged = terms<Complex>({rho.bar, rho.nu});
  EXPECT_LT(largest_difference(C.nu, exchanged.bar), rounding * largest_norm(C.nu));
  EXPECT_LT(largest_difference(C.bar, exchanged.nu), rounding * largest_norm(C.bar));
}

// Complex conjugation of all matrices is a symmetry of the formulas.
TEST_P(NeutrinoNeutrinoProperty, CommutesWithComplexConjugation) {
  const auto rho = random_state(grid_.size(), GetParam());
  const auto conjugate = [](Field field) {
    for (Matrix3& X : field) X = X.conjugate().eval();
    return field;
  };
  const auto C = terms(rho), other = terms<Complex>({conjugate(rho.nu), conjugate(rho.bar)});
  EXPECT_LT(largest_difference(other.nu, conjugate(C.nu)), rounding * largest_norm(C.nu));
}

TEST_P(NeutrinoNeutrinoProperty, ProducesEntropy) {
  const auto production = [&](const State& rho) {
    const auto C = terms(rho);
    const auto logarithm = [](double f) { return std::log(f / (1.0 - f)); };
    double sum = 0.0;
    for (int i = 0; i < grid_.size(); ++i) {
      const double y2 = grid_.y(i) * grid_.y(i);
      sum -= y2 *
             (C.nu[i] * apply(rho.nu[i], logarithm) + C.bar[i] * apply(rho.bar[i], logarithm)).trace().real();
    }
    return sum;
  };
  EXPECT_GT(production(random_state(grid_.size(), GetParam())), 0.0);
  // Close to equilibrium it is of second order, and still positive.
  Random random(seed(GetParam()));
  State rho{equilibrium_field(grid_, 1.0, Matrix3::Zero()), {}};
  rho.bar = rho.nu;
  for (Field* field : {&rho.nu, &rho.bar}) {
    for (Matrix3& X : *field) X += 1e-3 * X(0, 0).real() * random_hermitian(random);
  }
  EXPECT_GT(production(rho), 0.0);
}

TEST_P(NeutrinoNeutrinoProperty, CheaperPathsAgreeWithTheGeneralOne) {
  auto rho = random_state(grid_.size(), GetParam());
  rho.bar = rho.nu;
  const auto general_equal = terms(rho);
  const auto equal = terms(rho, AntineutrinoRelation::equal);
  EXPECT_LT(largest_difference(equal.nu, general_equal.nu), rounding * largest_norm(equal.nu));

  for (Matrix3& X : rho.bar) X = X.conjugate().eval();
  const auto general_conjugate = terms(rho);
  const auto conjugate = terms(rho, AntineutrinoRelation::conjugate);
  EXPECT_LT(largest_difference(conjugate.nu, general_conjugate.nu), rounding * largest_norm(conjugate.nu));
  // What is not computed would have been the conjugate.
  Field expected_bar;
  for (const Matrix3& X : conjugate.nu) expected_bar.push_back(X.conjugate());
  EXPECT_LT(largest_difference(general_conjugate.bar, expected_bar), rounding * largest_norm(conjugate.nu));
}

TEST_P(NeutrinoNeutrinoProperty, RealPathsAgreeWithTheComplexOne) {
  const auto complex_state = random_state(grid_.size(), GetParam());
  DensityMatrices<3, double> real;
  State same;
  // The real part of a density matrix is one.
  for (const Matrix3& X : complex_state.nu)
    real.nu.push_back(X.real()), same.nu.push_back(X.real().cast<Complex>());
  for (const Matrix3& X : complex_state.bar)
    real.bar.push_back(X.real()), same.bar.push_back(X.real().cast<Complex>());
  const auto expected = terms(same);
  const auto independent_real = terms(real);
  const double bound = rounding * largest_norm(expected.nu);
  EXPECT_LT(largest_difference(independent_real.nu, expected.nu), bound);
  EXPECT_LT(largest_difference(independent_real.bar, expected.bar), bound);
  same.bar = same.nu;
  const auto expected_equal = terms(same);
  EXPECT_LT(largest_difference(terms(real, AntineutrinoRelation::equal).nu, expected_equal.nu), bound);
  EXPECT_LT(largest_difference(terms(real, AntineutrinoRelation::conjugate).nu, expected_equal.nu), bound);
}

INSTANTIATE_TEST_SUITE_P(RandomStates, NeutrinoNeutrinoProperty, ::testing::ValuesIn(numbers_of_seeds));

// The formulas of docs/physics.md ("Neutrinos and neutrinos") summed by three loops, kernels by direct
// phase-space integration.
TEST(NeutrinoNeutrino, IsTheFormulaWrittenOut) {
  const MomentumGrid grid({9, 7.2});
  const NeutrinoNeutrino collisions(grid);
  for (const unsigned number : {21u, 22u}) {
    const auto rho = random_state(grid.size(), number);
    const auto C = collision_terms(
        rho, AntineutrinoRelation::independent,
        [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(state, sum); });
    const Field nu = neutrino_neutrino_terms(grid, rho.nu, rho.bar),
                bar = neutrino_neutrino_terms(grid, rho.bar, rho.nu);
    EXPECT_LT(largest_difference(C.nu, nu), 1e-12 * largest_norm(nu));  // rounding of the direct kernels
    EXPECT_LT(largest_difference(C.bar, bar), 1e-12 * largest_norm(bar));
  }
}

TEST(NeutrinoNeutrino, AddsToWhatIsThere) {
  const MomentumGrid grid({8, 8.0});
  const NeutrinoNeutrino collisions(grid);
  const auto rho = random_state(grid.size(), 5);
  const ActiveDensities active = active_densities<3, Complex>(rho, AntineutrinoRelation::independent);
  CollisionRates once(active), twice(active);
  collisions.add(active, once);
  collisions.add(active, twice);
  collisions.add(active, twice);
  for (int i = 0; i < 8; ++i) {
    const Matrix3 gain = twice.nu.gain.at<Complex>(i), loss = twice.bar.loss.at<Complex>(i);
    EXPECT_LT((gain - 2.0 * once.nu.gain.at<Complex>(i)).norm(), 1e-14 * gain.norm());
    EXPECT_LT((loss - 2.0 * once.bar.loss.at<Complex>(i)).norm(), 1e-14 * loss.norm());
  }
}

TEST(NeutrinoNeutrino, DoesNotDependOnTheNumberOfThreads) {
  const MomentumGrid grid({24, 18.0});
  const auto rho = random_state(grid.size(), 6);
  const auto rates_on = [&](int threads) {
    const NeutrinoNeutrino collisions(grid, std::make_shared<ThreadPool>(threads));
    const ActiveDensities active = active_densities<3, Complex>(rho, AntineutrinoRelation::independent);
    CollisionRates rates(active);
    collisions.add(active, rates);
    return rates;
  };
  const auto one = rates_on(1);
  for (const int threads : {2, 3, 5}) {
    const auto many = rates_on(threads);
    EXPECT_EQ(one.nu.gain.by_node(), many.nu.gain.by_node());
    EXPECT_EQ(one.bar.loss.by_node(), many.bar.loss.by_node());
  }
}

// To 1e-12 (requirement 4), at sizes that are no multiples of the vectors' lengths.
TEST(NeutrinoNeutrino, DoesNotDependOnTheInstructionSet) {
  for (const int nodes : {8, 21, 40}) {
    const MomentumGrid grid({nodes, 0.5 * nodes});
    const auto rho = random_state(nodes, 8);
    const auto terms_with = [&](InstructionSet set, AntineutrinoRelation relation) {
      const ScopedVariable choice("QKE_INSTRUCTION_SET", name_of(set));
      const NeutrinoNeutrino collisions(grid);
      return collision_terms(rho, relation, [&](const ActiveDensities& state, CollisionRates& sum) {
        collisions.add(state, sum);
      });
    };
    for (const auto relation :
         {AntineutrinoRelation::equal, AntineutrinoRelation::conjugate, AntineutrinoRelation::independent}) {
      const auto baseline = terms_with(InstructionSet::baseline, relation);
      for (const InstructionSet set : available_instruction_sets()) {
        const auto other = terms_with(set, relation);
        EXPECT_LT(largest_difference(other.nu, baseline.nu), 1e-12 * largest_norm(baseline.nu))
            << name_of(set) << ", " << nodes << " nodes";
        if (relation != AntineutrinoRelation::independent) continue;
        EXPECT_LT(largest_difference(other.bar, baseline.bar), 1e-12 * largest_norm(baseline.bar));
      }
    }
  }
}

// To 1e-12 (requirement 4).
TEST(NeutrinoElectron, DoesNotDependOnTheInstructionSet) {
  for (const int nodes : {8, 21, 40}) {
    const MomentumGrid grid({nodes, 0.5 * nodes});
    const double x = 0.7, z = 1.01;
    const ElectronRates rates = integrate_electron_rates(grid, x, z);
    const auto rho = random_state(nodes, 9);
    const auto terms_with = [&](InstructionSet set) {
      const ScopedVariable choice("QKE_INSTRUCTION_SET", name_of(set));
      const NeutrinoElectron collisions = electron_collisions(grid, 0.23122);
      return collision_terms(
          rho, AntineutrinoRelation::independent,
          [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(rates, z, state, sum); });
    };
    const auto baseline = terms_with(InstructionSet::baseline);
    for (const InstructionSet set : available_instruction_sets()) {
      const auto other = terms_with(set);
      EXPECT_LT(largest_difference(other.nu, baseline.nu), 1e-12 * largest_norm(baseline.nu))
          << name_of(set) << ", " << nodes << " nodes";
      EXPECT_LT(largest_difference(other.bar, baseline.bar), 1e-12 * largest_norm(baseline.bar));
    }
  }
}

TEST(ElectronRateTable, DoesNotDependOnTheNumberOfThreads) {
  const MomentumGrid grid({8, 12.0});
  const auto rates_on = [&](int threads) {
    const ElectronRateTable table(
        grid, 0.1, 3.0, [](double) { return 1.05; }, std::make_shared<ThreadPool>(threads));
    return table.at(0.7, 1.049);
  };
  const ElectronRates one = rates_on(1), three = rates_on(3);
  EXPECT_EQ(one.R1, three.R1);
  EXPECT_EQ(one.R2, three.R2);
  EXPECT_EQ(one.A1, three.A1);
  EXPECT_EQ(one.A2, three.A2);
}

// dC by central differences: C is a polynomial of degree three in rho, so that two steps extrapolate
// exactly. `response` is that of the neutrinos around these spectra.
void expect_derivative(const MomentumGrid& grid, const NeutrinoNeutrino& collisions, const Spectra& f,
                       const Spectra& fbar, const KindResponse& response) {
  Random random(seed(7));
  const auto C_at = [&](const Field& d_nu, const Field& d_bar, double size) {
    State rho;
    for (int i = 0; i < grid.size(); ++i) {
      rho.nu.push_back(Matrix3(f.col(i).matrix().cast<Complex>().asDiagonal()) + size * d_nu[i]);
      rho.bar.push_back(Matrix3(fbar.col(i).matrix().cast<Complex>().asDiagonal()) + size * d_bar[i]);
    }
    return collision_terms(
               rho, AntineutrinoRelation::independent,
               [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(state, sum); })
        .nu;
  };
  const Field zero(grid.size(), Matrix3::Zero());
  Field change;
  for (int i = 0; i < grid.size(); ++i) change.push_back(0.1 * random_hermitian(random));
  for (const bool opposite : {false, true}) {
    const auto quotient = [&](double step) {
      const Field& d_nu = opposite ? zero : change;
      const Field& d_bar = opposite ? change : zero;
      const Field up = C_at(d_nu, d_bar, step), down = C_at(d_nu, d_bar, -step);
      Field result;
      for (int i = 0; i < grid.size(); ++i) result.push_back((up[i] - down[i]) / (2.0 * step));
      return result;
    };
    const Field coarse = quotient(0.02), fine = quotient(0.01);
    double largest = 0.0;
    Field expected;
    for (int i = 0; i < grid.size(); ++i) {
      Matrix3 sum = Matrix3::Zero();
      for (int k = 0; k < grid.size(); ++k) {
        const NodeResponse& node = opposite ? response.opposite_at(i, k) : response.same_at(i, k);
        sum += response_to<Complex>(node, change[k]);
      }
      expected.push_back(sum);
      largest = larger(largest, (sum - (4.0 * fine[i] - coarse[i]) / 3.0).norm());
    }
    EXPECT_LT(largest, 1e-11 * largest_norm(expected)) << (opposite ? "opposite" : "same");  // rounding/step
  }
}

TEST(LinearResponse, IsTheDerivativeOfTheCollisionTerm) {
  const MomentumGrid grid({12, 12.0});
  const NeutrinoNeutrino collisions(grid);
  const Eigen::ArrayXd f = fermi_dirac(grid.y(), 1.3, 0.4);
  const Spectra blind = f.transpose().replicate(3, 1);
  KindResponse response(grid.size());
  collisions.add_response(blind, blind, response);
  expect_derivative(grid, collisions, blind, blind, response);
}

TEST(LinearResponse, IsTheDerivativeAroundFlavourDiagonalSpectra) {
  const MomentumGrid grid({12, 12.0});
  const NeutrinoNeutrino collisions(grid);
  Spectra f(3, grid.size()), fbar(3, grid.size());
  for (int flavour = 0; flavour < 3; ++flavour) {
    f.row(flavour) = fermi_dirac(grid.y(), 1.3, 0.4 - 0.5 * flavour).transpose();
    fbar.row(flavour) = fermi_dirac(grid.y(), 0.9, 0.3 * flavour).transpose();
  }
  KindResponse of_nu(grid.size()), of_bar(grid.size());
  collisions.add_response(f, fbar, of_nu);
  expect_derivative(grid, collisions, f, fbar, of_nu);
  collisions.add_response(fbar, f, of_bar);
  expect_derivative(grid, collisions, fbar, f, of_bar);
}

class NeutrinoElectronProperty : public ::testing::TestWithParam<unsigned> {
 protected:
  MomentumGrid grid_{{13, 13.0}};
  NeutrinoElectron collisions_ = electron_collisions(grid_, sin2_theta_W);
  double z_ = 1.07;
  ElectronRates rates_ = integrate_electron_rates(grid_, 1.2, z_);

  template <class Scalar>
  Terms<Scalar> terms(const DensityMatrices<3, Scalar>& rho, const ElectronRates& rates,
                      AntineutrinoRelation relation = AntineutrinoRelation::independent) const {
    return collision_terms(rho, relation, [&](const ActiveDensities& state, CollisionRates& sum) {
      collisions_.add(rates, z_, state, sum);
    });
  }
  Eigen::MatrixXd none() const { return Eigen::MatrixXd::Zero(grid_.size(), grid_.size()); }
};

TEST_P(NeutrinoElectronProperty, ScatteringConservesNumber) {
  const auto C = terms(random_state(grid_.size(), GetParam()), {rates_.R1, rates_.R2, none(), none()});
  // Losses carry e^{y/2z} and cancel gains with e^{-y/2z} of other nodes: rounding of the largest.
  EXPECT_LT(std::abs(moment(grid_, C.nu, 2).trace()), rounding * moment_scale(grid_, C.nu, 2));
  EXPECT_LT(std::abs(moment(grid_, C.bar, 2).trace()), rounding * moment_scale(grid_, C.bar, 2));
  EXPECT_GT(largest_norm(C.nu), 0.0);
}

TEST_P(NeutrinoElectronProperty, AllTermsConserveTheTotalLeptonNumber) {
  const auto C = terms(random_state(grid_.size(), GetParam()), rates_);
  const Complex change = (moment(grid_, C.nu, 2) - moment(grid_, C.bar, 2)).trace();
  EXPECT_LT(std::abs(change), rounding * moment_scale(grid_, C.nu, 2));
}

// nu-e is no U(3) invariant; what is left are mu-tau rotations and a phase of nu_e.
TEST_P(NeutrinoElectronProperty, IsCovariantUnderRotationsOfMuAndTau) {
  const auto rho = random_state(grid_.size(), GetParam());
  Random random(seed(50 + GetParam()));
  Matrix3 U = Matrix3::Zero();
  const Matrix3 X = random_matrix(random);
  const Eigen::Matrix2cd block = Eigen::HouseholderQR<Eigen::Matrix2cd>(X.block<2, 2>(1, 1)).householderQ();
  U.block<2, 2>(1, 1) = block;
  U(0, 0) = std::polar(1.0, 0.7);
  const auto rotate = [&](const Field& field) {
    Field result;
    for (const Matrix3& Y : field) result.push_back(U * Y * U.adjoint());
    return result;
  };
  const auto C = terms(rho, rates_), rotated = terms<Complex>({rotate(rho.nu), rotate(rho.bar)}, rates_);
  EXPECT_LT(largest_difference(rotated.nu, rotate(C.nu)), rounding * largest_norm(C.nu));
}

TEST_P(NeutrinoElectronProperty, CheaperPathsAgreeWithTheGeneralOne) {
  auto rho = random_state(grid_.size(), GetParam());
  rho.bar = rho.nu;
  const auto expected_equal = terms(rho, rates_), equal = terms(rho, rates_, AntineutrinoRelation::equal);
  const double bound = rounding * largest_norm(equal.nu);
  EXPECT_LT(largest_difference(equal.nu, expected_equal.nu), bound);
  for (Matrix3& X : rho.bar) X = X.conjugate().eval();
  const auto expected_conjugate = terms(rho, rates_),
             conjugate = terms(rho, rates_, AntineutrinoRelation::conjugate);
  EXPECT_LT(largest_difference(conjugate.nu, expected_conjugate.nu), bound);

  DensityMatrices<3, double> real;
  for (Matrix3& X : rho.nu) real.nu.push_back(X.real()), X = X.real().cast<Complex>();
  rho.bar = rho.nu;
  const auto expected_real = terms(rho, rates_);
  EXPECT_LT(largest_difference(terms(real, rates_, AntineutrinoRelation::equal).nu, expected_real.nu), bound);
  EXPECT_LT(largest_difference(terms(real, rates_, AntineutrinoRelation::conjugate).nu, expected_real.nu),
            bound);
}

INSTANTIATE_TEST_SUITE_P(RandomStates, NeutrinoElectronProperty, ::testing::ValuesIn(numbers_of_seeds));

// All processes: equilibrium at the plasma's temperature, with any degeneracy parameter of each flavour.
class AllCollisions : public ::testing::Test {
 protected:
  static double z_reference(double x) { return 1.0 + 0.1 * x / (1.0 + x); }
  CollisionIntegral collisions_with(const Parameters& parameters, double x_first, double x_last) const {
    return {collision_processes(grid_, parameters, {x_first, x_last, z_reference}, one_thread()),
            parameters.weak.G_F_per_GeV2, grid_.size()};
  }

  MomentumGrid grid_{{15, 15.0}};
  CollisionIntegral collisions_ = collisions_with({}, 0.03, 6.0);

  void expect_equilibrium(double x, double z, const Vector3& xi) const {
    const Matrix3 Xi = Matrix3(xi.cast<Complex>().asDiagonal());
    const State rho{equilibrium_field(grid_, z, Xi), equilibrium_field(grid_, z, -Xi)};
    const CollisionRates rates = collisions_.rates(
        background_at(x, z), active_densities<3, Complex>(rho, AntineutrinoRelation::independent));
    const Field C = collision_terms(rates.nu, rho.nu), Cbar = collision_terms(rates.bar, rho.bar);
    for (int i = 0; i < grid_.size(); ++i) {
      // Detailed balance is built in, not integrated: rounding alone, with e^{y/2z} in it.
      EXPECT_LT(C[i].norm(), 1e-12 * (rates.nu.loss.at<Complex>(i) * rho.nu[i]).norm())
          << "x = " << x << ", y = " << grid_.y(i);
      EXPECT_LT(Cbar[i].norm(), 1e-12 * (rates.bar.loss.at<Complex>(i) * rho.bar[i]).norm())
          << "x = " << x << ", y = " << grid_.y(i);
    }
  }
};

TEST_F(AllCollisions, VanishInEquilibriumWithoutAsymmetry) {
  for (const double x : {0.05, 0.6, 3.0}) expect_equilibrium(x, 0.999 * z_reference(x), Vector3::Zero());
}

TEST_F(AllCollisions, VanishInEquilibriumWithDegeneracyOfEachFlavour) {
  for (const double x : {0.05, 0.6, 3.0}) expect_equilibrium(x, z_reference(x), {0.3, -1.2, 0.8});
}

// Neutrinos of another temperature are driven to that of the plasma: energy flows from hot to cold.
TEST_F(AllCollisions, CarryHeatFromHotToCold) {
  const double x = 0.6, z = z_reference(x);
  for (const double t : {0.95, 1.05}) {
    const State rho{equilibrium_field(grid_, t * z, Matrix3::Zero()), {}};
    const CollisionRates rates = collisions_.rates(
        background_at(x, z), active_densities<3, Complex>(rho, AntineutrinoRelation::equal));
    const Matrix3 heat = moment(grid_, collision_terms(rates.nu, rho.nu), 3);
    for (int flavour = 0; flavour < 3; ++flavour) EXPECT_GT(heat(flavour, flavour).real() * (1.0 - t), 0.0);
    // nu_e has charged currents, too.
    EXPECT_GT(std::abs(heat(0, 0)), 3.0 * std::abs(heat(1, 1)));
  }
}

TEST_F(AllCollisions, AreTheSumOfTheSwitchedOnProcesses) {
  const double x = 0.6, z = z_reference(x);
  const auto rho = random_state(grid_.size(), 9);
  const auto total_with = [&](ProcessTreatment electrons, ProcessTreatment neutrinos) {
    Parameters parameters;
    parameters.collisions = {electrons, neutrinos};
    const CollisionIntegral collisions = collisions_with(parameters, 0.3, 1.0);
    const CollisionRates rates = collisions.rates(
        background_at(x, z), active_densities<3, Complex>(rho, AntineutrinoRelation::independent));
    return collision_terms(rates.nu, rho.nu);
  };
  const Field all = total_with(ProcessTreatment::full, ProcessTreatment::full);
  const Field electrons = total_with(ProcessTreatment::full, ProcessTreatment::none);
  const Field neutrinos = total_with(ProcessTreatment::none, ProcessTreatment::full);
  const Field none = total_with(ProcessTreatment::none, ProcessTreatment::none);
  EXPECT_EQ(largest_norm(none), 0.0);
  Field sum = electrons;
  for (int i = 0; i < grid_.size(); ++i) sum[i] += neutrinos[i];
  EXPECT_LT(largest_difference(all, sum), rounding * largest_norm(all));
}

// extra.rate_table: its factors at T_gamma multiply annihilation and scattering, in the rates and in their
// response. C(2, 1) + C(1, 2) = 3 C(1, 1), and scattering conserves the number of neutrinos.
TEST_F(AllCollisions, TakeTheFactorsOfTheTable) {
  const double x = 0.6, z = z_reference(x), T = z * constants::electron_mass / x;
  const auto rho = random_state(grid_.size(), 10);
  const auto densities = active_densities<3, Complex>(rho, AntineutrinoRelation::independent);
  const auto collisions = [&](double annihilation, double scattering) {
    Parameters parameters;
    parameters.collisions.neutrino_neutrino = ProcessTreatment::none;
    parameters.extra.rate_table = {{0.9 * T, 1.0, 1.0}, {T, annihilation, scattering}, {1.1 * T, 5.0, 7.0}};
    return collisions_with(parameters, 0.3, 1.0);
  };
  const auto terms = [&](double annihilation, double scattering) {
    return collision_terms(collisions(annihilation, scattering).rates(background_at(x, z), densities).nu,
                           rho.nu);
  };
  const auto response = [&](double annihilation, double scattering) {
    const CollisionResponse sum =
        collisions(annihilation, scattering).response(background_at(x, z), densities);
    Eigen::ArrayXd diagonals(grid_.size() * grid_.size());
    for (int i = 0; i < grid_.size(); ++i) {
      for (int k = 0; k < grid_.size(); ++k) {
        diagonals(i * grid_.size() + k) =
            sum.nu.same_at(i, k).diagonal(0, 0) + 7.0 * sum.nu.opposite_at(i, k).diagonal(1, 1);
      }
    }
    return diagonals;
  };
  const Field both = terms(1.0, 1.0), annihilation = terms(2.0, 1.0), scattering = terms(1.0, 2.0);
  Field sum = both, expected = both;
  double number = 0.0, more_scattering = 0.0, more_annihilation = 0.0;
  for (int i = 0; i < grid_.size(); ++i) {
    sum[i] = annihilation[i] + scattering[i];
    expected[i] = 3.0 * both[i];
    const double weight = grid_.y(i) * grid_.y(i);
    number += weight * std::abs(both[i].trace().real());
    more_scattering += weight * (scattering[i] - both[i]).trace().real();
    more_annihilation += weight * (annihilation[i] - both[i]).trace().real();
  }
  EXPECT_LT(largest_difference(sum, expected), rounding * largest_norm(expected));
  EXPECT_LT(std::abs(more_scattering), rounding * number);
  EXPECT_GT(std::abs(more_annihilation), 1e-3 * number);
  const Eigen::ArrayXd expected_response = 3.0 * response(1.0, 1.0);
  EXPECT_LT((response(2.0, 1.0) + response(1.0, 2.0) - expected_response).abs().maxCoeff(),
            rounding * expected_response.abs().maxCoeff());
  EXPECT_GT((response(2.0, 1.0) - response(1.0, 2.0)).abs().maxCoeff(),
            1e-3 * expected_response.abs().maxCoeff());
}

// extra.rate_scale multiplies the nu-e rates and nothing else.
TEST_F(AllCollisions, ScaleTheElectronRatesAlone) {
  const double x = 0.6, z = z_reference(x);
  const auto rho = random_state(grid_.size(), 9);
  const auto terms_with = [&](double scale, ProcessTreatment neutrinos) {
    Parameters parameters;
    parameters.extra.rate_scale = scale;
    parameters.collisions.neutrino_neutrino = neutrinos;
    const CollisionIntegral collisions = collisions_with(parameters, 0.3, 1.0);
    const CollisionRates rates = collisions.rates(
        background_at(x, z), active_densities<3, Complex>(rho, AntineutrinoRelation::independent));
    return collision_terms(rates.nu, rho.nu);
  };
  const Field all = terms_with(1.0, ProcessTreatment::full), scaled = terms_with(1.5, ProcessTreatment::full);
  Field expected = terms_with(1.0, ProcessTreatment::none);
  for (int i = 0; i < grid_.size(); ++i) expected[i] = all[i] + 0.5 * expected[i];
  EXPECT_LT(largest_difference(scaled, expected), rounding * largest_norm(all));
}

// G_F^2 T_cm^5 in MeV.
TEST_F(AllCollisions, HaveTheUnitOfFermisTheory) {
  EXPECT_NEAR(collisions_.unit(2.0) / (1.1663787e-11 * 1.1663787e-11 * 32.0), 1.0, 1e-14);
}

}  // namespace
}  // namespace qke
