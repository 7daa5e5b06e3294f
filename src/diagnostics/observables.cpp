// Observables. Moments are sums over the grid plus corrections for the initial spectrum
// (cosmology/initial_state.hpp): quadrature and the end of the grid act on the
// distortions alone.
#include "diagnostics/observables.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "components/reheating.hpp"
#include "model/constants.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

using constants::pi;

// The diagonal: occupation numbers, or their moments.
StateVector diagonal(const StateMatrix& X) { return X.diagonal().real(); }

// h sum g(y_i) - int dy g for g = y^power f: (h^4/720) g'''(0) by Euler and Maclaurin, which
// is h^4 f(0)/120 for the energy and h^4 f'(0)/120 for the number. moment_correction() has
// it for the spectra of the start, and their f(0) stays. Here f is the parabola through
// the first three nodes.
StateMatrix excess_of_sum(const MomentumGrid& grid, const StateMatrixField& field, int power) {
  const double h = grid.step();
  const StateMatrix value = 3.0 * field[0] - 3.0 * field[1] + field[2];
  const StateMatrix slope = (-2.5 * field[0] + 4.0 * field[1] - 1.5 * field[2]) / h;
  return std::pow(h, 4) / 120.0 * (power == 3 ? value : slope);
}

// The background with the energy of the moments: its rho_nu is a sum over the grid, which
// the equations conserve.
Background background_of_results(const KineticSystem& system, double s, const Eigen::VectorXd& u,
                                 const StateDensities& rho) {
  Background b = system.background(s, u);
  if (!is_reheated(system.parameters())) return b;
  const double excess =
      (excess_of_sum(system.grid(), rho.nu, 3) + excess_of_sum(system.grid(), rho.bar, 3)).trace().real();
  b.rho_nu -= std::pow(b.T_cm, 4) * excess / (2.0 * pi * pi);
  return b;
}

// z_nu = (rho_nu/rho_0)^(1/4): the temperature over T_cm of a thermal neutrino of this
// energy.
StateVector comoving_temperature(const StateVector& rho) {
  StateVector ratio = rho / constants::rho_0;
  // Rounding leaves an empty state below 0; NaN stays what it is.
  for (double& value : ratio) {
    if (value < 0.0) value = 0.0;
  }
  return ratio.array().pow(0.25);
}

StateMatrix mixing(const KineticSystem& system) {
  return mixing_matrix(system.parameters().mixing, system.parameters().sterile);
}

// n - nbar, by its own equation where it has one: the sum over momenta that oscillate
// fast, and are averaged, agrees with it only as far as averages are valid.
StateMatrix asymmetry(const KineticSystem& system, const Eigen::VectorXd& u, const Moments& m) {
  const auto evolved = system.evolved_asymmetry(u);
  if (!evolved) return m.n - m.nbar;
  StateMatrix difference = *evolved;
  const MomentCorrections& corrections = system.moment_corrections();
  for (int a = 0; a < active_flavours; ++a) {
    difference(a, a) += (corrections.of(2, false, a) - corrections.of(2, true, a)) / (2.0 * pi * pi);
  }
  return difference;
}

// |n_ab|/(mean n_aa) of all pairs: 0 for pure flavours.
PairVector coherence(const StateMatrix& n) {
  PairVector pairs(n.rows() * (n.rows() - 1) / 2);
  Eigen::Index pair = 0;
  for (Eigen::Index a = 0; a < n.rows(); ++a) {
    for (Eigen::Index b = a + 1; b < n.rows(); ++b) pairs(pair++) = std::abs(n(a, b));
  }
  return static_cast<double>(n.rows()) / n.trace().real() * pairs;
}

// z_today() gives the entropy of the relic that is left to the photons. N_eff grows as
// z^-4, z^3 as the entropy: by so much N_eff were larger if the relic kept it.
double N_eff_of_relic(const KineticSystem& system, const Background& b) {
  return 4.0 / 3.0 * system.plasma().relic_share(b.T_gamma) * N_eff_so_far(b);
}

}  // namespace

double effective_number(double rho, double T_cm, double z) {
  const double one_species = 2.0 * constants::rho_0 * std::pow(T_cm, 4);
  return rho / one_species * std::pow(constants::z_instantaneous / z, 4);
}

// s_plasma a^3 is conserved, and photons have s/T^3 = 4 pi^2/45.
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
  // The photons lose this heat: z^-4 grows by rho_nu/rho_gamma < 1 times as much as
  // rho_nu.
  // What has not decayed yet grows as a, too, until it does.
  const double later = 10.0 * effective_number(b.rho_to_release, b.T_cm, z_today(b));
  return 2.0 * effective_number(heat, b.T_cm, z_today(b)) + N_eff_of_relic(system, b) + later;
}

Moments moments(const KineticSystem& system, const StateDensities& rho) {
  const MomentumGrid& grid = system.grid();
  const int states = system.states();
  const bool begins_empty = is_reheated(system.parameters());
  const auto moment = [&](const StateMatrixField& field, int power, bool bar) -> StateMatrix {
    StateMatrix sum = StateMatrix::Zero(states, states);
    for (int a = 0; a < active_flavours; ++a) sum(a, a) = system.moment_corrections().of(power, bar, a);
    for (int i = 0; i < grid.size(); ++i) sum += grid.step() * std::pow(grid.y(i), power) * field[i];
    if (begins_empty) sum -= excess_of_sum(grid, field, power);
    return sum / (2.0 * pi * pi);
  };
  return {moment(rho.nu, 2, false), moment(rho.bar, 2, true), moment(rho.nu, 3, false),
          moment(rho.bar, 3, true)};
}

double effective_degeneracy(double eta, double rho) {
  // eta/rho^{3/4} of a Fermi-Dirac pair is independent of its temperature, and grows with
  // xi: bisection, down to neighbouring doubles.
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
  const StateDensities rho = system.densities(s, u);
  const Background b = background_of_results(system, s, u, rho);
  const Moments m = moments(system, rho);
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
  const StateMatrix U = mixing(system);
  point.z_mass = comoving_temperature(diagonal(U.adjoint() * m.rho * U));
  point.coherence = coherence(m.n);
  point.N_eff = effective_number(b.rho_nu + b.rho_dark, b.T_cm, b.z);
  point.self_over_vacuum = system.self_over_vacuum(b, rho);
  point.heating = system.neutrino_heating(s, du) / std::pow(b.T_gamma, 4);
  return point;
}

SpectraSnapshot take_spectra(const KineticSystem& system, double s, const Eigen::VectorXd& u) {
  const StateMatrix U = mixing(system);
  const auto mass_basis = [&](const StateMatrixField& field) {
    std::vector<StateVector> result;
    for (const StateMatrix& rho : field) result.emplace_back(diagonal(U.adjoint() * rho * U));
    return result;
  };
  SpectraSnapshot snapshot;
  snapshot.x = std::exp(s);
  StateDensities rho = system.densities(s, u);
  snapshot.rho = std::move(rho.nu);
  snapshot.rhobar = std::move(rho.bar);
  snapshot.rho_mass = mass_basis(snapshot.rho);
  snapshot.rhobar_mass = mass_basis(snapshot.rhobar);
  if (system.parameters().directions.number > 1) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const StateMatrix unknown = StateMatrix::Constant(U.rows(), U.cols(), {nan, nan});
    const StateMatrixField none(snapshot.rho.size(), unknown);
    const StateDensities dipole = system.dipole(u).value_or(StateDensities{none, none});
    snapshot.dipole = dipole.nu, snapshot.dipolebar = dipole.bar;
  }
  return snapshot;
}

namespace {

// Above, the end of the run lies before decoupling, and N_eff is unknown rather than
// uncertain.
constexpr double largest_N_eff_to_come = 1e-5;

// Critical density 3 H^2/(8 pi G), H = 100 km/s/Mpc, over the number density of a mass
// state today, the mean of three: sum m_nu/(Omega_nu h^2) in eV.
double sum_mnu_over_omega_h2(double n_nu, double z) {
  const double T_cm_today = constants::boltzmann_MeV_per_K * constants::cmb_temperature_K / z;
  const double number = n_nu * std::pow(T_cm_today, 3);
  const double hubble = constants::hubble_100 * constants::hbar * constants::planck_mass;
  return 3.0 * hubble * hubble / (8.0 * pi) / number / constants::eV;
}

void carry_to_today(const Background& b, double to_come, double relic_share, Summary& summary) {
  if (!(to_come <= largest_N_eff_to_come)) {
    const bool is_relic = relic_share > 0.5 * largest_N_eff_to_come;
    summary.warnings.push_back(
        "N_eff, z and sum m_nu are unknown (at the end, T_cm = " + rounded(b.T_cm) + " MeV, the " +
        (is_relic ? "relic still has " + rounded(relic_share) + " of the plasma's entropy"
                  : std::string("neutrinos still take heat from the plasma")) +
        "). Lower epoch.T_end_MeV.");
    return;
  }
  summary.z = z_today(b);
  summary.N_eff = N_eff_so_far(b);
  summary.N_eff_neutrinos = effective_number(b.rho_nu, b.T_cm, summary.z);
  summary.sum_mnu_over_omega_h2_eV =
      sum_mnu_over_omega_h2(summary.n_nu.head<active_flavours>().mean(), summary.z);
}

}  // namespace

void summarise(const KineticSystem& system, double s, const Eigen::VectorXd& u, const Eigen::VectorXd& du,
               Summary& summary) {
  const StateDensities rho = system.densities(s, u);
  const Moments m = moments(system, rho);
  summary.z_nu = comoving_temperature(diagonal(m.rho));
  summary.z_nubar = comoving_temperature(diagonal(m.rhobar));
  summary.eta = diagonal(asymmetry(system, u, m));
  summary.delta_rho = diagonal(m.rho + m.rhobar).array() / (2.0 * constants::rho_0) - 1.0;
  summary.n_nu = diagonal(m.n + m.nbar);
  summary.xi_e_effective = effective_degeneracy(summary.eta(0), (m.rho + m.rhobar)(0, 0).real());
  const Background b = background_of_results(system, s, u, rho);
  carry_to_today(b, N_eff_to_come(system, s, u, du), system.plasma().relic_share(b.T_gamma), summary);
}

}  // namespace qke
