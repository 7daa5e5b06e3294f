// The sums over quadruples for processors with AVX2 and FMA.
#if defined(__x86_64__)
#define QKE_NAMESPACE avx2
#define QKE_LANES 4
#include "quadruple_sums_implementation.hpp"
#endif
