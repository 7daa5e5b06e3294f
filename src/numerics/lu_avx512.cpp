// LU factorisation for processors with AVX-512.
#if defined(__x86_64__)
#define QKE_NAMESPACE avx512
#define Eigen Eigen_avx512
#include "lu_implementation.hpp"
#endif
