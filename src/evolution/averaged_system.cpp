#include "qke/evolution/averaged_system.hpp"

#include <array>
#include <cmath>

namespace qke {

Antineutrinos averaged_antineutrinos(const Parameters& parameters) {
  const std::array<double, 3> zero{0, 0, 0};
  const bool symmetric = parameters.asymmetry.xi == zero && parameters.asymmetry.eta == zero &&
                         parameters.mean_field.eta_b == 0.0;
  return symmetric ? Antineutrinos::equal : Antineutrinos::independent;
}

template <class Scalar>
DensityMatrices<Scalar> AveragedSystem<Scalar>::density_matrices(const MatrixField<Scalar>& U,
                                                                 ConstVector u) const {
  const auto field = [&](int first) {
    MatrixField<Scalar> matrices;
    matrices.reserve(grid_.size());
    for (int i = 0; i < grid_.size(); ++i) {
      const Vector3 f = scale_(i) * (u.segment<3>(layout_.index(i, first)).array() + 1.0);
      matrices.push_back(U[i] * f.cast<Scalar>().asDiagonal() * U[i].adjoint());
    }
    return matrices;
  };
  if (!independent()) return {field(0), {}};
  return {field(0), field(3)};
}

namespace {

template <class Scalar>
MatrixField<std::complex<double>> as_complex(const MatrixField<Scalar>& field) {
  MatrixField<std::complex<double>> result;
  for (const auto& matrix : field) result.push_back(matrix.template cast<std::complex<double>>());
  return result;
}

}  // namespace

template <class Scalar>
MatrixField<std::complex<double>> AveragedSystem<Scalar>::rho(double s, ConstVector u) const {
  return as_complex<Scalar>(density_matrices(basis(background(s, u)), u).nu);
}

template <class Scalar>
MatrixField<std::complex<double>> AveragedSystem<Scalar>::rhobar(double s, ConstVector u) const {
  const DensityMatrices<Scalar> density = density_matrices(basis(background(s, u)), u);
  return as_complex<Scalar>(independent() ? density.bar : density.nu);
}

template <class Scalar>
void AveragedSystem<Scalar>::set_neutrinos(const Background& b,
                                           const DensityMatrices<std::complex<double>>& rho, Vector u) const {
  const MatrixField<std::complex<double>> U = as_complex<Scalar>(basis(b));
  for (int i = 0; i < grid_.size(); ++i) {
    const auto distortion = [&](const Matrix3& matrix) -> Vector3 {
      return (U[i].adjoint() * matrix * U[i]).diagonal().real().array() / scale_(i) - 1.0;
    };
    u.segment<3>(layout_.index(i, 0)) = distortion(rho.nu[i]);
    if (independent()) u.segment<3>(layout_.index(i, 3)) = distortion(rho.bar[i]);
  }
}

template <class Scalar>
Eigen::VectorXd AveragedSystem<Scalar>::trace_weights() const {
  return Eigen::VectorXd::Constant(layout_.components, independent() ? 1.0 : 2.0);
}

template <class Scalar>
void AveragedSystem<Scalar>::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const MatrixField<Scalar> U = basis(b);
  const DensityMatrices<Scalar> rho = density_matrices(U, u);
  CollisionRates<Scalar> rates;
  collisions_.evaluate(b.x, b.z, rho, antineutrinos_, rates);
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const auto fill = [&](const GainAndLoss<Scalar>& r, const MatrixField<Scalar>& density, int first) {
    for (int i = 0; i < grid_.size(); ++i) {
      const FlavourMatrix<Scalar> C = collision_term<Scalar>(r.gain[i], r.loss[i], density[i]);
      const FlavourMatrix<Scalar> rotated = U[i].adjoint() * C * U[i];
      du.segment<3>(layout_.index(i, first)) = unit / scale_(i) * rotated.diagonal().real();
    }
  };
  fill(rates.nu, rho.nu, 0);
  if (independent()) fill(rates.bar, rho.bar, 3);
}

template <class Scalar>
void AveragedSystem<Scalar>::jacobian(double s, ConstVector u, ConstVector du, Matrix J) {
  const Background b = background(s, u);
  const MatrixField<Scalar> U = basis(b);
  const DensityMatrices<Scalar> rho = density_matrices(U, u);
  if (independent()) {
    fill_independent(b, U, rho, J);
  } else {
    fill_symmetric(b, U, rho, J);
  }
  fill_temperature_row(b, J);
  fill_temperature_column(s, u, du, J);
}

// The nu-nu part is that of flavour-blind Fermi-Dirac spectra, which differ from the true ones by 1 % or
// less: exact covariance turns it into two constant N x N matrices. The nu-e part is exact but for rho_i ~
// f_eq in the blocking factor of what scatters into node i.
template <class Scalar>
void AveragedSystem<Scalar>::fill_symmetric(const Background& b, const MatrixField<Scalar>& U,
                                            const DensityMatrices<Scalar>& rho, Matrix J) const {
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const LinearResponse& L = collisions_.linear_response();
  const ElectronResponse<Scalar> electrons =
      collisions_.electron_response(b.x, b.z, scale_, rho, Antineutrinos::equal);
  const Eigen::MatrixXd identical = L.same + L.opposite, trace = L.same_trace + L.opposite_trace;
  const Eigen::MatrixXd squared = electrons.scatter_squared + electrons.annihilate_squared;
  const Eigen::MatrixXd mixed = electrons.scatter_mixed + electrons.annihilate_mixed;

  for (int i = 0; i < grid_.size(); ++i) {
    for (int k = 0; k < grid_.size(); ++k) {
      // Element (a, b): the change of occupation a of node i by occupation b of node k.
      const FlavourMatrix<Scalar> overlap = U[i].adjoint() * U[k];
      Eigen::Matrix3d block = (identical(i, k) * overlap.cwiseAbs2()).array() + trace(i, k);
      const FlavourMatrix<Scalar> coupling =
          (squared(i, k) * electrons.squared + mixed(i, k) * electrons.mixed).template cast<Scalar>();
      for (int column = 0; column < 3; ++column) {
        const FlavourMatrix<Scalar> change = U[k].col(column) * U[k].col(column).adjoint();
        block.col(column) += (U[i].adjoint() * coupling.cwiseProduct(change) * U[i]).diagonal().real();
      }
      J.block<3, 3>(layout_.index(i, 0), layout_.index(k, 0)) = unit * scale_(k) / scale_(i) * block;
    }
    const FlavourMatrix<Scalar> damping = U[i].adjoint() * electrons.damping[i] * U[i];
    J.diagonal().segment<3>(layout_.index(i, 0)) -= 2.0 * unit * damping.diagonal().real();
  }
}

// Linearised around the diagonals in the flavour basis.
template <class Scalar>
void AveragedSystem<Scalar>::fill_independent(const Background& b, const MatrixField<Scalar>& U,
                                              const DensityMatrices<Scalar>& rho, Matrix J) const {
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const CollisionIntegral::Responses responses = collisions_.flavour_response(b.x, b.z, rho);
  const auto block = [&](const NodeResponse& response, int i, int k) -> Eigen::Matrix3d {
    Eigen::Matrix3d result;
    for (int column = 0; column < 3; ++column) {
      const FlavourMatrix<Scalar> change = U[k].col(column) * U[k].col(column).adjoint();
      result.col(column) = (U[i].adjoint() * response_to<Scalar>(response, change) * U[i]).diagonal().real();
    }
    return unit * scale_(k) / scale_(i) * result;
  };
  for (int i = 0; i < grid_.size(); ++i) {
    for (int k = 0; k < grid_.size(); ++k) {
      const int nu = layout_.index(i, 0), bar = layout_.index(i, 3);
      const int nu_k = layout_.index(k, 0), bar_k = layout_.index(k, 3);
      J.block<3, 3>(nu, nu_k) = block(responses.nu.same_at(i, k), i, k);
      J.block<3, 3>(nu, bar_k) = block(responses.nu.opposite_at(i, k), i, k);
      J.block<3, 3>(bar, bar_k) = block(responses.bar.same_at(i, k), i, k);
      J.block<3, 3>(bar, nu_k) = block(responses.bar.opposite_at(i, k), i, k);
    }
  }
}

template <class Scalar>
std::string AveragedSystem<Scalar>::node_component_name(int component) const {
  return (component < 3 ? "neutrino state " : "antineutrino state ") + std::to_string(component % 3 + 1);
}

template class AveragedSystem<double>;
template class AveragedSystem<std::complex<double>>;

}  // namespace qke
