// States of a gas of neutrinos for the analysis of their stability.
#pragma once

#include <random>

#include "diagnostics/linear_response.hpp"

namespace qke::independent {

inline constexpr Complex I(0.0, 1.0);

inline Matrix3 diagonal(double a, double b, double c) {
  return Vector3(a, b, c).cast<Complex>().asDiagonal();
}

// nu_e and nu_mu of one momentum, V_ee - V_mumu = v. nu_tau has the potential of nu_e and
// is as empty as nu_mu: nothing grows of its coherences.
inline IsotropicGas two_flavours(double v, double coupling, double rho_ee, double rhobar_ee) {
  const Matrix3 V = diagonal(v, 0.0, v), none = Matrix3::Zero();
  IsotropicGas gas;
  gas.coupling = Eigen::ArrayXd::Constant(1, coupling);
  gas.nu = {{diagonal(rho_ee, 0.0, 0.0)}, {V}, {none}};
  gas.bar = {{diagonal(rhobar_ee, 0.0, 0.0)}, {-V}, {none}};
  const Matrix3 J = coupling * (gas.nu.rho[0] - gas.bar.rho[0]);
  gas.nu.H[0] += J;
  gas.bar.H[0] += J;
  return gas;
}

// Everything random, with small losses.
class RandomGas {
 public:
  RandomGas(int nodes, unsigned seed) : random_(seed) {
    gas_.coupling = Eigen::ArrayXd(nodes);
    Matrix3 J = Matrix3::Zero();
    for (int i = 0; i < nodes; ++i) {
      gas_.coupling(i) = 3.0 + normal_(random_);
      const Matrix3 V = hermitian();
      gas_.nu.rho.push_back(hermitian()), gas_.bar.rho.push_back(hermitian());
      gas_.nu.H.push_back(V), gas_.bar.H.push_back(-V);
      gas_.nu.loss.push_back(loss()), gas_.bar.loss.push_back(loss());
      J += gas_.coupling(i) * (gas_.nu.rho.back() - gas_.bar.rho.back());
    }
    for (auto* field : {&gas_.nu.H, &gas_.bar.H}) {
      for (Matrix3& H : *field) H += J;
    }
  }
  const IsotropicGas& gas() const { return gas_; }

 private:
  Matrix3 any() {
    Matrix3 X;
    for (Complex& value : X.reshaped()) value = {normal_(random_), normal_(random_)};
    return X;
  }
  Matrix3 hermitian() {
    const Matrix3 X = any();
    return 0.5 * (X + X.adjoint());
  }
  Matrix3 loss() {
    const Matrix3 X = any();
    return 0.05 * Matrix3::Identity() + 0.02 * X * X.adjoint() +
           0.01 * any();  // not Hermitian, as the sum over collisions
  }

  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  IsotropicGas gas_;
};

// A step of the classical method of fourth order for matrices whose slope does not depend
// on time.
template <class Slope>
MatrixField<3> runge_kutta(const MatrixField<3>& state, double step, Slope&& slope) {
  const auto moved = [&](double by, const MatrixField<3>& k) {
    MatrixField<3> to = state;
    for (std::size_t n = 0; n < to.size(); ++n) to[n] += by * k[n];
    return to;
  };
  const auto k_1 = slope(state), k_2 = slope(moved(0.5 * step, k_1)), k_3 = slope(moved(0.5 * step, k_2)),
             k_4 = slope(moved(step, k_3));
  MatrixField<3> to = state;
  for (std::size_t n = 0; n < to.size(); ++n) {
    to[n] += step / 6.0 * (k_1[n] + 2.0 * k_2[n] + 2.0 * k_3[n] + k_4[n]);
  }
  return to;
}

}  // namespace qke::independent
