// The table of nu-e rates. One entry costs some N^2 integrals of 24 or 36 points, and a
// right-hand side needs it at an (x, z) of its own: interpolated, a run integrates some
// tens of entries in all. Entries are made when the run first comes to them, so that a
// run in one cell of ln z never pays for the others.
#include "collisions/electron_rate_table.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/expect.hpp"
#include "base/instruction_set.hpp"
#include "collisions/electron_integrals.hpp"
#include "model/constants.hpp"
#include "numerics/quadrature.hpp"

namespace qke {
namespace {

int triangle_size(int nodes) { return nodes * (nodes + 1) / 2; }

// Symmetric matrix from the lower triangle stored row by row.
Eigen::MatrixXd unpack_triangle(const double* values, int nodes) {
  Eigen::MatrixXd S(nodes, nodes);
  for (int i = 0; i < nodes; ++i) {
    for (int k = 0; k <= i; ++k) S(i, k) = S(k, i) = *values++;
  }
  return S;
}

ElectronIntegrals electron_integrals(InstructionSet set) { return QKE_KERNEL_FOR(set, electron_integrals()); }

// The lower triangles of R1, R2, A1, A2, one after the other; a column per order in ln z.
Eigen::MatrixXd integrate_packed(const MomentumGrid& grid, double x, double z, OwnMomentum own,
                                 const Quadrature& rule) {
  QKE_EXPECT(rule.nodes.size() == electron_quadrature_points && rule.weights.size() == rule.nodes.size());
  Eigen::MatrixXd packed(4 * triangle_size(grid.size()), electron_orders);
  electron_integrals(chosen_instruction_set())({grid.size(), grid.y().data(), x, z, rule.nodes.data(),
                                                rule.weights.data(), own == OwnMomentum::counts},
                                               packed.data(), packed.rows());
  return packed;
}

ElectronRates unpack_rates(const Eigen::VectorXd& packed, int nodes) {
  const Eigen::Index size = triangle_size(nodes);
  QKE_EXPECT(packed.size() == 4 * size);
  return {unpack_triangle(packed.data(), nodes), unpack_triangle(packed.data() + size, nodes),
          unpack_triangle(packed.data() + 2 * size, nodes), unpack_triangle(packed.data() + 3 * size, nodes)};
}

// Polynomials of degree 4 in ln x. Chosen by measurement (docs/dev/performance.md).
constexpr int panel_points = 5;
constexpr double panel_width_target = 0.75;  // in ln x
// Along a curve on which z grows like x^(5/8), and rates like z^5.
constexpr double wide_panel_width_target = 0.3;

// The exponents c of e^{-c/z} in the entries, in their order: |y1 - y3|/2 of R1 and R2,
// (y1 + y2)/2 of A1 and A2.
Eigen::ArrayXd thermal_exponents(const MomentumGrid& grid) {
  const int size = triangle_size(grid.size());
  Eigen::ArrayXd exponents(4 * size);
  int n = 0;
  for (int i = 0; i < grid.size(); ++i) {
    for (int k = 0; k <= i; ++k, ++n) {
      exponents(n) = exponents(size + n) = 0.5 * (grid.y(i) - grid.y(k));
      exponents(2 * size + n) = exponents(3 * size + n) = 0.5 * (grid.y(i) + grid.y(k));
    }
  }
  return exponents;
}

// Value and two derivatives by ln z times e^{c/z}: with q = c/z,
//   (g T)' = g (T' - q T),   (g T)'' = g [T'' - 2 q T' + (q^2 + q) T].
void take_off_exponentials(const MomentumGrid& grid, double z, Eigen::MatrixXd& packed) {
  const Eigen::ArrayXd q = thermal_exponents(grid) / z, g = q.exp();
  const Eigen::ArrayXd T = packed.col(0), first = packed.col(1), second = packed.col(2);
  packed.col(0) = g * T;
  packed.col(1) = g * (first - q * T);
  packed.col(2) = g * (second - 2.0 * q * first + (q.square() + q) * T);
}

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

ElectronRates integrate_electron_rates(const MomentumGrid& grid, double x, double z, OwnMomentum own) {
  const Eigen::MatrixXd packed =
      integrate_packed(grid, x, z, own, gauss_legendre(electron_quadrature_points));
  return unpack_rates(packed.col(0), grid.size());
}

ElectronRateTable::ElectronRateTable(const MomentumGrid& grid, double x_first, double x_last,
                                     std::function<double(double)> z_centre, Threads threads, OwnMomentum own,
                                     TemperatureRange range)
    : grid_(grid),
      x_first_(x_first),
      z_centre_(std::move(z_centre)),
      threads_(std::move(threads)),
      own_momentum_(own),
      range_(range) {
  const double length = std::log(x_last / x_first);
  const double target = range == TemperatureRange::narrow ? panel_width_target : wide_panel_width_target;
  panels_ = std::max(1, static_cast<int>(std::ceil(length / target)));
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

// Places are created here before the threads start: each thread then writes to its own
// entry, and the map itself does not change under them.
void ElectronRateTable::complete(int panel, int cell) const {
  std::vector<Place> missing;
  for (int k = 0; k < panel_points; ++k) {
    const Place place{panel * (panel_points - 1) + k, cell};
    if (integrated_.try_emplace(place).second) missing.push_back(place);
  }
  if (missing.empty()) return;
  const Quadrature rule = gauss_legendre(electron_quadrature_points);
  threads_->for_each(static_cast<int>(missing.size()), [&](int n) {
    const Place place = missing[static_cast<std::size_t>(n)];
    const double x = x_of(place.first), z = z_centre_(x) * std::exp(cell * cell_width);
    Eigen::MatrixXd entry = integrate_packed(grid_, x, z, own_momentum_, rule);
    if (range_ == TemperatureRange::wide) take_off_exponentials(grid_, z, entry);
    integrated_.at(place) = std::move(entry);
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
  // Taylor's series in ln z around the curve of the cell; entries hold the derivatives.
  const Eigen::Vector3d in_z(1.0, shift, 0.5 * shift * shift);
  const auto entries = [&](int k) -> const Eigen::MatrixXd& {
    return integrated_.at({panel * (panel_points - 1) + k, cell});
  };
  Eigen::VectorXd packed = entries(0) * (in_x(0) * in_z);
  for (int k = 1; k < panel_points; ++k) packed.noalias() += entries(k) * (in_x(k) * in_z);
  if (range_ == TemperatureRange::wide) packed.array() *= (-thermal_exponents(grid_) / z).exp();
  return unpack_rates(packed, grid_.size());
}

}  // namespace qke
