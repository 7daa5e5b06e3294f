#include "evolution/averaged_system.hpp"

#include <cmath>

#include "model/asymmetry.hpp"

namespace qke {

template <class Scalar>
DensityMatrices<Scalar> AveragedSystem<Scalar>::density_matrices(const Bases& U, ConstVector u) const {
  const auto field = [&](const MatrixField<Scalar>& basis, int first) {
    MatrixField<Scalar> matrices;
    matrices.reserve(grid_.size());
    for (int i = 0; i < grid_.size(); ++i) {
      const Vector3 f = scale_(i) * (u.segment<3>(layout_.index(i, first)).array() + 1.0);
      matrices.push_back(basis[i] * f.cast<Scalar>().asDiagonal() * basis[i].adjoint());
    }
    return matrices;
  };
  if (!independent()) return {field(U.nu, 0), {}};
  return {field(U.nu, 0), field(U.of_antineutrinos(), 3)};
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
  return as_complex<Scalar>(density_matrices(bases(background(s, u), u), u).nu);
}

template <class Scalar>
MatrixField<std::complex<double>> AveragedSystem<Scalar>::rhobar(double s, ConstVector u) const {
  const DensityMatrices<Scalar> density = density_matrices(bases(background(s, u), u), u);
  return as_complex<Scalar>(independent() ? density.bar : density.nu);
}

template <class Scalar>
void AveragedSystem<Scalar>::set_neutrinos(const Background& b,
                                           const DensityMatrices<std::complex<double>>& rho, Vector u) const {
  const Bases U = bases(b, u);
  const auto set = [&](const MatrixField<std::complex<double>>& basis,
                       const MatrixField<std::complex<double>>& field, int first) {
    for (int i = 0; i < grid_.size(); ++i) {
      u.segment<3>(layout_.index(i, first)) =
          (basis[i].adjoint() * field[i] * basis[i]).diagonal().real().array() / scale_(i) - 1.0;
    }
  };
  set(as_complex<Scalar>(U.nu), rho.nu, 0);
  if (independent()) set(as_complex<Scalar>(U.of_antineutrinos()), rho.bar, 3);
}

template <class Scalar>
Eigen::VectorXd AveragedSystem<Scalar>::trace_weights() const {
  return Eigen::VectorXd::Constant(layout_.components, independent() ? 1.0 : 2.0);
}

template <class Scalar>
DensityMatrices<Scalar> AveragedSystem<Scalar>::collision_terms(const Background& b,
                                                                const DensityMatrices<Scalar>& rho) const {
  CollisionRates<Scalar> rates;
  collisions_.evaluate(b.x, b.z, rho, antineutrinos_, rates);
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const auto terms = [&](const GainAndLoss<Scalar>& r, const MatrixField<Scalar>& density) {
    MatrixField<Scalar> C;
    C.reserve(density.size());
    for (std::size_t i = 0; i < density.size(); ++i) {
      C.push_back(unit * collision_term<Scalar>(r.gain[i], r.loss[i], density[i]));
    }
    return C;
  };
  return {terms(rates.nu, rho.nu), terms(rates.bar, rho.bar)};
}

template <class Scalar>
void AveragedSystem<Scalar>::set_diagonals(const Bases& U, const DensityMatrices<Scalar>& X, Vector u) const {
  const auto set = [&](const MatrixField<Scalar>& basis, const MatrixField<Scalar>& field, int first) {
    for (int i = 0; i < grid_.size(); ++i) {
      const FlavourMatrix<Scalar> rotated = basis[i].adjoint() * field[i] * basis[i];
      u.segment<3>(layout_.index(i, first)) = rotated.diagonal().real() / scale_(i);
    }
  };
  set(U.nu, X.nu, 0);
  if (independent()) set(U.of_antineutrinos(), X.bar, 3);
}

template <class Scalar>
void AveragedSystem<Scalar>::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Bases U = bases(b, u);
  set_diagonals(U, collision_terms(b, density_matrices(U, u)), du);
}

template <class Scalar>
void AveragedSystem<Scalar>::jacobian(double s, ConstVector u, ConstVector du, Matrix J) {
  const Background b = background(s, u);
  const Bases U = bases(b, u);
  const DensityMatrices<Scalar> rho = density_matrices(U, u);
  if (independent()) {
    const CollisionIntegral::Responses responses = collisions_.flavour_response(b.x, b.z, rho);
    fill_independent(b, U, responses, J);
    fill_collective(s, b, U, responses, u, du, J);
  } else {
    fill_symmetric(b, U.nu, rho, J);
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
      collisions_.electron_response(b.x, b.z, scale_, rho, AntineutrinoRelation::equal);
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
void AveragedSystem<Scalar>::fill_independent(const Background& b, const Bases& U,
                                              const CollisionIntegral::Responses& responses, Matrix J) const {
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const auto block = [&](const NodeResponse& response, const FlavourMatrix<Scalar>& U_i,
                         const FlavourMatrix<Scalar>& U_k) -> Eigen::Matrix3d {
    Eigen::Matrix3d result;
    for (int column = 0; column < 3; ++column) {
      const FlavourMatrix<Scalar> change = U_k.col(column) * U_k.col(column).adjoint();
      result.col(column) = (U_i.adjoint() * response_to<Scalar>(response, change) * U_i).diagonal().real();
    }
    return result;
  };
  const MatrixField<Scalar>& U_nu = U.nu;
  const MatrixField<Scalar>& U_bar = U.of_antineutrinos();
  for (int i = 0; i < grid_.size(); ++i) {
    for (int k = 0; k < grid_.size(); ++k) {
      const double factor = unit * scale_(k) / scale_(i);
      const int nu = layout_.index(i, 0), bar = layout_.index(i, 3);
      const int nu_k = layout_.index(k, 0), bar_k = layout_.index(k, 3);
      J.block<3, 3>(nu, nu_k) = factor * block(responses.nu.same_at(i, k), U_nu[i], U_nu[k]);
      J.block<3, 3>(nu, bar_k) = factor * block(responses.nu.opposite_at(i, k), U_nu[i], U_bar[k]);
      J.block<3, 3>(bar, bar_k) = factor * block(responses.bar.same_at(i, k), U_bar[i], U_bar[k]);
      J.block<3, 3>(bar, nu_k) = factor * block(responses.bar.opposite_at(i, k), U_bar[i], U_nu[k]);
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
