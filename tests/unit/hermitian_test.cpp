// flavour/hermitian: Hermitian matrices of N states as N^2 real numbers.
#include "flavour/hermitian.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "flavour/states.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;

// Of the matrix that has one component only, the element that is not zero has the component's name.
template <int N>
void expect_names_of_elements() {
  const std::vector<std::string> states = flavour_names(N);
  for (int n = 0; n < hermitian_components<N>; ++n) {
    const FlavourMatrix<N> X = to_matrix<N>(HermitianVector<N>(HermitianVector<N>::Unit(n)));
    for (int a = 0; a < N; ++a) {
      for (int b = a; b < N; ++b) {
        const std::string element = "X_" + states[a] + states[b];
        const std::string real = a == b ? element : "Re " + element;
        EXPECT_EQ(X(a, b).real() == 1.0, hermitian_component_name("X", states, n) == real) << n << real;
        EXPECT_EQ(X(a, b).imag() == 1.0, hermitian_component_name("X", states, n) == "Im " + element) << n;
      }
    }
  }
}

TEST(HermitianComponents, AreNamedByTheElementThatTheyAre) {
  expect_names_of_elements<3>();
  expect_names_of_elements<4>();
  expect_names_of_elements<5>();
}

TEST(HermitianComponents, OfThreeStatesAreInTheOrderOfRunFiles) {
  const std::vector<std::string> expected{"rho_ee",     "rho_mumu",    "rho_tautau",
                                          "Re rho_emu", "Re rho_etau", "Re rho_mutau",
                                          "Im rho_emu", "Im rho_etau", "Im rho_mutau"};
  for (int n = 0; n < 9; ++n) {
    EXPECT_EQ(hermitian_component_name("rho", flavour_names(3), n), expected[n]);
  }
}

TEST(StateNames, AreFlavoursAndThenSterileStates) {
  EXPECT_EQ(flavour_names(3), (std::vector<std::string>{"e", "mu", "tau"}));
  EXPECT_EQ(flavour_names(5), (std::vector<std::string>{"e", "mu", "tau", "s1", "s2"}));
  EXPECT_EQ(mass_state_names(4), (std::vector<std::string>{"nu_1", "nu_2", "nu_3", "nu_4"}));
  EXPECT_EQ(pair_names(3), (std::vector<std::string>{"e_mu", "e_tau", "mu_tau"}));
}

template <int N>
void expect_pairs_in_the_order_of_their_names() {
  const std::vector<std::string> states = flavour_names(N), names = pair_names(N);
  ASSERT_EQ(names.size(), state_pairs<N>().size());
  for (int n = 0; n < pair_count<N>; ++n) {
    const auto [a, b] = state_pairs<N>()[n];
    EXPECT_LT(a, b);
    EXPECT_EQ(names[n], states[a] + "_" + states[b]);
  }
}

TEST(StateNames, OfPairsAreInTheOrderOfThePairs) {
  expect_pairs_in_the_order_of_their_names<3>();
  expect_pairs_in_the_order_of_their_names<4>();
  expect_pairs_in_the_order_of_their_names<6>();
}

template <int N>
void expect_matrix_and_components_to_be_the_same() {
  Random random(seed(N));
  const FlavourMatrix<N> X = random_hermitian<N>(random);
  EXPECT_EQ(to_matrix<N>(to_components<N>(X)), X);
  const HermitianVector<N> c = HermitianVector<N>::Random();
  const FlavourMatrix<N> Y = to_matrix<N>(c);
  EXPECT_EQ(to_components<N>(Y), c);
  EXPECT_EQ(Y, FlavourMatrix<N>(Y.adjoint()));
}

TEST(HermitianComponents, AreTheWholeMatrix) {
  expect_matrix_and_components_to_be_the_same<3>();
  expect_matrix_and_components_to_be_the_same<4>();
}

template <int N>
void expect_linear_map_to_be_the_function() {
  Random random(seed(10 + N));
  const FlavourMatrix<N> A = random_matrix<N>(random), X = random_hermitian<N>(random);
  const auto f = [&](const FlavourMatrix<N>& x) -> FlavourMatrix<N> { return A * x * A.adjoint(); };
  const FlavourMatrix<N> found = to_matrix<N>(HermitianVector<N>(linear_map<N>(f) * to_components<N>(X)));
  EXPECT_LT((found - f(X)).norm(), 1e-14 * f(X).norm());
}

TEST(HermitianMap, IsTheMatrixOfALinearFunction) {
  expect_linear_map_to_be_the_function<3>();
  expect_linear_map_to_be_the_function<4>();
}

// It is antisymmetric in components where the off-diagonal ones have weight sqrt(2) (those of an
// orthonormal basis of Hermitian matrices): a rotation, which keeps Tr rho^2.
template <int N>
void expect_precession_to_be_a_rotation() {
  Random random(seed(20 + N));
  const FlavourMatrix<N> V = random_hermitian<N>(random), X = random_hermitian<N>(random);
  HermitianVector<N> weight = HermitianVector<N>::Constant(std::sqrt(2.0));
  weight.template head<N>().setOnes();
  const HermitianMap<N> P = weight.asDiagonal() * precession_map<N>(V) * weight.cwiseInverse().asDiagonal();
  EXPECT_LT((P + P.transpose()).norm(), 1e-15 * P.norm());
  const FlavourMatrix<N> commutator = Complex(0.0, -1.0) * (V * X - X * V);
  EXPECT_LT((precession<N>(V, X) - commutator).norm(), 1e-14);
  const HermitianVector<N> by_map = precession_map<N>(V) * to_components<N>(X);
  EXPECT_LT((to_matrix<N>(by_map) - commutator).norm(), 1e-14);
}

TEST(Precession, IsARotation) {
  expect_precession_to_be_a_rotation<3>();
  expect_precession_to_be_a_rotation<4>();
}

}  // namespace
}  // namespace qke
