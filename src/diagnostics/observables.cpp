#include "diagnostics/observables.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "model/constants.hpp"
#include "numerics/quadrature.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

using constants::pi;

// The diagonal: occupation numbers, or their moments.
Vector3 diagonal(const Matrix3& X) { return X.diagonal().real(); }

Vector3 comoving_temperature(const Vector3& rho) { return (rho / constants::rho_0).array().pow(0.25); }

// n - nbar, by its own equation where it has one.
Matrix3 asymmetry(const KineticSystem& system, const Eigen::VectorXd& u, const Moments& m) {
  Matrix3 difference = m.n - m.nbar;
  if (const auto evolved = system.evolved_asymmetry(u)) {
    Matrix3 correction = Matrix3::Zero();
    for (int a = 0; a < 3; ++a) {
      correction(a, a) =
          (system.moment_correction_of(2, false, a) - system.moment_correction_of(2, true, a)) /
          (2.0 * pi * pi);
    }
    difference = *evolved + correction;
  }
  return difference;
}

double total_energy(const Background& b) { return std::pow(b.x, 4) * (b.plasma.energy_density + b.rho_nu); }

}  // namespace

double effective_number(double rho, double T_cm, double z) {
  const double one_species = 2.0 * constants::rho_0 * std::pow(T_cm, 4);
  return rho / one_species * std::pow(constants::z_instantaneous / z, 4);
}

double z_today(const Background& b) {
  constexpr double photons = 4.0 * pi * pi / 45.0;  // s/T^3
  return std::cbrt(b.plasma.entropy_density / photons) / b.T_cm;
}

double N_eff_so_far(const Background& b) {
  return effective_number(b.rho_nu + b.rho_dark, b.T_cm, z_today(b));
}

double N_eff_to_come(const KineticSystem& system, double s, const Eigen::VectorXd& u,
                     const Eigen::VectorXd& du) {
  const Background b = system.background(s, u);
  const double decay = std::max(1.0, constants::electron_mass / b.T_gamma);  // of the heating, per unit of s
  const double heat = std::abs(system.neutrino_heating(s, du)) / decay;
  // The photons lose this heat: z^-4 grows by rho_nu/rho_gamma < 1 times as much as rho_nu.
  return 2.0 * effective_number(heat, b.T_cm, z_today(b));
}

Moments moments(const KineticSystem& system, double s, const Eigen::VectorXd& u) {
  const MomentumGrid& grid = system.grid();
  const auto rho = system.rho(s, u), rhobar = system.rhobar(s, u);
  const auto moment = [&](const MatrixField<std::complex<double>>& field, int power, bool bar) -> Matrix3 {
    Matrix3 sum = Matrix3::Zero();
    for (int a = 0; a < 3; ++a) sum(a, a) = system.moment_correction_of(power, bar, a);
    for (int i = 0; i < grid.size(); ++i) sum += grid.step() * std::pow(grid.y(i), power) * field[i];
    return sum / (2.0 * pi * pi);
  };
  return {moment(rho, 2, false), moment(rhobar, 2, true), moment(rho, 3, false), moment(rhobar, 3, true)};
}

double effective_degeneracy(double eta, double rho) {
  // eta/rho^{3/4} depends on xi alone, and grows with it: bisection.
  const auto ratio = [](double xi) {
    const double v = xi * xi / (pi * pi);
    return asymmetry_of(xi, 1.0) /
           std::pow(2.0 * constants::rho_0 * (1.0 + 30.0 / 7.0 * v + 15.0 / 7.0 * v * v), 0.75);
  };
  const double wanted = std::abs(eta) / std::pow(rho, 0.75);
  double low = 0.0, high = 100.0;
  for (double middle = 50.0; low < middle && middle < high; middle = 0.5 * (low + high)) {
    (ratio(middle) < wanted ? low : high) = middle;
  }
  return std::copysign(low, eta);
}

HistoryPoint observe(const KineticSystem& system, double s, const Eigen::VectorXd& u,
                     const Eigen::VectorXd& du) {
  const Background b = system.background(s, u);
  const Moments m = moments(system, s, u);
  HistoryPoint point;
  point.x = b.x;
  point.T_cm = b.T_cm;
  point.z = b.z;
  point.T_gamma = b.T_gamma;
  point.hubble = b.hubble / constants::hbar;
  point.rho_gamma = system.plasma().photon_energy_density(b.T_gamma);
  point.rho_e = system.plasma().electron_energy_density(b.T_gamma);
  point.z_nu = comoving_temperature(diagonal(m.rho));
  point.z_nubar = comoving_temperature(diagonal(m.rhobar));
  point.eta = diagonal(asymmetry(system, u, m));
  const Matrix3 U = pmns_matrix(system.parameters().mixing);
  point.z_mass = comoving_temperature(diagonal(U.adjoint() * m.rho * U));
  point.coherence =
      3.0 / m.n.trace().real() * Vector3(std::abs(m.n(0, 1)), std::abs(m.n(0, 2)), std::abs(m.n(1, 2)));
  point.N_eff = effective_number(b.rho_nu + b.rho_dark, b.T_cm, b.z);
  point.self_over_vacuum = system.self_over_vacuum(s, u);
  point.heating = system.neutrino_heating(s, du) / std::pow(b.T_gamma, 4);
  return point;
}

SpectraSnapshot take_spectra(const KineticSystem& system, double s, const Eigen::VectorXd& u) {
  const Matrix3 U = pmns_matrix(system.parameters().mixing);
  const auto mass_basis = [&](const MatrixField<std::complex<double>>& field) {
    std::vector<StateVector> result;
    for (const Matrix3& rho : field) result.emplace_back(diagonal(U.adjoint() * rho * U));
    return result;
  };
  SpectraSnapshot snapshot;
  snapshot.x = std::exp(s);
  const auto rho = system.rho(s, u), rhobar = system.rhobar(s, u);
  snapshot.rho.assign(rho.begin(), rho.end());
  snapshot.rhobar.assign(rhobar.begin(), rhobar.end());
  snapshot.rho_mass = mass_basis(rho);
  snapshot.rhobar_mass = mass_basis(rhobar);
  return snapshot;
}

namespace {

// Above, the end of the run lies before decoupling, and N_eff is unknown rather than uncertain.
constexpr double largest_N_eff_to_come = 1e-5;

// Critical density over the number density today, averaged over the three mass states.
double sum_mnu_over_omega_h2(double n_nu, double z) {
  const double T_cm_today = constants::boltzmann_MeV_per_K * constants::cmb_temperature_K / z;
  const double number = n_nu * std::pow(T_cm_today, 3);
  const double hubble = constants::hubble_100 * constants::hbar * constants::planck_mass;
  return 3.0 * hubble * hubble / (8.0 * pi) / number / constants::eV;
}

void carry_to_today(const Background& b, double to_come, Summary& summary) {
  if (!(to_come <= largest_N_eff_to_come)) {
    summary.warnings.push_back(
        "N_eff, z and sum m_nu are unknown (at the end, T_cm = " + rounded(b.T_cm) +
        " MeV, the neutrinos still take heat from the plasma). Lower epoch.T_end_MeV.");
    return;
  }
  summary.z = z_today(b);
  summary.N_eff = N_eff_so_far(b);
  summary.N_eff_neutrinos = effective_number(b.rho_nu, b.T_cm, summary.z);
  summary.sum_mnu_over_omega_h2_eV = sum_mnu_over_omega_h2(summary.n_nu.mean(), summary.z);
}

}  // namespace

void summarise(const KineticSystem& system, double s, const Eigen::VectorXd& u, const Eigen::VectorXd& du,
               Summary& summary) {
  const Moments m = moments(system, s, u);
  summary.z_nu = comoving_temperature(diagonal(m.rho));
  summary.z_nubar = comoving_temperature(diagonal(m.rhobar));
  summary.eta = diagonal(asymmetry(system, u, m));
  summary.delta_rho = diagonal(m.rho + m.rhobar).array() / (2.0 * constants::rho_0) - 1.0;
  summary.n_nu = diagonal(m.n + m.nbar);
  summary.xi_e_effective = effective_degeneracy(summary.eta(0), (m.rho + m.rhobar)(0, 0).real());
  carry_to_today(system.background(s, u), N_eff_to_come(system, s, u, du), summary);
}

PassiveIntegrals::State PassiveIntegrals::start(const KineticSystem& system, double s,
                                                const Eigen::VectorXd& u) {
  const Background b = system.background(s, u);
  return {s, 0.5 * constants::hbar / b.hubble, total_energy(b)};
}

PassiveIntegrals::State PassiveIntegrals::integrate(double s_begin, double s_end,
                                                    const Interpolant& at) const {
  // Where hardly anything happens to the neutrinos a step may be long, while H and the plasma change all the
  // time.
  static const Quadrature rule = gauss_legendre(3);
  constexpr double longest_panel = 0.1;
  const int panels = std::max(1, static_cast<int>(std::ceil((s_end - s_begin) / longest_panel)));
  const double half = 0.5 * (s_end - s_begin) / panels;
  State sum;
  for (int panel = 0; panel < panels; ++panel) {
    for (int n = 0; n < 3; ++n) {
      const double s = s_begin + half * (2 * panel + 1 + rule.nodes(n));
      const Background b = system_->background(s, at(s));
      sum.time += half * rule.weights(n) * constants::hbar / b.hubble;
      sum.energy +=
          half * rule.weights(n) * std::pow(b.x, 4) * (b.plasma.energy_density - 3.0 * b.plasma.pressure);
    }
  }
  return sum;
}

void PassiveIntegrals::advance(double s, const Interpolant& at) {
  const State step = integrate(state_.s, s, at);
  inner_ = state_;
  state_ = {s, state_.time + step.time, state_.energy + step.energy};
}

double PassiveIntegrals::energy_residual(const Eigen::VectorXd& u) const {
  const double actual = total_energy(system_->background(state_.s, u));
  return std::abs(actual - state_.energy) / actual;
}

double PassiveIntegrals::time(double s, const Interpolant& at) {
  if (s == state_.s) return state_.time;
  inner_.time += integrate(inner_.s, s, at).time;
  inner_.s = s;
  return inner_.time;
}

}  // namespace qke
