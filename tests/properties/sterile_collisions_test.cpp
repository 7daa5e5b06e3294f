// The exact properties of the collision integral with sterile states (docs/physics.md,
// "Collisions"), on random density matrices of N = 4 and 6 states: e, mu, tau, and
// those that interact with nothing. With the gain and loss matrices Gain, Loss of the
// active flavours,
//   active block   C = Gain (1 - rho) - Loss rho + h.c., as without sterile states,
//   C_as = -[(Gain + Loss) rho]_as     (a active, s sterile),
//   C_ss' = 0.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <type_traits>
#include <utility>

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

constexpr unsigned seeds[] = {201, 202, 203};
// As for three flavours: some hundred terms are added and cancel.
constexpr double rounding = 1e-13;
constexpr double sin2_theta_W = 0.23122;

template <class States>
class SterileCollisions : public ::testing::Test {
 protected:
  static constexpr int states = States::value;
  using Matrix = FlavourMatrix<states>;
  using StateField = MatrixField<states>;
  using Densities = DensityMatrices<states>;

  static constexpr double x_ = 0.6, z_ = 1.03;

  static Matrix3 active(const Matrix& X) { return X.template topLeftCorner<3, 3>(); }
  static auto coherence(const Matrix& X) { return X.template topRightCorner<3, states - 3>(); }
  static auto sterile(const Matrix& X) { return X.template bottomRightCorner<states - 3, states - 3>(); }
  static Field active(const StateField& field) {
    Field result;
    for (const Matrix& X : field) result.push_back(active(X));
    return result;
  }
  static StateField rotated(const StateField& field, const Matrix& U) {
    StateField result;
    for (const Matrix& X : field) result.push_back(U * X * U.adjoint());
    return result;
  }
  static StateField conjugated(StateField field) {
    for (Matrix& X : field) X = X.conjugate().eval();
    return field;
  }

  // Of all processes, and of nu-nu alone.
  CollisionRates all_rates(const ActiveDensities& rho) const {
    return all_.rates(background_at(x_, z_), rho);
  }
  CollisionRates neutrino_rates(const ActiveDensities& rho) const {
    CollisionRates rates(rho);
    neutrinos_.add(rho, rates);
    return rates;
  }

  template <class Scalar>
  Terms<Scalar, states> all_terms(const DensityMatrices<states, Scalar>& rho,
                                  AntineutrinoRelation relation = AntineutrinoRelation::independent) const {
    return collision_terms(
        rho, relation, [this](const ActiveDensities& state, CollisionRates& sum) { sum = all_rates(state); });
  }
  Terms<Complex, states> neutrino_terms(const Densities& rho) const {
    return collision_terms(
        rho, AntineutrinoRelation::independent,
        [this](const ActiveDensities& state, CollisionRates& sum) { sum = neutrino_rates(state); });
  }

  // U acts on the active flavours, W on the sterile states.
  template <class Active, class Sterile>
  static Matrix direct_sum(const Active& U, const Sterile& W) {
    Matrix sum = Matrix::Zero();
    sum.template topLeftCorner<3, 3>() = U;
    sum.template bottomRightCorner<states - 3, states - 3>() = W;
    return sum;
  }

  // 1/(e^{y/t - Xi} + 1) of the active flavours, with these sterile blocks.
  StateField in_equilibrium(double t, const Matrix3& Xi, const StateField& other) const {
    const Field equilibrium = equilibrium_field(grid_, t, Xi);
    StateField field;
    for (int i = 0; i < grid_.size(); ++i) {
      field.push_back(direct_sum(equilibrium[i], sterile(other[i])));
    }
    return field;
  }

  void expect_none(const StateField& C, const GainAndLoss& rates, const StateField& rho,
                   double tolerance) const {
    for (int i = 0; i < grid_.size(); ++i) {
      // Node by node: both sides of detailed balance are rho times the loss.
      const double scale = (rates.loss.template at<Complex>(i) * active(rho[i])).norm();
      EXPECT_LT(C[i].norm(), tolerance * scale) << "y = " << grid_.y(i);
    }
  }

  // Active flavours in equilibrium, with these sterile blocks.
  template <class Rates>
  void expect_none_in_equilibrium(double t, const Matrix3& Xi, const Densities& other, Rates&& rates_of,
                                  double tolerance) const {
    const Densities rho{in_equilibrium(t, Xi, other.nu), in_equilibrium(t, -Xi, other.bar)};
    constexpr auto relation = AntineutrinoRelation::independent;
    const CollisionRates rates = rates_of(active_densities<states, Complex>(rho, relation));
    const auto C =
        collision_terms(rho, relation, [&](const ActiveDensities&, CollisionRates& sum) { sum = rates; });
    expect_none(C.nu, rates.nu, rho.nu, tolerance);
    expect_none(C.bar, rates.bar, rho.bar, tolerance);
  }

  // Nodes and end that are no binary fractions of each other.
  MomentumGrid grid_{{13, 11.0}};
  NeutrinoNeutrino neutrinos_{grid_};

 private:
  CollisionIntegral all_{
      collision_processes(grid_, {}, {0.5, 0.7, [](double /*x*/) { return z_; }}, one_thread()),
      Parameters{}.weak.G_F_per_GeV2, grid_.size()};
};

template <int N>
using States = std::integral_constant<int, N>;
// One sterile state, and the most.
using NumbersOfStates = ::testing::Types<States<4>, States<6>>;

struct NumberOfStates {
  template <class States>
  static std::string GetName(int /*place*/) {
    return std::to_string(States::value);
  }
};

TYPED_TEST_SUITE(SterileCollisions, NumbersOfStates, NumberOfStates);

TYPED_TEST(SterileCollisions, AreHermitianAndLeaveSterileStatesAlone) {
  for (const unsigned number : seeds) {
    const auto C = this->all_terms(random_state<TestFixture::states>(this->grid_.size(), number));
    for (const auto* field : {&C.nu, &C.bar}) {
      EXPECT_GT(largest_norm(*field), 1e-3);
      for (const auto& X : *field) {
        EXPECT_EQ(this->sterile(X).norm(), 0.0);
        EXPECT_EQ((X - X.adjoint()).norm(), 0.0);
      }
    }
  }
}

// What three flavours do among themselves does not know of sterile states: the same bits.
TYPED_TEST(SterileCollisions, OfActiveFlavoursAreTheSameWithoutSterileStates) {
  for (const unsigned number : seeds) {
    const auto rho = random_state<TestFixture::states>(this->grid_.size(), number);
    auto other = random_state<TestFixture::states>(this->grid_.size(), 100 + number);
    for (int i = 0; i < this->grid_.size(); ++i) {
      other.nu[i].template topLeftCorner<3, 3>() = this->active(rho.nu[i]);
      other.bar[i].template topLeftCorner<3, 3>() = this->active(rho.bar[i]);
    }
    const auto C = this->all_terms(rho), with_other = this->all_terms(other);
    EXPECT_EQ(largest_difference(this->active(C.nu), this->active(with_other.nu)), 0.0);
    EXPECT_EQ(largest_difference(this->active(C.bar), this->active(with_other.bar)), 0.0);

    const auto three = collision_terms<Complex>(
        {this->active(rho.nu), this->active(rho.bar)}, AntineutrinoRelation::independent,
        [this](const ActiveDensities& state, CollisionRates& sum) { sum = this->all_rates(state); });
    // A product of larger matrices may be summed in another order.
    EXPECT_LT(largest_difference(this->active(C.nu), three.nu), rounding * largest_norm(three.nu));
    EXPECT_LT(largest_difference(this->active(C.bar), three.bar), rounding * largest_norm(three.bar));
  }
}

// Written out with the sums of indices.
TYPED_TEST(SterileCollisions, DampCoherenceWithSterileStatesByHalfTheTotalRate) {
  constexpr int N = TestFixture::states;
  for (const unsigned number : seeds) {
    const auto rho = random_state<N>(this->grid_.size(), number);
    const auto C = this->all_terms(rho);
    const auto rates = this->all_rates(active_densities<N, Complex>(rho, AntineutrinoRelation::independent));
    const auto expect_damping = [&](const auto& term, const GainAndLoss& of, const auto& state) {
      for (int i = 0; i < this->grid_.size(); ++i) {
        const Matrix3 gain = of.gain.template at<Complex>(i), loss = of.loss.template at<Complex>(i);
        for (int a = 0; a < 3; ++a) {
          for (int s = 3; s < N; ++s) {
            Complex damping = 0.0;
            for (int b = 0; b < 3; ++b) damping += (gain(a, b) + loss(a, b)) * state[i](b, s);
            const double bound = rounding * (gain + loss).norm();
            EXPECT_LT(std::abs(term[i](a, s) + damping), bound);
            EXPECT_LT(std::abs(term[i](s, a) + std::conj(damping)), bound);
          }
        }
      }
    };
    expect_damping(C.nu, rates.nu, rho.nu);
    expect_damping(C.bar, rates.bar, rho.bar);
  }
}

// Equilibrium of the active flavours at the plasma's temperature, without coherence with sterile states,
// whatever these are.
TYPED_TEST(SterileCollisions, VanishInEquilibriumForAnySterileDensities) {
  constexpr int N = TestFixture::states;
  for (const unsigned number : seeds) {
    const auto other = random_state<N>(this->grid_.size(), number);
    Matrix3 Xi = Matrix3::Zero();
    Xi.diagonal() << 0.3, -1.2, 0.8;
    const auto rates = [this](const ActiveDensities& rho) { return this->all_rates(rho); };
    for (const double degeneracy : {0.0, 1.0}) {
      // Detailed balance is built in, not integrated: rounding alone, with e^{y/2z} in it.
      this->expect_none_in_equilibrium(this->z_, degeneracy * Xi, other, rates, 1e-12);
    }
  }
}

// Of nu-nu in any basis of the active flavours and at any temperature.
TYPED_TEST(SterileCollisions, AmongNeutrinosVanishInEveryEquilibrium) {
  constexpr int N = TestFixture::states;
  for (const unsigned number : seeds) {
    const auto other = random_state<N>(this->grid_.size(), number);
    Random random(seed(number));
    const Matrix3 Xi = random_hermitian(random);
    const auto rates = [this](const ActiveDensities& rho) { return this->neutrino_rates(rho); };
    for (const double t : {0.7, 1.4}) this->expect_none_in_equilibrium(t, Xi, other, rates, 1e-11);
  }
}

// The traces and the matrix of lepton numbers are those of the active block; coherence with sterile states is
// lost without a partner.
TYPED_TEST(SterileCollisions, AmongNeutrinosConserveLeptonNumbersNumberAndEnergy) {
  for (const unsigned number : seeds) {
    const auto C = this->neutrino_terms(random_state<TestFixture::states>(this->grid_.size(), number));
    const double numbers = moment_scale(this->grid_, C.nu, 2), energies = moment_scale(this->grid_, C.nu, 3);
    const auto nu = moment(this->grid_, C.nu, 2), bar = moment(this->grid_, C.bar, 2);
    EXPECT_LT(this->active(nu - bar).norm(), rounding * numbers);
    EXPECT_LT(std::abs((nu + bar).trace()), rounding * numbers);
    const FlavourMatrix<TestFixture::states> energy =
        moment(this->grid_, C.nu, 3) + moment(this->grid_, C.bar, 3);
    EXPECT_LT(std::abs(energy.trace()), rounding * energies);
    EXPECT_GT(this->coherence(nu - bar).norm(), 1e-3 * numbers);
  }
}

TYPED_TEST(SterileCollisions, ConserveTheTotalLeptonNumber) {
  for (const unsigned number : seeds) {
    const auto C = this->all_terms(random_state<TestFixture::states>(this->grid_.size(), number));
    const Complex change = (moment(this->grid_, C.nu, 2) - moment(this->grid_, C.bar, 2)).trace();
    EXPECT_LT(std::abs(change), rounding * moment_scale(this->grid_, C.nu, 2));
  }
}

TYPED_TEST(SterileCollisions, AmongNeutrinosAreCovariant) {
  constexpr int N = TestFixture::states;
  for (const unsigned number : seeds) {
    const auto rho = random_state<N>(this->grid_.size(), number);
    Random random(seed(100 + number));
    const Matrix3 active = random_unitary(random);
    const auto U = this->direct_sum(active, random_unitary<N - 3>(random));
    const auto C = this->neutrino_terms(rho),
               rotated = this->neutrino_terms({this->rotated(rho.nu, U), this->rotated(rho.bar, U)});
    EXPECT_LT(largest_difference(rotated.nu, this->rotated(C.nu, U)), rounding * largest_norm(C.nu));
    EXPECT_LT(largest_difference(rotated.bar, this->rotated(C.bar, U)), rounding * largest_norm(C.bar));
  }
}

// Electrons know nu_e from the others: a phase of nu_e, rotations of nu_mu and nu_tau, and those of sterile
// states.
TYPED_TEST(SterileCollisions, AreCovariantWhereTheCouplingsAre) {
  constexpr int N = TestFixture::states;
  for (const unsigned number : seeds) {
    const auto rho = random_state<N>(this->grid_.size(), number);
    Random random(seed(100 + number));
    Matrix3 active = Matrix3::Zero();
    active(0, 0) = std::polar(1.0, 0.7);
    active.bottomRightCorner<2, 2>() = random_unitary<2>(random);
    const auto U = this->direct_sum(active, random_unitary<N - 3>(random));
    const auto C = this->all_terms(rho),
               rotated =
                   this->all_terms(DensityMatrices<N>{this->rotated(rho.nu, U), this->rotated(rho.bar, U)});
    EXPECT_LT(largest_difference(rotated.nu, this->rotated(C.nu, U)), rounding * largest_norm(C.nu));
    EXPECT_LT(largest_difference(rotated.bar, this->rotated(C.bar, U)), rounding * largest_norm(C.bar));
  }
}

TYPED_TEST(SterileCollisions, CheaperPathsAgreeWithTheGeneralOne) {
  constexpr int N = TestFixture::states;
  for (const unsigned number : seeds) {
    auto rho = random_state<N>(this->grid_.size(), number);
    rho.bar = rho.nu;
    const auto expected = this->all_terms(rho);
    const double bound = rounding * largest_norm(expected.nu);
    EXPECT_LT(largest_difference(this->all_terms(rho, AntineutrinoRelation::equal).nu, expected.nu), bound);
    rho.bar = this->conjugated(rho.nu);
    EXPECT_LT(
        largest_difference(this->all_terms(rho, AntineutrinoRelation::conjugate).nu, this->all_terms(rho).nu),
        bound);

    // The real part of a density matrix is one.
    DensityMatrices<N, double> real;
    for (auto& X : rho.nu) real.nu.push_back(X.real()), X = X.real().template cast<Complex>();
    rho.bar = rho.nu;
    real.bar = real.nu;
    const auto expected_real = this->all_terms(rho);
    EXPECT_LT(largest_difference(this->all_terms(real).nu, expected_real.nu), bound);
    EXPECT_LT(largest_difference(this->all_terms(real, AntineutrinoRelation::equal).nu, expected_real.nu),
              bound);
  }
}

// The formulas with N x N matrices throughout: the couplings of sterile states are 0, and nothing else is
// said of them (support/brute_force.hpp). 1e-12: rounding of the direct kernels.
template <int N>
class WrittenOut {
 public:
  explicit WrittenOut(const MomentumGrid& grid)
      : rho_(random_state<N>(grid.size(), seeds[0])),
        nu_(neutrino_neutrino_terms<N>(grid, rho_.nu, rho_.bar)),
        bar_(neutrino_neutrino_terms<N>(grid, rho_.bar, rho_.nu)) {
    const NeutrinoNeutrino collisions(grid);
    C_ = collision_terms(
        rho_, AntineutrinoRelation::independent,
        [&](const ActiveDensities& state, CollisionRates& sum) { collisions.add(state, sum); });
  }

  // Of this part of the matrices, over the largest of all.
  template <class Part>
  double error(Part&& part) const {
    double largest = 0.0;
    for (std::size_t i = 0; i < rho_.nu.size(); ++i) {
      largest = larger(largest, part(FlavourMatrix<N>(C_.nu[i] - nu_[i])).norm());
      largest = larger(largest, part(FlavourMatrix<N>(C_.bar[i] - bar_[i])).norm());
    }
    return largest / largest_norm(nu_);
  }

 private:
  DensityMatrices<N> rho_;
  MatrixField<N> nu_, bar_;
  Terms<Complex, N> C_;
};

TYPED_TEST(SterileCollisions, AmongActiveFlavoursAreTheFormulaWrittenOut) {
  const WrittenOut<TestFixture::states> comparison(MomentumGrid({9, 7.2}));
  EXPECT_LT(comparison.error([](const auto& X) { return TestFixture::active(X); }), 1e-12);
  EXPECT_LT(comparison.error([](const auto& X) { return TestFixture::sterile(X); }), 1e-12);
}

// The formulas with N x N matrices throughout: couplings of sterile states are 0, nothing else is said of
// them. 1e-6: electron integrals over fixed nodes (neutrino_electron_test.cpp).
TYPED_TEST(SterileCollisions, WithElectronsAreTheFormulaWrittenOut) {
  constexpr int N = TestFixture::states;
  const MomentumGrid grid({3, 6.0});
  const double x = 1.2, z = 1.07;
  const NeutrinoElectron electrons = electron_collisions(grid, sin2_theta_W);
  const ElectronRates rates = integrate_electron_rates(grid, x, z);
  const auto rho = random_state<N>(grid.size(), seeds[0]);
  const auto C = collision_terms(
      rho, AntineutrinoRelation::independent,
      [&](const ActiveDensities& state, CollisionRates& sum) { electrons.add(rates, z, state, sum); });
  const auto nu = neutrino_electron_terms<N>(grid, rho.nu, rho.bar, x, z, sin2_theta_W),
             bar = neutrino_electron_terms<N>(grid, rho.bar, rho.nu, x, z, sin2_theta_W);
  EXPECT_LT(largest_difference(C.nu, nu), 1e-6 * largest_norm(nu));
  EXPECT_LT(largest_difference(C.bar, bar), 1e-6 * largest_norm(bar));
}

// Scattering into the own momentum, k = i, changes no active flavours, but damps their coherence with sterile
// states like scattering into any other node.
TYPED_TEST(SterileCollisions, DampCoherenceAsTheFormulaWrittenOut) {
  const WrittenOut<TestFixture::states> comparison(MomentumGrid({9, 7.2}));
  EXPECT_LT(comparison.error([](const auto& X) { return TestFixture::coherence(X).eval(); }), 1e-12);
}

}  // namespace
}  // namespace qke
