// Scheme `qke` with lepton asymmetries: neutrinos and antineutrinos evolved on their own,
// with the self-interaction mean field (docs/physics.md, "Kinetic equations";
// [FP22] eqs. (2.1)-(2.6)):
//   drho/ds    = -(i/H)[ V + J + E, rho]    + C/H,
//   drhobar/ds = -(i/H)[-V + J + E, rhobar] + Cbar/H,
//   J = sqrt(2) G_F T_cm^3/(2 pi^2) int dy y^2 (rho - rhobar),
//   E = sqrt(2) G_F (n_e- - n_e+) diag(1, 0, 0),
// with n_e- - n_e+ the excess of electrons. The components are those of X = rho/scale - 1
// and Xbar = rhobar/scale - 1 in the flavour basis, scale the Fermi-Dirac spectrum of the
// largest |xi|.
//
// The precession is the fast part of the system, by orders of magnitude faster than the
// expansion, and is solved implicitly; collisions, z and the components are the slow,
// explicit part. Two things make long steps possible: the start on the slow manifold
// (settle), where nothing precesses around J, and the local damping moved to the implicit
// part (local_damping).
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/expect.hpp"
#include "evolution/phases.hpp"
#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "flavour/states.hpp"
#include "model/precession_pace.hpp"
#include "model/sterile.hpp"
#include "oscillations/mean_field_precession.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

// Largest angle |J_ac/j| between J on the slow manifold and the flavours: the start there
// neglects its square. The angle is 1e-3 at 20 MeV, and 0.3 at 12 MeV, where mu and tau
// convert.
constexpr double largest_angle = 1e-2;

// y from which on losses are damped implicitly (local_damping). J turns at a rate in
// proportion to the asymmetries; where it is slow all nodes are damped. Beyond 8 + |xi| is
// some hundredth of J. None is where two flavours are alike: J turns these by some radians
// in a step, where what is moved lets their coherences grow at any y.
double first_damped_momentum(const InitialState& initial) {
  constexpr double slow_below = 0.2, beyond_degeneracy = 8.0, alike = 0.01;  // of the largest |xi|
  double largest = 0.0, least_difference = std::numeric_limits<double>::infinity();
  for (const double xi : initial.xi) largest = std::max(largest, std::abs(xi));
  for (const auto& [a, b] : state_pairs<3>()) {
    least_difference = std::min(least_difference, std::abs(initial.xi[a] - initial.xi[b]));
  }
  if (least_difference < alike * largest) return std::numeric_limits<double>::infinity();
  return largest < slow_below ? 0.0 : beyond_degeneracy + largest;
}

template <int N>
class IndependentQkeSystem : public KineticSystem, public SplitOdeSystem {
 public:
  IndependentQkeSystem(const Parameters& parameters, const Threads& threads, const Additions& additions)
      : KineticSystem(parameters, {weights_of_both_traces<N>()}, threads, additions),
        mass_squared_(mass_squared_matrix<N>(parameters.mixing, parameters.sterile)),
        pace_(parameters),
        start_(KineticSystem::initial_vector()),
        damping_(local_damping()) {}

  SolvableSystem solvable() override { return static_cast<SplitOdeSystem*>(this); }
  void slow_rhs(double s, ConstVector u, Vector du) override;
  void fast_rhs(double s, ConstVector u, Vector du) override;
  bool solve_fast(double s, double gamma, ConstVector known, Vector change) override;
  bool averaging_is_due(double s, ConstVector u, double) const override {
    return only_averages_matter(*this, s, u);
  }

  Eigen::VectorXd initial_vector() const override;
  StateDensities densities(double, ConstVector u) const override {
    return {as_state_matrices<N, Complex>(field(u, 0), states_),
            as_state_matrices<N, Complex>(field(u, components), states_)};
  }

 protected:
  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const StateDensities& rho, Vector u) const override;
  std::string node_component_name(int component) const override;

 private:
  static constexpr int components = hermitian_components<N>;
  using FlavourMap = FlavourMatrix<N>;
  using Density = DensityMatrices<N>;
  using Precession = MeanFieldPrecession<N>;
  using Distortions = typename Precession::Pair;  // rho/scale - 1

  FlavourMap distortion(ConstVector u, int node, int first) const {
    return to_matrix<N>(u.segment<components>(layout_.index(node, first)));
  }
  MatrixField<N> field(ConstVector u, int first) const;
  Density density_matrices(ConstVector u) const { return {field(u, 0), field(u, components)}; }
  Distortions distortions(ConstVector u) const;
  void set_distortions(const Distortions& X, Vector u) const;

  // V of every node and E, in MeV.
  Precession hamiltonian(const Background& background, const Density& rho) const;
  // The same in units of the Hubble rate, with the weights of J, without damping.
  Precession precession(const Background& background, const Density& rho) const;
  // What collisions and decays add to du.
  void add_sources(const Background& background, const Density& rho, ConstVector u, Vector du) const;
  // On the slow manifold: rho commutes with V + J to first order in their off-diagonal
  // elements, so that no fast precession is excited (docs/physics.md). Flavours that
  // oscillate already stay as they are.
  void settle(const Background& background, Density& rho) const;
  Eigen::VectorXd local_damping() const;
  Eigen::VectorXd damping_at(double s) const;
  void set_damping(const Eigen::VectorXd& damping, Precession& fast) const;

  FlavourMap mass_squared_;  // flavour basis, MeV^2
  PrecessionPace pace_;
  Eigen::VectorXd start_;    // the state of initial_density_matrices()
  Eigen::VectorXd damping_;  // of all components, in units of G_F^2 T_cm^5
};

template <int N>
MatrixField<N> IndependentQkeSystem<N>::field(ConstVector u, int first) const {
  MatrixField<N> result;
  result.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    result.push_back(scale_(i) * (FlavourMap::Identity() + distortion(u, i, first)));
  }
  return result;
}

template <int N>
void IndependentQkeSystem<N>::set_neutrinos(const Background&, const StateDensities& rho, Vector u) const {
  const auto set = [&](const StateMatrixField& matrices, int first) {
    for (int i = 0; i < grid_.size(); ++i) {
      u.segment<components>(layout_.index(i, first)) =
          to_components<N>(as_fixed<N>(matrices[i]) / scale_(i) - FlavourMap::Identity());
    }
  };
  set(rho.nu, 0);
  set(rho.bar, components);
}

template <int N>
std::string IndependentQkeSystem<N>::node_component_name(int component) const {
  return hermitian_component_name(component < components ? "rho" : "rhobar", flavour_names(N),
                                  component % components);
}

template <int N>
Eigen::VectorXd IndependentQkeSystem<N>::initial_vector() const {
  if (!self_interaction_is_on(parameters_)) return start_;
  Density rho = density_matrices(start_);
  settle(background(s_start(), start_), rho);
  return state_vector(
      s_start(), initial_.z,
      {as_state_matrices<N, Complex>(rho.nu, states_), as_state_matrices<N, Complex>(rho.bar, states_)},
      component_unknowns(start_));
}

// For each pair a < c (a, b in docs/physics.md, "qke with asymmetries"), with
// v = V_aa - V_cc and j = (J+E)_aa - (J+E)_cc: the commutator with V + J + E vanishes to
// first order for
//   rho_ac = (V_ac + J_ac) g,      g = (rho_aa - rho_cc)/(v + j),
//   rhobar_ac = (-V_ac + J_ac) g', g' = (rhobar_aa - rhobar_cc)/(-v + j),
// and J_ac = kappa sum y^2 (rho_ac - rhobar_ac) itself follows from them:
//   J_ac = kappa sum y^2 V_ac (g + g')/[1 - kappa sum y^2 (g - g')].
// Where E has an element E_ac, J_ac + E_ac takes the place of J_ac, and E_ac is added to
// the numerator.
// The numerator is `driven`, the sum in the denominator `back_reaction`.
template <int N>
void IndependentQkeSystem<N>::settle(const Background& b, Density& rho) const {
  const Precession H = hamiltonian(b, rho);
  const MatrixField<N>& V = H.V;
  const FlavourMap J = self_hamiltonian<N>(b.T_cm, rho.nu, rho.bar) + H.external;
  const double kappa = self_coupling(parameters_.weak, b.T_cm) * grid_.step();
  for (const auto& [first, second] : state_pairs<N>()) {
    const int a = first, c = second;
    // g = (rho_aa - rho_cc)/(v + j), zero where the two flavours are alike.
    const double j = (J(a, a) - J(c, c)).real();
    const auto ratio = [&](const FlavourMap& X, double splitting) {
      const double difference = (X(a, a) - X(c, c)).real();
      return difference == 0.0 ? 0.0 : difference / splitting;
    };
    std::vector<std::pair<double, double>> g;
    Complex driven = 0.0;
    double back_reaction = 0.0;
    for (int i = 0; i < grid_.size(); ++i) {
      const double v = (V[i](a, a) - V[i](c, c)).real(), y2 = grid_.y(i) * grid_.y(i);
      g.emplace_back(ratio(rho.nu[i], v + j), ratio(rho.bar[i], -v + j));
      driven += kappa * y2 * V[i](a, c) * (g.back().first + g.back().second);
      back_reaction += kappa * y2 * (g.back().first - g.back().second);
    }
    // With alike flavours there is nothing to settle. Where J would have to turn far,
    // oscillations have begun: no such state is near the pure flavours, which are kept.
    driven += H.external(a, c);
    const Complex J_ac = driven == 0.0 ? 0.0 : driven / (1.0 - back_reaction);
    if (!(std::abs(J_ac) <= largest_angle * std::abs(j))) continue;
    for (int i = 0; i < grid_.size(); ++i) {
      rho.nu[i](a, c) = (V[i](a, c) + J_ac) * g[i].first;
      rho.bar[i](a, c) = (-V[i](a, c) + J_ac) * g[i].second;
      rho.nu[i](c, a) = std::conj(rho.nu[i](a, c));
      rho.bar[i](c, a) = std::conj(rho.bar[i](a, c));
    }
  }
}

template <int N>
typename MeanFieldPrecession<N>::Pair IndependentQkeSystem<N>::distortions(ConstVector u) const {
  Distortions X;
  for (int i = 0; i < grid_.size(); ++i) {
    X.nu.push_back(distortion(u, i, 0));
    X.bar.push_back(distortion(u, i, components));
  }
  return X;
}

template <int N>
void IndependentQkeSystem<N>::set_distortions(const Distortions& X, Vector u) const {
  for (int i = 0; i < grid_.size(); ++i) {
    u.segment<components>(layout_.index(i, 0)) = to_components<N>(X.nu[i]);
    u.segment<components>(layout_.index(i, components)) = to_components<N>(X.bar[i]);
  }
}

template <int N>
MeanFieldPrecession<N> IndependentQkeSystem<N>::hamiltonian(const Background& b, const Density& rho) const {
  const Interactions sum = interactions(potentials_, b, moments_for_potentials(b.T_cm, rho), N);
  const PotentialOfMomentum<N> potential(sum);
  Precession result;
  result.external = sum.odd;
  result.V.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    const double y = grid_.y(i);
    result.V.push_back(vacuum_hamiltonian<N>(mass_squared_, y, b.T_cm) + potential(y));
  }
  return result;
}

template <int N>
MeanFieldPrecession<N> IndependentQkeSystem<N>::precession(const Background& b, const Density& rho) const {
  Precession result = hamiltonian(b, rho);
  const double factor = pace_(b.T_cm) / b.hubble;
  for (FlavourMap& V : result.V) V *= factor;
  result.external *= factor;
  const double coupling = self_interaction_is_on(parameters_)
                              ? self_coupling(parameters_.weak, b.T_cm) * grid_.step() * factor
                              : 0.0;
  result.weight = coupling * grid_.y().square() * scale_;
  result.damping = result.damping_bar = Eigen::ArrayXd::Zero(grid_.size());
  return result;
}

template <int N>
void IndependentQkeSystem<N>::add_sources(const Background& b, const Density& rho, ConstVector u,
                                          Vector du) const {
  const CollisionRates rates =
      collisions_.rates(b, active_densities<N, Complex>(rho, AntineutrinoRelation::independent));
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const MatrixField<N> emitted = emission<N>(b, u);
  for (int i = 0; i < grid_.size(); ++i) {
    const auto slope = [&](const GainAndLoss& r, const MatrixField<N>& density) -> HermitianVector<N> {
      FlavourMap C = unit / scale_(i) * collision_term<N, Complex>(r, i, density[i]);
      if (!emitted.empty()) C += emitted[i] / scale_(i);
      return to_components<N>(C);
    };
    du.segment<components>(layout_.index(i, 0)) += slope(rates.nu, rho.nu);
    du.segment<components>(layout_.index(i, components)) += slope(rates.bar, rho.bar);
  }
}

template <int N>
void IndependentQkeSystem<N>::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Density rho = density_matrices(u);
  set_distortions(precession(b, rho).slope(distortions(u)), du);
  add_sources(b, rho, u, du);
}

// In units of H: what the explicit part damps by itself, with steps that precession asks
// for anyway. What is moved to the implicit part is added and taken off at different stages,
// which matters where precession is not followed: at low temperatures it made N_eff of
// xi = 0.01 wrong by 1e-4 and steps ten times shorter (docs/dev/asymmetry-convergence.md).
constexpr double explicit_damping = 200.0;

// The loss of a node by collisions, -d (X - X at the start) with the largest d of the
// flavours, is moved from the slow to the fast part: explicit stages may then be some ten
// times longer. It is d = 2 (gain + loss)_aa: C = gain - (gain + loss) rho + h.c.
// Measured from the start, X has no large constant part that one side would add and the
// other take off.
//
// Where J itself turns fast the momenta that carry it keep all of C in the slow part: what
// turns as a whole is hardly damped by collisions, and a damping that one side adds and the
// other takes off lets it grow where a step is about three turns long
// (docs/dev/performance.md).
template <int N>
Eigen::VectorXd IndependentQkeSystem<N>::local_damping() const {
  const Background b = background(s_start(), start_);
  const CollisionRates rates = collisions_.rates(
      b, active_densities<N, Complex>(density_matrices(start_), AntineutrinoRelation::independent));
  Eigen::VectorXd damping = Eigen::VectorXd::Zero(dimension());
  const double first = first_damped_momentum(initial_);
  const auto set = [&](const GainAndLoss& r, int component) {
    for (int i = 0; i < grid_.size(); ++i) {
      if (grid_.y(i) < first) continue;
      damping.segment<components>(layout_.index(i, component))
          .setConstant(2.0 * (r.gain.diagonal(i) + r.loss.diagonal(i)).maxCoeff());
    }
  };
  set(rates.nu, 0);
  set(rates.bar, components);
  return damping;
}

// A function of s alone, not of the state: what the explicit part gains the implicit part
// must lose exactly, although the two are evaluated at different states.
template <int N>
Eigen::VectorXd IndependentQkeSystem<N>::damping_at(double s) const {
  const Background b = background(s, start_);
  const Eigen::ArrayXd whole = collisions_.unit(b.T_cm) / b.hubble * damping_;
  return (whole - explicit_damping).max(0.0);
}

template <int N>
void IndependentQkeSystem<N>::set_damping(const Eigen::VectorXd& damping, Precession& fast) const {
  for (int i = 0; i < grid_.size(); ++i) {
    fast.damping(i) = damping(layout_.index(i, 0));
    fast.damping_bar(i) = damping(layout_.index(i, components));
  }
}

template <int N>
void IndependentQkeSystem<N>::slow_rhs(double s, ConstVector u, Vector du) {
  const Background b = background(s, u);
  du.setZero();
  add_sources(b, density_matrices(u), u, du);
  set_other_slopes(b, u, du);
  du += damping_at(s).cwiseProduct(u - start_);
}

template <int N>
void IndependentQkeSystem<N>::fast_rhs(double s, ConstVector u, Vector du) {
  const Precession fast = precession(background(s, u), density_matrices(u));
  du.setZero();
  set_distortions(fast.slope(distortions(u)), du);
  du -= damping_at(s).cwiseProduct(u - start_);
}

// u = known + gamma fast(s, u) with fast = precession(u) - d (u - start): the start goes
// to the right-hand side, and MeanFieldPrecession solves the rest with damping d.
template <int N>
bool IndependentQkeSystem<N>::solve_fast(double s, double gamma, ConstVector known, Vector change) {
  const Eigen::VectorXd damping = damping_at(s);
  const Eigen::VectorXd pull = gamma * damping.cwiseProduct(start_), source = known + pull;
  // Precession changes no trace: z, the components' unknowns and the traces of the
  // solution are known beforehand, and with them H.
  const Background b = background(s, (source.array() / (1.0 + gamma * damping.array())).matrix());
  const int others = layout_.of_nodes();
  change.tail(dimension() - others).setZero();
  const Distortions source_X = distortions(source);
  Distortions change_X = distortions(change - pull);
  // Only the optional potential of the neutrinos' energy density depends on the solution,
  // and weakly.
  const int most_iterations = potentials_need_neutrino_energy() ? 30 : 1;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    Precession fast = precession(b, most_iterations == 1 ? Density{} : density_matrices(known + change));
    set_damping(damping, fast);
    if (!fast.solve(gamma, source_X, change_X)) return false;
    const Eigen::VectorXd last = change;
    set_distortions(change_X, change);
    change.head(others) += pull.head(others);
    if (!change.allFinite()) return false;
    if (most_iterations == 1 || (change - last).norm() <= 1e-13 * (known + change).norm()) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<KineticSystem> make_independent_qke_system(const Parameters& parameters,
                                                           const Threads& threads,
                                                           const Additions& additions) {
  // Asymmetries beside sterile states are refused: three states are enough.
  QKE_EXPECT(coupled_states(parameters) == active_flavours);
  return std::make_unique<IndependentQkeSystem<active_flavours>>(parameters, threads, additions);
}

}  // namespace qke
