// Scheme `atao-jv`: averaged oscillations in the presence of the self-interaction mean field ([FP22]
// section 3). rho is diagonal in the eigenbasis of V + J,
// rhobar in that of -V + J, and the asymmetry matrix A = int dy y^2 (rho - rhobar) has an equation of its
// own, from whose sum over momenta the fast commutator with J drops out:
//   dA/ds = -(i/H) int dy y^2 [V, rho + rhobar] - (i/H) [E, A] + int dy y^2 (C - Cbar)/H,
//   J = sqrt(2) G_F T_cm^3/(2 pi^2) A.
// It is valid while the eigenbases turn slowly against their splittings: then A stays what rho and rhobar
// make it. asymmetry_mismatch() is by how much it does not.
#include <cmath>

#include "evolution/averaged_system.hpp"
#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/constants.hpp"
#include "oscillations/hamiltonian.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;
using Field = MatrixField<Complex>;
constexpr int nine = hermitian_components;

constexpr double largest_mismatch = 0.01;

class AtaoJvSystem : public AveragedSystem<Complex> {
 public:
  AtaoJvSystem(const Parameters& parameters, const Threads& threads)
      : AveragedSystem(parameters, AntineutrinoRelation::independent, threads, nine),
        weight_(grid_.step() * grid_.y().square()),
        asymmetry_unit_((weight_ * scale_).sum()) {
    const DensityMatrices<Complex> start = initial_density_matrices();
    initial_norm_ = sum(start.nu, start.bar).norm();
  }

  std::optional<Matrix3> evolved_asymmetry(ConstVector u) const override {
    return asymmetry(u) / (2.0 * constants::pi * constants::pi);
  }
  double asymmetry_mismatch(double s, ConstVector u) const override {
    return (asymmetry(u) - sum(rho(s, u), rhobar(s, u))).norm() / initial_norm_;
  }
  // Where it is no longer valid it goes on with averages around V, too.
  bool averaging_is_due(double s, ConstVector u, double mean_step) const override {
    return oscillations_only_average(s, u, mean_step) ||
           (parameters_.run.average_below_MeV == 0.0 && asymmetry_mismatch(s, u) > largest_mismatch);
  }

 protected:
  Bases bases(const Background& background, ConstVector u) const override;
  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const DensityMatrices<Complex>& rho,
                     Vector u) const override;
  void fill_collective(double s, const Background& background, const Bases& U,
                       const CollisionIntegral::Responses& responses, ConstVector u, ConstVector du,
                       Matrix J) override;
  std::string collective_component_name(int component) const override;

 private:
  // A, which the state has in units of int dy y^2 scale.
  Matrix3 asymmetry(ConstVector u) const {
    return asymmetry_unit_ * to_matrix(u.segment<nine>(layout_.first_collective()));
  }
  void set_asymmetry(const Matrix3& A, Vector u) const {
    u.segment<nine>(layout_.first_collective()) = to_components(A) / asymmetry_unit_;
  }
  // int dy y^2 (X - Xbar).
  Matrix3 sum(const Field& X, const Field& Xbar) const {
    Matrix3 total = Matrix3::Zero();
    for (int i = 0; i < grid_.size(); ++i) total += weight_(i) * (X[i] - Xbar[i]);
    return total;
  }
  Field hamiltonian(const Background& b) const { return flavour_hamiltonian(b, {}, {}); }

  Eigen::ArrayXd weight_;  // h y^2
  double asymmetry_unit_, initial_norm_ = 0.0;
};

// In the order of the eigenvalues, which keeps the labels of the states through avoided crossings.
AveragedSystem<Complex>::Bases AtaoJvSystem::bases(const Background& b, ConstVector u) const {
  const Matrix3 J = self_coupling(parameters_.weak, b.T_cm) * asymmetry(u) + electron_asymmetry(b);
  Bases U;
  for (const Matrix3& V : hamiltonian(b)) {
    U.nu.push_back(Eigen::SelfAdjointEigenSolver<Matrix3>(J + V).eigenvectors());
    U.bar.push_back(Eigen::SelfAdjointEigenSolver<Matrix3>(J - V).eigenvectors());
  }
  return U;
}

// A and the bases that it makes, each from the other.
void AtaoJvSystem::set_neutrinos(const Background& b, const DensityMatrices<Complex>& rho, Vector u) const {
  set_asymmetry(sum(rho.nu, rho.bar), u);
  for (int iteration = 0; iteration < 50; ++iteration) {
    AveragedSystem::set_neutrinos(b, rho, u);
    const DensityMatrices<Complex> averaged = density_matrices(bases(b, u), u);
    const Matrix3 A = sum(averaged.nu, averaged.bar);
    const double change = (A - asymmetry(u)).norm();
    set_asymmetry(A, u);
    if (change <= 1e-15 * A.norm()) break;
  }
  AveragedSystem::set_neutrinos(b, rho, u);
}

void AtaoJvSystem::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Bases U = bases(b, u);
  const DensityMatrices<Complex> rho = density_matrices(U, u), C = collision_terms(b, rho);
  set_diagonals(U, C, du);
  const Field V = hamiltonian(b);
  Matrix3 slope = sum(C.nu, C.bar) + precession(electron_asymmetry(b) / b.hubble, asymmetry(u));
  for (int i = 0; i < grid_.size(); ++i) {
    slope += weight_(i) / b.hubble * precession(V[i], rho.nu[i] + rho.bar[i]);
  }
  set_asymmetry(slope, du);
}

// How A responds to the occupations is exact but for the change of H. All responses to A, which turns the
// bases, are difference quotients.
void AtaoJvSystem::fill_collective(double s, const Background& b, const Bases& U,
                                   const CollisionIntegral::Responses& responses, ConstVector u,
                                   ConstVector du, Matrix J) {
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const Field V = hamiltonian(b);
  const int row = layout_.first_collective();
  for (int k = 0; k < grid_.size(); ++k) {
    // What all nodes together do to A when a density matrix of node k changes.
    NodeResponse of_nu, of_bar;
    const auto add = [&](NodeResponse& to, double factor, const NodeResponse& from) {
      to.diagonal += factor * from.diagonal;
      to.off_diagonal += factor * from.off_diagonal;
    };
    for (int i = 0; i < grid_.size(); ++i) {
      add(of_nu, weight_(i), responses.nu.same_at(i, k));
      add(of_nu, -weight_(i), responses.bar.opposite_at(i, k));
      add(of_bar, weight_(i), responses.nu.opposite_at(i, k));
      add(of_bar, -weight_(i), responses.bar.same_at(i, k));
    }
    const auto fill = [&](const Matrix3& basis, const NodeResponse& collisions, int first) {
      for (int state = 0; state < 3; ++state) {
        const Matrix3 change = scale_(k) * basis.col(state) * basis.col(state).adjoint();
        const Matrix3 slope = unit * response_to<Complex>(collisions, change) +
                              weight_(k) / b.hubble * precession(V[k], change);
        J.block<nine, 1>(row, layout_.index(k, first + state)) = to_components(slope) / asymmetry_unit_;
      }
    };
    fill(U.nu[k], of_nu, 0);
    fill(U.bar[k], of_bar, 3);
  }
  const double step = 1e-7 * std::max(u.segment<nine>(row).norm(), 1e-6);
  Eigen::VectorXd shifted = u, shifted_slope(dimension());
  for (int c = 0; c < nine; ++c) {
    const double kept = shifted(row + c);
    shifted(row + c) = kept + step;
    rhs(s, shifted, shifted_slope);
    J.col(row + c) = (shifted_slope - du) / step;
    shifted(row + c) = kept;
  }
}

std::string AtaoJvSystem::collective_component_name(int component) const {
  return "component " + std::to_string(component + 1) + " of the asymmetry matrix";
}

}  // namespace

std::unique_ptr<KineticSystem> make_atao_jv_system(const Parameters& parameters, const Threads& threads) {
  return std::make_unique<AtaoJvSystem>(parameters, threads);
}

}  // namespace qke
