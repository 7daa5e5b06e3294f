// Whether averages are valid is decided on a history of its own, without distortions of
// the neutrinos: V and H depend on them by less than a per cent. The two ratios of the
// header are looked for at a few momenta, in steps of ln x that are halved where levels
// cross between two of them.
#include "evolution/averaging_validity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "cosmology/background.hpp"
#include "cosmology/expansion.hpp"
#include "model/constants.hpp"
#include "oscillations/eigenbasis.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"
#include "oscillations/potentials.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

// An eigenstate without nu_e has this much of it by rounding. Only nu_e matters:
// collisions treat nu_mu and nu_tau alike, so that it makes no difference how these two
// mix.
constexpr double rounding = 1e-12;

constexpr std::array<std::pair<int, int>, 3> pairs{{{0, 1}, {0, 2}, {1, 2}}};

// How much two states i, j differ in nu_e, or share it:
// | |U_ei|^2 - |U_ej|^2 | + 2 |U_ei U_ej|, between 0 (no nu_e) and sqrt(2).
double nu_e_content(const Eigenbasis<3, Complex>& basis, int i, int j) {
  const double e_i = std::abs(basis.states(0, i)), e_j = std::abs(basis.states(0, j));
  return std::abs(e_i * e_i - e_j * e_j) + 2.0 * e_i * e_j;
}

double T_cm_at(double s) { return constants::electron_mass * std::exp(-s); }

// Quantities that all momenta share.
struct Moment {
  double s = 0, T_cm = 0, hubble = 0;  // MeV
  double collisions = 0;               // MeV, rate of a neutrino with y = 1
  Vector3 matter = Vector3::Zero();    // diagonal of the matter term of V for y = 1, MeV
  // d(matter)/ds - matter: the part of dV/ds that turns the eigenbasis. The vacuum term
  // grows like e^s, so that dV/ds = V + this, and V is diagonal in its eigenbasis.
  Vector3 turning = Vector3::Zero();
};

// The eigenbasis of V at one momentum, and the larger of the two ratios there.
struct Levels {
  double s = 0;
  Eigenbasis<3, Complex> basis;
  double ratio = 0;
};

// Plasma and neutrinos in equilibrium, or decoupled: the same to a per cent.
class History {
 public:
  History(const Parameters& parameters, const ElectromagneticPlasma& plasma)
      : parameters_(parameters),
        plasma_(plasma),
        temperature_(plasma),
        components_(components(parameters)),
        potentials_(potentials(parameters, plasma)),
        eigenbasis_(parameters.mixing) {}

  Moment moment(double s) const;
  Levels levels(const Moment& moment, double y) const;
  // The largest H/|E_i - E_j| of a pair of which one has nu_e.
  double slowest_pair(const Moment& moment, double y) const;
  // The largest ratio between two moments, with the crossings that lie between them.
  Levels worst_between(const Levels& begin, const Levels& end, double y) const;

 private:
  Background background(double s) const;
  Vector3 matter(double s) const;
  static double ratio_of(const Moment& moment, double y, const Eigenbasis<3, Complex>& basis);

  const Parameters& parameters_;
  const ElectromagneticPlasma& plasma_;
  DecoupledTemperature temperature_;
  Components components_;
  Potentials potentials_;
  EigenbasisOfV<3, Complex> eigenbasis_;
};

Background History::background(double s) const {
  Background b = background_of_plasma(s, 1.0, plasma_, temperature_);
  b.rho_nu = 6.0 * constants::rho_0 * std::pow(b.T_cm, 4);
  for (const auto& component : components_) {
    b.rho_components += component->energy_density(b.T_cm, component->start(s, b.T_cm));
  }
  b.hubble = hubble_rate(b.plasma.energy_density + b.rho_nu + b.rho_components);
  return b;
}

Vector3 History::matter(double s) const {
  return interactions(potentials_, background(s), {}, 3).linear.diagonal().real();
}

Moment History::moment(double s) const {
  constexpr double ds = 1e-3;
  Moment m{s, T_cm_at(s), background(s).hubble, 0.0, matter(s), Vector3::Zero()};
  m.turning = (matter(s + ds) - matter(s - ds)) / (2.0 * ds) - m.matter;
  const double G_F = parameters_.weak.G_F_per_GeV2 / (constants::GeV * constants::GeV);
  m.collisions = parameters_.extra.rate_scale * G_F * G_F * std::pow(m.T_cm, 5);
  return m;
}

// The larger ratio of all pairs. `turned` is H |<i|dV/ds|j>|/(E_i - E_j)^2; beyond 1 a
// crossing is not adiabatic at all, and can do no more harm. `damped` is
// Gamma |U_ei U_ej|/|E_i - E_j| with Gamma = G_F^2 T_cm^5 y (docs/physics.md, "Where
// averages are valid").
double History::ratio_of(const Moment& m, double y, const Eigenbasis<3, Complex>& basis) {
  double worst = 0.0;
  for (const auto& [i, j] : pairs) {
    const double content = nu_e_content(basis, i, j);
    if (content < rounding) continue;
    const double shared = std::abs(basis.states(0, i) * basis.states(0, j));
    const double gap = std::abs(basis.energies(i) - basis.energies(j));
    const Complex element =
        basis.states.col(i).dot(m.turning.cast<Complex>().cwiseProduct(basis.states.col(j)));
    // States that do not mix may be degenerate: rounding over a gap of zero would be
    // infinite.
    const bool unmixed = std::abs(element) <= rounding * m.turning.cwiseAbs().maxCoeff();
    const double turned = unmixed ? 0.0 : m.hubble * y * std::abs(element) / gap / gap;
    const double damped = shared < rounding ? 0.0 : m.collisions * y * shared / gap;
    worst = std::max({worst, content * std::min(turned, 1.0), damped});
  }
  return worst;
}

Levels History::levels(const Moment& m, double y) const {
  const Eigenbasis<3, Complex> basis = eigenbasis_.at(y, m.T_cm, (y * m.matter).cast<Complex>().asDiagonal());
  return {m.s, basis, ratio_of(m, y, basis)};
}

double History::slowest_pair(const Moment& m, double y) const {
  const Eigenbasis<3, Complex> basis = levels(m, y).basis;
  double slowest = 0.0;
  for (const auto& [i, j] : pairs) {
    if (nu_e_content(basis, i, j) < rounding) continue;
    slowest = std::max(slowest, m.hubble / std::abs(basis.energies(i) - basis.energies(j)));
  }
  return slowest;
}

// States in the order of their eigenvalues have swapped if one looks more like another
// one's successor.
bool have_crossed(const Levels& begin, const Levels& end) {
  const Eigen::Matrix3d overlap = (begin.basis.states.adjoint() * end.basis.states).cwiseAbs2();
  for (int i = 0; i < 3; ++i) {
    const double content = std::abs(begin.basis.states(0, i));
    if (overlap(i, i) < 0.5 && content > rounding) return true;
  }
  return false;
}

// Two levels that cross between two moments have their largest ratio at the crossing, in
// an interval as narrow as their coupling: bisection follows it until the states no
// longer swap, or the interval is so short that they do not couple at all.
Levels History::worst_between(const Levels& begin, const Levels& end, double y) const {
  Levels worst = begin.ratio > end.ratio ? begin : end;
  if (worst.ratio > largest_averaging_ratio || !have_crossed(begin, end)) return worst;
  const Levels middle = levels(moment(0.5 * (begin.s + end.s)), y);
  constexpr double shortest = 1e-9;  // a crossing as narrow as this is one of levels that do not mix
  if (end.s - begin.s < shortest) {
    worst.ratio = 1.0;
    return worst;
  }
  const Levels first = worst_between(begin, middle, y), second = worst_between(middle, end, y);
  return first.ratio > second.ratio ? first : second;
}

// The matter term is proportional to y, the vacuum term to 1/y: another momentum meets
// the same crossing at another temperature, so that a few momenta stand for all.
std::vector<double> sampled_momenta(const GridParameters& grid) {
  const double first = grid.y_max / grid.nodes;
  std::vector<double> momenta{first};
  for (const double y : {3.0, 10.0}) {
    if (y > 1.5 * first && y < grid.y_max / 1.5) momenta.push_back(y);
  }
  momenta.push_back(grid.y_max);
  return momenta;
}

}  // namespace

AveragingValidity averaging_validity(const Parameters& parameters, const ElectromagneticPlasma& plasma,
                                     double T_from, double T_to) {
  AveragingValidity worst;
  const double T_first = std::min(T_from, equilibrium_above_MeV);
  if (!flavours_are_mixed(parameters.mixing) || T_first <= T_to) return worst;
  const History history(parameters, plasma);
  const double s_begin = std::log(constants::electron_mass / T_first);
  const double s_end = std::log(constants::electron_mass / T_to);
  constexpr double widest = 0.1;
  const int intervals = static_cast<int>(std::ceil((s_end - s_begin) / widest));
  const std::vector<double> momenta = sampled_momenta(parameters.grid);
  std::vector<Levels> before;
  for (int n = 0; n <= intervals; ++n) {
    const Moment moment = history.moment(s_begin + (s_end - s_begin) * n / intervals);
    std::vector<Levels> now;
    for (std::size_t k = 0; k < momenta.size(); ++k) {
      now.push_back(history.levels(moment, momenta[k]));
      const Levels found = n == 0 ? now[k] : history.worst_between(before[k], now[k], momenta[k]);
      if (found.ratio > worst.ratio) worst = {found.ratio, T_cm_at(found.s), momenta[k]};
    }
    before = std::move(now);
  }
  return worst;
}

double slowest_pair(const Parameters& parameters, const ElectromagneticPlasma& plasma, double T_cm) {
  if (!flavours_are_mixed(parameters.mixing)) return 0.0;
  const History history(parameters, plasma);
  const Moment moment = history.moment(std::log(constants::electron_mass / T_cm));
  double slowest = 0.0;
  for (const double y : sampled_momenta(parameters.grid)) {
    slowest = std::max(slowest, history.slowest_pair(moment, y));
  }
  return slowest;
}

bool averaging_may_begin(const Parameters& parameters, const ElectromagneticPlasma& plasma, double T_cm) {
  if (T_cm > equilibrium_above_MeV) return false;
  if (slowest_pair(parameters, plasma, T_cm) > largest_averaging_ratio) return false;
  const double T_end = parameters.epoch.T_end_MeV;
  return averaging_validity(parameters, plasma, T_cm, T_end).ratio <= largest_averaging_ratio;
}

}  // namespace qke
