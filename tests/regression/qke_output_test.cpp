// The off-diagonal elements that a run of scheme qke reports: history and spectra.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "oscillations/mixing.hpp"
#include "support/largest.hpp"
#include "support/qke_runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

Parameters parameters_with_phase() {
  Parameters parameters = full_equations(24);
  parameters.mixing.delta_cp_rad = 1.36 * pi;
  return parameters;
}
const RunRecord& record() { return cached_run("qke", parameters_with_phase()); }
Matrix3 mixing_matrix() { return pmns_matrix(parameters_with_phase().mixing); }

double fermi_dirac(double y) { return 1.0 / (std::exp(y) + 1.0); }

TEST(QkeHistory, BeginsWithoutCoherence) {
  const HistoryPoint& first = record().history.front();
  EXPECT_LT(first.coherence.maxCoeff<Eigen::PropagateNaN>(), 1e-14);
  EXPECT_LT((first.z_mass - first.z_nu).norm(), 1e-14);
  EXPECT_LT((first.z_nu.array() - first.z).abs().maxCoeff<Eigen::PropagateNaN>(), 1e-12);
}

// A change of basis keeps the trace: the energies of mass states and of flavours add up to the same.
TEST(QkeHistory, KeepsTheTraceInBothBases) {
  for (const HistoryPoint& row : record().history) {
    const double flavours = row.z_nu.array().pow(4).sum(), masses = row.z_mass.array().pow(4).sum();
    ASSERT_NEAR(masses, flavours, 1e-12) << "x = " << row.x;
    ASSERT_NEAR(row.z_nubar.array().pow(4).sum(), flavours, 1e-12) << "x = " << row.x;
    // N_eff of the row is the same sum.
    const double N_eff = flavours * std::pow(std::cbrt(11.0 / 4.0) / row.z, 4);
    ASSERT_NEAR(row.N_eff, N_eff, 1e-10) << "x = " << row.x;
  }
}

// |n_ab|/(mean of n_aa), from the slices of the spectra at the same x.
TEST(QkeHistory, HasTheCoherenceOfTheSpectra) {
  const auto& rows = record().history;
  const auto& slices = record().spectra;
  int compared = 0;
  for (const SpectraSnapshot& slice : slices) {
    for (const HistoryPoint& row : rows) {
      if (std::abs(std::log(row.x / slice.x)) > 1e-12) continue;
      ++compared;
      Matrix3 n = Matrix3::Zero();
      for (std::size_t i = 0; i < slice.rho.size(); ++i) n += std::pow(record().y[i], 2) * slice.rho[i];
      const Vector3 expected =
          3.0 / n.trace().real() * Vector3(std::abs(n(0, 1)), std::abs(n(0, 2)), std::abs(n(1, 2)));
      // The trace of the history is corrected for the quadrature error of the grid, h^4/480 of 1.8.
      EXPECT_LT((row.coherence - expected).norm(), 1e-3 * expected.norm() + 1e-15) << "x = " << row.x;
    }
  }
  EXPECT_GE(compared, 2);  // first and last at least; 400 rows and 20 slices share every 21st
}

// Long after decoupling: collisions, which make coherence, are gone, and V/H = 1e10. What remains is diagonal
// in the mass basis, so that the matrices are those of U.
TEST(QkeSpectra, EndDiagonalInTheMassBasis) {
  const Matrix3 U = mixing_matrix();
  const SpectraSnapshot& last = record().spectra.back();
  double flavour = 0.0;
  for (std::size_t i = 0; i < last.rho.size(); ++i) {
    const double f = fermi_dirac(record().y[i]);
    for (const DensityMatrix* rho : {&last.rho[i], &last.rhobar[i]}) {
      const Matrix3 mass = U.adjoint() * *rho * U;
      for (const auto& [a, b] : {std::pair(0, 1), std::pair(0, 2), std::pair(1, 2)}) {
        EXPECT_LT(std::abs(mass(a, b)), 1e-7 * f) << "node " << i << ": " << a << b;
        flavour = larger(flavour, std::abs((*rho)(a, b)) / f);
      }
    }
    EXPECT_LT((last.rho_mass[i] - Vector3((U.adjoint() * last.rho[i] * U).diagonal().real())).norm(), 1e-15);
    EXPECT_LT((last.rhobar_mass[i] - last.rho_mass[i]).norm(), 1e-7 * f);
  }
  // In the flavour basis there is coherence, a hundred thousand times as much.
  EXPECT_GT(flavour, 1e-2);
  const HistoryPoint& end = record().history.back();
  EXPECT_GT(end.coherence.minCoeff<Eigen::PropagateNaN>(), 1e-5);
  // nu_1 has the largest part of nu_e, nu_3 the smallest: the hottest and the coldest.
  EXPECT_GT(end.z_mass(0), end.z_mass(1));
  EXPECT_GT(end.z_mass(1), end.z_mass(2));
}

TEST(QkeSpectra, AreHermitianWithOccupationsBetweenZeroAndOne) {
  for (const SpectraSnapshot& slice : record().spectra) {
    for (std::size_t i = 0; i < slice.rho.size(); ++i) {
      for (const DensityMatrix* rho : {&slice.rho[i], &slice.rhobar[i]}) {
        const double trace = rho->trace().real();
        ASSERT_LT((*rho - rho->adjoint()).norm(), 1e-14 * trace);
        const Vector3 occupation = eigensystem(*rho).values;
        ASSERT_GT(occupation.minCoeff<Eigen::PropagateNaN>(), 0.0);
        ASSERT_LT(occupation.maxCoeff<Eigen::PropagateNaN>(), 0.5);
      }
      ASSERT_NEAR(slice.rho_mass[i].sum(), slice.rho[i].trace().real(), 1e-14);
    }
  }
}

// The energy balance closes within 10 times the relative tolerance (requirement 12).
TEST(QkeStatistics, EnergyBalanceCloses) {
  const double balance = residual(record(), "energy_balance");
  EXPECT_LT(balance, 10.0 * IntegratorParameters{}.relative_tolerance);
  EXPECT_GT(balance, 0.0);
}

}  // namespace
}  // namespace qke
