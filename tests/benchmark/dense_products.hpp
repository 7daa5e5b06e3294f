// The nu-nu contraction as matrix products, which it would be without the closed form of
// the kernels: to compare with.
#pragma once

namespace qke::benchmark_support {

// For every d (and n) the kernel matrix times the columns of independent complex antineutrinos, 36 real
// numbers for K_+ and for K_-, and 36 for annihilation: 96 N^3 floating-point operations. Compiled for AVX2
// where that exists. Returns a number that depends on all products.
double dense_products(int nodes);

}  // namespace qke::benchmark_support
