// Whether averages are valid is decided on a history of its own, without distortions of
// the neutrinos: V and H depend on them by less than a per cent. The two ratios of the
// header are looked for at a few momenta, in steps of ln x that are halved where levels
// cross between two of them.
#include "evolution/averaging_validity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "collisions/weak_couplings.hpp"
#include "components/reheating.hpp"
#include "cosmology/background.hpp"
#include "flavour/hermitian.hpp"
#include "flavour/states.hpp"
#include "model/constants.hpp"
#include "model/electron_rate_factors.hpp"
#include "model/expansion.hpp"
#include "model/nsi.hpp"
#include "model/sterile.hpp"
#include "oscillations/eigenbasis.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"
#include "oscillations/potentials.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

// An eigenstate without nu_e has this much of it by rounding.
constexpr double rounding = 1e-12;

// What collisions tell apart in two eigenstates i, j: nu_e from the rest, as they treat
// nu_mu and nu_tau alike without non-standard interactions, and active from sterile.
struct Contrast {
  double content = 0;  // how much i and j differ in it, or share it: 0 to sqrt(2) for a projector
  double shared = 0;   // |<i|P|j>| with P the projector on nu_e, where collisions matter
};

// sum_alpha |U_alpha,i|^2 over the active flavours.
template <int N>
double active_share(const FlavourMatrix<N>& U, int i) {
  if constexpr (N == active_flavours) return 1.0;
  return U.col(i).template head<active_flavours>().squaredNorm();
}

// | |U_ei|^2 - |U_ej|^2 | + 2 |U_ei U_ej|, as far as both states are active.
template <int N>
Contrast in_nu_e(const FlavourMatrix<N>& U, int i, int j) {
  const double both = std::max(0.0, active_share<N>(U, i) + active_share<N>(U, j) - 1.0);
  const double e_i = std::abs(U(0, i)), e_j = std::abs(U(0, j));
  return {both * (std::abs(e_i * e_i - e_j * e_j) + 2.0 * e_i * e_j), both * std::abs(U(0, i) * U(0, j))};
}

// Above, the flavours that non-standard interactions set apart differ by some 1e-5 in
// temperature. nu_mu and nu_tau, which no matter term splits, oscillate as slowly as
// collisions act from 5 to 10 MeV on: that they keep their coherence there hardly matters.
constexpr double nsi_count_below_MeV = 3.0;

// The same with the matrix K in place of the projector on nu_e.
template <int N>
Contrast in_couplings(const Matrix3& K, const FlavourMatrix<N>& U, int i, int j) {
  const double both = std::max(0.0, active_share<N>(U, i) + active_share<N>(U, j) - 1.0);
  const auto element = [&](int a, int b) -> Complex {
    return U.col(a).template head<active_flavours>().dot(K * U.col(b).template head<active_flavours>());
  };
  const double shared = std::abs(element(i, j)), difference = std::abs(element(i, i) - element(j, j));
  return {both * (difference + 2.0 * shared), both * shared};
}

// The part of G^L G^L + G^R G^R that differs between flavours, over 2 sin^2 theta_W of the
// Standard Model, where this is the projector on nu_e. Nothing without non-standard
// interactions.
std::optional<Matrix3> coupling_contrast(const Parameters& parameters) {
  if (!has_nsi(parameters.nsi)) return std::nullopt;
  const auto [L, R] = coupling_matrices(parameters.weak.sin2_theta_W, parameters.nsi);
  const Matrix3 squares = L * L + R * R;
  const double common = squares.trace().real() / 3.0;
  return (squares - common * Matrix3::Identity()) / (2.0 * WeakParameters{}.sin2_theta_W);
}

// The same for the active flavours, as far as one of the two states is active and the
// other sterile: of two active ones which both lack a little, it makes no difference how
// they mix (measured: 4e-7 in N_eff where a hundredth is lacking). Nothing is shared: how
// fast collisions are, matters neither for what a resonance converts, which is the integral
// over its width, nor by more than (D/|V|)^2 = 5e-5 elsewhere (docs/sterile.md, "How sure
// are the results?").
template <int N>
Contrast in_active(const FlavourMatrix<N>& U, int i, int j) {
  if constexpr (N == active_flavours) return {};
  const double A_i = active_share<N>(U, i), A_j = active_share<N>(U, j);
  const auto active = U.template topRows<active_flavours>();
  const double shared = std::abs(active.col(i).dot(active.col(j)));
  const double one_each = std::max(0.0, 1.0 - std::abs(A_i + A_j - 1.0));
  return {one_each * (std::abs(A_i - A_j) + 2.0 * shared), 0.0};
}

double T_cm_at(double s) { return constants::electron_mass * std::exp(-s); }

// Quantities that all momenta share.
template <int N>
struct Moment {
  double s = 0, T_cm = 0, hubble = 0;                  // MeV
  double collisions = 0;                               // MeV, rate of a neutrino with y = 1
  FlavourVector<N> matter = FlavourVector<N>::Zero();  // diagonal of the matter term of V for y = 1, MeV
  // d(matter)/ds - matter: the part of dV/ds that turns the eigenbasis. The vacuum term
  // grows like e^s, so that dV/ds = V + this, and V is diagonal in its eigenbasis.
  FlavourVector<N> turning = FlavourVector<N>::Zero();
};

// The eigenbasis of V at one momentum, and the larger of the two ratios there.
template <int N>
struct Levels {
  double s = 0;
  Eigenbasis<N, Complex> basis;
  double ratio = 0;
};

// Plasma and neutrinos in equilibrium, or decoupled: the same to a per cent.
template <int N>
class History {
 public:
  History(const Parameters& parameters, const ElectromagneticPlasma& plasma)
      : parameters_(parameters),
        plasma_(plasma),
        temperature_(plasma, reheating_history(parameters, plasma)),
        components_(components(parameters, plasma)),
        potentials_(potentials(parameters, plasma)),
        eigenbasis_(parameters.mixing, parameters.sterile),
        rate_factors_(parameters.extra),
        coupling_contrast_(coupling_contrast(parameters)) {}

  Moment<N> moment(double s) const;
  Levels<N> levels(const Moment<N>& moment, double y) const;
  // The largest H/|E_i - E_j| of a pair that collisions tell apart.
  double slowest_pair(const Moment<N>& moment, double y) const;
  // The largest ratio between two moments, with the crossings that lie between them.
  Levels<N> worst_between(const Levels<N>& begin, const Levels<N>& end, double y) const;

 private:
  Background background(double s) const;
  FlavourVector<N> matter(double s) const;
  // What collisions tell apart in the states i and j at this temperature.
  std::array<Contrast, 2> contrasts(double T_cm, const FlavourMatrix<N>& U, int i, int j) const;
  // Whether i and j can turn into each other: collisions that change flavour connect states
  // of different groups, too.
  bool are_connected(int i, int j) const { return coupling_contrast_ || eigenbasis_.same_group(i, j); }
  bool have_crossed(const Levels<N>& begin, const Levels<N>& end) const;
  double ratio_of(const Moment<N>& moment, double y, const Eigenbasis<N, Complex>& basis) const;

  const Parameters& parameters_;
  const ElectromagneticPlasma& plasma_;
  DecoupledTemperature temperature_;
  Components components_;
  Potentials potentials_;
  EigenbasisOfV<N, Complex> eigenbasis_;
  ElectronRateFactors rate_factors_;
  std::optional<Matrix3> coupling_contrast_;
};

template <int N>
Background History<N>::background(double s) const {
  Background b = background_of_plasma(s, 1.0, plasma_, temperature_);
  b.rho_nu = 6.0 * constants::rho_0 * std::pow(b.T_cm, 4);
  for (const auto& component : components_) {
    b.rho_components += component->energy_density(b.T_cm, component->start(s, b.T_cm));
  }
  b.hubble = hubble_rate(b.plasma.energy_density + b.rho_nu + b.rho_components);
  return b;
}

template <int N>
FlavourVector<N> History<N>::matter(double s) const {
  const Background b = background(s);
  NeutrinoMoments neutrinos;
  // Only beside sterile states does it matter that all active flavours have a potential.
  if constexpr (N > active_flavours) {
    neutrinos.energy = 2.0 * constants::rho_0 * std::pow(b.T_cm, 4) * StateMatrix::Identity(N, N);
  }
  return interactions(potentials_, b, neutrinos, N).linear.diagonal().real();
}

template <int N>
Moment<N> History<N>::moment(double s) const {
  constexpr double ds = 1e-3;
  const Background b = background(s);
  Moment<N> m{s, T_cm_at(s), b.hubble, 0.0, matter(s), FlavourVector<N>::Zero()};
  m.turning = (matter(s + ds) - matter(s - ds)) / (2.0 * ds) - m.matter;
  const double G_F = parameters_.weak.G_F_per_GeV2 / (constants::GeV * constants::GeV);
  const auto [annihilation, scattering] = rate_factors_.at(b.T_gamma);
  m.collisions = std::max(annihilation, scattering) * G_F * G_F * std::pow(b.T_gamma, 4) * m.T_cm;
  return m;
}

// Flavours in equilibrium are equally occupied, whatever they convert to; those of a
// universe that is reheated are not.
template <int N>
std::array<Contrast, 2> History<N>::contrasts(double T_cm, const FlavourMatrix<N>& U, int i, int j) const {
  const Contrast none, active = in_active<N>(U, i, j);
  if (T_cm > equilibrium_above_MeV && !is_reheated(parameters_)) return {none, active};
  if (!coupling_contrast_ || T_cm > nsi_count_below_MeV) return {in_nu_e<N>(U, i, j), active};
  return {in_couplings<N>(*coupling_contrast_, U, i, j), active};
}

// The larger ratio of all pairs. `turned` is H |<i|dV/ds|j>|/(E_i - E_j)^2; beyond 1 a
// crossing is not adiabatic at all, and can do no more harm. `damped` is
// Gamma |<i|P|j>|/|E_i - E_j| with Gamma = G_F^2 T_gamma^4 T_cm y (docs/physics.md, "Where
// averages are valid").
template <int N>
double History<N>::ratio_of(const Moment<N>& m, double y, const Eigenbasis<N, Complex>& basis) const {
  double worst = 0.0;
  for (const auto& [i, j] : state_pairs<N>()) {
    if (!are_connected(i, j)) continue;
    const double gap = std::abs(basis.energies(i) - basis.energies(j));
    const Complex element =
        basis.states.col(i).dot(m.turning.template cast<Complex>().cwiseProduct(basis.states.col(j)));
    // States that do not mix may be degenerate: rounding over a gap of zero would be
    // infinite.
    const bool unmixed = std::abs(element) <= rounding * m.turning.cwiseAbs().maxCoeff();
    const double turned = unmixed ? 0.0 : m.hubble * y * std::abs(element) / gap / gap;
    for (const auto& [content, shared] : contrasts(m.T_cm, basis.states, i, j)) {
      if (content < rounding) continue;
      const double damped = shared < rounding ? 0.0 : m.collisions * y * shared / gap;
      worst = std::max({worst, content * std::min(turned, 1.0), damped});
    }
  }
  return worst;
}

template <int N>
Levels<N> History<N>::levels(const Moment<N>& m, double y) const {
  const FlavourMatrix<N> potential = (y * m.matter).template cast<Complex>().asDiagonal();
  const Eigenbasis<N, Complex> basis = eigenbasis_.at(y, m.T_cm, potential);
  return {m.s, basis, ratio_of(m, y, basis)};
}

template <int N>
double History<N>::slowest_pair(const Moment<N>& m, double y) const {
  const Eigenbasis<N, Complex> basis = levels(m, y).basis;
  double slowest = 0.0;
  for (const auto& [i, j] : state_pairs<N>()) {
    if (!are_connected(i, j)) continue;
    const auto [nu_e, active] = contrasts(m.T_cm, basis.states, i, j);
    if (std::max(nu_e.content, active.content) < rounding) continue;
    slowest = std::max(slowest, m.hubble / std::abs(basis.energies(i) - basis.energies(j)));
  }
  return slowest;
}

// States in the order of their eigenvalues have swapped if one looks more like another
// one's successor.
template <int N>
bool History<N>::have_crossed(const Levels<N>& begin, const Levels<N>& end) const {
  const Eigen::Matrix<double, N, N> overlap = (begin.basis.states.adjoint() * end.basis.states).cwiseAbs2();
  for (int i = 0; i < N; ++i) {
    if (overlap(i, i) >= 0.5) continue;
    int successor = 0;
    overlap.row(i).maxCoeff(&successor);
    for (const auto& [content, shared] : contrasts(T_cm_at(end.s), begin.basis.states, i, successor)) {
      if (content > rounding) return true;
    }
  }
  return false;
}

// Two levels that cross between two moments have their largest ratio at the crossing, in
// an interval as narrow as their coupling: bisection follows it until the states no
// longer swap, or the interval is so short that they do not couple at all.
template <int N>
Levels<N> History<N>::worst_between(const Levels<N>& begin, const Levels<N>& end, double y) const {
  Levels<N> worst = begin.ratio > end.ratio ? begin : end;
  if (worst.ratio > largest_averaging_ratio || !have_crossed(begin, end)) return worst;
  const Levels<N> middle = levels(moment(0.5 * (begin.s + end.s)), y);
  constexpr double shortest = 1e-9;  // a crossing as narrow as this is one of levels that do not mix
  if (end.s - begin.s < shortest) {
    worst.ratio = 1.0;
    return worst;
  }
  const Levels<N> first = worst_between(begin, middle, y), second = worst_between(middle, end, y);
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

template <int N>
AveragingValidity worst_along(const Parameters& parameters, const ElectromagneticPlasma& plasma,
                              double T_first, double T_to) {
  AveragingValidity worst;
  const History<N> history(parameters, plasma);
  const double s_begin = std::log(constants::electron_mass / T_first);
  const double s_end = std::log(constants::electron_mass / T_to);
  constexpr double widest = 0.1;
  const int intervals = static_cast<int>(std::ceil((s_end - s_begin) / widest));
  const std::vector<double> momenta = sampled_momenta(parameters.grid);
  std::vector<Levels<N>> before;
  for (int n = 0; n <= intervals; ++n) {
    const Moment<N> moment = history.moment(s_begin + (s_end - s_begin) * n / intervals);
    std::vector<Levels<N>> now;
    for (std::size_t k = 0; k < momenta.size(); ++k) {
      now.push_back(history.levels(moment, momenta[k]));
      const Levels<N> found = n == 0 ? now[k] : history.worst_between(before[k], now[k], momenta[k]);
      if (found.ratio > worst.ratio) worst = {found.ratio, T_cm_at(found.s), momenta[k]};
    }
    before = std::move(now);
  }
  return worst;
}

bool states_are_mixed(const Parameters& parameters) {
  return sterile_states_mix(parameters.sterile) || flavours_are_mixed(parameters.mixing) ||
         nsi_change_flavour(parameters.nsi);
}

}  // namespace

AveragingValidity averaging_validity(const Parameters& parameters, const ElectromagneticPlasma& plasma,
                                     double T_from, double T_to) {
  const bool begins_in_equilibrium = !sterile_states_mix(parameters.sterile) && !is_reheated(parameters);
  const double T_first = begins_in_equilibrium ? std::min(T_from, equilibrium_above_MeV) : T_from;
  if (!states_are_mixed(parameters) || T_first <= T_to) return {};
  return with_states(coupled_states(parameters),
                     [&](auto n) { return worst_along<n()>(parameters, plasma, T_first, T_to); });
}

double slowest_pair(const Parameters& parameters, const ElectromagneticPlasma& plasma, double T_cm) {
  if (!states_are_mixed(parameters)) return 0.0;
  return with_states(coupled_states(parameters), [&](auto n) {
    const History<n()> history(parameters, plasma);
    const auto moment = history.moment(std::log(constants::electron_mass / T_cm));
    double slowest = 0.0;
    for (const double y : sampled_momenta(parameters.grid)) {
      slowest = std::max(slowest, history.slowest_pair(moment, y));
    }
    return slowest;
  });
}

bool averaging_may_begin(const Parameters& parameters, const ElectromagneticPlasma& plasma, double T_cm) {
  if (T_cm > equilibrium_above_MeV) return false;
  if (slowest_pair(parameters, plasma, T_cm) > largest_averaging_ratio) return false;
  const double T_end = parameters.epoch.T_end_MeV;
  return averaging_validity(parameters, plasma, T_cm, T_end).ratio <= largest_averaging_ratio;
}

}  // namespace qke
