// Scheme `qke`: the full quantum kinetic equations, nothing averaged (docs/physics.md;
// [FPV20] eq. (2.5)):
//   drho/ds = -(i/H)[V, rho] + C/H.
//
// Without asymmetry and self-interaction mean field one matrix per node is enough: for
// real V the antineutrinos are rhobar = rho*, and a CP phase can be moved to the output,
// rho -> A rho A^dagger with the constant A of cp_rotation() (docs/physics.md, "qke
// without asymmetries"; [FPV20] appendix F). "Working flavour basis" below is the flavour
// basis before A. The components are those of X = rho/f_eq - 1 in the mass basis, f_eq
// the Fermi-Dirac spectrum: there the vacuum term, which grows as x^3 against H, is
// diagonal, and late rounding errors of fast components do not leak into the slow ones.
// The identity commutes with V: -i[V, X] stands for -i[V, rho]/f_eq.
#include <cmath>

#include "evolution/averaging_validity.hpp"
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
Eigen::VectorXd weights_of_traces() {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(hermitian_components<N>);
  weights.head<N>().setConstant(2.0);  // neutrinos and antineutrinos
  return weights;
}

template <int N>
class QkeSystem : public KineticSystem, public ImplicitOdeSystem {
 public:
  QkeSystem(const Parameters& parameters, const Threads& threads, const Additions& additions);

  SolvableSystem solvable() override { return static_cast<ImplicitOdeSystem*>(this); }
  void jacobian(double s, ConstVector u, ConstVector du, Matrix J) override;
  StateDensities densities(double s, ConstVector u) const override;
  bool averaging_is_due(double s, ConstVector u, double mean_step) const override;
  Eigen::VectorXd initial_vector() const override;

 protected:
  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const StateDensities& rho, Vector u) const override;
  std::string node_component_name(int component) const override;

 private:
  using FlavourMap = FlavourMatrix<N>;
  static constexpr AntineutrinoRelation relation = AntineutrinoRelation::conjugate;
  static constexpr int components = hermitian_components<N>;

  FlavourMap distortion(ConstVector u, int node) const {
    return to_matrix<N>(u.segment<components>(layout_.index(node, 0)));
  }
  MatrixField<N> density_matrices(ConstVector u) const;  // working flavour basis
  // V of every node, mass basis.
  MatrixField<N> hamiltonian(const Background& background, const MatrixField<N>& rho) const;
  FlavourMap to_mass_basis(const FlavourMap& X) const { return U_.adjoint() * X * U_; }
  // The response of the node to rho and to rhobar = rho* of another, mass basis.
  HermitianMap<N> response_map(const NodeResponse& same, const NodeResponse& opposite) const;

  FlavourMap cp_rotation_;  // A of cp_rotation(): output = A (working flavour basis) A^dagger
  FlavourMap U_;            // real: mass basis to working flavour basis
  FlavourVector<N> masses_squared_;
  HermitianMap<N> to_flavour_, to_mass_;  // U_ X U_^dagger, U_^dagger X U_
};

template <int N>
QkeSystem<N>::QkeSystem(const Parameters& parameters, const Threads& threads, const Additions& additions)
    : KineticSystem(parameters, {weights_of_traces<N>()}, threads, additions),
      cp_rotation_(FlavourMap::Identity()),
      masses_squared_(masses_squared<N>(parameters.mixing, parameters.sterile)) {
  cp_rotation_.template topLeftCorner<active_flavours, active_flavours>() = cp_rotation(parameters.mixing);
  MixingParameters real_mixing = parameters.mixing;
  real_mixing.delta_cp_rad = 0.0;
  U_ = mixing_matrix<N>(real_mixing, parameters.sterile);
  to_flavour_ = linear_map<N>([&](const FlavourMap& X) -> FlavourMap { return U_ * X * U_.adjoint(); });
  to_mass_ = linear_map<N>([&](const FlavourMap& X) { return to_mass_basis(X); });
}

template <int N>
std::string QkeSystem<N>::node_component_name(int component) const {
  std::vector<std::string> states;
  for (int i = 1; i <= N; ++i) states.push_back(std::to_string(i));
  return hermitian_component_name("rho", states, component);
}

template <int N>
MatrixField<N> QkeSystem<N>::density_matrices(ConstVector u) const {
  MatrixField<N> rho;
  rho.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    rho.push_back(scale_(i) * (FlavourMap::Identity() + U_ * distortion(u, i) * U_.adjoint()));
  }
  return rho;
}

template <int N>
StateDensities QkeSystem<N>::densities(double, ConstVector u) const {
  MatrixField<N> rho, rhobar;
  for (const FlavourMap& matrix : density_matrices(u)) {
    rho.push_back(cp_rotation_ * matrix * cp_rotation_.adjoint());
    rhobar.push_back(cp_rotation_ * matrix.conjugate() * cp_rotation_.adjoint());
  }
  return {as_state_matrices<N, Complex>(rho, states_), as_state_matrices<N, Complex>(rhobar, states_)};
}

// Oscillations that a crossing or a slow pair has excited get faster all the time. They
// can be averaged once nothing disturbs them any more: those with sterile states, faster
// than all others, where collisions no longer change flavour.
template <int N>
bool QkeSystem<N>::averaging_is_due(double s, ConstVector, double mean_step) const {
  constexpr double shortest_step = 5e-4;  // ordinary runs take steps of 2e-3 to 1e-2
  const double T_cm = constants::electron_mass * std::exp(-s);
  const bool sterile = N > active_flavours && T_cm < collisions_matter_above_MeV;
  if (mean_step > shortest_step && !sterile) return false;
  return averaging_may_begin(parameters_, plasma_, T_cm);
}

// On the slow manifold: pure flavours would oscillate with sterile states, by 1e7 periods
// per e-fold. In the eigenbasis of V nothing does; what collisions add to rho's
// off-diagonal elements there, D/|V| of them, is damped in no time.
template <int N>
Eigen::VectorXd QkeSystem<N>::initial_vector() const {
  Eigen::VectorXd u = KineticSystem::initial_vector();
  if constexpr (N > active_flavours) {
    const MatrixField<N> V = hamiltonian(background(s_start(), u), density_matrices(u));
    for (int i = 0; i < grid_.size(); ++i) {
      const FlavourMap W = eigensystem<N>(V[i]).vectors;
      const FlavourVector<N> occupied = (W.adjoint() * distortion(u, i) * W).diagonal().real();
      u.segment<components>(layout_.index(i, 0)) =
          to_components<N>(W * occupied.template cast<Complex>().asDiagonal() * W.adjoint());
    }
  }
  return u;
}

template <int N>
void QkeSystem<N>::set_neutrinos(const Background&, const StateDensities& rho, Vector u) const {
  for (int i = 0; i < grid_.size(); ++i) {
    const FlavourMap working = cp_rotation_.adjoint() * as_fixed<N>(rho.nu[i]) * cp_rotation_;
    u.segment<components>(layout_.index(i, 0)) =
        to_components<N>(to_mass_basis(working) / scale_(i) - FlavourMap::Identity());
  }
}

template <int N>
MatrixField<N> QkeSystem<N>::hamiltonian(const Background& b, const MatrixField<N>& rho) const {
  DensityMatrices<N> both;
  // rhobar = rho* is made only where a potential asks for it.
  if (potentials_need_neutrino_energy()) {
    both.nu = rho;
    for (const FlavourMap& matrix : rho) both.bar.push_back(matrix.conjugate());
  }
  PotentialOfMomentum<N> potential(interactions(potentials_, b, moments_for_potentials(b.T_cm, both), N));
  potential.linear = to_mass_basis(potential.linear);
  potential.inverse = to_mass_basis(potential.inverse);
  MatrixField<N> V;
  V.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    const double y = grid_.y(i);
    V.push_back(potential(y));
    V.back().diagonal() += (masses_squared_ / (2.0 * y * b.T_cm)).template cast<Complex>();
  }
  return V;
}

template <int N>
void QkeSystem<N>::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const DensityMatrices<N> rho{density_matrices(u), {}};
  const CollisionRates rates = collisions_.rates(b, active_densities<N, Complex>(rho, relation));
  const MatrixField<N> V = hamiltonian(b, rho.nu);
  const double unit = collisions_.unit(b.T_cm);
  const MatrixField<N> emitted = emission<N>(b, u);
  for (int i = 0; i < grid_.size(); ++i) {
    const FlavourMap C = collision_term<N, Complex>(rates.nu, i, rho.nu[i]);
    FlavourMap slope = precession<N>(V[i], distortion(u, i)) + unit / scale_(i) * to_mass_basis(C);
    if (!emitted.empty()) slope += b.hubble / scale_(i) * to_mass_basis(emitted[i]);
    du.segment<components>(layout_.index(i, 0)) = to_components<N>(slope) / b.hubble;
  }
}

// Collisions are linearised in the flavour basis, the components are of the mass basis:
// the map is (to mass basis) (response) (to flavour basis). Real and imaginary parts do
// not mix, as U_ is real. With drhobar = drho* the responses to rho and to rhobar add for
// real parts and subtract for imaginary ones.
template <int N>
HermitianMap<N> QkeSystem<N>::response_map(const NodeResponse& same, const NodeResponse& opposite) const {
  constexpr int pairs = pair_count<N>, real = N + pairs, of_active = 3;
  using RealMap = Eigen::Matrix<double, real, real>;
  using ImaginaryMap = Eigen::Matrix<double, pairs, pairs>;
  RealMap real_part = RealMap::Zero();
  ImaginaryMap imaginary_part = ImaginaryMap::Zero();
  const NodeResponse sum = same + opposite;
  real_part.template topRows<of_active>() = sum.diagonal * to_flavour_.template block<of_active, real>(0, 0);
  int n = 0, active = 0;
  for (const auto& [a, c] : state_pairs<N>()) {
    if (c < of_active) {
      real_part.row(N + n) = sum.off_diagonal(active) * to_flavour_.template block<1, real>(N + n, 0);
      imaginary_part.row(n) = (same.off_diagonal(active) - opposite.off_diagonal(active)) *
                              to_flavour_.template block<1, pairs>(real + n, real);
      ++active;
    }
    ++n;
  }
  HermitianMap<N> map = HermitianMap<N>::Zero();
  map.template topLeftCorner<real, real>().noalias() =
      to_mass_.template topLeftCorner<real, real>() * real_part;
  map.template bottomRightCorner<pairs, pairs>().noalias() =
      to_mass_.template bottomRightCorner<pairs, pairs>() * imaginary_part;
  return map;
}

// Blocks of a node with itself: the precession, exact, and large (|V|/H up to 1e10 and
// more). Blocks of a node with any other: collisions, linearised by their processes.
template <int N>
void QkeSystem<N>::jacobian(double s, ConstVector u, ConstVector du, Matrix J) {
  const Background b = background(s, u);
  const DensityMatrices<N> rho{density_matrices(u), {}};
  const MatrixField<N> V = hamiltonian(b, rho.nu);
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const CollisionResponse response = collisions_.response(b, active_densities<N, Complex>(rho, relation));
  for (int i = 0; i < grid_.size(); ++i) {
    for (int k = 0; k < grid_.size(); ++k) {
      J.block<components, components>(layout_.index(i, 0), layout_.index(k, 0)) =
          unit * scale_(k) / scale_(i) *
          response_map(response.nu.same_at(i, k), response.nu.opposite_at(i, k));
    }
    J.block<components, components>(layout_.index(i, 0), layout_.index(i, 0)) +=
        precession_map<N>(V[i] / b.hubble);
  }
  fill_other_rows_and_columns(b, u, du, J);
}

}  // namespace

std::unique_ptr<KineticSystem> make_qke_system(const Parameters& parameters, const Threads& threads,
                                               const Additions& additions) {
  return with_states(coupled_states(parameters), [&](auto n) -> std::unique_ptr<KineticSystem> {
    return std::make_unique<QkeSystem<n()>>(parameters, threads, additions);
  });
}

}  // namespace qke
