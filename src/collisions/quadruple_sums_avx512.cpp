// The sums over quadruples for processors with AVX-512.
#if defined(__x86_64__)
#define QKE_NAMESPACE avx512
#define QKE_LANES 8
#include "quadruple_sums_implementation.hpp"
#endif
