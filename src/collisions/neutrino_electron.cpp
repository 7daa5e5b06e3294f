#include "qke/collisions/neutrino_electron.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "qke/collisions/kernels.hpp"
#include "qke/constants.hpp"
#include "qke/numerics/quadrature.hpp"

namespace qke {
namespace {

using kernels::Leg;
using kernels::massless;

// Value and first two derivatives by ln z.
using Jet = Eigen::Array3d;

// w = 1/[4 cosh(E/2z) cosh(E'/2z)] from e^{-E/2z} and e^{-E'/2z}, which cannot overflow.
Jet thermal_weight(double E, double decay, double E_prime, double decay_prime, double z) {
  const double d = decay * decay, d_prime = decay_prime * decay_prime;
  const double w = decay * decay_prime / ((1.0 + d) * (1.0 + d_prime));
  // With a = E/2z: d ln w/d ln z = a tanh a + a' tanh a', and so on.
  const double a = 0.5 * E / z, a_prime = 0.5 * E_prime / z;
  const double t = (1.0 - d) / (1.0 + d), t_prime = (1.0 - d_prime) / (1.0 + d_prime);
  const double first = a * t + a_prime * t_prime;
  const double second = -first - a * a * (1.0 - t * t) - a_prime * a_prime * (1.0 - t_prime * t_prime);
  return {w, w * first, w * (first * first + second)};
}

double energy(double p, double x) { return std::sqrt(p * p + x * x); }
double momentum(double E, double x) { return std::sqrt(std::max(0.0, (E - x) * (E + x))); }

// Two rates: columns of jets.
using RatePair = Eigen::Array<double, 3, 2>;

// Adds int dE of the integrand over p in [low, high]; the integrands are smooth in p, not in E.
template <class Integrand>
void integrate(const Quadrature& rule, double low, double high, double x, RatePair& sum,
               Integrand&& integrand) {
  const double centre = 0.5 * (low + high), half = 0.5 * (high - low);
  for (Eigen::Index n = 0; n < rule.nodes.size(); ++n) {
    const double p = centre + half * rule.nodes(n), E = energy(p, x);
    integrand(Leg{E, p}, half * rule.weights(n) * p / E, sum);
  }
}

// R1, R2 for y1 >= y3. The integrand has one kink, at p2 + p4 = y1 + y3.
RatePair scattering(double y1, double y3, double x, double z, const Quadrature& rule) {
  const double transfer = y1 - y3, x2 = x * x;
  const double transfer_decay = std::exp(-0.5 * transfer / z);
  const Leg p1 = massless(y1), p3 = massless(y3);
  const auto integrand = [&](Leg p2, double measure, RatePair& sum) {
    const double E4 = p2.E + transfer;
    const Leg p4{E4, momentum(E4, x)};
    const double decay = std::exp(-0.5 * p2.E / z);
    const Jet w = 4.0 * measure * thermal_weight(p2.E, decay, E4, decay * transfer_decay, z);
    sum.col(0) +=
        w * (kernels::s_channel(p1, p2, p3, p4, x2, x2) + kernels::u_channel(p1, p2, p3, p4, x2, x2));
    sum.col(1) += w * x2 * kernels::t_channel_mass(p1, p2, p3, p4, 0.0);
  };
  const double E_kink = 0.5 * (-transfer + (y1 + y3) * std::sqrt(1.0 + x2 / (y1 * y3)));
  const double p_kink = momentum(E_kink, x);
  const double exponent_range = 34.0;  // what lies above is e^{-34} of the integral
  const double p_end = momentum(E_kink + exponent_range * z, x);
  const double p_middle = momentum(E_kink + 8.0 * z, x);
  const double p_reach = momentum(x + exponent_range * z, x);
  RatePair sum = RatePair::Zero();
  integrate(rule, 0.0, std::min(p_kink, p_reach), x, sum, integrand);
  integrate(rule, p_kink, p_middle, x, sum, integrand);
  integrate(rule, p_middle, p_end, x, sum, integrand);
  return sum;
}

// A1, A2; zero below threshold. The integrand has kinks where |p3 - p4| = |y1 - y2|.
RatePair annihilation(double y1, double y2, double x, double z, const Quadrature& rule) {
  RatePair sum = RatePair::Zero();
  const double total = y1 + y2, x2 = x * x;
  if (y1 * y2 <= x2) return sum;
  const double total_decay = std::exp(-0.5 * total / z);
  const Leg p1 = massless(y1), p2 = massless(y2);
  // The two electrons enter alike: integrate the lower half in E3 and symmetrise K_u.
  const auto integrand = [&](Leg p3, double measure, RatePair& to) {
    const double E4 = total - p3.E;
    const Leg p4{E4, momentum(E4, x)};
    const double decay = std::exp(-0.5 * p3.E / z);
    const Jet w = 4.0 * measure * thermal_weight(p3.E, decay, E4, total_decay / decay, z);
    to.col(0) +=
        w * (kernels::u_channel(p1, p2, p3, p4, x2, x2) + kernels::u_channel(p1, p2, p4, p3, x2, x2));
    to.col(1) += w * x2 * kernels::s_channel_mass(p1, p2, p3, p4, 0.0);
  };
  const double E_kink = 0.5 * (total - std::abs(y1 - y2) * std::sqrt(1.0 - x2 / (y1 * y2)));
  const double p_kink = momentum(E_kink, x), p_half = momentum(0.5 * total, x);
  integrate(rule, 0.0, p_kink, x, sum, integrand);
  integrate(rule, p_kink, p_half, x, sum, integrand);
  return sum;
}

int triangle_size(int nodes) { return nodes * (nodes + 1) / 2; }

// Symmetric matrix from the lower triangle stored row by row.
Eigen::MatrixXd unpack_triangle(const double* values, int nodes) {
  Eigen::MatrixXd S(nodes, nodes);
  for (int i = 0; i < nodes; ++i) {
    for (int k = 0; k <= i; ++k) S(i, k) = S(k, i) = *values++;
  }
  return S;
}

// The lower triangles of R1, R2, A1, A2, one after the other; a column per order in ln z.
void integrate_packed(const MomentumGrid& grid, double x, double z, const Quadrature& rule,
                      Eigen::Ref<Eigen::MatrixXd> packed) {
  const int size = triangle_size(grid.size());
  for (int i = 0, n = 0; i < grid.size(); ++i) {
    for (int k = 0; k <= i; ++k, ++n) {
      const RatePair R = scattering(grid.y(i), grid.y(k), x, z, rule);
      const RatePair A = annihilation(grid.y(i), grid.y(k), x, z, rule);
      packed.row(n) = R.col(0), packed.row(size + n) = R.col(1);
      packed.row(2 * size + n) = A.col(0), packed.row(3 * size + n) = A.col(1);
    }
  }
}

ElectronRates unpack_rates(const Eigen::VectorXd& packed, int nodes) {
  const int size = triangle_size(nodes);
  return {unpack_triangle(packed.data(), nodes), unpack_triangle(packed.data() + size, nodes),
          unpack_triangle(packed.data() + 2 * size, nodes), unpack_triangle(packed.data() + 3 * size, nodes)};
}

// Chosen by measurement (docs/performance.md).
constexpr int quadrature_points = 12;
constexpr int panel_points = 5;
constexpr double panel_width_target = 0.75;  // in ln x
constexpr int orders = 3;                    // in ln z

// Lagrange basis on `nodes` at t.
Eigen::ArrayXd lagrange_basis(const Eigen::ArrayXd& nodes, double t) {
  Eigen::ArrayXd basis = Eigen::ArrayXd::Ones(nodes.size());
  for (Eigen::Index k = 0; k < nodes.size(); ++k) {
    for (Eigen::Index m = 0; m < nodes.size(); ++m) {
      if (m != k) basis(k) *= (t - nodes(m)) / (nodes(k) - nodes(m));
    }
  }
  return basis;
}

}  // namespace

ElectronRates integrate_electron_rates(const MomentumGrid& grid, double x, double z) {
  Eigen::MatrixXd packed(4 * triangle_size(grid.size()), orders);
  integrate_packed(grid, x, z, gauss_legendre(quadrature_points), packed);
  return unpack_rates(packed.col(0), grid.size());
}

ElectronRateTable::ElectronRateTable(const MomentumGrid& grid, double x_first, double x_last,
                                     std::function<double(double)> z_centre, Threads threads)
    : grid_(grid), x_first_(x_first), z_centre_(std::move(z_centre)), threads_(std::move(threads)) {
  const double length = std::log(x_last / x_first);
  panels_ = std::max(1, static_cast<int>(std::ceil(length / panel_width_target)));
  panel_width_ = length / panels_;
  // Chebyshev points of the second kind, so that neighbouring panels share their ends.
  const Eigen::ArrayXd k = Eigen::ArrayXd::LinSpaced(panel_points, 0.0, panel_points - 1.0);
  panel_nodes_ = 0.5 * (1.0 - (constants::pi * k / (panel_points - 1)).cos());
}

double ElectronRateTable::x_of(int node) const {
  const int panel = std::min(node / (panel_points - 1), panels_ - 1);
  const double t = panel + panel_nodes_(node - panel * (panel_points - 1));
  return x_first_ * std::exp(t * panel_width_);
}

void ElectronRateTable::complete(int panel, int cell) const {
  std::vector<Place> missing;
  for (int k = 0; k < panel_points; ++k) {
    const Place place{panel * (panel_points - 1) + k, cell};
    if (integrated_.try_emplace(place).second) missing.push_back(place);
  }
  if (missing.empty()) return;
  const Quadrature rule = gauss_legendre(quadrature_points);
  threads_->for_each(static_cast<int>(missing.size()), [&](int n) {
    const Place place = missing[static_cast<std::size_t>(n)];
    const double x = x_of(place.first), z = z_centre_(x) * std::exp(cell * cell_width);
    Eigen::MatrixXd& packed = integrated_.at(place);
    packed.resize(4 * triangle_size(grid_.size()), orders);
    integrate_packed(grid_, x, z, rule, packed);
  });
}

ElectronRates ElectronRateTable::at(double x, double z) const {
  const double position = std::log(x / x_first_) / panel_width_;
  const int panel = std::clamp(static_cast<int>(std::floor(position)), 0, panels_ - 1);
  const double deviation = std::log(z / z_centre_(x));
  const int cell = static_cast<int>(std::lround(deviation / cell_width));
  complete(panel, cell);

  const Eigen::ArrayXd in_x = lagrange_basis(panel_nodes_, position - panel);
  const double shift = deviation - cell * cell_width;
  const Eigen::Vector3d in_z(1.0, shift, 0.5 * shift * shift);
  Eigen::VectorXd packed = Eigen::VectorXd::Zero(4 * triangle_size(grid_.size()));
  for (int k = 0; k < panel_points; ++k) {
    packed.noalias() += integrated_.at({panel * (panel_points - 1) + k, cell}) * (in_x(k) * in_z);
  }
  return unpack_rates(packed, grid_.size());
}

ElectronCouplings electron_couplings(double sin2_theta_W) {
  return {{0.5 + sin2_theta_W, -0.5 + sin2_theta_W, -0.5 + sin2_theta_W}, sin2_theta_W};
}

NeutrinoElectron::NeutrinoElectron(const MomentumGrid& grid, double sin2_theta_W)
    : grid_(grid), couplings_(electron_couplings(sin2_theta_W)) {
  const auto& [g_L, g_R] = couplings_;
  squared_ = (g_L * g_L.transpose()).array() + g_R * g_R;
  mixed_ = g_R * (g_L * Vector3::Ones().transpose() + Vector3::Ones() * g_L.transpose());
  weight_ = grid.step() / (8.0 * std::pow(constants::pi, 3)) / grid.y().square();
}

template <class Scalar>
void NeutrinoElectron::add(const ElectronRates& rates, double z, const DensityMatrices<Scalar>& rho,
                           Antineutrinos antineutrinos, CollisionRates<Scalar>& sum) const {
  using M = FlavourMatrix<Scalar>;
  const int nodes = grid_.size();
  const Eigen::ArrayXd boltzmann = (0.5 * grid_.y() / z).exp();

  // `own` takes part in scattering, `partner` (the antiparticle) in annihilation.
  const auto add_one = [&](const MatrixField<Scalar>& own, const MatrixField<Scalar>& partner, bool conjugate,
                           GainAndLoss<Scalar>& to) {
    MatrixField<Scalar> scattered(2 * nodes), annihilated(2 * nodes);
    for (int k = 0; k < nodes; ++k) {
      const M other = conjugate ? M(partner[k].conjugate()) : partner[k];
      scattered[k] = boltzmann(k) * own[k];
      scattered[nodes + k] = (M::Identity() - own[k]) / boltzmann(k);
      annihilated[k] = (M::Identity() - other) / boltzmann(k);
      annihilated[nodes + k] = boltzmann(k) * other;
    }
    MatrixField<Scalar> squared(2 * nodes), mixed(2 * nodes);
    for (const int half : {0, nodes}) {
      const auto rows = [&](auto& field) { return as_rows<Scalar>(field).middleRows(half, nodes); };
      rows(squared).noalias() = rates.R1 * rows(scattered) + rates.A1 * rows(annihilated);
      rows(mixed).noalias() = rates.A2 * rows(annihilated) - rates.R2 * rows(scattered);
    }
    const auto coupled = [&](int node) -> M {
      return squared_.cwiseProduct(squared[node]) + mixed_.cwiseProduct(mixed[node]);
    };
    for (int i = 0; i < nodes; ++i) {
      to.gain[i] += weight_(i) / boltzmann(i) * coupled(i);
      to.loss[i] += weight_(i) * boltzmann(i) * coupled(nodes + i);
    }
  };

  if (antineutrinos == Antineutrinos::independent) {
    add_one(rho.nu, rho.bar, false, sum.nu);
    add_one(rho.bar, rho.nu, false, sum.bar);
  } else {
    add_one(rho.nu, rho.nu, antineutrinos == Antineutrinos::conjugate, sum.nu);
  }
}

template void NeutrinoElectron::add(const ElectronRates&, double, const DensityMatrices<double>&,
                                    Antineutrinos, CollisionRates<double>&) const;
template void NeutrinoElectron::add(const ElectronRates&, double,
                                    const DensityMatrices<std::complex<double>>&, Antineutrinos,
                                    CollisionRates<std::complex<double>>&) const;

}  // namespace qke
