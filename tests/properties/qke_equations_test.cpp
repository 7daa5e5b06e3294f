// The right-hand side of scheme qke against the full equations for rho and rhobar
// (docs/physics.md, "Kinetic equations"), on random density matrices.
//
// The scheme evolves one matrix per node, in the mass basis of real mixing. They stand
// for two, in the flavour basis and with the CP phase in V:
//   drho/ds = -(i/H)[V, rho] + C/H,   drhobar/ds = +(i/H)[V, rhobar] + Cbar/H.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/constants.hpp"
#include "oscillations/mixing.hpp"
#include "support/runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;
using std::numbers::pi;

// One case: what differs from the standard physics.
struct Variant {
  double delta, dm2_31;
  bool matter, neutrino_energy;
};
constexpr std::array variants{Variant{0.0, 2.53e-3, true, false}, Variant{1.36 * pi, 2.53e-3, true, false},
                              Variant{-0.7, -2.46e-3, true, true}, Variant{2.0, 2.53e-3, false, true},
                              Variant{1.36 * pi, 2.53e-3, false, false}};

Parameters parameters_of(const Variant& variant) {
  Parameters parameters = small_grid(Scheme::qke, 9, 13.0);
  parameters.epoch = {6.0, 1.0};
  parameters.mixing.delta_cp_rad = variant.delta;
  parameters.mixing.dm2_31_eV2 = variant.dm2_31;
  parameters.mean_field.matter = variant.matter;
  parameters.mean_field.neutrino_energy = variant.neutrino_energy;
  return parameters;
}

// Far from equilibrium: distortions of ten per cent, another at every node.
Eigen::VectorXd random_vector(const KineticSystem& system, unsigned number) {
  Random random(seed(number));
  Eigen::VectorXd u(system.dimension());
  const StateLayout layout{system.grid().size(), hermitian_components<3>};
  for (int i = 0; i < layout.nodes(); ++i) {
    u.segment<hermitian_components<3>>(layout.index(i, 0)) = to_components<3>(0.1 * random_hermitian(random));
  }
  u(layout.temperature()) = -3e-4;
  return u;
}

Complex commutator_sign(bool antineutrinos) { return {0.0, antineutrinos ? 1.0 : -1.0}; }

// V of docs/physics.md, "Hamiltonian", written out.
Matrix3 hamiltonian(const KineticSystem& system, const Background& b, double y, const Field& rho,
                    const Field& rhobar) {
  const Parameters& parameters = system.parameters();
  const double G_F = 1.1663787e-11, m_W = 80379.0, m_Z = 91187.6;  // MeV
  Matrix3 source = Matrix3::Zero();
  if (parameters.mean_field.matter) {
    source(0, 0) = system.plasma().electron_enthalpy_density(b.T_gamma) / (m_W * m_W);
  }
  if (parameters.mean_field.neutrino_energy) {
    const Matrix3 energy = system.grid().step() * std::pow(b.T_cm, 4) / (2.0 * pi * pi) *
                           (moment(system.grid(), rho, 3) + moment(system.grid(), rhobar, 3));
    source += 4.0 / 3.0 / (m_Z * m_Z) * energy;
  }
  return mass_squared_matrix(parameters.mixing) / (2.0 * y * b.T_cm) -
         2.0 * std::sqrt(2.0) * G_F * y * b.T_cm * source;
}

TEST(QkeEquations, AreThoseOfNeutrinosAndAntineutrinosInTheFlavourBasis) {
  for (const Variant& variant : variants) {
    SCOPED_TRACE("delta " + std::to_string(variant.delta));
    const Parameters parameters = parameters_of(variant);
    const auto system = make_kinetic_system(parameters);
    const Eigen::VectorXd u = random_vector(*system, 11);
    const double s = std::log(constants::electron_mass / 3.0);
    const Background b = system->background(s, u);
    Eigen::VectorXd du(u.size());
    system->rhs(s, u, du);

    // rho is linear in u: its derivative is a difference.
    const Field rho = rho_of(*system, s, u), rhobar = rhobar_of(*system, s, u);
    const Field moved = rho_of(*system, s, u + du), moved_bar = rhobar_of(*system, s, u + du);

    const DecoupledTemperature reference(system->plasma());
    const CollisionRange range{system->initial().x, constants::electron_mass / parameters.epoch.T_end_MeV,
                               [&](double x) { return reference.z(x); }};
    const CollisionIntegral collisions(collision_processes(system->grid(), parameters, range, one_thread()),
                                       parameters.weak.G_F_per_GeV2, system->grid().size());
    const State both{rho, rhobar};
    const CollisionRates rates =
        collisions.rates(b, active_densities<3, Complex>(both, AntineutrinoRelation::independent));
    const Field C = collision_terms(rates.nu, rho), C_bar = collision_terms(rates.bar, rhobar);
    const double unit = 1.1663787e-11 * 1.1663787e-11 * std::pow(b.T_cm, 5);
    for (int i = 0; i < system->grid().size(); ++i) {
      const Matrix3 V = hamiltonian(*system, b, system->grid().y(i), rho, rhobar);
      const Matrix3 expected = (commutator_sign(false) * (V * rho[i] - rho[i] * V) + unit * C[i]) / b.hubble;
      const Matrix3 expected_bar =
          (commutator_sign(true) * (V * rhobar[i] - rhobar[i] * V) + unit * C_bar[i]) / b.hubble;
      // Rounding of V/H, some 1e4; the collision term alone is ten times H or more.
      EXPECT_LT((moved[i] - rho[i] - expected).norm(), 1e-11 * expected.norm()) << "node " << i;
      EXPECT_LT((moved_bar[i] - rhobar[i] - expected_bar).norm(), 1e-11 * expected_bar.norm())
          << "node " << i;
      EXPECT_GT((unit * C[i]).norm() / b.hubble, 1e-8 * expected.norm());
    }
  }
}

// The energy that neutrinos gain per e-fold is what the plasma loses (docs/physics.md,
// "Expansion and temperature"): dT/ds = -[3 (rho + P) + Q]/(drho/dT), Q from the trace of both C.
TEST(QkeEquations, TakeTheHeatOfNeutrinosFromThePlasma) {
  const auto system = make_kinetic_system(parameters_of(variants[0]));
  const Eigen::VectorXd u = random_vector(*system, 5);
  const double s = std::log(constants::electron_mass / 3.0);
  const Background b = system->background(s, u);
  Eigen::VectorXd du(u.size());
  system->rhs(s, u, du);
  const Field rho = rho_of(*system, s, u), moved = rho_of(*system, s, u + du);
  double Q = 0.0;
  for (int i = 0; i < system->grid().size(); ++i) {
    Q += 2.0 * std::pow(system->grid().y(i), 3) * (moved[i] - rho[i]).trace().real();
  }
  Q *= system->grid().step() * std::pow(b.T_cm, 4) / (2.0 * pi * pi);
  EXPECT_NEAR(system->neutrino_heating(s, du) / Q, 1.0, 1e-9);
  // z = z_ref(x) (1 + u_T) along the tangent; z_ref by a difference quotient.
  const double T_slope = -(3.0 * (b.plasma.energy_density + b.plasma.pressure) + Q) / b.plasma.heat_capacity;
  const auto T_gamma = [&](double at) { return system->background(at, u + (at - s) * du).T_gamma; };
  const double step = 1e-4;
  EXPECT_NEAR((T_gamma(s + step) - T_gamma(s - step)) / (2.0 * step) / T_slope, 1.0, 1e-7);
}

// The relation between rho and rhobar, whatever the phase: A^dagger rhobar A = (A^dagger rho A)^*, A = R23 S
// R23^T (docs/physics.md, "qke without asymmetries").
TEST(QkeEquations, KeepAntineutrinosConjugateButForTheRotation) {
  const double delta = 1.36 * pi;
  const auto system = make_kinetic_system(parameters_of({delta, 2.53e-3, true, false}));
  const Eigen::VectorXd u = random_vector(*system, 3);
  const double s23 = std::sqrt(0.545), c23 = std::sqrt(1.0 - 0.545);
  Matrix3 R = Matrix3::Identity(), S = Matrix3::Identity();
  R(1, 1) = R(2, 2) = c23;
  R(1, 2) = s23;
  R(2, 1) = -s23;
  S(2, 2) = std::polar(1.0, delta);
  const Matrix3 A = R * S * R.transpose();
  const Field rho = rho_of(*system, 0.0, u), rhobar = rhobar_of(*system, 0.0, u);
  for (int i = 0; i < system->grid().size(); ++i) {
    const Matrix3 plain = A.adjoint() * rho[i] * A, plain_bar = A.adjoint() * rhobar[i] * A;
    EXPECT_LT((plain_bar - plain.conjugate()).norm(), 1e-14);
    EXPECT_GT((rhobar[i] - rho[i].conjugate()).norm(), 1e-3 * rho[i].norm());
  }
}

}  // namespace
}  // namespace qke
