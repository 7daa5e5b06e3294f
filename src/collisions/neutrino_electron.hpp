// nu-e+- scattering and nu-nubar <-> e-e+ annihilation, electron mass included, electrons thermal at z =
// T_gamma/T_cm.
//
// Scattering nu1 e2 -> nu3 e4 (e- and e+ merged) and annihilation nu1 nubar2 -> e3 e4 (docs/physics.md,
// "Neutrinos and electrons"; [FPV20] eqs. (2.10)-(2.13)). The electrons being thermal, their energies are
// integrated once per (x, z). In comoving units, with w = 1/[4 cosh(E/2z) cosh(E'/2z)] of the two electrons,
//   R1(y1,y3) = int dE2 w 4 (K_s + K_u),    R2(y1,y3) = int dE2 w 4 x^2 K_t         (scattering)
//   A1(y1,y2) = int dE3 w 4 K_u,            A2(y1,y2) = int dE3 w 2 x^2 K_s'        (annihilation)
// are all symmetric, and detailed balance is exact by construction:
//   f4(1-f2) = w e^{-(y1-y3)/2z},  f2(1-f4) = w e^{+(y1-y3)/2z},  f3 f4 = w e^{-(y1+y2)/2z}, ...
// In flavour space R1, A1 come with the weights g_La g_Lb + g_R^2 of the element (a,b), R2 and A2 with
// -g_R (g_La + g_Lb) and +g_R (g_La + g_Lb).
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/thread_pool.hpp"
#include "collisions/gain_and_loss.hpp"
#include "model/momentum_grid.hpp"
#include "qke/parameters.hpp"

namespace qke {

// The four symmetric N x N tables at one (x, z).
struct ElectronRates {
  Eigen::MatrixXd R1, R2, A1, A2;
};

// Direct integration over the electron energy, to a few 1e-6 of the largest entries of a row.
ElectronRates integrate_electron_rates(const MomentumGrid& grid, double x, double z);

// The tables for all (x, z) of a run: piecewise polynomials in ln x, and to second order in ln z around the
// nearest of the equally spaced curves z_centre(x) e^{cell * cell_width}. What a run needs of it is
// integrated when it is first asked for, and depends on nothing but the place in the table.
class ElectronRateTable {
 public:
  ElectronRateTable(const MomentumGrid& grid, double x_first, double x_last,
                    std::function<double(double)> z_centre, Threads threads = one_thread());

  ElectronRates at(double x, double z) const;

  static constexpr double cell_width = 0.01;  // in ln z

 private:
  using Place = std::pair<int, int>;  // node in ln x, cell in ln z

  // Integrates the nodes of a panel that are not there yet.
  void complete(int panel, int cell) const;
  double x_of(int node) const;

  MomentumGrid grid_;
  int panels_;
  double x_first_;
  std::function<double(double)> z_centre_;
  Threads threads_;
  double panel_width_;          // in ln x
  Eigen::ArrayXd panel_nodes_;  // in [0, 1]
  // Columns for the orders in ln z: the lower triangles of R1, R2, A1, A2.
  mutable std::map<Place, Eigen::MatrixXd> integrated_;
};

// Left- and right-handed couplings of the flavours to e+-.
struct ElectronCouplings {
  Vector3 g_L;
  double g_R;
};
ElectronCouplings electron_couplings(double sin2_theta_W);

class NeutrinoElectron {
 public:
  NeutrinoElectron(const MomentumGrid& grid, double sin2_theta_W);

  // Adds the gain and loss matrices, in units of G_F^2 T_cm^5.
  template <class Scalar>
  void add(const ElectronRates& rates, double z, const DensityMatrices<Scalar>& rho,
           AntineutrinoRelation antineutrinos, CollisionRates<Scalar>& sum) const;

  const ElectronCouplings& couplings() const { return couplings_; }
  // Weights of the elements (a, b) with which R1, A1 and A2, -R2 enter.
  const Eigen::Matrix3d& squared_couplings() const { return squared_; }
  const Eigen::Matrix3d& mixed_couplings() const { return mixed_; }
  const Eigen::ArrayXd& weight() const { return weight_; }  // h/(8 pi^3 y_i^2)

 private:
  const MomentumGrid& grid_;
  ElectronCouplings couplings_;
  Eigen::Matrix3d squared_, mixed_;
  Eigen::ArrayXd weight_;
};

}  // namespace qke
