// The sums over quadruples for any processor: two numbers in a vector (SSE2, NEON).
#define QKE_NAMESPACE baseline
#define QKE_LANES 2
#include "quadruple_sums_implementation.hpp"
