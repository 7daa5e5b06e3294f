// Scheme `qke` with lepton asymmetries: neutrinos and antineutrinos evolved on their own, with the
// self-interaction mean field (docs/physics.md, "Kinetic equations"; [FP22] eqs. (2.1)-(2.6)):
//   drho/ds    = -(i/H)[ V + J + E, rho]    + C/H,
//   drhobar/ds = -(i/H)[-V + J + E, rhobar] + Cbar/H,
//   J = sqrt(2) G_F T_cm^3/(2 pi^2) int dy y^2 (rho - rhobar),   E = sqrt(2) G_F (n_e- - n_e+) diag(1, 0, 0).
// The components are those of rho/scale - 1 and rhobar/scale - 1 in the flavour basis.
#include <cmath>

#include "evolution/kinetic_system.hpp"
#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mean_field_precession.hpp"

namespace qke {
namespace {

constexpr int nine = hermitian_components;
using Field = MatrixField<std::complex<double>>;

// Of J against the flavours on the slow manifold: its square is what the start there neglects. 1e-3 at 20
// MeV, and 0.3 at 12 MeV, where mu and tau convert.
constexpr double largest_angle = 1e-2;

class IndependentQkeSystem : public KineticSystem, public SplitOdeSystem {
 public:
  IndependentQkeSystem(const Parameters& parameters, const Threads& threads)
      : KineticSystem(parameters, 2 * nine, threads),
        damping_(local_damping()),
        start_(state_vector(s_start(), initial_.z, initial_density_matrices())) {}

  void slow_rhs(double s, ConstVector u, Vector du) override;
  void fast_rhs(double s, ConstVector u, Vector du) override;
  bool solve_fast(double s, double gamma, ConstVector known, Vector u) override;
  SolvableSystem solvable() override { return static_cast<SplitOdeSystem*>(this); }
  bool averaging_is_due(double s, ConstVector u, double mean_step) const override;

  Field rho(double, ConstVector u) const override { return field(u, 0); }
  Field rhobar(double, ConstVector u) const override { return field(u, nine); }

 protected:
  using Density = DensityMatrices<std::complex<double>>;
  using Distortions = MeanFieldPrecession::Pair;  // rho/scale - 1

  Eigen::VectorXd initial_state_vector() const override;
  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const Density& rho, Vector u) const override;
  Eigen::VectorXd trace_weights() const override;
  std::string node_component_name(int component) const override;

 private:
  Matrix3 distortion(ConstVector u, int node, int first) const {
    return to_matrix(u.segment<nine>(layout_.index(node, first)));
  }
  Field field(ConstVector u, int first) const;
  Distortions distortions(ConstVector u) const;
  void set_distortions(const Distortions& X, Vector u) const;

  MeanFieldPrecession precession(const Background& background, const Density& rho) const;
  void add_collisions(const Background& background, const Density& rho, Vector du) const;
  // On the slow manifold: rho commutes with V + J to first order in their off-diagonal elements, so that no
  // fast precession is excited (docs/physics.md, "qke with asymmetries"). Flavours that oscillate already
  // stay as they are.
  void settle(const Background& background, Density& rho) const;
  Eigen::VectorXd local_damping() const;
  Eigen::VectorXd damping_at(double s) const;
  void set_damping(const Eigen::VectorXd& damping, MeanFieldPrecession& fast) const;

  Eigen::VectorXd damping_;  // of all components, in units of G_F^2 T_cm^5
  Eigen::VectorXd start_;    // the state of initial_density_matrices()
};

Field IndependentQkeSystem::field(ConstVector u, int first) const {
  Field result;
  result.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    result.push_back(scale_(i) * (Matrix3::Identity() + distortion(u, i, first)));
  }
  return result;
}

void IndependentQkeSystem::set_neutrinos(const Background&, const Density& rho, Vector u) const {
  for (int i = 0; i < grid_.size(); ++i) {
    u.segment<nine>(layout_.index(i, 0)) = to_components(rho.nu[i] / scale_(i) - Matrix3::Identity());
    u.segment<nine>(layout_.index(i, nine)) = to_components(rho.bar[i] / scale_(i) - Matrix3::Identity());
  }
}

Eigen::VectorXd IndependentQkeSystem::trace_weights() const {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(Eigen::Index{2} * nine);
  weights.segment<3>(0).setOnes();
  weights.segment<3>(nine).setOnes();
  return weights;
}

std::string IndependentQkeSystem::node_component_name(int component) const {
  return hermitian_component_name(component < nine ? "rho" : "rhobar", {"e", "mu", "tau"}, component % nine);
}

Eigen::VectorXd IndependentQkeSystem::initial_state_vector() const {
  Density rho = initial_density_matrices();
  const Eigen::VectorXd u = state_vector(s_start(), initial_.z, rho);
  if (self_interaction_is_on(parameters_)) settle(background(s_start(), u), rho);
  return state_vector(s_start(), initial_.z, rho);
}

void IndependentQkeSystem::settle(const Background& b, Density& rho) const {
  const Field V = flavour_hamiltonian(b, rho.nu, rho.bar);
  const Matrix3 J = self_hamiltonian(b, rho.nu, rho.bar) + electron_asymmetry(b);
  const double kappa = self_coupling(parameters_.weak, b.T_cm) * grid_.step();
  for (const auto& [a, c] : {std::pair{0, 1}, {0, 2}, {1, 2}}) {
    // g = (rho_aa - rho_cc)/(v + j), zero where the two flavours are alike.
    const double j = (J(a, a) - J(c, c)).real();
    const auto ratio = [&, a = a, c = c](const Matrix3& X, double splitting) {
      const double difference = (X(a, a) - X(c, c)).real();
      return difference == 0.0 ? 0.0 : difference / splitting;
    };
    std::vector<std::pair<double, double>> g;
    std::complex<double> driven = 0.0;
    double back_reaction = 0.0;
    for (int i = 0; i < grid_.size(); ++i) {
      const double v = (V[i](a, a) - V[i](c, c)).real(), y2 = grid_.y(i) * grid_.y(i);
      g.emplace_back(ratio(rho.nu[i], v + j), ratio(rho.bar[i], -v + j));
      driven += kappa * y2 * V[i](a, c) * (g.back().first + g.back().second);
      back_reaction += kappa * y2 * (g.back().first - g.back().second);
    }
    // With alike flavours there is nothing to settle; where J would have to turn far, oscillations have
    // begun.
    const std::complex<double> J_ac = driven == 0.0 ? 0.0 : driven / (1.0 - back_reaction);
    if (!(std::abs(J_ac) <= largest_angle * std::abs(j))) continue;
    for (int i = 0; i < grid_.size(); ++i) {
      rho.nu[i](a, c) = (V[i](a, c) + J_ac) * g[i].first;
      rho.bar[i](a, c) = (-V[i](a, c) + J_ac) * g[i].second;
      rho.nu[i](c, a) = std::conj(rho.nu[i](a, c));
      rho.bar[i](c, a) = std::conj(rho.bar[i](a, c));
    }
  }
}

MeanFieldPrecession::Pair IndependentQkeSystem::distortions(ConstVector u) const {
  Distortions X;
  for (int i = 0; i < grid_.size(); ++i) {
    X.nu.push_back(distortion(u, i, 0));
    X.bar.push_back(distortion(u, i, nine));
  }
  return X;
}

void IndependentQkeSystem::set_distortions(const Distortions& X, Vector u) const {
  for (int i = 0; i < grid_.size(); ++i) {
    u.segment<nine>(layout_.index(i, 0)) = to_components(X.nu[i]);
    u.segment<nine>(layout_.index(i, nine)) = to_components(X.bar[i]);
  }
}

// In units of the Hubble rate, without damping.
MeanFieldPrecession IndependentQkeSystem::precession(const Background& b, const Density& rho) const {
  MeanFieldPrecession result;
  result.V = flavour_hamiltonian(b, rho.nu, rho.bar);
  for (Matrix3& V : result.V) V /= b.hubble;
  result.external = electron_asymmetry(b) / b.hubble;
  const double coupling = self_interaction_is_on(parameters_)
                              ? self_coupling(parameters_.weak, b.T_cm) * grid_.step() / b.hubble
                              : 0.0;
  result.weight = coupling * grid_.y().square() * scale_;
  result.damping = result.damping_bar = Eigen::ArrayXd::Zero(grid_.size());
  return result;
}

void IndependentQkeSystem::add_collisions(const Background& b, const Density& rho, Vector du) const {
  CollisionRates<std::complex<double>> rates;
  collisions_.evaluate(b.x, b.z, rho, AntineutrinoRelation::independent, rates);
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  for (int i = 0; i < grid_.size(); ++i) {
    const auto slope = [&](const GainAndLoss<std::complex<double>>& r, const Field& density) {
      return to_components(unit / scale_(i) *
                           collision_term<std::complex<double>>(r.gain[i], r.loss[i], density[i]));
    };
    du.segment<nine>(layout_.index(i, 0)) += slope(rates.nu, rho.nu);
    du.segment<nine>(layout_.index(i, nine)) += slope(rates.bar, rho.bar);
  }
}

void IndependentQkeSystem::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Density rho{field(u, 0), field(u, nine)};
  set_distortions(precession(b, rho).slope(distortions(u)), du);
  add_collisions(b, rho, du);
}

// What leaves a node by collisions, -d (X - X at the start) with the largest d of the flavours, is moved from
// the slow to the fast part: explicit stages may then be some ten times longer.
Eigen::VectorXd IndependentQkeSystem::local_damping() const {
  CollisionRates<std::complex<double>> rates;
  collisions_.evaluate(initial_.x, initial_.z, initial_density_matrices(), AntineutrinoRelation::independent,
                       rates);
  Eigen::VectorXd damping = Eigen::VectorXd::Zero(dimension());
  const auto set = [&](const GainAndLoss<std::complex<double>>& r, int first) {
    for (int i = 0; i < grid_.size(); ++i) {
      damping.segment<nine>(layout_.index(i, first))
          .setConstant(2.0 * (r.gain[i] + r.loss[i]).diagonal().real().maxCoeff());
    }
  };
  set(rates.nu, 0);
  set(rates.bar, nine);
  return damping;
}

// A function of s alone: what is added to one part must be the same that is taken from the other.
Eigen::VectorXd IndependentQkeSystem::damping_at(double s) const {
  const Background b = background(s, Eigen::VectorXd::Zero(dimension()));
  return collisions_.unit(b.T_cm) / b.hubble * damping_;
}

void IndependentQkeSystem::set_damping(const Eigen::VectorXd& damping, MeanFieldPrecession& fast) const {
  for (int i = 0; i < grid_.size(); ++i) {
    fast.damping(i) = damping(layout_.index(i, 0));
    fast.damping_bar(i) = damping(layout_.index(i, nine));
  }
}

void IndependentQkeSystem::slow_rhs(double s, ConstVector u, Vector du) {
  const Background b = background(s, u);
  du.setZero();
  add_collisions(b, {field(u, 0), field(u, nine)}, du);
  set_temperature_slope(s, b, du);
  du += damping_at(s).cwiseProduct(u - start_);
}

void IndependentQkeSystem::fast_rhs(double s, ConstVector u, Vector du) {
  const MeanFieldPrecession fast = precession(background(s, u), {field(u, 0), field(u, nine)});
  set_distortions(fast.slope(distortions(u)), du);
  du(layout_.temperature()) = 0.0;
  du -= damping_at(s).cwiseProduct(u - start_);
}

bool IndependentQkeSystem::solve_fast(double s, double gamma, ConstVector known, Vector u) {
  const Eigen::VectorXd damping = damping_at(s);
  const Eigen::VectorXd source = known + gamma * damping.cwiseProduct(start_);
  // z and the traces of the solution are known beforehand, and with them H.
  const Background b = background(s, (source.array() / (1.0 + gamma * damping.array())).matrix());
  u(layout_.temperature()) = known(layout_.temperature());
  const Distortions source_X = distortions(source);
  Distortions X = distortions(u);
  // Only the optional potential of the neutrinos' energy density depends on the solution, and weakly.
  const int most_iterations = parameters_.mean_field.neutrino_energy ? 30 : 1;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    MeanFieldPrecession fast = precession(b, {field(u, 0), field(u, nine)});
    set_damping(damping, fast);
    if (!fast.solve(gamma, source_X, X)) return false;
    const Eigen::VectorXd last = u;
    set_distortions(X, u);
    if (!u.allFinite()) return false;
    if (most_iterations == 1 || (u - last).norm() <= 1e-13 * u.norm()) return true;
  }
  return false;
}

bool IndependentQkeSystem::averaging_is_due(double s, ConstVector u, double mean_step) const {
  return oscillations_only_average(s, u, mean_step);
}

}  // namespace

std::unique_ptr<KineticSystem> make_independent_qke_system(const Parameters& parameters,
                                                           const Threads& threads) {
  return std::make_unique<IndependentQkeSystem>(parameters, threads);
}

}  // namespace qke
