// The integrals over the electron's energy for processors with AVX2 and FMA.
#if defined(__x86_64__)
#define QKE_NAMESPACE avx2
#define Eigen Eigen_avx2
#include "electron_integrals_implementation.hpp"
#endif
