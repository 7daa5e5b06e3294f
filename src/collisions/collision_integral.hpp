// All collisions together: gain and loss matrices of every process that is switched on.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "collisions/neutrino_electron.hpp"
#include "collisions/neutrino_neutrino.hpp"
#include "qke/parameters.hpp"

namespace qke {

// dC_i = sum_k [scatter_squared(i,k) squared o drho_k + scatter_mixed(i,k) mixed o drho_k
//              + annihilate_squared(i,k) squared o drhobar_k + annihilate_mixed(i,k) mixed o drhobar_k]
//        - (damping_i drho_i + h.c.),  with o the product element by element, flavour basis.
template <class Scalar>
struct ElectronResponse {
  Eigen::MatrixXd scatter_squared, scatter_mixed, annihilate_squared, annihilate_mixed;
  Eigen::Matrix3d squared, mixed;  // couplings
  MatrixField<Scalar> damping;
};

class CollisionIntegral {
 public:
  // x_first, x_last: range of the run; z_reference(x): a temperature close to that of the run.
  CollisionIntegral(const MomentumGrid& grid, const Parameters& parameters, double x_first, double x_last,
                    const std::function<double(double)>& z_reference, const Threads& threads = one_thread());

  // G_F^2 T_cm^5 in MeV: the unit of the rates below.
  double unit(double T_cm) const;

  // The rates of all processes.
  template <class Scalar>
  void evaluate(double x, double z, const DensityMatrices<Scalar>& rho, AntineutrinoRelation antineutrinos,
                CollisionRates<Scalar>& rates) const;

  // nu-nu linearised around Fermi-Dirac spectra; zero where nu-nu is switched off.
  const LinearResponse& linear_response() const { return linear_response_; }

  // nu-e linearised around flavour-blind spectra f, but for the local damping, which is that of rho.
  template <class Scalar>
  ElectronResponse<Scalar> electron_response(double x, double z, const Eigen::ArrayXd& f,
                                             const DensityMatrices<Scalar>& rho,
                                             AntineutrinoRelation antineutrinos) const;

  // The response of neutrinos and antineutrinos around the diagonals of rho and rhobar, all processes.
  struct Responses {
    FlavourResponse nu, bar;
  };
  template <class Scalar>
  Responses flavour_response(double x, double z, const DensityMatrices<Scalar>& rho) const;

 private:
  ElectronRates electron_rates(double x, double z) const;

  const MomentumGrid& grid_;
  double G_F_, rate_scale_;
  std::optional<NeutrinoNeutrino> neutrino_neutrino_;
  std::optional<NeutrinoElectron> neutrino_electron_;
  std::optional<ElectronRateTable> electron_table_;
  LinearResponse linear_response_;
};

}  // namespace qke
