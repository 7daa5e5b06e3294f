// The integrals over the electron's energy for processors with AVX-512.
#if defined(__x86_64__)
#define QKE_NAMESPACE avx512
#define Eigen Eigen_avx512
#include "electron_integrals_implementation.hpp"
#endif
