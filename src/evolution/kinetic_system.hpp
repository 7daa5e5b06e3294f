// The base of all schemes: the ingredients, and the equations in s = ln x, x = m_e/T_cm,
//   d(neutrinos)/ds by the scheme,  d(components)/ds,  d(z/z_reference)/ds by their heat,
// with z = T_gamma/T_cm and its value z_reference without heat exchange (docs/physics.md,
// "State and error control").
//
// State: for every node the components of rho/scale - 1 in the scheme's own basis, then
// the blocks of the scheme and of the components, and last z/z_reference - 1;
// scale = 1/(e^{y - xi} + 1) for the largest |xi|. Without asymmetry all components are
// small, so that tolerances act on the distortions.
#pragma once

#include <cmath>
#include <optional>

#include "collisions/collision_integral.hpp"
#include "cosmology/background.hpp"
#include "cosmology/initial_state.hpp"
#include "evolution/additions.hpp"
#include "evolution/neutrino_energy.hpp"
#include "flavour/hermitian.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/momentum_grid.hpp"
#include "model/state_layout.hpp"
#include "numerics/ode_system.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/potentials.hpp"
#include "qke/parameters.hpp"

namespace qke {

// The unknowns that a scheme has.
struct SchemeUnknowns {
  Eigen::VectorXd trace_weights;  // of the components of a node in Tr(rho + rhobar)/scale - 2 N
  std::string block_name = {};    // of a block of its own
  int block_size = 0;
};

// trace_weights of a node that has the components of rho, then those of rhobar.
template <int N>
Eigen::VectorXd weights_of_both_traces() {
  constexpr int components = hermitian_components<N>;
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(Eigen::Index{2} * components);
  weights.segment<N>(0).setOnes();
  weights.segment<N>(components).setOnes();
  return weights;
}

class KineticSystem : public virtual OdeSystem {
 public:
  KineticSystem(const Parameters& parameters, const SchemeUnknowns& unknowns, const Threads& threads,
                const Additions& additions);

  // This system, as its integrator takes it.
  virtual SolvableSystem solvable() = 0;
  int dimension() const override { return layout_.dimension(); }
  void rhs(double s, ConstVector u, Vector du) override;
  std::string component_name(int component) const override;

  virtual Eigen::VectorXd initial_vector() const;
  // The state with these density matrices, the components' unknowns, and this z.
  Eigen::VectorXd state_vector(double s, double z, const StateDensities& rho,
                               const Eigen::VectorXd& component_unknowns) const;
  Eigen::VectorXd component_unknowns(ConstVector u) const;

  // Density matrices of every node, in the flavour basis.
  virtual StateDensities densities(double s, ConstVector u) const = 0;
  // The means of mu rho and mu rhobar over directions mu; none of a system that has the mean
  // over directions alone.
  virtual std::optional<StateDensities> dipole(ConstVector /*u*/) const { return std::nullopt; }

  Background background(double s, ConstVector u) const;
  // d(rho_nu a^4)/ds/a^4 in MeV^4 for du = du/ds.
  double neutrino_heating(double s, ConstVector du) const;

  const Parameters& parameters() const { return parameters_; }
  const MomentumGrid& grid() const { return grid_; }
  const ElectromagneticPlasma& plasma() const { return plasma_; }
  const InitialState& initial() const { return initial_; }
  // 1/(e^{y - xi} + 1) of every node, with the largest |xi| of the start.
  const Eigen::ArrayXd& scale() const { return scale_; }
  const MomentCorrections& moment_corrections() const { return corrections_; }
  int states() const { return states_; }
  // |J|/|V| of the traceless parts at y = 3; 0 without J.
  double self_over_vacuum(const Background& background, const StateDensities& rho) const;

  // Asymmetry matrix int dy y^2 (rho - rhobar)/(2 pi^2) of a system that evolves it by an
  // equation of its own, and how much it differs from the one of rho and rhobar, over its
  // norm at the start.
  virtual std::optional<StateMatrix> evolved_asymmetry(ConstVector /*u*/) const { return std::nullopt; }
  virtual double asymmetry_mismatch(double /*s*/, ConstVector /*u*/) const { return 0.0; }

  // Whether the run should go on with averaged oscillations; mean_step: the mean of the
  // last steps in s (run/run.cpp), infinity between two such means.
  virtual bool averaging_is_due(double /*s*/, ConstVector /*u*/, double /*mean_step*/) const { return false; }

  // Whether the equations hold, with room to spare, for a state of these density matrices
  // that another system has reached: then a run may go over to this one.
  virtual bool holds_for(double /*s*/, const Background&, const StateDensities& /*rho*/,
                         const Eigen::VectorXd& /*component_unknowns*/) const {
    return false;
  }

  double s_start() const;
  double s_end() const;

 protected:
  // The scheme's part of the equations: du of all its components.
  virtual void neutrino_rhs(const Background& background, ConstVector u, Vector du) const = 0;
  // The components of the scheme for these density matrices (flavour basis).
  virtual void set_neutrinos(const Background& background, const StateDensities& rho, Vector u) const = 0;
  // Names a component of a node, such as "rho_ee".
  virtual std::string node_component_name(int component) const = 0;

  // du of the components and of z, from the heat that du gives to the neutrinos.
  void set_other_slopes(const Background& background, ConstVector u, Vector du) const;

  bool potentials_need_neutrino_energy() const { return potentials_need_neutrino_energy_; }
  bool neutrinos_are_emitted() const { return neutrinos_are_emitted_; }
  // drho/ds by what the components emit, of every node, flavour basis; empty where none emits.
  template <int N, class Scalar = std::complex<double>>
  MatrixField<N, Scalar> emission(const Background& background, ConstVector u) const;

  // Empty where no potential needs anything of the neutrinos.
  // rho.bar is empty where antineutrinos are equal.
  template <int N, class Scalar>
  NeutrinoMoments moments_for_potentials(double T_cm, const DensityMatrices<N, Scalar>& rho) const;
  // The self-interaction J in MeV: zero where it is left out.
  template <int N>
  FlavourMatrix<N> self_hamiltonian(double T_cm, const MatrixField<N>& rho,
                                    const MatrixField<N>& rhobar) const;

  // The row of the temperature, from the others: how the heat given to the neutrinos by
  // each component cools the plasma. The columns of all that belongs to no node but the
  // scheme's own block, by difference quotients.
  void fill_other_rows_and_columns(const Background& background, ConstVector u, ConstVector du, Matrix J);

  StateBlock scheme_block() const { return scheme_block_; }

  Parameters parameters_;
  MomentumGrid grid_;
  int states_;
  StateLayout layout_;
  ElectromagneticPlasma plasma_;
  DecoupledTemperature reference_;
  InitialState initial_;
  Eigen::ArrayXd scale_;
  MomentCorrections corrections_;
  Components components_;
  Potentials potentials_;
  CollisionIntegral collisions_;

 private:
  // The components' unknowns stand between the scheme's own block and z.
  int first_component_unknown() const { return scheme_block_.first + scheme_block_.size; }
  void fill_column(int column, double change, double s, ConstVector u, ConstVector du, Matrix J);

  bool potentials_need_neutrino_energy_, neutrinos_are_emitted_;
  StateBlock scheme_block_;
  ComponentBlocks component_blocks_;
  NeutrinoEnergy neutrino_energy_;
};

template <int N, class Scalar>
MatrixField<N, Scalar> KineticSystem::emission(const Background& background, ConstVector u) const {
  if (!neutrinos_are_emitted_) return {};
  const Component::Emission of_node = neutrino_emission(components_, component_blocks_, grid_, background, u);
  MatrixField<N, Scalar> slopes(grid_.size(), FlavourMatrix<N, Scalar>::Zero());
  for (int i = 0; i < grid_.size(); ++i) {
    for (int a = 0; a < active_flavours; ++a) slopes[i](a, a) = of_node(i, a);
  }
  return slopes;
}

template <int N, class Scalar>
NeutrinoMoments KineticSystem::moments_for_potentials(double T_cm,
                                                      const DensityMatrices<N, Scalar>& rho) const {
  if (!potentials_need_neutrino_energy_) return {};
  const MatrixField<N, Scalar>& bar = rho.bar.empty() ? rho.nu : rho.bar;
  FlavourMatrix<N, Scalar> energy = FlavourMatrix<N, Scalar>::Zero();
  for (int i = 0; i < grid_.size(); ++i) energy += std::pow(grid_.y(i), 3) * (rho.nu[i] + bar[i]);
  return {grid_.step() * std::pow(T_cm, 4) / (2.0 * constants::pi * constants::pi) *
          energy.template cast<std::complex<double>>()};
}

template <int N>
FlavourMatrix<N> KineticSystem::self_hamiltonian(double T_cm, const MatrixField<N>& rho,
                                                 const MatrixField<N>& rhobar) const {
  FlavourMatrix<N> asymmetry = FlavourMatrix<N>::Zero();
  if (!self_interaction_is_on(parameters_)) return asymmetry;
  for (int i = 0; i < grid_.size(); ++i) asymmetry += grid_.y(i) * grid_.y(i) * (rho[i] - rhobar[i]);
  return self_coupling(parameters_.weak, T_cm) * grid_.step() *
         self_interaction<N>(active_block<N, std::complex<double>>(asymmetry));
}

}  // namespace qke
