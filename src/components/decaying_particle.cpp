#include "components/decaying_particle.hpp"

#include <algorithm>
#include <cmath>

#include "model/constants.hpp"

namespace qke {

using constants::pi;

namespace {

double radiation_time_s(double T_cm) { return constants::radiation_time_MeV2_s / (T_cm * T_cm); }

}  // namespace

DecayingParticle::DecayingParticle(const DecayParameters& decay, double T_start_MeV)
    : decay_(decay), T_start_(T_start_MeV), rate_(constants::hbar / decay.lifetime_s) {}

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

bool DecayingParticle::emits_neutrinos() const {
  return std::any_of(decay_.branching.begin(), decay_.branching.end(), [](double B) { return B > 0.0; });
}

void DecayingParticle::emit(const Background& b, ConstVector own, const MomentumGrid& grid,
                            Emission& emission) const {
  const double decays = rate_ / b.hubble * energy_density(b.T_cm, own) / decay_.mass_MeV;  // MeV^3 per e-fold
  const double y = 0.5 * decay_.mass_MeV / b.T_cm;
  // Number in units of T_cm^3/(2 pi^2): int dy y^2 f.
  const double number = 2.0 * pi * pi * decays / std::pow(b.T_cm, 3);
  const auto add = [&](int node, double of_number) {
    const double change = of_number / (grid.step() * grid.y(node) * grid.y(node));
    for (int a = 0; a < 3; ++a) emission(node, a) += decay_.branching[static_cast<std::size_t>(a)] * change;
  };
  const double position = y / grid.step() - 1.0;  // in nodes from the first
  const int below = static_cast<int>(std::floor(position)), last = grid.size() - 1;
  if (position < 0.0 || position >= last) {
    const int nearest = position < 0.0 ? 0 : last;
    add(nearest, number * y / grid.y(nearest));
    return;
  }
  add(below, number * (below + 1 - position));
  add(below + 1, number * (position - below));
}

}  // namespace qke
