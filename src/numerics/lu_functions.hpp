// The parts of LuFactorisation that are compiled for every instruction set, on plain
// arrays.
#pragma once

#include <cstddef>

namespace qke {

// A is n x n, column-major; row k of A is row rows[k] of the product of the factors.
struct LuFunctions {
  void (*factorise)(std::ptrdiff_t n, double* A, int* rows);
  void (*solve)(std::ptrdiff_t n, const double* factors, double* b);
};

namespace baseline {
LuFunctions lu_functions();
}
namespace avx2 {
LuFunctions lu_functions();
}
namespace avx512 {
LuFunctions lu_functions();
}

}  // namespace qke
