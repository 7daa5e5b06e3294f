// Scheme `qke` with lepton asymmetries beside sterile states (docs/sterile.md, "Lepton
// asymmetries"): neutrinos and antineutrinos evolved on their own,
//   drho/ds    = -(i/H)[ V + J, rho]    + C/H,
//   drhobar/ds = -(i/H)[-V + J, rhobar] + Cbar/H,
//   J = sqrt(2) G_F T_cm^3/(2 pi^2) (A + P Tr A), A = int dy y^2 P (rho - rhobar) P,
// with P on the active flavours. Production begins at 50 MeV, where collisions are 1e5
// times faster than the expansion: an implicit method solves for everything at once, with
// the response of J, which couples all momenta, in its Jacobian. The components are those
// of rho/scale - 1 and rhobar/scale - 1 in the mass basis.
#include <cmath>

#include "base/expect.hpp"
#include "evolution/phases.hpp"
#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "flavour/states.hpp"
#include "model/sterile.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

template <int N>
class SterileAsymmetrySystem : public KineticSystem, public ImplicitOdeSystem {
 public:
  SterileAsymmetrySystem(const Parameters& parameters, const Threads& threads, const Additions& additions)
      : KineticSystem(parameters, {weights_of_both_traces<N>()}, threads, additions),
        U_(mixing_matrix<N>(parameters.mixing, parameters.sterile)),
        masses_squared_(masses_squared<N>(parameters.mixing, parameters.sterile)),
        to_flavour_(linear_map<N>([&](const FlavourMap& X) { return to_flavour_basis(X); })),
        to_mass_(linear_map<N>([&](const FlavourMap& X) { return to_mass_basis(X); })) {}

  SolvableSystem solvable() override { return static_cast<ImplicitOdeSystem*>(this); }
  void jacobian(double s, ConstVector u, ConstVector du, Matrix J) override;
  // J, a product of unknowns, makes the equations of a step far from linear.
  int most_newton_iterations() const override { return 10; }
  bool averaging_is_due(double s, ConstVector u, double mean_step) const override;
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

  // Mass basis, MeV.
  struct Hamiltonians {
    MatrixField<N> V;
    FlavourMap odd;  // J, and what other particles add to it

    FlavourMap nu(int node) const { return odd + V[node]; }
    FlavourMap bar(int node) const { return odd - V[node]; }
  };

  FlavourMap to_mass_basis(const FlavourMap& X) const { return U_.adjoint() * X * U_; }
  FlavourMap to_flavour_basis(const FlavourMap& X) const { return U_ * X * U_.adjoint(); }
  FlavourMap distortion(ConstVector u, int node, int first) const {
    return to_matrix<N>(u.segment<components>(layout_.index(node, first)));
  }
  MatrixField<N> field(ConstVector u, int first) const;
  Density density_matrices(ConstVector u) const { return {field(u, 0), field(u, components)}; }
  Hamiltonians hamiltonians(const Background& background, const Density& rho) const;

  HermitianMap<N> response_map(const NodeResponse& response) const;
  HermitianMap<N> sterile_damping(const GainAndLoss& rates, int node) const;
  void add_collisions(const Background& background, const Density& rho, Matrix J) const;
  void add_precession(const Background& background, const Density& rho, ConstVector u, Matrix J) const;
  void add_response_of_self_interaction(const Background& background, ConstVector u, Matrix J) const;

  FlavourMap U_;  // mass basis to flavour basis
  FlavourVector<N> masses_squared_;
  HermitianMap<N> to_flavour_, to_mass_;  // of components
};

template <int N>
MatrixField<N> SterileAsymmetrySystem<N>::field(ConstVector u, int first) const {
  MatrixField<N> result;
  result.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    result.push_back(scale_(i) * (FlavourMap::Identity() + to_flavour_basis(distortion(u, i, first))));
  }
  return result;
}

template <int N>
void SterileAsymmetrySystem<N>::set_neutrinos(const Background&, const StateDensities& rho, Vector u) const {
  const auto set = [&](const StateMatrixField& matrices, int first) {
    for (int i = 0; i < grid_.size(); ++i) {
      const FlavourMap X = as_fixed<N>(matrices[i]) / scale_(i) - FlavourMap::Identity();
      u.segment<components>(layout_.index(i, first)) = to_components<N>(to_mass_basis(X));
    }
  };
  set(rho.nu, 0);
  set(rho.bar, components);
}

template <int N>
std::string SterileAsymmetrySystem<N>::node_component_name(int component) const {
  std::vector<std::string> states;
  for (int i = 1; i <= N; ++i) states.push_back(std::to_string(i));
  return hermitian_component_name(component < components ? "rho" : "rhobar", states, component % components);
}

template <int N>
typename SterileAsymmetrySystem<N>::Hamiltonians SterileAsymmetrySystem<N>::hamiltonians(
    const Background& b, const Density& rho) const {
  const Interactions sum = interactions(potentials_, b, moments_for_potentials(b.T_cm, rho), N);
  PotentialOfMomentum<N> potential(sum);
  potential.linear = to_mass_basis(potential.linear);
  potential.inverse = to_mass_basis(potential.inverse);
  Hamiltonians H;
  H.V.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    const double y = grid_.y(i);
    H.V.push_back(potential(y));
    H.V.back().diagonal() += (masses_squared_ / (2.0 * y * b.T_cm)).template cast<Complex>();
  }
  H.odd = to_mass_basis(self_hamiltonian<N>(b.T_cm, rho.nu, rho.bar) + as_fixed<N>(sum.odd));
  return H;
}

// Where collisions no longer matter; or shortly before, where active flavours begin to
// oscillate by an asymmetry that has grown. Averages from 1.3 MeV on change N_eff by up to 5e-3
// (docs/sterile.md, "Lepton asymmetries").
template <int N>
bool SterileAsymmetrySystem<N>::averaging_is_due(double s, ConstVector, double mean_step) const {
  constexpr double begins_below_MeV = 1.3, shortest_step = 5e-6;
  if (parameters_.run.average_below_MeV != 0.0) return false;  // the phase ends there
  const double T_cm = constants::electron_mass * std::exp(-s);
  return T_cm < collisions_matter_above_MeV || (T_cm < begins_below_MeV && mean_step < shortest_step);
}

// On the slow manifold: rho commutes with V + J, rhobar with -V + J, so that nothing
// oscillates. J is the one of pure flavours: what turning them by the small angles of
// matter changes of it is of second order in these.
template <int N>
Eigen::VectorXd SterileAsymmetrySystem<N>::initial_vector() const {
  Eigen::VectorXd u = KineticSystem::initial_vector();
  const Hamiltonians H = hamiltonians(background(s_start(), u), density_matrices(u));
  for (int i = 0; i < grid_.size(); ++i) {
    const auto settle = [&](const FlavourMap& h, int first) {
      const FlavourMap W = eigensystem<N>(h).vectors;
      const FlavourVector<N> occupied = (W.adjoint() * distortion(u, i, first) * W).diagonal().real();
      u.segment<components>(layout_.index(i, first)) =
          to_components<N>(W * occupied.template cast<Complex>().asDiagonal() * W.adjoint());
    };
    settle(H.nu(i), 0);
    settle(H.bar(i), components);
  }
  return u;
}

template <int N>
void SterileAsymmetrySystem<N>::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Density rho = density_matrices(u);
  const CollisionRates rates =
      collisions_.rates(b, active_densities<N, Complex>(rho, AntineutrinoRelation::independent));
  const Hamiltonians H = hamiltonians(b, rho);
  const double unit = collisions_.unit(b.T_cm);
  const MatrixField<N> emitted = emission<N>(b, u);
  for (int i = 0; i < grid_.size(); ++i) {
    const auto set = [&](const FlavourMap& h, const GainAndLoss& r, const MatrixField<N>& density,
                         int first) {
      FlavourMap source = unit * collision_term<N, Complex>(r, i, density[i]);
      if (!emitted.empty()) source += b.hubble * emitted[i];
      const FlavourMap slope = precession<N>(h, distortion(u, i, first)) + to_mass_basis(source) / scale_(i);
      du.segment<components>(layout_.index(i, first)) = to_components<N>(slope) / b.hubble;
    };
    set(H.nu(i), rates.nu, rho.nu, 0);
    set(H.bar(i), rates.bar, rho.bar, components);
  }
}

// Collisions are linearised in the flavour basis: (to mass basis) (response) (to flavour
// basis).
template <int N>
HermitianMap<N> SterileAsymmetrySystem<N>::response_map(const NodeResponse& response) const {
  constexpr int pairs = pair_count<N>;
  HermitianMap<N> of_flavours = HermitianMap<N>::Zero();
  of_flavours.template topLeftCorner<3, 3>() = response.diagonal;
  int n = N, active = 0;
  for (const auto& [a, c] : state_pairs<N>()) {
    if (c < active_flavours)
      of_flavours(n, n) = of_flavours(n + pairs, n + pairs) = response.off_diagonal(active++);
    ++n;
  }
  return to_mass_ * (of_flavours * to_flavour_);
}

// C_as = -[(gain + loss) rho]_as of active a and sterile s.
template <int N>
HermitianMap<N> SterileAsymmetrySystem<N>::sterile_damping(const GainAndLoss& rates, int node) const {
  constexpr int pairs = pair_count<N>;
  const Vector3 damping = rates.gain.diagonal(node) + rates.loss.diagonal(node);
  HermitianMap<N> of_flavours = HermitianMap<N>::Zero();
  int n = N;
  for (const auto& [a, c] : state_pairs<N>()) {
    const bool is_damped = a < active_flavours && c >= active_flavours;
    if (is_damped) of_flavours(n, n) = of_flavours(n + pairs, n + pairs) = -damping(a);
    ++n;
  }
  return to_mass_ * (of_flavours * to_flavour_);
}

template <int N>
void SterileAsymmetrySystem<N>::add_collisions(const Background& b, const Density& rho, Matrix J) const {
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const ActiveDensities active = active_densities<N, Complex>(rho, AntineutrinoRelation::independent);
  const CollisionResponse response = collisions_.response(b, active);
  const CollisionRates rates = collisions_.rates(b, active);
  for (int i = 0; i < grid_.size(); ++i) {
    for (int k = 0; k < grid_.size(); ++k) {
      const auto add = [&](int row, int column, const NodeResponse& of_node) {
        J.block<components, components>(layout_.index(i, row), layout_.index(k, column)) +=
            unit * scale_(k) / scale_(i) * response_map(of_node);
      };
      add(0, 0, response.nu.same_at(i, k));
      add(0, components, response.nu.opposite_at(i, k));
      add(components, components, response.bar.same_at(i, k));
      add(components, 0, response.bar.opposite_at(i, k));
    }
    const auto damp = [&](const GainAndLoss& r, int first) {
      const int at = layout_.index(i, first);
      J.block<components, components>(at, at) += unit * sterile_damping(r, i);
    };
    damp(rates.nu, 0);
    damp(rates.bar, components);
  }
}

template <int N>
void SterileAsymmetrySystem<N>::add_precession(const Background& b, const Density& rho, ConstVector u,
                                               Matrix J) const {
  const Hamiltonians H = hamiltonians(b, rho);
  for (int i = 0; i < grid_.size(); ++i) {
    const int nu = layout_.index(i, 0), bar = layout_.index(i, components);
    J.block<components, components>(nu, nu) += precession_map<N>(H.nu(i) / b.hubble);
    J.block<components, components>(bar, bar) += precession_map<N>(H.bar(i) / b.hubble);
  }
  if (self_interaction_is_on(parameters_)) add_response_of_self_interaction(b, u, J);
}

// -i [dJ, X_i] of every node i, where dJ is made of the changes of all nodes k: the
// product of what an element of A does to X_i and of what X_k adds to A.
template <int N>
void SterileAsymmetrySystem<N>::add_response_of_self_interaction(const Background& b, ConstVector u,
                                                                 Matrix J) const {
  constexpr int of_asymmetry = hermitian_components<active_flavours>;
  Eigen::Matrix<double, of_asymmetry, components> to_asymmetry;
  for (int c = 0; c < components; ++c) {
    const HermitianVector<N> unit = HermitianVector<N>::Unit(c);
    const FlavourMap X = to_flavour_basis(to_matrix<N>(unit));
    to_asymmetry.col(c) = to_components<active_flavours>(active_block<N, Complex>(X));
  }
  const Eigen::ArrayXd weight =
      self_coupling(parameters_.weak, b.T_cm) / b.hubble * grid_.step() * grid_.y().square() * scale_;
  for (int i = 0; i < grid_.size(); ++i) {
    for (const int row : {0, components}) {
      const FlavourMap X = distortion(u, i, row);
      Eigen::Matrix<double, components, of_asymmetry> turned;
      for (int c = 0; c < of_asymmetry; ++c) {
        const HermitianVector<active_flavours> unit = HermitianVector<active_flavours>::Unit(c);
        const FlavourMap dJ = to_mass_basis(self_interaction<N>(to_matrix<active_flavours>(unit)));
        turned.col(c) = to_components<N>(precession<N>(dJ, X));
      }
      const HermitianMap<N> response = turned * to_asymmetry;
      for (int k = 0; k < grid_.size(); ++k) {
        const int at = layout_.index(i, row);
        J.block<components, components>(at, layout_.index(k, 0)) += weight(k) * response;
        J.block<components, components>(at, layout_.index(k, components)) -= weight(k) * response;
      }
    }
  }
}

// All but the change of V by the neutrinos' own energy, which is small.
template <int N>
void SterileAsymmetrySystem<N>::jacobian(double s, ConstVector u, ConstVector du, Matrix J) {
  const Background b = background(s, u);
  const Density rho = density_matrices(u);
  add_collisions(b, rho, J);
  add_precession(b, rho, u, J);
  fill_other_rows_and_columns(b, u, du, J);
}

}  // namespace

std::unique_ptr<KineticSystem> make_sterile_asymmetry_system(const Parameters& parameters,
                                                             const Threads& threads,
                                                             const Additions& additions) {
  // Asymmetries beside more sterile states are refused.
  QKE_EXPECT(coupled_states(parameters) == active_flavours + 1);
  return std::make_unique<SterileAsymmetrySystem<active_flavours + 1>>(parameters, threads, additions);
}

}  // namespace qke
