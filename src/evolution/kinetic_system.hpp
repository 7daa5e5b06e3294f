// What all schemes share: the ingredients, the state of the background, and the equation of the temperature.
//
// State: for every node the components of rho/scale - 1 in the scheme's own basis, and last z/z_reference -
// 1, with scale = 1/(e^{y - xi} + 1) for the largest |xi|. Without asymmetry everything evolved is small, so
// that tolerances act on the distortions (docs/physics.md, "State and error control").
#pragma once

#include <array>
#include <optional>

#include "collisions/collision_integral.hpp"
#include "components/plasma/electromagnetic_plasma.hpp"
#include "cosmology/initial_state.hpp"
#include "cosmology/temperature.hpp"
#include "model/momentum_grid.hpp"
#include "model/state_layout.hpp"
#include "numerics/ode_system.hpp"
#include "qke/parameters.hpp"

namespace qke {

// T_cm below which collisions are too slow for what they do with flavours to be seen (docs/asymmetries.md).
constexpr double collisions_matter_above_MeV = 1.0;

// Everything but the neutrinos' flavour at one moment.
struct Background {
  double x = 0, T_cm = 0;  // MeV
  double z = 0, T_gamma = 0;
  PlasmaState plasma;
  double rho_nu = 0;    // MeV^4, all neutrinos and antineutrinos
  double rho_dark = 0;  // MeV^4, dark radiation
  double hubble = 0;    // MeV
};

class KineticSystem : public virtual OdeSystem {
 public:
  // Unknowns: see StateLayout.
  KineticSystem(const Parameters& parameters, int components_per_node, const Threads& threads,
                int collective_components = 0);

  // This system, as its integrator takes it.
  virtual SolvableSystem solvable() = 0;
  int dimension() const override { return layout_.dimension(); }
  void rhs(double s, ConstVector u, Vector du) override;
  std::string component_name(int component) const override;

  Eigen::VectorXd initial_vector() const { return initial_state_vector(); }
  // The state with these density matrices and this z.
  Eigen::VectorXd state_vector(double s, double z, const DensityMatrices<std::complex<double>>& rho) const;

  // Density matrices in the flavour basis.
  virtual MatrixField<std::complex<double>> rho(double s, ConstVector u) const = 0;
  virtual MatrixField<std::complex<double>> rhobar(double s, ConstVector u) const = 0;

  Background background(double s, ConstVector u) const;
  // d(rho_nu a^4)/ds/a^4 in MeV^4 for du = du/ds.
  double neutrino_heating(double s, ConstVector du) const;

  const Parameters& parameters() const { return parameters_; }
  const MomentumGrid& grid() const { return grid_; }
  const ElectromagneticPlasma& plasma() const { return plasma_; }
  const InitialState& initial() const { return initial_; }
  // moment_correction() of a flavour of neutrinos or, with bar, antineutrinos: number (power 2), energy (3).
  double moment_correction_of(int power, bool bar, int flavour) const {
    return corrections_[power - 2][bar ? 1 : 0][flavour];
  }
  // The self-interaction J: zero where it is left out.
  Matrix3 self_hamiltonian(const Background& background, const MatrixField<std::complex<double>>& rho,
                           const MatrixField<std::complex<double>>& rhobar) const;
  // |J|/|V| of the traceless parts at y = 3.
  double self_over_vacuum(double s, ConstVector u) const;

  // Asymmetry matrix int dy y^2 (rho - rhobar)/(2 pi^2) of a system that evolves it by an equation of its
  // own, and by how much it differs from that of rho and rhobar, over its norm at the start.
  virtual std::optional<Matrix3> evolved_asymmetry(ConstVector /*u*/) const { return std::nullopt; }
  virtual double asymmetry_mismatch(double /*s*/, ConstVector /*u*/) const { return 0.0; }

  // Whether the run should go on with averaged oscillations; mean_step: what the integrator's steps have come
  // down to, infinity where that was not looked at.
  virtual bool averaging_is_due(double /*s*/, ConstVector /*u*/, double /*mean_step*/) const { return false; }

  double s_start() const;
  double s_end() const;

 protected:
  virtual Eigen::VectorXd initial_state_vector() const {
    return state_vector(s_start(), initial_.z, initial_density_matrices());
  }
  DensityMatrices<std::complex<double>> initial_density_matrices() const;

  // dz of the state, from the heat that du gives to the neutrinos.
  void set_temperature_slope(double s, const Background& background, Vector du) const;

  // The scheme's part of the equations: du of all components of the neutrinos.
  virtual void neutrino_rhs(const Background& background, ConstVector u, Vector du) const = 0;
  // The components of the scheme for these density matrices (flavour basis).
  virtual void set_neutrinos(const Background& background, const DensityMatrices<std::complex<double>>& rho,
                             Vector u) const = 0;
  // Components of the state whose sum is Tr(rho + rhobar)/scale - 6 at a node, times their weight.
  virtual Eigen::VectorXd trace_weights() const = 0;
  // Names the component of a node, such as "rho_ee", and one that belongs to no node.
  virtual std::string node_component_name(int component) const = 0;
  virtual std::string collective_component_name(int component) const { return std::to_string(component); }

  // The charged-lepton source of the Hamiltonian, flavour basis, and with it that of the neutrinos' own
  // energy.
  Matrix3 matter_source_of(const Background& background) const;
  Matrix3 matter_source_of(const Background& background, const MatrixField<std::complex<double>>& rho,
                           const MatrixField<std::complex<double>>& rhobar) const;

  // V of every node in MeV, flavour basis.
  MatrixField<std::complex<double>> flavour_hamiltonian(
      const Background& background, const MatrixField<std::complex<double>>& rho,
      const MatrixField<std::complex<double>>& rhobar) const;
  // E of the electrons' asymmetry (mean_field.eta_b), with the sign of J.
  Matrix3 electron_asymmetry(const Background& background) const;

  // The criterion of averaging_is_due() for systems that resolve the oscillations of an asymmetry.
  bool oscillations_only_average(double s, ConstVector u, double mean_step) const;

  // The last row of the Jacobian, from the others: how the heat given to the neutrinos by each component
  // cools the plasma. The last column by one difference quotient.
  void fill_temperature_row(const Background& background, Matrix J) const;
  void fill_temperature_column(double s, ConstVector u, ConstVector du, Matrix J);

  Parameters parameters_;
  MomentumGrid grid_;
  StateLayout layout_;
  ElectromagneticPlasma plasma_;
  DecoupledTemperature reference_;
  InitialState initial_;
  Eigen::ArrayXd scale_;  // 1/(e^{y - xi} + 1) with the largest |xi|
  CollisionIntegral collisions_;
  Matrix3 mass_squared_;  // flavour basis, MeV^2

 private:
  double occupation_energy(ConstVector u) const;  // h sum y^3 scale (sum of trace components)
  std::array<std::array<std::array<double, 3>, 2>, 2> corrections_{};  // see moment_correction_of()
  double energy_correction_ = 0;                                       // of the six species
};

}  // namespace qke
