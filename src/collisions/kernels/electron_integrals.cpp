// The integrals over the electron's energy (collisions/neutrino_electron.hpp) for one
// instruction set: compiled once for each, with QKE_NAMESPACE from
// cmake/InstructionSets.cmake, which also gives the namespace Eigen another name, so that
// no other source shares code compiled here. The points of a quadrature are worked on
// together.
#include <Eigen/Core>

#include "collisions/electron_integrals.hpp"
#include "collisions/kernels.hpp"

namespace qke::QKE_NAMESPACE {
namespace {

using Points = Eigen::Array<double, electron_quadrature_points, 1>;
using Leg = kernels::LegOf<Points>;

// Value and first two derivatives by ln z.
struct Jet {
  Points value, first, second;
};

// w = 1/[4 cosh(E/2z) cosh(E'/2z)] from e^{-E/2z} and e^{-E'/2z}, which cannot overflow.
Jet thermal_weight(const Points& E, const Points& decay, const Points& E_prime, const Points& decay_prime,
                   double z) {
  const Points d = decay * decay, d_prime = decay_prime * decay_prime;
  const Points inverse = 1.0 / (1.0 + d), inverse_prime = 1.0 / (1.0 + d_prime);
  const Points w = decay * decay_prime * inverse * inverse_prime;
  // With a = E/2z, da/d ln z = -a: d ln w/d ln z = a tanh a + a' tanh a', and
  // w''/w = (ln w)'' + [(ln w)']^2 with (a tanh a)' = -a tanh a - a^2 (1 - tanh^2 a).
  const Points a = (0.5 / z) * E, a_prime = (0.5 / z) * E_prime;
  const Points t = (1.0 - d) * inverse, t_prime = (1.0 - d_prime) * inverse_prime;
  const Points first = a * t + a_prime * t_prime;
  const Points second =
      -first - a * a * (1.0 - t * t) - a_prime * a_prime * (1.0 - t_prime * t_prime) + first * first;
  return {w, w * first, w * second};
}

// No function of the standard library: its inline copy, compiled for a processor that is
// not there, might be the one that the linker keeps.
double larger(double a, double b) { return a < b ? b : a; }
double smaller(double a, double b) { return a < b ? a : b; }
double root(double v) { return __builtin_sqrt(v); }
double momentum(double E, double x) { return root(larger(0.0, (E - x) * (E + x))); }
Points momentum(const Points& E, double x) { return ((E - x) * (E + x)).max(0.0).sqrt(); }
Leg massless(double p) { return {Points::Constant(p), Points::Constant(p)}; }

// Two rates (R1, R2 or A1, A2), each with its first two derivatives by ln z.
struct RatePair {
  double values[2][electron_orders] = {};

  void add(int rate, const Points& kernel, const Jet& weight) {
    values[rate][0] += (kernel * weight.value).sum();
    values[rate][1] += (kernel * weight.first).sum();
    values[rate][2] += (kernel * weight.second).sum();
  }
  void add(double factor, const RatePair& other) {
    for (int rate = 0; rate < 2; ++rate) {
      for (int order = 0; order < electron_orders; ++order) {
        values[rate][order] += factor * other.values[rate][order];
      }
    }
  }
};

class Integrals {
 public:
  explicit Integrals(const ElectronIntegralsInput& input)
      : x_(input.x), z_(input.z), nodes_(input.rule_nodes), weights_(input.rule_weights) {}

  // R1, R2 for y1 >= y3; E4 = E2 + y1 - y3. At p2 + p4 = y1 + y3 another limit of int dq
  // holds: there the integrand has its one kink, at
  //   E_kink = [-(y1 - y3) + (y1 + y3) sqrt(1 + x^2/(y1 y3))]/2,
  // and Gauss's rule converges fast only on either side. Above the kink w falls like
  // e^{-E2/z}: one piece of 8 z, and one for the tail.
  RatePair scattering(double y1, double y3) const {
    const double transfer = y1 - y3, x2 = x_ * x_;
    const double transfer_decay = __builtin_exp(-0.5 * transfer / z_);
    const Leg p1 = massless(y1), p3 = massless(y3);
    RatePair sum;
    const auto integrand = [&](const Leg& p2, const Points& measure) {
      const Points E4 = p2.E + transfer;
      const Leg p4{E4, momentum(E4, x_)};
      const Points decay = (p2.E * (-0.5 / z_)).exp();
      const Jet w = thermal_weight(p2.E, decay, E4, decay * transfer_decay, z_);
      const Points factor = 4.0 * measure;
      sum.add(
          0,
          factor * (kernels::s_channel(p1, p2, p3, p4, x2, x2) + kernels::u_channel(p1, p2, p3, p4, x2, x2)),
          w);
      sum.add(1, factor * x2 * kernels::t_channel_mass(p1, p2, p3, p4, 0.0), w);
    };
    const double E_kink = 0.5 * (-transfer + (y1 + y3) * root(1.0 + x2 / (y1 * y3)));
    const double p_kink = momentum(E_kink, x_);
    const double exponent_range = 34.0;  // the rest is e^{-34} of the integral
    const double p_end = momentum(E_kink + exponent_range * z_, x_);
    const double p_middle = momentum(E_kink + 8.0 * z_, x_);
    // A kink far above thermal energies: the first piece ends where w has become
    // negligible.
    const double p_reach = momentum(x_ + exponent_range * z_, x_);
    integrate(0.0, smaller(p_kink, p_reach), integrand);
    integrate(p_kink, p_middle, integrand);
    integrate(p_middle, p_end, integrand);
    return sum;
  }

  // R1, R2 at y1 = y3 = y, less what a sum over y3 in steps h is short of the integral by
  // the kink there: h/12 times the jump of the slope, which is -2 times the slope by the
  // transfer at y1 + y3 = 2 y. The latter from differences on one side.
  RatePair scattering_with_kink(double y, double h) const {
    const double step = 0.02;  // of the transfer, small beside thermal energies
    const double correction = h / 6.0 / (2.0 * step);
    RatePair sum = scattering(y, y);
    sum.add(-3.0 * correction, RatePair(sum));
    sum.add(4.0 * correction, scattering(y + 0.5 * step, y - 0.5 * step));
    sum.add(-correction, scattering(y + step, y - step));
    return sum;
  }

  // A1, A2; zero below the threshold y1 y2 = x^2 of head-on collisions. The integrand has
  // kinks where |p3 - p4| = |y1 - y2|, at
  //   E3 = [y1 + y2 -+ |y1 - y2| sqrt(1 - x^2/(y1 y2))]/2.
  RatePair annihilation(double y1, double y2) const {
    RatePair sum;
    const double total = y1 + y2, x2 = x_ * x_;
    if (y1 * y2 <= x2) return sum;
    const double total_decay = __builtin_exp(-0.5 * total / z_);
    const Leg p1 = massless(y1), p2 = massless(y2);
    // The two electrons enter alike: the integral over E3 stops at half of the total, K_u
    // is symmetrised, and the factor 2 of A2 becomes 4.
    const auto integrand = [&](const Leg& p3, const Points& measure) {
      const Points E4 = total - p3.E;
      const Leg p4{E4, momentum(E4, x_)};
      const Points decay = (p3.E * (-0.5 / z_)).exp();
      const Jet w = thermal_weight(p3.E, decay, E4, total_decay / decay, z_);
      const Points factor = 4.0 * measure;
      sum.add(
          0,
          factor * (kernels::u_channel(p1, p2, p3, p4, x2, x2) + kernels::u_channel(p1, p2, p4, p3, x2, x2)),
          w);
      sum.add(1, factor * x2 * kernels::s_channel_mass(p1, p2, p3, p4, 0.0), w);
    };
    const double E_kink = 0.5 * (total - __builtin_fabs(y1 - y2) * root(1.0 - x2 / (y1 * y2)));
    const double p_kink = momentum(E_kink, x_), p_half = momentum(0.5 * total, x_);
    integrate(0.0, p_kink, integrand);
    integrate(p_kink, p_half, integrand);
    return sum;
  }

 private:
  // Adds int dE of the integrand over p in [low, high], dE = p dp/E. Momenta
  // sqrt(E^2 - x^2) have a root singularity in E at rest; in p the integrands are smooth.
  template <class Integrand>
  void integrate(double low, double high, Integrand&& integrand) const {
    const double half = 0.5 * (high - low);
    const Points p = 0.5 * (low + high) + half * Eigen::Map<const Points>(nodes_);
    const Points E = (p * p + x_ * x_).sqrt();
    integrand(Leg{E, p}, half * Eigen::Map<const Points>(weights_) * p / E);
  }

  double x_, z_;
  const double *nodes_, *weights_;
};

// All four tables are symmetric: the lower triangle is enough, where y1 >= y3 as
// scattering() asks.
void integrate(const ElectronIntegralsInput& input, double* packed, std::ptrdiff_t stride) {
  const Integrals integrals(input);
  const std::ptrdiff_t size = input.nodes * (input.nodes + 1) / 2;
  for (std::ptrdiff_t i = 0, n = 0; i < input.nodes; ++i) {
    for (std::ptrdiff_t k = 0; k <= i; ++k, ++n) {
      const RatePair R = i == k && input.corrects_kink
                             ? integrals.scattering_with_kink(input.y[i], input.y[0])
                             : integrals.scattering(input.y[i], input.y[k]);
      const RatePair A = integrals.annihilation(input.y[i], input.y[k]);
      for (int order = 0; order < electron_orders; ++order) {
        double* to = packed + order * stride + n;
        to[0] = R.values[0][order], to[size] = R.values[1][order];
        to[2 * size] = A.values[0][order], to[3 * size] = A.values[1][order];
      }
    }
  }
}

}  // namespace

ElectronIntegrals electron_integrals() { return integrate; }

}  // namespace qke::QKE_NAMESPACE
