// Scheme `atao-jv`: averaged oscillations in the presence of the self-interaction mean
// field ([FP22] section 3). rho is diagonal in the eigenbasis of V + J + E, rhobar in the
// eigenbasis of -V + J + E, and the asymmetry matrix A = int dy y^2 (rho - rhobar) has an
// equation of its own, from whose sum over momenta the fast commutator with J drops out:
//   dA/ds = -(i/H) int dy y^2 [V, rho + rhobar] - (i/H) [E, A] + int dy y^2 (C - Cbar)/H,
//   J = sqrt(2) G_F T_cm^3/(2 pi^2) A.
// Bars mark antineutrinos, y is the comoving momentum, E the potential of the electron
// asymmetry, H the Hubble rate. The scheme is valid while the eigenbases turn slowly
// against their splittings: then A agrees with int dy y^2 (rho - rhobar).
// asymmetry_mismatch() measures the difference.
#include <cmath>

#include "evolution/averaged_system.hpp"
#include "evolution/phases.hpp"
#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "flavour/states.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

// Relative to the initial norm of A. Beyond, the eigenbases turn too fast for the
// averages, and the run goes on with averages around V alone.
constexpr double largest_mismatch = 0.01;

template <int N>
class AtaoJvSystem : public AveragedSystem<N, Complex> {
 public:
  using Base = AveragedSystem<N, Complex>;
  using ConstVector = OdeSystem::ConstVector;
  using Vector = OdeSystem::Vector;
  using FlavourMap = FlavourMatrix<N>;
  using Field = MatrixField<N>;

  AtaoJvSystem(const Parameters& parameters, const Threads& threads, const Additions& additions)
      : Base(parameters, AntineutrinoRelation::independent, threads, additions, "asymmetry matrix",
             components),
        mass_squared_(mass_squared_matrix(parameters.mixing)),
        weight_(this->grid_.step() * this->grid_.y().square()),
        asymmetry_unit_((weight_ * this->scale_).sum()) {
    const StateDensities start = initial_density_matrices(this->initial_, this->grid_, N);
    initial_norm_ = sum(as_fixed<N>(start.nu), as_fixed<N>(start.bar)).norm();
  }

  std::optional<StateMatrix> evolved_asymmetry(ConstVector u) const override {
    return asymmetry(u) / (2.0 * constants::pi * constants::pi);
  }
  double asymmetry_mismatch(double s, ConstVector u) const override {
    const Background b = this->background(s, u);
    const auto rho = this->density_matrices(bases(b, u), u);
    return (asymmetry(u) - sum(rho.nu, rho.bar)).norm() / initial_norm_;
  }
  // Where the scheme is no longer valid the run goes on with averages around V, too.
  bool averaging_is_due(double s, ConstVector u, double mean_step) const override {
    return only_averages_matter(*this, s, u, mean_step) ||
           (this->parameters_.run.average_below_MeV == 0.0 && asymmetry_mismatch(s, u) > largest_mismatch);
  }

 protected:
  using typename Base::Bases;
  using typename Base::Density;

  Bases bases(const Background& background, ConstVector u) const override;
  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const StateDensities& rho, Vector u) const override;
  void fill_block(const Background& background, const Bases& U, const CollisionResponse& response,
                  ConstVector u, ConstVector du, OdeSystem::Matrix J) override;

 private:
  static constexpr int components = hermitian_components<N>;

  // A, which the state has in units of int dy y^2 scale.
  FlavourMap asymmetry(ConstVector u) const {
    return asymmetry_unit_ * to_matrix<N>(u.segment<components>(this->scheme_block().first));
  }
  void set_asymmetry(const FlavourMap& A, Vector u) const {
    u.segment<components>(this->scheme_block().first) = to_components<N>(A) / asymmetry_unit_;
  }
  // int dy y^2 (X - Xbar).
  FlavourMap sum(const Field& X, const Field& Xbar) const {
    FlavourMap total = FlavourMap::Zero();
    for (int i = 0; i < this->grid_.size(); ++i) total += weight_(i) * (X[i] - Xbar[i]);
    return total;
  }
  // V of every node and E, flavour basis.
  struct Hamiltonian {
    Field V;
    FlavourMap E;
  };
  Hamiltonian hamiltonian(const Background& b) const;
  void fill_response_to_asymmetry(double s, ConstVector u, ConstVector du, OdeSystem::Matrix J);

  FlavourMap mass_squared_;
  Eigen::ArrayXd weight_;  // h y^2
  double asymmetry_unit_, initial_norm_ = 0.0;
};

template <int N>
typename AtaoJvSystem<N>::Hamiltonian AtaoJvSystem<N>::hamiltonian(const Background& b) const {
  const Interactions all = interactions(this->potentials_, b, {}, N);
  const PotentialOfMomentum<N> potential(all);
  Hamiltonian H{{}, all.odd};
  for (int i = 0; i < this->grid_.size(); ++i) {
    const double y = this->grid_.y(i);
    H.V.push_back(vacuum_hamiltonian<N>(mass_squared_, y, b.T_cm) + potential(y));
  }
  return H;
}

// In the order of the eigenvalues, which keeps the labels of the states through avoided
// crossings.
template <int N>
typename AtaoJvSystem<N>::Bases AtaoJvSystem<N>::bases(const Background& b, ConstVector u) const {
  const Hamiltonian H = hamiltonian(b);
  const FlavourMap J = self_coupling(this->parameters_.weak, b.T_cm) * asymmetry(u) + H.E;
  Bases U;
  for (const FlavourMap& V : H.V) {
    U.nu.push_back(eigensystem<N>(J + V).vectors);
    U.bar.push_back(eigensystem<N>(J - V).vectors);
  }
  return U;
}

// Fixed point: A gives the eigenbases, these give the averaged A.
template <int N>
void AtaoJvSystem<N>::set_neutrinos(const Background& b, const StateDensities& rho, Vector u) const {
  set_asymmetry(sum(as_fixed<N>(rho.nu), as_fixed<N>(rho.bar)), u);
  for (int iteration = 0; iteration < 50; ++iteration) {
    Base::set_neutrinos(b, rho, u);
    const Density averaged = this->density_matrices(bases(b, u), u);
    const FlavourMap A = sum(averaged.nu, averaged.bar);
    const double change = (A - asymmetry(u)).norm();
    set_asymmetry(A, u);
    if (change <= 1e-15 * A.norm()) break;
  }
  Base::set_neutrinos(b, rho, u);
}

template <int N>
void AtaoJvSystem<N>::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Bases U = bases(b, u);
  const Density rho = this->density_matrices(U, u), C = this->collision_terms(b, rho);
  this->set_diagonals(U, C, du);
  const Hamiltonian H = hamiltonian(b);
  FlavourMap slope = sum(C.nu, C.bar) + precession<N>(H.E / b.hubble, asymmetry(u));
  for (int i = 0; i < this->grid_.size(); ++i) {
    slope += weight_(i) / b.hubble * precession<N>(H.V[i], rho.nu[i] + rho.bar[i]);
  }
  set_asymmetry(slope, du);
}

// The rows of A. An occupation of node k changes rho_k by scale_k |state><state|; A feels
// it through the collisions of all nodes and through the precession of node k in V. Exact
// up to the change of H.
template <int N>
void AtaoJvSystem<N>::fill_block(const Background& b, const Bases& U, const CollisionResponse& response,
                                 ConstVector u, ConstVector du, OdeSystem::Matrix J) {
  const double unit = this->collisions_.unit(b.T_cm) / b.hubble;
  const Field V = hamiltonian(b).V;
  const int nodes = this->grid_.size(), row = this->scheme_block().first;
  for (int k = 0; k < nodes; ++k) {
    // All nodes' effect on A when a density matrix of node k changes.
    NodeResponse of_nu, of_bar;
    for (int i = 0; i < nodes; ++i) {
      of_nu += (response.nu.same_at(i, k) + response.bar.opposite_at(i, k) * -1.0) * weight_(i);
      of_bar += (response.nu.opposite_at(i, k) + response.bar.same_at(i, k) * -1.0) * weight_(i);
    }
    const auto fill = [&](const FlavourMap& basis, const NodeResponse& collisions, int first) {
      for (int state = 0; state < N; ++state) {
        const FlavourMap change = this->scale_(k) * basis.col(state) * basis.col(state).adjoint();
        const FlavourMap collided =
            from_active_block<N, Complex>(response_to<Complex>(collisions, active_block<N, Complex>(change)));
        const FlavourMap slope = unit * collided + weight_(k) / b.hubble * precession<N>(V[k], change);
        J.block<components, 1>(row, this->layout_.index(k, first + state)) =
            to_components<N>(slope) / asymmetry_unit_;
      }
    };
    fill(U.nu[k], of_nu, 0);
    fill(U.bar[k], of_bar, N);
  }
  fill_response_to_asymmetry(b.s, u, du, J);
}

// The columns of A. A turns the bases of all nodes, and with them every equation:
// difference quotients, one right-hand side a component.
template <int N>
void AtaoJvSystem<N>::fill_response_to_asymmetry(double s, ConstVector u, ConstVector du,
                                                 OdeSystem::Matrix J) {
  const int row = this->scheme_block().first;
  const double step = 1e-7 * std::max(u.segment<components>(row).norm(), 1e-6);
  Eigen::VectorXd shifted = u, shifted_slope(this->dimension());
  for (int c = 0; c < components; ++c) {
    const double kept = shifted(row + c);
    shifted(row + c) = kept + step;
    this->rhs(s, shifted, shifted_slope);
    J.col(row + c) = (shifted_slope - du) / step;
    shifted(row + c) = kept;
  }
}

}  // namespace

std::unique_ptr<KineticSystem> make_atao_jv_system(const Parameters& parameters, const Threads& threads,
                                                   const Additions& additions) {
  return std::make_unique<AtaoJvSystem<active_flavours>>(parameters, threads, additions);
}

}  // namespace qke
