#include "components/decaying_particle.hpp"

#include <algorithm>
#include <cmath>

#include "model/constants.hpp"

namespace qke {

using constants::pi;

namespace {

double radiation_time_s(double T_cm) { return constants::radiation_time_MeV2_s / (T_cm * T_cm); }

// A cubic B-spline's share of the four nodes around a point, t of a step above the second.
Eigen::Array4d spline_shares(double t) {
  const double u = 1.0 - t;
  return Eigen::Array4d(u * u * u, 4.0 - 6.0 * t * t + 3.0 * t * t * t, 4.0 - 6.0 * u * u + 3.0 * u * u * u,
                        t * t * t) /
         6.0;
}

// Adds so many neutrinos of the momentum y, in units of T_cm^3/(2 pi^2): int dy y^2 f.
void add_to_grid(const MomentumGrid& grid, double y, const Eigen::Array3d& number,
                 Component::Emission& emission) {
  const auto add = [&](int node, double part) {
    emission.row(node) += (part / (grid.step() * grid.y(node) * grid.y(node)) * number).transpose();
  };
  const double position = y / grid.step() - 1.0;  // in nodes from the first
  const int below = static_cast<int>(std::floor(position)), last = grid.size() - 1;
  if (position < 0.0 || position >= last) {
    const int nearest = position < 0.0 ? 0 : last;
    add(nearest, y / grid.y(nearest));
    return;
  }
  const double t = position - below;  // of the step
  if (below < 1 || below + 2 > last) {
    add(below, 1.0 - t);
    add(below + 1, t);
    return;
  }
  const Eigen::Array4d shares = spline_shares(t);
  for (int n = 0; n < 4; ++n) add(below - 1 + n, shares(n));
}

}  // namespace

DecayingParticle::DecayingParticle(const DecayParameters& decay, double T_start_MeV)
    : decay_(decay), spectrum_(decay), T_start_(T_start_MeV), rate_(constants::hbar / decay.lifetime_s) {}

// Later than the start, where whole histories are estimated: what is left after the time
// that radiation alone would take.
Eigen::VectorXd DecayingParticle::start(double /*s*/, double T_cm) const {
  const double time = std::max(0.0, radiation_time_s(T_cm) - radiation_time_s(T_start_));
  return Eigen::VectorXd::Constant(1, std::exp(-time / decay_.lifetime_s));
}

double DecayingParticle::energy_density(double T_cm, ConstVector own) const {
  return decay_.energy_density_MeV4 * std::pow(T_cm / T_start_, 3) * own(0);
}

double DecayingParticle::slope(const Background& b, ConstVector own, Vector d_own) const {
  d_own(0) = -rate_ / b.hubble * own(0);
  return rate_ / b.hubble * energy_density(b.T_cm, own);
}

void DecayingParticle::emit(const Background& b, ConstVector own, const MomentumGrid& grid,
                            Emission& emission) const {
  const double decays = rate_ / b.hubble * energy_density(b.T_cm, own) / decay_.mass_MeV;  // MeV^3 per e-fold
  const double unit = 2.0 * pi * pi * decays / std::pow(b.T_cm, 3);
  for (const auto& [E, number] : spectrum_.points(grid.step() * b.T_cm)) {
    add_to_grid(grid, E / b.T_cm, unit * number, emission);
  }
}

}  // namespace qke
