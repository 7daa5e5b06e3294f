// The part of a scheme's equations that all schemes share: the background made from the
// state, the slopes of z and of the components once the scheme has given the neutrinos',
// and their rows and columns of the Jacobian. Order matters: the heat that cools the
// plasma is a sum over du.
#include "evolution/kinetic_system.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/expect.hpp"
#include "base/text.hpp"
#include "flavour/hermitian.hpp"
#include "flavour/states.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

// The largest |xi| at the start; where eta is given, xi follows from it.
double largest_degeneracy(const InitialState& initial) {
  double largest = 0.0;
  for (const double xi : initial.xi) largest = std::max(largest, std::abs(xi));
  return largest;
}

bool any_needs_neutrino_energy(const Potentials& potentials) {
  return std::any_of(potentials.begin(), potentials.end(),
                     [](const auto& potential) { return potential->needs_neutrino_energy(); });
}

bool any_emits_neutrinos(const Components& components) {
  return std::any_of(components.begin(), components.end(),
                     [](const auto& component) { return component->emits_neutrinos(); });
}

}  // namespace

KineticSystem::KineticSystem(const Parameters& parameters, const SchemeUnknowns& unknowns,
                             const Threads& threads, const Additions& additions)
    : parameters_(parameters),
      grid_(parameters.grid),
      states_(number_of_states(parameters)),
      layout_(grid_.size(), static_cast<int>(unknowns.trace_weights.size())),
      plasma_(parameters.plasma, parameters.relic),
      reference_(plasma_, reheating_history(parameters, plasma_)),
      initial_(initial_state(parameters, plasma_)),
      scale_(fermi_dirac(grid_.y(), 1.0, largest_degeneracy(initial_))),
      corrections_(grid_, initial_),
      components_(joined(components(parameters, plasma_), additions.components)),
      potentials_(joined(potentials(parameters, plasma_), additions.potentials)),
      collisions_(
          joined(collision_processes(grid_, parameters,
                                     {initial_.x, constants::electron_mass / parameters.epoch.T_end_MeV,
                                      [this](double x) { return reference_.z(x); }},
                                     threads),
                 additions.processes),
          parameters.weak.G_F_per_GeV2, grid_.size()),
      potentials_need_neutrino_energy_(any_needs_neutrino_energy(potentials_)),
      neutrinos_are_emitted_(any_emits_neutrinos(components_)),
      scheme_block_(layout_.add(unknowns.block_name, unknowns.block_size)),
      neutrino_energy_(grid_, scale_, layout_, unknowns.trace_weights, corrections_.energy()) {
  for (const auto& component : components_) {
    component_blocks_.push_back(layout_.add(component->name(), component->unknowns()));
  }
}

double KineticSystem::s_start() const { return std::log(initial_.x); }
double KineticSystem::s_end() const {
  return std::log(constants::electron_mass / parameters_.epoch.T_end_MeV);
}

Eigen::VectorXd KineticSystem::initial_vector() const {
  Eigen::VectorXd unknowns = Eigen::VectorXd::Zero(layout_.temperature() - first_component_unknown());
  Eigen::Index place = 0;
  for (const auto& component : components_) {
    unknowns.segment(place, component->unknowns()) =
        component->start(s_start(), constants::electron_mass / initial_.x);
    place += component->unknowns();
  }
  return state_vector(s_start(), initial_.z, initial_density_matrices(initial_, grid_, states_), unknowns);
}

Eigen::VectorXd KineticSystem::component_unknowns(ConstVector u) const {
  return u.segment(first_component_unknown(), layout_.temperature() - first_component_unknown());
}

Eigen::VectorXd KineticSystem::state_vector(double s, double z, const StateDensities& rho,
                                            const Eigen::VectorXd& component_unknowns) const {
  Eigen::VectorXd u = Eigen::VectorXd::Zero(dimension());
  u(layout_.temperature()) = z / reference_.z(std::exp(s)) - 1.0;
  u.segment(first_component_unknown(), component_unknowns.size()) = component_unknowns;
  // A scheme's basis depends on z and on the components: these come first.
  set_neutrinos(background(s, u), rho, u);
  return u;
}

Background KineticSystem::background(double s, ConstVector u) const {
  Background b = background_of_plasma(s, 1.0 + u(layout_.temperature()), plasma_, reference_);
  b.rho_nu = neutrino_energy_.density(b.T_cm, u);
  complete_background(components_, component_blocks_, u, b);
  return b;
}

double KineticSystem::neutrino_heating(double s, ConstVector du) const {
  return neutrino_energy_.heating(constants::electron_mass * std::exp(-s), du);
}

void KineticSystem::rhs(double s, ConstVector u, Vector du) {
  QKE_EXPECT(u.size() == dimension() && du.size() == dimension());
  const Background b = background(s, u);
  neutrino_rhs(b, u, du);
  set_other_slopes(b, u, du);
}

// dT_gamma/ds = -[3 (rho + P) + Q]/(drho/dT) with Q from all that neutrinos gain less all
// that components give (cosmology/temperature.hpp): of the latter neutrinos have taken
// their part already. du of z is zeroed first, as Q is a sum over all of du.
void KineticSystem::set_other_slopes(const Background& b, ConstVector u, Vector du) const {
  du(layout_.temperature()) = 0.0;
  const double released = set_component_slopes(components_, component_blocks_, b, u, du);
  const double T_slope = temperature_slope(b.plasma, neutrino_heating(b.s, du) - released);
  du(layout_.temperature()) = reference_.ratio_slope(b, T_slope);
}

// The row of z: d(z/z_reference)/ds = ... - Q/(T_cm drho/dT z_reference), where
// Q = T_cm^4/(2 pi^2) x (the row that heating_row() sums). Its coefficient is `factor`.
// The columns of z and of the components change everything (H, rates, V): forward
// differences.
void KineticSystem::fill_other_rows_and_columns(const Background& b, ConstVector u, ConstVector du,
                                                Matrix J) {
  const int temperature = layout_.temperature();
  const double factor = -std::pow(b.T_cm, 3) / (2.0 * constants::pi * constants::pi) /
                        b.plasma.heat_capacity / reference_.z(b.x);
  J.row(temperature).head(temperature) = factor * neutrino_energy_.heating_row(J).head(temperature);
  for (int column = first_component_unknown(); column < temperature; ++column) {
    fill_column(column, 1e-5 * std::max(std::abs(u(column)), 1e-5), b.s, u, du, J);
  }
  fill_column(temperature, 1e-5, b.s, u, du, J);
}

void KineticSystem::fill_column(int column, double change, double s, ConstVector u, ConstVector du,
                                Matrix J) {
  Eigen::VectorXd shifted = u, shifted_rhs(dimension());
  shifted(column) += change;
  rhs(s, shifted, shifted_rhs);
  J.col(column) = (shifted_rhs - du) / change;
}

// y = 3 stands for the spectrum: the mean momentum of Fermi-Dirac neutrinos is 3.15.
double KineticSystem::self_over_vacuum(const Background& b, const StateDensities& rho) const {
  if (!self_interaction_is_on(parameters_)) return 0.0;
  const double y = 3.0;
  const PotentialOfMomentum<3> potential(interactions(potentials_, b, {}, 3));
  const Matrix3 V = vacuum_hamiltonian<3>(mass_squared_matrix(parameters_.mixing), y, b.T_cm) + potential(y);
  const Matrix3 J = self_hamiltonian<3>(b.T_cm, as_fixed<3>(rho.nu), as_fixed<3>(rho.bar));
  return traceless<3>(J).norm() / traceless<3>(V).norm();
}

std::string KineticSystem::component_name(int component) const {
  if (component == layout_.temperature()) return "z";
  for (const StateBlock& block : layout_.blocks()) {
    if (component < block.first || component >= block.first + block.size) continue;
    return block.name + " (" + std::to_string(component - block.first + 1) + ")";
  }
  const int node = component / layout_.per_node();
  return node_component_name(component % layout_.per_node()) + " at y = " + with_decimals(grid_.y(node), 6);
}

}  // namespace qke
