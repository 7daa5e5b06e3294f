// Largest values that do not hide what is not a number: std::max and Eigen's maxCoeff()
// may.
#pragma once

namespace qke::independent {

inline double larger(double a, double b) { return a >= b || a != a ? a : b; }

}  // namespace qke::independent
