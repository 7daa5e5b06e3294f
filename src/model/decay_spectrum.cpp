#include "model/decay_spectrum.hpp"

#include <algorithm>
#include <cmath>

#include "model/constants.hpp"

namespace qke {
namespace {

using Eigen::Array3d;

Array3d densities(const SpectrumRow& row) { return {row.e, row.mu, row.tau}; }
Array3d as_array(const std::array<double, 3>& numbers) { return {numbers[0], numbers[1], numbers[2]}; }

// Each column is normalised to its branching.
std::vector<SpectrumPiece> pieces_of(const SpectrumTable& table, const Array3d& branching) {
  std::vector<SpectrumPiece> pieces;
  const Array3d norm = integral(table);
  const Array3d factor = (norm > 0.0).select(branching / norm, 0.0);
  for (std::size_t n = 1; n < table.size(); ++n) {
    const Array3d first = factor * densities(table[n - 1]), last = factor * densities(table[n]);
    SpectrumPiece piece{table[n - 1].E_MeV, table[n].E_MeV, Eigen::Array<double, 3, 4>::Zero()};
    piece.coefficients.col(0) = first;
    piece.coefficients.col(1) = (last - first) / (piece.to - piece.from);
    pieces.push_back(piece);
  }
  return pieces;
}

// A mu+ has one nu_e and one nubar_mu, a mu- their antiparticles.
SpectrumPiece piece_of_muons(double branching) {
  const double m = constants::muon_mass;
  SpectrumPiece piece{0.0, 0.5 * m, Eigen::Array<double, 3, 4>::Zero()};
  piece.coefficients.row(0) << 0.0, 0.0, 96.0, -192.0 / m;
  piece.coefficients.row(1) << 0.0, 0.0, 48.0, -64.0 / m;
  piece.coefficients *= branching / (m * m * m);
  return piece;
}

void add_points(const SpectrumPiece& piece, double from, double to, const Quadrature& rule,
                std::vector<SpectrumPoint>& points) {
  for (int k = 0; k < rule.nodes.size(); ++k) {
    const double E = 0.5 * (from + to) + 0.5 * (to - from) * rule.nodes(k);
    points.push_back({E, 0.5 * (to - from) * rule.weights(k) * piece(E)});
  }
}

}  // namespace

Array3d SpectrumPiece::operator()(double E) const {
  const double d = E - from;
  const auto& c = coefficients;
  return c.col(0) + d * (c.col(1) + d * (c.col(2) + d * c.col(3)));
}

DecaySpectrum::DecaySpectrum(const DecayParameters& decay) {
  const Array3d branching = as_array(decay.branching);
  if (!decay.spectrum_file.empty()) {
    if ((branching > 0.0).any()) pieces_ = pieces_of(decay.spectrum_file, branching);
  } else if ((branching > 0.0).any()) {
    lines_.push_back({0.5 * decay.mass_MeV, branching});
  }
  if (decay.muons > 0.0) pieces_.push_back(piece_of_muons(decay.muons));
}

double DecaySpectrum::largest_energy() const {
  double largest = 0.0;
  for (const auto& line : lines_) largest = std::max(largest, line.E);
  for (const auto& piece : pieces_) largest = std::max(largest, piece.to);
  return largest;
}

Array3d DecaySpectrum::energy() const {
  Array3d sum = Array3d::Zero();
  for (const auto& [E, number] : points(largest_energy())) sum += E * number;
  return sum;
}

std::vector<SpectrumPoint> DecaySpectrum::points(double spacing) const {
  std::vector<SpectrumPoint> points = lines_;
  for (const SpectrumPiece& piece : pieces_) {
    for (double k = std::floor(piece.from / spacing); k * spacing < piece.to; ++k) {
      const double from = std::max(piece.from, k * spacing), to = std::min(piece.to, (k + 1.0) * spacing);
      if (from < to) add_points(piece, from, to, rule_, points);
    }
  }
  return points;
}

Array3d integral(const SpectrumTable& table) {
  Array3d sum = Array3d::Zero();
  for (std::size_t n = 1; n < table.size(); ++n) {
    sum += 0.5 * (table[n].E_MeV - table[n - 1].E_MeV) * (densities(table[n]) + densities(table[n - 1]));
  }
  return sum;
}

}  // namespace qke
