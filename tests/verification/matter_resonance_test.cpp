// Flavour conversion in a changing medium (MSW) against the formulas for two flavours.
//
// theta12 = theta23 = 0 leaves nu_e and nu_tau mixed by theta = theta13, and nu_mu apart.
// In a thermal plasma V_ee = -A is negative for neutrinos and antineutrinos alike, and
// the Hamiltonian of (e, tau) is, up to its trace and with D = dm2_31/(2 y T_cm),
//   (D_m/2) [[-cos 2theta_m, sin 2theta_m], [sin 2theta_m, cos 2theta_m]],
//   D_m cos 2theta_m = D cos 2theta + A,   D_m sin 2theta_m = D sin 2theta:
// it has a resonance, cos 2theta_m = 0, for the inverted ordering (D < 0) only.
#include <gtest/gtest.h>

#include <cmath>

#include "evolution/schemes.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"
#include "oscillations/potentials.hpp"
#include "support/evolution.hpp"
#include "support/runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

constexpr double y = 3.0, T_cm = 5.0;

// Of e+- at T_gamma = T_cm.
Matrix3 potential_of_electrons() {
  const Parameters parameters;
  Background b;
  b.T_cm = b.T_gamma = T_cm;
  const Potentials list = potentials(parameters, ElectromagneticPlasma(parameters.plasma));
  return PotentialOfMomentum<3>(interactions(list, b, {}, 3))(y);
}

// The medium changes so that A = A_res (1 - s/S) for s = -S ... S, where A_res = |D| cos 2theta and s is the
// time in units of 1/|D|: from twice the resonant density to the vacuum.
struct Ramp {
  double sin2_theta, dm2_31_eV2, S;

  double sin2() const { return 2.0 * std::sqrt(sin2_theta * (1.0 - sin2_theta)); }
  double cos2() const { return 1.0 - 2.0 * sin2_theta; }
  double sign() const { return dm2_31_eV2 > 0.0 ? 1.0 : -1.0; }
  double A(double s) const { return cos2() * (1.0 - s / S); }  // over |D|

  MixingParameters mixing() const { return {0.0, sin2_theta, 0.0, 7.53e-5, dm2_31_eV2, 0.0}; }

  // V/|D| of the library, with the enthalpy of e+- scaled to what makes this A.
  Matrix3 hamiltonian(double s) const {
    static const Matrix3 potential = potential_of_electrons();
    static const double enthalpy_at_T_cm = ElectromagneticPlasma({}).electron_enthalpy_density(T_cm);
    const double D = 1e-12 * std::abs(dm2_31_eV2) / (2.0 * y * T_cm);
    const double m_W = 80379.0, G_F = 1.1663787e-11;
    const double enthalpy = A(s) * D * m_W * m_W / (2.0 * std::sqrt(2.0) * G_F * y * T_cm);
    const Matrix3 vacuum = vacuum_hamiltonian<3>(mass_squared_matrix(mixing()), y, T_cm);
    return (vacuum + enthalpy / enthalpy_at_T_cm * potential) / D;
  }

  // The state of lower energy: (1 + cos 2theta_m sigma_z - sin 2theta_m sigma_x)/2 in (e, tau).
  Matrix3 lower_state(double s) const {
    const double c = sign() * cos2() + A(s), b = sign() * sin2();
    const double D_m = std::hypot(c, b);
    Matrix3 X = Matrix3::Zero();
    X(0, 0) = 0.5 * (1.0 + c / D_m);
    X(2, 2) = 0.5 * (1.0 - c / D_m);
    X(0, 2) = X(2, 0) = -0.5 * b / D_m;
    return X;
  }

  // gamma = |D| sin^2 2theta/(cos 2theta |dlnA/dt|) at the resonance.
  double adiabaticity() const { return sin2() * sin2() / cos2() * S; }
};

// Slow change: the state keeps its energy level. With gamma = 178 it lags behind by an angle of 1/gamma,
// which changes the populations by 1/(2 gamma^2) = 2e-5.
TEST(MatterResonance, IsFollowedAdiabatically) {
  constexpr double lag = 1.5e-4;
  for (const double dm2_31 : {-2.53e-3, 2.53e-3}) {
    const Ramp ramp{0.0218, dm2_31, 2000.0};
    ASSERT_GT(ramp.adiabaticity(), 150.0);
    PrecessingMode mode([&](double s) { return ramp.hamiltonian(s); });
    Matrix3 rho = ramp.lower_state(-ramp.S);
    double s = -ramp.S;
    for (const double next : {-0.5, -0.1, -0.02, 0.0, 0.03, 0.2, 0.6, 1.0}) {
      rho = solve(mode, s, rho, next * ramp.S, tight(1e-8, 1e-9));
      s = next * ramp.S;
      const Matrix3 expected = ramp.lower_state(s);
      EXPECT_NEAR(rho(0, 0).real(), expected(0, 0).real(), lag) << "s/S = " << next;
      EXPECT_NEAR(rho(2, 2).real(), expected(2, 2).real(), lag) << "s/S = " << next;
      EXPECT_NEAR(rho(0, 2).real(), expected(0, 2).real(), lag) << "s/S = " << next;
      // nu_mu has no part in it.
      EXPECT_EQ(rho(1, 1).real(), 0.0);
      EXPECT_EQ(std::abs(rho(0, 1)) + std::abs(rho(1, 2)), 0.0);
    }
    // What was nu_e nearly converts to the other flavour through the resonance; without one it does not.
    EXPECT_NEAR(rho(0, 0).real(), dm2_31 < 0.0 ? 0.0218 : 1.0 - 0.0218, lag);
  }
}

// Fast change: the level is left with probability exp(-pi gamma/2) (Landau 1932, Zener 1932; for neutrinos
// [P86]). The formula holds for an infinite ramp; this one ends where the
// splitting is 1/sin 2theta = 35 times the gap, which leaves theta_m'/D_m = sin 2theta/(2 S) < 6e-5 at both
// ends.
TEST(MatterResonance, IsCrossedWithTheLandauZenerProbability) {
  const double sin2_theta = 2e-4;
  for (const double gamma : {0.2, 0.5, 1.2}) {
    const double S = gamma / Ramp{sin2_theta, -2.53e-3, 1.0}.adiabaticity();
    const Ramp ramp{sin2_theta, -2.53e-3, S};
    ASSERT_NEAR(ramp.adiabaticity(), gamma, 1e-12);
    PrecessingMode mode([&](double s) { return ramp.hamiltonian(s); });
    const Matrix3 rho = solve(mode, -S, ramp.lower_state(-S), S, tight(1e-10, 1e-12));
    const double stays = (rho * ramp.lower_state(S)).trace().real();
    EXPECT_NEAR(1.0 - stays, std::exp(-0.5 * pi * gamma), 2e-4) << "gamma = " << gamma;
  }
}

// The real system with all three flavours, matter on and collisions off, from 60 MeV, where flavour states
// are eigenstates of V up to vacuum/matter = 1e-6, to 0.1 MeV, where mass states are. V/H is 1e4 or more at
// every crossing: a small excess of nu_e, the state of lowest energy at the start, is carried to the mass
// state of lowest energy at the end, nu_1 in normal and nu_3 in inverted ordering.
TEST(MatterResonance, CarriesElectronNeutrinosToTheLightestState) {
  for (const double dm2_31 : {2.53e-3, -2.46e-3}) {
    Parameters parameters = small_grid(Scheme::qke, 8, 12.0);
    parameters.epoch = {60.0, 0.1};
    parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
    parameters.mixing.dm2_31_eV2 = dm2_31;
    const auto system = make_kinetic_system(parameters);
    const StateLayout layout{8, hermitian_components<3>};
    const double excess = 1e-2;
    const Matrix3 U = pmns_matrix(parameters.mixing);
    Matrix3 nu_e = Matrix3::Zero();
    nu_e(0, 0) = excess;
    Eigen::VectorXd u = system->initial_vector();
    for (int i = 0; i < layout.nodes(); ++i) {
      u.segment<hermitian_components<3>>(layout.index(i, 0)) += to_components<3>(U.adjoint() * nu_e * U);
    }
    // Order 2: the only BDF orders that do not amplify fast oscillations are 1 and 2.
    const Eigen::VectorXd end = solve(*system, system->s_start(), u, system->s_end(), tight(1e-6, 1e-9, 2));
    const int lightest = dm2_31 > 0.0 ? 0 : 2;
    for (int i = 0; i < layout.nodes(); ++i) {
      Matrix3 expected = Matrix3::Zero();
      expected(lightest, lightest) = excess;
      const Matrix3 found = to_matrix<3>(end.segment<hermitian_components<3>>(layout.index(i, 0)));
      EXPECT_LT((found - expected).norm(), 1e-3 * excess) << "node " << i << "\n" << found;
    }
  }
}

}  // namespace
}  // namespace qke
