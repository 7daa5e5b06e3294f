// Scheme `qke`: the full quantum kinetic equations, nothing averaged (docs/physics.md; [FPV20] eq. (2.5)):
//   drho/ds = -(i/H)[V, rho] + C/H.
//
// Without asymmetry and self-interaction mean field one matrix per node is enough: a CP phase can be moved to
// the output (see below), and for real V the antineutrinos are rhobar = rho*. The components are those of
// rho/f_eq - 1 in the mass basis: there the vacuum term, which grows as x^3 against H, is diagonal, and late
// rounding errors of fast components do not leak into the slow ones.
#include <cmath>

#include "evolution/averaging_validity.hpp"
#include "evolution/kinetic_system.hpp"
#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/constants.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

MatrixField<std::complex<double>> conjugates(MatrixField<std::complex<double>> field) {
  for (Matrix3& matrix : field) matrix = matrix.conjugate().eval();
  return field;
}

class QkeSystem : public KineticSystem, public ImplicitOdeSystem {
 public:
  QkeSystem(const Parameters& parameters, const Threads& threads);

  SolvableSystem solvable() override { return static_cast<ImplicitOdeSystem*>(this); }
  void jacobian(double s, ConstVector u, ConstVector du, Matrix J) override;
  MatrixField<std::complex<double>> rho(double s, ConstVector u) const override;
  MatrixField<std::complex<double>> rhobar(double s, ConstVector u) const override;
  bool averaging_is_due(double s, ConstVector u, double mean_step) const override;

 protected:
  using Density = DensityMatrices<std::complex<double>>;

  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const Density& rho, Vector u) const override;
  Eigen::VectorXd trace_weights() const override;
  std::string node_component_name(int component) const override;

 private:
  using Rates = CollisionRates<std::complex<double>>;
  static constexpr AntineutrinoRelation relation = AntineutrinoRelation::conjugate;

  Matrix3 distortion(ConstVector u, int node) const {
    return to_matrix(u.segment<hermitian_components>(layout_.index(node, 0)));
  }
  Density density_matrices(ConstVector u) const;  // working flavour basis
  // V of every node, mass basis.
  MatrixField<std::complex<double>> hamiltonian(const Background& background, const Density& rho) const;
  Matrix3 to_mass_basis(const Matrix3& X) const { return U_.adjoint() * X * U_; }

  Matrix3 cp_rotation_;  // A of cp_rotation(): output = A (working flavour basis) A^dagger
  Matrix3 U_;            // real: mass basis to working flavour basis
  Vector3 masses_squared_;
};

QkeSystem::QkeSystem(const Parameters& parameters, const Threads& threads)
    : KineticSystem(parameters, hermitian_components, threads), cp_rotation_(cp_rotation(parameters.mixing)) {
  MixingParameters real_mixing = parameters.mixing;
  real_mixing.delta_cp_rad = 0.0;
  U_ = pmns_matrix(real_mixing);
  masses_squared_ = masses_squared(parameters.mixing);
}

Eigen::VectorXd QkeSystem::trace_weights() const {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(hermitian_components);
  weights.head<3>().setConstant(2.0);  // neutrinos and antineutrinos
  return weights;
}

std::string QkeSystem::node_component_name(int component) const {
  return hermitian_component_name("rho", {"1", "2", "3"}, component);
}

QkeSystem::Density QkeSystem::density_matrices(ConstVector u) const {
  Density rho;
  rho.nu.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    rho.nu.push_back(scale_(i) * (Matrix3::Identity() + U_ * distortion(u, i) * U_.adjoint()));
  }
  return rho;
}

MatrixField<std::complex<double>> QkeSystem::rho(double, ConstVector u) const {
  MatrixField<std::complex<double>> result = density_matrices(u).nu;
  for (Matrix3& matrix : result) matrix = (cp_rotation_ * matrix * cp_rotation_.adjoint()).eval();
  return result;
}

MatrixField<std::complex<double>> QkeSystem::rhobar(double, ConstVector u) const {
  MatrixField<std::complex<double>> result = density_matrices(u).nu;
  for (Matrix3& matrix : result) matrix = (cp_rotation_ * matrix.conjugate() * cp_rotation_.adjoint()).eval();
  return result;
}

// Oscillations that a crossing or a slow pair has excited get faster all the time. They can be averaged once
// nothing disturbs them any more.
bool QkeSystem::averaging_is_due(double s, ConstVector, double mean_step) const {
  constexpr double shortest_step = 5e-4;  // ordinary runs take steps of 2e-3 to 1e-2
  if (mean_step > shortest_step) return false;
  return averaging_may_begin(parameters_, plasma_, constants::electron_mass * std::exp(-s));
}

void QkeSystem::set_neutrinos(const Background&, const Density& rho, Vector u) const {
  for (int i = 0; i < grid_.size(); ++i) {
    const Matrix3 working = cp_rotation_.adjoint() * rho.nu[i] * cp_rotation_;
    u.segment<hermitian_components>(layout_.index(i, 0)) =
        to_components(to_mass_basis(working) / scale_(i) - Matrix3::Identity());
  }
}

MatrixField<std::complex<double>> QkeSystem::hamiltonian(const Background& b, const Density& rho) const {
  const Matrix3 source =
      to_mass_basis(parameters_.mean_field.neutrino_energy ? matter_source_of(b, rho.nu, conjugates(rho.nu))
                                                           : matter_source_of(b));
  MatrixField<std::complex<double>> V;
  V.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    const double y = grid_.y(i);
    Matrix3 matrix = matter_hamiltonian(parameters_.weak, source, y, b.T_cm);
    matrix.diagonal() += (masses_squared_ / (2.0 * y * b.T_cm)).cast<std::complex<double>>();
    V.push_back(matrix);
  }
  return V;
}

void QkeSystem::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Density rho = density_matrices(u);
  Rates rates;
  collisions_.evaluate(b.x, b.z, rho, relation, rates);
  const auto V = hamiltonian(b, rho);
  const double unit = collisions_.unit(b.T_cm);
  for (int i = 0; i < grid_.size(); ++i) {
    const Matrix3 C = collision_term<std::complex<double>>(rates.nu.gain[i], rates.nu.loss[i], rho.nu[i]);
    const Matrix3 slope = precession(V[i], distortion(u, i)) + unit / scale_(i) * to_mass_basis(C);
    du.segment<hermitian_components>(layout_.index(i, 0)) = to_components(slope) / b.hubble;
  }
}

// The precession is exact; collisions are linearised around flavour-blind Fermi-Dirac spectra, of which the
// true ones differ by 1 % or less, but for the exact local damping by e+-.
void QkeSystem::jacobian(double s, ConstVector u, ConstVector du, Matrix J) {
  const Background b = background(s, u);
  const Density rho = density_matrices(u);
  const auto V = hamiltonian(b, rho);
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const auto electrons = collisions_.electron_response(b.x, b.z, scale_, rho, relation);
  const LinearResponse& L = collisions_.linear_response();

  const HermitianMap trace =
      linear_map([](const Matrix3& X) -> Matrix3 { return X.trace() * Matrix3::Identity(); });
  const HermitianMap conjugate = linear_map([](const Matrix3& X) -> Matrix3 { return X.conjugate(); });
  const auto in_mass_basis = [&](const Eigen::Matrix3d& couplings) -> HermitianMap {
    return linear_map([&](const Matrix3& X) {
      return to_mass_basis((U_ * X * U_.adjoint()).cwiseProduct(couplings.cast<std::complex<double>>()));
    });
  };
  const HermitianMap squared = in_mass_basis(electrons.squared), mixed = in_mass_basis(electrons.mixed);
  const HermitianMap squared_bar = squared * conjugate, mixed_bar = mixed * conjugate,
                     trace_bar = trace * conjugate;

  for (int i = 0; i < grid_.size(); ++i) {
    for (int k = 0; k < grid_.size(); ++k) {
      HermitianMap block = L.same(i, k) * HermitianMap::Identity() + L.opposite(i, k) * conjugate;
      block += L.same_trace(i, k) * trace + L.opposite_trace(i, k) * trace_bar;
      block += electrons.scatter_squared(i, k) * squared + electrons.scatter_mixed(i, k) * mixed;
      block +=
          electrons.annihilate_squared(i, k) * squared_bar + electrons.annihilate_mixed(i, k) * mixed_bar;
      J.block<hermitian_components, hermitian_components>(layout_.index(i, 0), layout_.index(k, 0)) =
          unit * scale_(k) / scale_(i) * block;
    }
    const Matrix3 damping = unit * to_mass_basis(electrons.damping[i]);
    J.block<hermitian_components, hermitian_components>(layout_.index(i, 0), layout_.index(i, 0)) +=
        precession_map(V[i] / b.hubble) - linear_map([&](const Matrix3& X) -> Matrix3 {
          const Matrix3 half = damping * X;
          return half + half.adjoint();
        });
  }
  fill_temperature_row(b, J);
  fill_temperature_column(s, u, du, J);
}

}  // namespace

std::unique_ptr<KineticSystem> make_qke_system(const Parameters& parameters, const Threads& threads) {
  return std::make_unique<QkeSystem>(parameters, threads);
}

}  // namespace qke
