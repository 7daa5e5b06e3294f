// LU factorisation for any processor.
#define QKE_NAMESPACE baseline
#define Eigen Eigen_baseline
#include "lu_implementation.hpp"
