// The integrals over the electron's energy for any processor.
#define QKE_NAMESPACE baseline
#define Eigen Eigen_baseline
#include "electron_integrals_implementation.hpp"
