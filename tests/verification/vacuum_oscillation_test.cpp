// Vacuum oscillations against closed formulas: one momentum mode at rest, and all modes
// of the real system in the expanding universe. No collisions, no matter.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "evolution/schemes.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"
#include "support/evolution.hpp"
#include "support/integration.hpp"
#include "support/runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

// Measured mixing; and one where nothing is small, for the CP phase.
std::vector<MixingParameters> mixings() {
  MixingParameters measured, with_phase, large;
  with_phase.delta_cp_rad = 1.36 * pi;
  large = {0.4, 0.2, 0.6, 1.1e-3, 2.53e-3, -1.0};
  MixingParameters inverted = large;
  inverted.dm2_31_eV2 *= -1.0;
  return {measured, with_phase, large, inverted};
}

// nu_alpha -> nu_beta at L/E (Giunti & Kim, Fundamentals of Neutrino Physics (2007), eq. (7.51)):
//   delta_ab - 4 sum_(i>j) Re[U*_ai U_bi U_aj U*_bj] sin^2 D_ij + 2 sum_(i>j) Im[...] sin 2 D_ij,
// D_ij = dm2_ij L/4E. `phase` is L/(4 E) in eV^-2. For antineutrinos U -> U*.
double probability(const Matrix3& U, const MixingParameters& mixing, int alpha, int beta, double phase) {
  const Vector3 m2(0.0, mixing.dm2_21_eV2, mixing.dm2_31_eV2);
  double P = alpha == beta ? 1.0 : 0.0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < i; ++j) {
      const Complex Z = std::conj(U(alpha, i)) * U(beta, i) * U(alpha, j) * std::conj(U(beta, j));
      const double D = (m2(i) - m2(j)) * phase;
      P += -4.0 * Z.real() * std::pow(std::sin(D), 2) + 2.0 * Z.imag() * std::sin(2.0 * D);
    }
  }
  return P;
}

// s = t in units of 2 y T_cm/(1e-15 MeV^2): V ds is then of order one, and dm2 L/4E = s (dm2/1e-3 eV^2)/2.
constexpr double y = 3.1, T_cm = 2.0;
constexpr double unit_of_s = 2.0 * y * T_cm / 1e-15;

Matrix3 vacuum(const MixingParameters& mixing) {
  return unit_of_s * vacuum_hamiltonian<3>(mass_squared_matrix(mixing), y, T_cm);
}

Matrix3 projector(int flavour) {
  Matrix3 X = Matrix3::Zero();
  X(flavour, flavour) = 1.0;
  return X;
}

// Tolerances of 1e-10 per step; some ten radians in a thousand steps accumulate a hundred times that.
const IntegratorOptions options = tight(1e-10, 1e-12);
constexpr double accumulated = 1e-7;

TEST(VacuumOscillation, HasTheClosedFormProbabilities) {
  for (const MixingParameters& mixing : mixings()) {
    const Matrix3 U = pmns_matrix(mixing);
    PrecessingMode neutrino([V = vacuum(mixing)](double) { return V; });
    PrecessingMode antineutrino([V = vacuum(mixing)](double) { return Matrix3(-V); });
    for (const double s : {0.7, 5.0, 12.0}) {
      for (int alpha = 0; alpha < 3; ++alpha) {
        const Matrix3 rho = solve(neutrino, 0.0, projector(alpha), s, options);
        const Matrix3 rhobar = solve(antineutrino, 0.0, projector(alpha), s, options);
        for (int beta = 0; beta < 3; ++beta) {
          SCOPED_TRACE(std::to_string(alpha) + " -> " + std::to_string(beta));
          const double phase = 0.5e3 * s;
          EXPECT_NEAR(rho(beta, beta).real(), probability(U, mixing, alpha, beta, phase), accumulated);
          EXPECT_NEAR(rhobar(beta, beta).real(), probability(U.conjugate(), mixing, alpha, beta, phase),
                      accumulated);
        }
        // A pure state stays one.
        EXPECT_LT((rho * rho - rho).norm(), accumulated);
      }
    }
  }
}

// The sign of the CP asymmetry, P(nu_mu -> nu_e) - P(nubar_mu -> nubar_e) = -16 J sin D_21 sin D_31 sin D_32
// with J = c12 s12 c23 s23 c13^2 s13 sin delta ([PDG22], section 14.2.4).
TEST(VacuumOscillation, HasTheAsymmetryOfTheCpPhase) {
  const MixingParameters mixing = mixings()[2];
  const double s12 = std::sqrt(mixing.sin2_theta12), s13 = std::sqrt(mixing.sin2_theta13),
               s23 = std::sqrt(mixing.sin2_theta23);
  const double c12 = std::sqrt(1 - s12 * s12), c13 = std::sqrt(1 - s13 * s13), c23 = std::sqrt(1 - s23 * s23);
  const double J = c12 * s12 * c23 * s23 * c13 * c13 * s13 * std::sin(mixing.delta_cp_rad);
  PrecessingMode neutrino([V = vacuum(mixing)](double) { return V; });
  PrecessingMode antineutrino([V = vacuum(mixing)](double) { return Matrix3(-V); });
  const double s = 2.0, phase = 0.5e3 * s;
  const double D21 = mixing.dm2_21_eV2 * phase, D31 = mixing.dm2_31_eV2 * phase;
  const double expected = -16.0 * J * std::sin(D21) * std::sin(D31) * std::sin(D31 - D21);
  EXPECT_GT(std::abs(expected), 0.1);
  EXPECT_NEAR(solve(neutrino, 0.0, projector(1), s, options)(0, 0).real() -
                  solve(antineutrino, 0.0, projector(1), s, options)(0, 0).real(),
              expected, accumulated);
}

// The real system: collisions and matter off, and masses so small that no mode turns more than a few times
// between 80 and 20 MeV.
Parameters free_streaming(double delta) {
  Parameters parameters = small_grid(Scheme::qke, 8, 8.0);
  parameters.epoch = {80.0, 20.0};
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  parameters.mean_field.matter = false;
  parameters.plasma.qed = Qed::none;
  parameters.mixing.dm2_21_eV2 = 4e-4;
  parameters.mixing.dm2_31_eV2 = 1.3e-3;
  parameters.mixing.delta_cp_rad = delta;
  return parameters;
}

// u with a superposition of all mass states at every node: |rho_ij| of up to 1 % of f_eq.
Eigen::VectorXd with_superpositions(const KineticSystem& system) {
  Random random(seed(7));
  Eigen::VectorXd u = system.initial_vector();
  const StateLayout layout{system.grid().size(), hermitian_components<3>};
  for (int i = 0; i < layout.nodes(); ++i) {
    HermitianVector<3> change = to_components<3>(1e-2 * random_hermitian(random));
    change.head<3>().setZero();
    u.segment<hermitian_components<3>>(layout.index(i, 0)) += change;
  }
  return u;
}

// int dm2/(2 y T_cm) ds/H in closed form: H = sqrt(8 pi^3 g/90) T^2/m_Pl with g = 2 + 7/8 (4 + 6) = 10.75
// (Kolb & Turner, The Early Universe (1990), eq. (3.62)) makes it dm2/(6 y T_cm H) - (its value at the
// start).
double phase(double dm2_MeV2, double momentum, double T_start, double T_end) {
  const auto term = [&](double T) {
    const double H = std::sqrt(8.0 * std::pow(pi, 3) * 10.75 / 90.0) * T * T / 1.220890e22;
    return dm2_MeV2 / (6.0 * momentum * T * H);
  };
  return term(T_end) - term(T_start);
}

// rho(s_end) = U e^{-i Phi} U^dagger rho(s_start) U e^{i Phi} U^dagger in the flavour basis, with the
// opposite sign of Phi for rhobar: phase and amplitude of every element at every momentum, CP phase included.
TEST(VacuumOscillation, KeepsPhaseAndAmplitudeInTheExpandingUniverse) {
  for (const double delta : {0.0, 1.36 * pi}) {
    const Parameters parameters = free_streaming(delta);
    const auto system = make_kinetic_system(parameters);
    const double s_start = system->s_start(), s_end = system->s_end();
    const Eigen::VectorXd start = with_superpositions(*system);
    const Eigen::VectorXd end = solve(*system, s_start, start, s_end, tight(1e-9, 1e-12));

    const Matrix3 U = pmns_matrix(parameters.mixing);
    const Vector3 m2 = masses_squared(parameters.mixing);
    // From nine turns of the fastest mode to a third of a turn of the slowest.
    EXPECT_GT(phase(m2(2), 1.0, 80.0, 20.0), 18.0 * pi);
    EXPECT_GT(phase(m2(1), 8.0, 80.0, 20.0), 2.0);
    const Field rho_start = rho_of(*system, s_start, start), rho_end = rho_of(*system, s_end, end);
    const Field bar_start = rhobar_of(*system, s_start, start), bar_end = rhobar_of(*system, s_end, end);
    for (int i = 0; i < system->grid().size(); ++i) {
      SCOPED_TRACE("y = " + std::to_string(system->grid().y(i)));
      Vector3 Phi;
      for (int n = 0; n < 3; ++n) Phi(n) = phase(m2(n), system->grid().y(i), 80.0, 20.0);
      const Matrix3 turn = U * (Complex(0, -1) * Phi.array()).exp().matrix().asDiagonal() * U.adjoint();
      const double size = (rho_start[i] - rho_start[i].trace() / 3.0 * Matrix3::Identity()).norm();
      // Electron mass and z - 1 change H by 1e-5 until 20 MeV: as much of a phase of up to 60 rad.
      const double tolerance = 1e-3 * size;
      EXPECT_LT((rho_end[i] - turn * rho_start[i] * turn.adjoint()).norm(), tolerance);
      EXPECT_LT((bar_end[i] - turn.adjoint() * bar_start[i] * turn).norm(), tolerance);
      // rhobar is no trivial copy: the two turn apart.
      EXPECT_GT((bar_end[i] - rho_end[i]).norm(), 0.1 * size);

      // The amplitudes alone, mass basis: nothing but the integrator's error.
      const Matrix3 before = U.adjoint() * rho_start[i] * U, after = U.adjoint() * rho_end[i] * U;
      for (int a = 0; a < 3; ++a) {
        EXPECT_NEAR(after(a, a).real(), before(a, a).real(), 1e-12);
        for (int b = 0; b < a; ++b) {
          EXPECT_NEAR(std::abs(after(a, b)), std::abs(before(a, b)), 1e-5 * size);
        }
      }
    }
  }
}

// The same phase with the Hubble rate of the system itself, where it is not that of radiation: T_cm = 2 ...
// 0.2 MeV, m_e = 0.5 MeV. d(phase)/ds = dm2 x/(2 y m_e H), integrated apart from the integrator.
TEST(VacuumOscillation, FollowsTheHubbleRateThroughAnnihilation) {
  Parameters parameters = free_streaming(0.0);
  parameters.epoch = {2.0, 0.2};
  parameters.mixing.dm2_21_eV2 = 2e-10;
  parameters.mixing.dm2_31_eV2 = 6.5e-10;
  const auto system = make_kinetic_system(parameters);
  const double s_start = system->s_start(), s_end = system->s_end();
  const Eigen::VectorXd start = with_superpositions(*system);
  const Eigen::VectorXd end = solve(*system, s_start, start, s_end, tight(1e-9, 1e-12));
  // Without collisions z/z_reference - 1 stays 0.
  ASSERT_NEAR(end(end.size() - 1), 0.0, 1e-10);
  const double per_dm2 = adaptive(
      [&](double s) {
        const Background b = system->background(s, start);
        return 1.0 / (2.0 * b.T_cm * b.hubble);
      },
      s_start, s_end, 1e-6);
  const StateLayout layout{system->grid().size(), hermitian_components<3>};
  const Vector3 m2 = masses_squared(parameters.mixing);
  for (int i = 0; i < layout.nodes(); ++i) {
    const Matrix3 before = to_matrix<3>(start.segment<hermitian_components<3>>(layout.index(i, 0)));
    const Matrix3 after = to_matrix<3>(end.segment<hermitian_components<3>>(layout.index(i, 0)));
    const double size = before.norm();
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < a; ++b) {
        const double Phi = (m2(a) - m2(b)) / system->grid().y(i) * per_dm2;
        const Complex expected = before(a, b) * std::exp(Complex(0, -Phi));
        EXPECT_LT(std::abs(after(a, b) - expected), 1e-5 * size) << i << ": " << a << b;
      }
    }
  }
}

}  // namespace
}  // namespace qke
