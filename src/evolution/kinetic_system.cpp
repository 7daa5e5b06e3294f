#include "evolution/kinetic_system.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "cosmology/expansion.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"
#include "qke/error.hpp"

namespace qke {

using constants::pi;

namespace {

double largest_degeneracy(const InitialState& initial) {
  double largest = 0.0;
  for (const double xi : initial.xi) largest = std::max(largest, std::abs(xi));
  return largest;
}

}  // namespace

KineticSystem::KineticSystem(const Parameters& parameters, int components_per_node, const Threads& threads,
                             int collective_components)
    : parameters_(parameters),
      grid_(parameters.grid),
      layout_{grid_.size(), components_per_node, collective_components},
      plasma_(parameters.plasma),
      reference_(plasma_),
      initial_(initial_state(parameters, plasma_)),
      scale_(fermi_dirac(grid_.y(), 1.0, largest_degeneracy(initial_))),
      collisions_(
          grid_, parameters, initial_.x, constants::electron_mass / parameters.epoch.T_end_MeV,
          [this](double x) { return reference_.z(x); }, threads),
      mass_squared_(mass_squared_matrix(parameters.mixing)) {
  for (int flavour = 0; flavour < 3; ++flavour) {
    for (const bool bar : {false, true}) {
      const double xi = (bar ? -1.0 : 1.0) * initial_.xi[flavour];
      for (const int power : {2, 3}) {
        corrections_[power - 2][bar ? 1 : 0][flavour] =
            moment_correction(grid_, initial_.neutrino_temperature, power, xi);
      }
      energy_correction_ += moment_correction_of(3, bar, flavour);
    }
  }
}

double KineticSystem::s_start() const { return std::log(initial_.x); }
double KineticSystem::s_end() const {
  return std::log(constants::electron_mass / parameters_.epoch.T_end_MeV);
}

DensityMatrices<std::complex<double>> KineticSystem::initial_density_matrices() const {
  DensityMatrices<std::complex<double>> rho;
  for (int i = 0; i < grid_.size(); ++i) {
    Vector3 f, fbar;
    for (int a = 0; a < 3; ++a) {
      const double v = grid_.y(i) / initial_.neutrino_temperature;
      f(a) = 1.0 / (std::exp(v - initial_.xi[a]) + 1.0);
      fbar(a) = 1.0 / (std::exp(v + initial_.xi[a]) + 1.0);
    }
    rho.nu.push_back(f.cast<std::complex<double>>().asDiagonal());
    rho.bar.push_back(fbar.cast<std::complex<double>>().asDiagonal());
  }
  return rho;
}

Eigen::VectorXd KineticSystem::state_vector(double s, double z,
                                            const DensityMatrices<std::complex<double>>& rho) const {
  Eigen::VectorXd u = Eigen::VectorXd::Zero(dimension());
  u(layout_.temperature()) = z / reference_.z(std::exp(s)) - 1.0;
  set_neutrinos(background(s, u), rho, u);
  return u;
}

double KineticSystem::occupation_energy(ConstVector u) const {
  const Eigen::VectorXd weights = trace_weights();
  double sum = 0.0;
  for (int node = 0; node < grid_.size(); ++node) {
    const double y = grid_.y(node);
    sum += y * y * y * scale_(node) * weights.dot(u.segment(layout_.index(node, 0), layout_.components));
  }
  return grid_.step() * sum;
}

Background KineticSystem::background(double s, ConstVector u) const {
  Background b;
  b.x = std::exp(s);
  b.T_cm = constants::electron_mass / b.x;
  const double z_ratio = 1.0 + u(layout_.temperature());
  if (!(z_ratio > 0.1 && z_ratio < 10.0)) {
    throw OutsideDomain("the temperature of the plasma is " + std::to_string(z_ratio) +
                        " times that of a decoupled one at ln x = " + std::to_string(s) +
                        ". Try tighter tolerances.");
  }
  b.z = reference_.z(b.x) * z_ratio;
  b.T_gamma = b.z * b.T_cm;
  b.plasma = plasma_.state(b.T_gamma);
  const double baseline = 6.0 * grid_.step() * (grid_.y().cube() * scale_).sum();
  const double T_cm4 = std::pow(b.T_cm, 4);
  b.rho_nu = T_cm4 / (2.0 * pi * pi) * (baseline + energy_correction_ + occupation_energy(u));
  b.rho_dark = T_cm4 * dark_radiation_over_T_cm4(parameters_.extra.dark_radiation_delta_Neff);
  const double energy_density = b.plasma.energy_density + b.rho_nu + b.rho_dark;
  if (!(energy_density > 0.0)) {
    throw OutsideDomain("the energy density is not positive at ln x = " + std::to_string(s) +
                        ". Try tighter tolerances.");
  }
  b.hubble = hubble_rate(energy_density);
  return b;
}

double KineticSystem::neutrino_heating(double s, ConstVector du) const {
  const double T_cm = constants::electron_mass * std::exp(-s);
  return std::pow(T_cm, 4) / (2.0 * pi * pi) * occupation_energy(du);
}

void KineticSystem::rhs(double s, ConstVector u, Vector du) {
  const Background b = background(s, u);
  neutrino_rhs(b, u, du);
  set_temperature_slope(s, b, du);
}

void KineticSystem::set_temperature_slope(double s, const Background& b, Vector du) const {
  du(layout_.temperature()) = 0.0;
  const double T_slope = temperature_slope(b.plasma, neutrino_heating(s, du));
  // z = T_gamma x/m_e; the reference obeys the same equation with conserved entropy.
  const double z_reference = reference_.z(b.x);
  const PlasmaState reference = plasma_.state(z_reference * b.T_cm);
  const double z_slope = b.z + T_slope / b.T_cm;
  const double reference_slope = z_reference + temperature_slope(reference, 0.0) / b.T_cm;
  du(layout_.temperature()) = (z_slope - b.z / z_reference * reference_slope) / z_reference;
}

void KineticSystem::fill_temperature_row(const Background& b, Matrix J) const {
  const double T_cm3 = std::pow(b.T_cm, 3);
  const double factor = -T_cm3 / (2.0 * pi * pi) / b.plasma.heat_capacity / reference_.z(b.x);
  const Eigen::VectorXd weights = trace_weights();
  Eigen::RowVectorXd heating = Eigen::RowVectorXd::Zero(J.cols());
  for (int node = 0; node < grid_.size(); ++node) {
    const double measure = grid_.step() * std::pow(grid_.y(node), 3) * scale_(node);
    for (int c = 0; c < layout_.components; ++c) {
      if (weights(c) != 0.0) heating += measure * weights(c) * J.row(layout_.index(node, c));
    }
  }
  J.row(layout_.temperature()).head(layout_.temperature()) = factor * heating.head(layout_.temperature());
}

void KineticSystem::fill_temperature_column(double s, ConstVector u, ConstVector du, Matrix J) {
  const double change = 1e-5;
  Eigen::VectorXd shifted = u, shifted_rhs(dimension());
  shifted(layout_.temperature()) += change;
  rhs(s, shifted, shifted_rhs);
  J.col(layout_.temperature()) = (shifted_rhs - du) / change;
}

Matrix3 KineticSystem::matter_source_of(const Background& b) const {
  Vector3 enthalpy = Vector3::Zero();
  if (parameters_.mean_field.matter) enthalpy(0) = plasma_.electron_enthalpy_density(b.T_gamma);
  if (muon_background_is_on(parameters_)) enthalpy(1) = plasma_.muon_enthalpy_density(b.T_gamma);
  return matter_source(parameters_.weak, enthalpy, Matrix3::Zero());
}

Matrix3 KineticSystem::matter_source_of(const Background& b, const MatrixField<std::complex<double>>& rho,
                                        const MatrixField<std::complex<double>>& rhobar) const {
  Matrix3 leptons = matter_source_of(b);
  if (!parameters_.mean_field.neutrino_energy) return leptons;
  Matrix3 energy = Matrix3::Zero();
  for (int i = 0; i < grid_.size(); ++i) energy += std::pow(grid_.y(i), 3) * (rho[i] + rhobar[i]);
  energy *= grid_.step() * std::pow(b.T_cm, 4) / (2.0 * pi * pi);
  return leptons + matter_source(parameters_.weak, Vector3::Zero(), energy);
}

MatrixField<std::complex<double>> KineticSystem::flavour_hamiltonian(
    const Background& b, const MatrixField<std::complex<double>>& rho,
    const MatrixField<std::complex<double>>& rhobar) const {
  const Matrix3 source = matter_source_of(b, rho, rhobar);
  MatrixField<std::complex<double>> V;
  V.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    const double y = grid_.y(i);
    V.push_back(vacuum_hamiltonian<std::complex<double>>(mass_squared_, y, b.T_cm) +
                matter_hamiltonian(parameters_.weak, source, y, b.T_cm));
  }
  return V;
}

// As many electrons as there are protons, 7/8 of the baryons; their number per comoving volume is constant.
// eta_b is that of today, when T_gamma/T_cm is (11/4)^(1/3) to a thousandth, large asymmetries apart.
Matrix3 KineticSystem::electron_asymmetry(const Background& b) const {
  Matrix3 E = Matrix3::Zero();
  constexpr double zeta_3 = 1.2020569031595942;
  const double photons = 2.0 * zeta_3 / (pi * pi) * std::pow(constants::z_instantaneous * b.T_cm, 3);
  const double electrons = 7.0 / 8.0 * parameters_.mean_field.eta_b * photons;
  E(0, 0) = electron_asymmetry_potential(parameters_.weak, electrons);
  return E;
}

Matrix3 KineticSystem::self_hamiltonian(const Background& b, const MatrixField<std::complex<double>>& rho,
                                        const MatrixField<std::complex<double>>& rhobar) const {
  Matrix3 asymmetry = Matrix3::Zero();
  if (!self_interaction_is_on(parameters_)) return asymmetry;
  for (int i = 0; i < grid_.size(); ++i) asymmetry += grid_.y(i) * grid_.y(i) * (rho[i] - rhobar[i]);
  return self_coupling(parameters_.weak, b.T_cm) * grid_.step() * asymmetry;
}

double KineticSystem::self_over_vacuum(double s, ConstVector u) const {
  if (!self_interaction_is_on(parameters_)) return 0.0;
  const Background b = background(s, u);
  const auto size = [](const Matrix3& X) { return (X - X.trace() / 3.0 * Matrix3::Identity()).norm(); };
  const double y = 3.0;
  const Matrix3 V = vacuum_hamiltonian<std::complex<double>>(mass_squared_, y, b.T_cm) +
                    matter_hamiltonian(parameters_.weak, matter_source_of(b), y, b.T_cm);
  return size(self_hamiltonian(b, rho(s, u), rhobar(s, u))) / size(V);
}

// Oscillations can no longer matter but by their averages (docs/asymmetries.md) when
//   collisions are too slow for what they do with flavours to be seen, or
//   |J| < |V|: the momenta are no longer locked to one another, and each turns with its own V;
// and have to be averaged when the steps have come down to where some 1e5 oscillations per unit of s are
// followed: two eigenvalues of J have met, and momenta turn with V in the plane of their states.
bool KineticSystem::oscillations_only_average(double s, ConstVector u, double mean_step) const {
  constexpr double locked_above_MeV = 5.0, shortest_step = 5e-6;
  if (parameters_.run.average_below_MeV != 0.0) return false;  // the phase ends there
  const double T_cm = constants::electron_mass * std::exp(-s);
  if (T_cm < collisions_matter_above_MeV) return true;
  if (T_cm < locked_above_MeV && mean_step < shortest_step) return true;
  return self_interaction_is_on(parameters_) && self_over_vacuum(s, u) < 1.0;
}

std::string KineticSystem::component_name(int component) const {
  if (component == layout_.temperature()) return "z";
  if (component >= layout_.first_collective()) {
    return collective_component_name(component - layout_.first_collective());
  }
  const int node = component / layout_.components;
  return node_component_name(component % layout_.components) + " at y = " + std::to_string(grid_.y(node));
}

}  // namespace qke
