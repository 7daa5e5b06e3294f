// numerics/hermitian: Hermitian matrices as nine real numbers.
#include "flavour/hermitian.hpp"

#include <gtest/gtest.h>

namespace qke {
namespace {

// Of the matrix that has one component only, the element that is not zero has the component's name.
TEST(HermitianComponents, AreNamedByTheElementThatTheyAre) {
  const std::array states{"e", "mu", "tau"};
  for (int n = 0; n < hermitian_components; ++n) {
    const Matrix3 X = to_matrix(HermitianVector(HermitianVector::Unit(n)));
    for (int a = 0; a < 3; ++a) {
      for (int b = a; b < 3; ++b) {
        const std::string element = std::string("X_") + states[a] + states[b];
        const std::string real = a == b ? element : "Re " + element;
        EXPECT_EQ(X(a, b).real() == 1.0, hermitian_component_name("X", states, n) == real) << n << real;
        EXPECT_EQ(X(a, b).imag() == 1.0, hermitian_component_name("X", states, n) == "Im " + element) << n;
      }
    }
  }
}

}  // namespace
}  // namespace qke
