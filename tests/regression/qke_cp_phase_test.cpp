// Without asymmetry and muons a CP phase rotates nu_mu and nu_tau, A = R23
// S R23^T with S = diag(1, 1, e^{i delta}), and nothing else ([FPV20] appendix F;
// docs/physics.md, "qke without asymmetries").
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "oscillations/mixing.hpp"
#include "support/largest.hpp"
#include "support/qke_runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

constexpr double delta = 1.36 * pi;

// Tight tolerances, at which rounding that decides on steps moves z_nu by 1e-9 and N_eff, through z, by 1e-6.
Parameters with_phase(double phase, Scheme scheme) {
  Parameters parameters = full_equations(20, 16.0);
  parameters.integrator.relative_tolerance = 1e-7;
  parameters.integrator.absolute_tolerance = 1e-10;
  parameters.mixing.delta_cp_rad = phase;
  return with_scheme(parameters, scheme);
}

const RunRecord& run_of(double phase, Scheme scheme) {
  return cached_run(std::to_string(phase) + scheme_names[static_cast<std::size_t>(scheme)],
                    with_phase(phase, scheme));
}

// z_mu, z_tau move by -+ (z_1 - z_2)/2 sin 2theta12 sin theta13 sin 2theta23 (1 - cos delta), z_i those of
// the mass states. Scheme atao has the phase in its Hamiltonian, scheme qke in its output alone: two
// calculations.
TEST(CpPhase, ShiftsMuAndTauOnly) {
  const MixingParameters mixing;
  const double s12 = std::sqrt(mixing.sin2_theta12), s13 = std::sqrt(mixing.sin2_theta13),
               s23 = std::sqrt(mixing.sin2_theta23);
  const double c12 = std::sqrt(1.0 - s12 * s12), c23 = std::sqrt(1.0 - s23 * s23);
  const double factor = 0.5 * (2.0 * s12 * c12) * s13 * (2.0 * s23 * c23) * (1.0 - std::cos(delta));
  for (const Scheme scheme : {Scheme::qke, Scheme::atao}) {
    SCOPED_TRACE(scheme_names[static_cast<std::size_t>(scheme)]);
    const RunRecord &without = run_of(0.0, scheme), &with = run_of(delta, scheme);
    const Vector3 z = without.summary.z_nu, z_phase = with.summary.z_nu;
    const Vector3 z_mass = without.history.back().z_mass;
    EXPECT_NEAR(with.summary.N_eff, without.summary.N_eff, 1.5e-6);
    EXPECT_NEAR(z_phase(0), z(0), 1e-8);
    EXPECT_LT((with.history.back().z_mass - z_mass).norm(), 1e-8);
    // As printed, to first order in z - 1: the next one is 1e-3 of the shift of 4.6e-5.
    const double shift = factor * (z_mass(0) - z_mass(1));
    EXPECT_GT(shift, 4e-5);
    EXPECT_NEAR(z_phase(1) - z(1), -shift, 1e-7);
    EXPECT_NEAR(z_phase(2) - z(2), +shift, 1e-7);
    // The same for energies, without expansion.
    const double energy_shift = factor * (std::pow(z_mass(0), 4) - std::pow(z_mass(1), 4));
    EXPECT_NEAR(std::pow(z_phase(1), 4) - std::pow(z(1), 4), -energy_shift, 2e-8);
    EXPECT_NEAR(std::pow(z_phase(2), 4) - std::pow(z(2), 4), +energy_shift, 2e-8);
  }
}

// Spectra at all times: rho = A rho0 A^dagger, rhobar = A rho0^* A^dagger.
TEST(CpPhase, RotatesTheDensityMatrices) {
  const Matrix3 A = cp_rotation(with_phase(delta, Scheme::qke).mixing);
  const RunRecord &without = run_of(0.0, Scheme::qke), &with = run_of(delta, Scheme::qke);
  ASSERT_EQ(without.spectra.size(), with.spectra.size());
  double imaginary = 0.0;
  for (std::size_t n = 0; n < with.spectra.size(); ++n) {
    const SpectraSnapshot &plain = without.spectra[n], &rotated = with.spectra[n];
    for (std::size_t i = 0; i < with.y.size(); ++i) {
      const double f = 1.0 / (std::exp(with.y[i]) + 1.0);
      // Two runs on different steps: the tolerance of 1e-7 of distortions of up to a tenth, some steps long.
      EXPECT_LT((rotated.rho[i] - A * plain.rho[i] * A.adjoint()).norm(), 1e-6 * f);
      EXPECT_LT((rotated.rhobar[i] - A * plain.rho[i].conjugate() * A.adjoint()).norm(), 1e-6 * f);
      EXPECT_LT((plain.rhobar[i] - plain.rho[i].conjugate()).norm(), 1e-15 * f);
      imaginary = larger(imaginary, rotated.rho[i].imag().norm() / f);
    }
  }
  // Guards against comparing what does not depend on the phase.
  EXPECT_GT(imaginary, 1e-4);
}

// At the end both schemes have the same matrices: diagonal in the mass basis, with the phase in U.
TEST(CpPhase, IsTheSameInBothSchemes) {
  const RunRecord &qke = run_of(delta, Scheme::qke), &atao = run_of(delta, Scheme::atao);
  EXPECT_NEAR(qke.summary.N_eff, atao.summary.N_eff, 3e-6);  // requirement 8
  EXPECT_LT((qke.summary.z_nu - atao.summary.z_nu).norm(), 1e-7);
  for (std::size_t i = 0; i < qke.y.size(); ++i) {
    const double f = 1.0 / (std::exp(qke.y[i]) + 1.0);
    // Distortions of 1e-2 f and more at high momenta; averaging is good to (H + Gamma)/V of them.
    EXPECT_LT((qke.spectra.back().rho[i] - atao.spectra.back().rho[i]).norm(), 1e-6 * f);
    EXPECT_LT((qke.spectra.back().rhobar[i] - atao.spectra.back().rhobar[i]).norm(), 1e-6 * f);
  }
}

}  // namespace
}  // namespace qke
