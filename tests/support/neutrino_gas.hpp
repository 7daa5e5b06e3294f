// A homogeneous, isotropic gas of neutrinos in a box: the library's precession in time,
// without expansion and collisions, for the library's integrator.
#pragma once

#include <functional>

#include "flavour/hermitian.hpp"
#include "integrator/imex_integrator.hpp"
#include "oscillations/mean_field_precession.hpp"
#include "support/states.hpp"

namespace qke::independent {

// The components are those of X = rho/scale - 1, of all neutrinos and then of all antineutrinos.
class NeutrinoGas : public SplitOdeSystem {
 public:
  using Densities = MeanFieldPrecession<3>::Pair;

  // J = sum_i coupling_i (rho_i - rhobar_i).
  NeutrinoGas(Field V, const Eigen::ArrayXd& coupling, Eigen::ArrayXd scale)
      : scale_(std::move(scale)), V_(std::move(V)), weight_(coupling * scale_) {}

  // Felt by neutrinos and antineutrinos alike, at every time.
  std::function<Matrix3(double)> external = [](double) -> Matrix3 { return Matrix3::Zero(); };

  Eigen::VectorXd state(const Densities& rho) const {
    Densities X = rho;
    for (int i = 0; i < nodes(); ++i) {
      X.nu[i] = rho.nu[i] / scale_(i) - Matrix3::Identity();
      X.bar[i] = rho.bar[i] / scale_(i) - Matrix3::Identity();
    }
    Eigen::VectorXd u(dimension());
    pack(X, u);
    return u;
  }
  Densities densities(ConstVector u) const {
    Densities rho = unpack(u);
    for (int i = 0; i < nodes(); ++i) {
      rho.nu[i] = scale_(i) * (rho.nu[i] + Matrix3::Identity());
      rho.bar[i] = scale_(i) * (rho.bar[i] + Matrix3::Identity());
    }
    return rho;
  }
  Matrix3 J(ConstVector u) const { return precession(0.0).self_hamiltonian(unpack(u)); }

  int dimension() const override { return 2 * hermitian_components<3> * nodes(); }
  std::string component_name(int component) const override { return std::to_string(component); }
  void rhs(double t, ConstVector u, Vector du) override { fast_rhs(t, u, du); }
  void slow_rhs(double, ConstVector, Vector du) override { du.setZero(); }
  void fast_rhs(double t, ConstVector u, Vector du) override { pack(precession(t).slope(unpack(u)), du); }
  bool solve_fast(double t, double gamma, ConstVector known, Vector change) override {
    Densities X = unpack(change);
    const bool solved = precession(t).solve(gamma, unpack(known), X);
    pack(X, change);
    return solved;
  }

 private:
  int nodes() const { return static_cast<int>(V_.size()); }
  int index(int node, bool bar) const { return hermitian_components<3> * (node + (bar ? nodes() : 0)); }
  MeanFieldPrecession<3> precession(double t) const {
    const Eigen::ArrayXd undamped = Eigen::ArrayXd::Zero(nodes());
    return {V_, external(t), weight_, undamped, undamped};
  }
  void pack(const Densities& X, Vector u) const {
    for (int i = 0; i < nodes(); ++i) {
      u.segment<hermitian_components<3>>(index(i, false)) = to_components<3>(X.nu[i]);
      u.segment<hermitian_components<3>>(index(i, true)) = to_components<3>(X.bar[i]);
    }
  }
  Densities unpack(ConstVector u) const {
    Densities X;
    for (int i = 0; i < nodes(); ++i) {
      X.nu.push_back(to_matrix<3>(u.segment<hermitian_components<3>>(index(i, false))));
      X.bar.push_back(to_matrix<3>(u.segment<hermitian_components<3>>(index(i, true))));
    }
    return X;
  }

  Eigen::ArrayXd scale_;
  Field V_;
  Eigen::ArrayXd weight_;
};

}  // namespace qke::independent
