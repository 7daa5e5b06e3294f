// LU factorisation for processors with AVX2 and FMA.
#if defined(__x86_64__)
#define QKE_NAMESPACE avx2
#define Eigen Eigen_avx2
#include "lu_implementation.hpp"
#endif
