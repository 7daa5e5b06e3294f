#include "collisions/collision_integral.hpp"

#include <cmath>

#include "model/constants.hpp"

namespace qke {
namespace {

// Without asymmetry z/z_reference stays between 0.9985 and 1 (docs/physics.md): the tables are centred
// between.
constexpr double z_centre_over_reference = 0.9993;

}  // namespace

CollisionIntegral::CollisionIntegral(const MomentumGrid& grid, const Parameters& parameters, double x_first,
                                     double x_last, const std::function<double(double)>& z_reference,
                                     const Threads& threads)
    : grid_(grid),
      G_F_(parameters.weak.G_F_per_GeV2 / (constants::GeV * constants::GeV)),
      rate_scale_(parameters.extra.rate_scale) {
  if (parameters.collisions.neutrino_neutrino == ProcessTreatment::full) {
    neutrino_neutrino_.emplace(grid, threads);
    linear_response_ = neutrino_neutrino_->linearise(fermi_dirac(grid.y()));
  } else {
    const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(grid.size(), grid.size());
    linear_response_ = {zero, zero, zero, zero};
  }
  if (parameters.collisions.neutrino_electron == ProcessTreatment::full) {
    neutrino_electron_.emplace(grid, parameters.weak.sin2_theta_W);
    electron_table_.emplace(
        grid, x_first, x_last, [z_reference](double x) { return z_centre_over_reference * z_reference(x); },
        threads);
  }
}

double CollisionIntegral::unit(double T_cm) const { return G_F_ * G_F_ * std::pow(T_cm, 5); }

ElectronRates CollisionIntegral::electron_rates(double x, double z) const {
  ElectronRates rates = electron_table_->at(x, z);
  if (rate_scale_ != 1.0) {
    for (Eigen::MatrixXd* table : {&rates.R1, &rates.R2, &rates.A1, &rates.A2}) *table *= rate_scale_;
  }
  return rates;
}

template <class Scalar>
void CollisionIntegral::evaluate(double x, double z, const DensityMatrices<Scalar>& rho,
                                 AntineutrinoRelation antineutrinos, CollisionRates<Scalar>& rates) const {
  rates.nu.set_zero(grid_.size());
  if (antineutrinos == AntineutrinoRelation::independent) rates.bar.set_zero(grid_.size());
  if (neutrino_neutrino_) neutrino_neutrino_->add(rho, antineutrinos, rates);
  if (neutrino_electron_) neutrino_electron_->add(electron_rates(x, z), z, rho, antineutrinos, rates);
}

template <class Scalar>
ElectronResponse<Scalar> CollisionIntegral::electron_response(double x, double z, const Eigen::ArrayXd& f,
                                                              const DensityMatrices<Scalar>& rho,
                                                              AntineutrinoRelation antineutrinos) const {
  const int n = grid_.size();
  if (!neutrino_electron_) {
    const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(n, n);
    return {zero,
            zero,
            zero,
            zero,
            Eigen::Matrix3d::Zero(),
            Eigen::Matrix3d::Zero(),
            MatrixField<Scalar>(n, FlavourMatrix<Scalar>::Zero())};
  }
  const ElectronRates rates = electron_rates(x, z);
  CollisionRates<Scalar> local;
  local.nu.set_zero(n);
  if (antineutrinos == AntineutrinoRelation::independent) local.bar.set_zero(n);
  neutrino_electron_->add(rates, z, rho, antineutrinos, local);

  // Blocking factors of what scatters from k into i, and of pairs (i, k), by detailed balance.
  const Eigen::VectorXd up = (0.5 * grid_.y() / z).exp(), down = up.cwiseInverse();
  const Eigen::VectorXd occupied = 2.0 * neutrino_electron_->weight() * f;
  const Eigen::VectorXd empty = 2.0 * neutrino_electron_->weight() * (1.0 - f);
  const Eigen::MatrixXd scatter =
      empty.cwiseProduct(down) * up.transpose() + occupied.cwiseProduct(up) * down.transpose();
  const Eigen::MatrixXd annihilate =
      empty.cwiseProduct(down) * down.transpose() + occupied.cwiseProduct(up) * up.transpose();

  ElectronResponse<Scalar> response{scatter.cwiseProduct(rates.R1),
                                    -scatter.cwiseProduct(rates.R2),
                                    -annihilate.cwiseProduct(rates.A1),
                                    -annihilate.cwiseProduct(rates.A2),
                                    neutrino_electron_->squared_couplings(),
                                    neutrino_electron_->mixed_couplings(),
                                    std::move(local.nu.gain)};
  for (int i = 0; i < n; ++i) response.damping[i] += local.nu.loss[i];
  return response;
}

namespace {

template <class Scalar>
Spectra diagonals(const MatrixField<Scalar>& field) {
  Spectra f(3, static_cast<Eigen::Index>(field.size()));
  for (Eigen::Index i = 0; i < f.cols(); ++i) f.col(i) = field[i].diagonal().real();
  return f;
}

// Elements (a, b) of the pairs 01, 02, 12.
Eigen::Array3d of_pairs(const Eigen::Matrix3d& X) { return {X(0, 1), X(0, 2), X(1, 2)}; }

}  // namespace

template <class Scalar>
CollisionIntegral::Responses CollisionIntegral::flavour_response(double x, double z,
                                                                 const DensityMatrices<Scalar>& rho) const {
  const int n = grid_.size();
  const Spectra f = diagonals(rho.nu), fbar = diagonals(rho.bar);
  Responses responses{FlavourResponse(n), FlavourResponse(n)};
  if (neutrino_neutrino_) {
    neutrino_neutrino_->add_response(f, fbar, responses.nu);
    neutrino_neutrino_->add_response(fbar, f, responses.bar);
  }
  if (!neutrino_electron_) return responses;

  const ElectronRates rates = electron_rates(x, z);
  CollisionRates<Scalar> local;
  local.nu.set_zero(n);
  local.bar.set_zero(n);
  neutrino_electron_->add(rates, z, rho, AntineutrinoRelation::independent, local);
  const Eigen::ArrayXd up = (0.5 * grid_.y() / z).exp();
  const Eigen::Matrix3d &squared = neutrino_electron_->squared_couplings(),
                        &mixed = neutrino_electron_->mixed_couplings();

  const auto add_electrons = [&](const Spectra& own, const GainAndLoss<Scalar>& own_rates,
                                 FlavourResponse& to) {
    for (int i = 0; i < n; ++i) {
      const double weight = neutrino_electron_->weight()(i);
      for (int k = 0; k < n; ++k) {
        const Eigen::Matrix3d scatter = weight * (rates.R1(i, k) * squared - rates.R2(i, k) * mixed);
        const Eigen::Matrix3d annihilate = weight * (rates.A1(i, k) * squared + rates.A2(i, k) * mixed);
        const auto add = [&](NodeResponse& node, const Eigen::Matrix3d& rate,
                             const Eigen::Array3d& blocking) {
          node.diagonal.diagonal().array() += 2.0 * rate.diagonal().array() * blocking;
          node.off_diagonal += of_pairs(rate) * (first_of_pairs(blocking) + second_of_pairs(blocking));
        };
        const Eigen::Array3d occupied = own.col(i), empty = 1.0 - occupied;
        add(to.same_at(i, k), scatter, empty * (up(k) / up(i)) + occupied * (up(i) / up(k)));
        add(to.opposite_at(i, k), -annihilate, empty / (up(i) * up(k)) + occupied * (up(i) * up(k)));
      }
      const Eigen::Array3d damping = (own_rates.gain[i] + own_rates.loss[i]).diagonal().real();
      NodeResponse& here = to.same_at(i, i);
      here.diagonal.diagonal().array() -= 2.0 * damping;
      here.off_diagonal -= first_of_pairs(damping) + second_of_pairs(damping);
    }
  };
  add_electrons(f, local.nu, responses.nu);
  add_electrons(fbar, local.bar, responses.bar);
  return responses;
}

template CollisionIntegral::Responses CollisionIntegral::flavour_response(
    double, double, const DensityMatrices<double>&) const;
template CollisionIntegral::Responses CollisionIntegral::flavour_response(
    double, double, const DensityMatrices<std::complex<double>>&) const;
template void CollisionIntegral::evaluate(double, double, const DensityMatrices<double>&,
                                          AntineutrinoRelation, CollisionRates<double>&) const;
template void CollisionIntegral::evaluate(double, double, const DensityMatrices<std::complex<double>>&,
                                          AntineutrinoRelation, CollisionRates<std::complex<double>>&) const;
template ElectronResponse<double> CollisionIntegral::electron_response(double, double, const Eigen::ArrayXd&,
                                                                       const DensityMatrices<double>&,
                                                                       AntineutrinoRelation) const;
template ElectronResponse<std::complex<double>> CollisionIntegral::electron_response(
    double, double, const Eigen::ArrayXd&, const DensityMatrices<std::complex<double>>&,
    AntineutrinoRelation) const;

}  // namespace qke
