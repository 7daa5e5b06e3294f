// How the error of an integrator goes with its tolerance.
#pragma once

#include <gtest/gtest.h>

namespace qke::independent {

// `error` gives the error at a relative tolerance. Those of all steps accumulate, but no more than some tens
// of them count; `finest` is the bound at a tolerance of 1e-8.
template <class Error>
void expect_error_follows_tolerance(const Error& error, double finest) {
  const double coarse = error(1e-4), middle = error(1e-6), fine = error(1e-8);
  EXPECT_LT(coarse, 1e-2);
  EXPECT_LT(middle, 0.1 * coarse);
  EXPECT_LT(fine, 0.1 * middle);
  EXPECT_LT(fine, finest);
}

}  // namespace qke::independent
