// The nu-e rates with the thermal electrons integrated out (neutrino_electron.hpp), as
// tables.
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/thread_pool.hpp"
#include "model/momentum_grid.hpp"

namespace qke {

// The four symmetric N x N tables at one x = m_e/T_cm, z = T_gamma/T_cm; dimensionless.
struct ElectronRates {
  Eigen::MatrixXd R1, R2, A1, A2;
};

// What scattering into the own momentum does: without sterile states gain and loss of it
// cancel (but for the coherence of nu_e, which is small), beside them it damps. The tables
// R have their kink there, and sums over a grid are short of h/12 times the jump of their
// slope (Euler and Maclaurin): where it counts, the diagonals make up for it.
enum class OwnMomentum { cancels, counts };

// Over which range of z the tables have to follow a run: `narrow` as in the standard
// history, or `wide`, where the rates of large momenta change by e^{-y/z} from one entry to
// the next. Entries are then those of R e^{|y1 - y3|/2z} and A e^{(y1 + y2)/2z}, which
// change like powers of z.
enum class TemperatureRange { narrow, wide };

// Direct integration over the electron energy, to a few 1e-6 of the largest entries of a
// row.
ElectronRates integrate_electron_rates(const MomentumGrid& grid, double x, double z,
                                       OwnMomentum own = OwnMomentum::cancels);

// The tables for all (x, z) of a run: piecewise polynomials in ln x, and to second order
// in ln z around the nearest of the equally spaced curves z_centre(x)
// e^{cell * cell_width}. An entry is integrated when a run first asks for it, and depends
// on nothing but its place in the table.
class ElectronRateTable {
 public:
  ElectronRateTable(const MomentumGrid& grid, double x_first, double x_last,
                    std::function<double(double)> z_centre, Threads threads = one_thread(),
                    OwnMomentum own = OwnMomentum::cancels,
                    TemperatureRange range = TemperatureRange::narrow);

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
  OwnMomentum own_momentum_;
  TemperatureRange range_;
  double panel_width_;          // in ln x
  Eigen::ArrayXd panel_nodes_;  // in [0, 1]
  // Columns for the orders in ln z: the lower triangles of R1, R2, A1, A2.
  mutable std::map<Place, Eigen::MatrixXd> integrated_;
};

}  // namespace qke
