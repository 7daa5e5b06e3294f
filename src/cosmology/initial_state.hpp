// Where a run starts: everything in equilibrium, with the lepton asymmetries asked for
// (docs/physics.md, "Initial state").
#pragma once

#include <array>

#include "components/plasma/electromagnetic_plasma.hpp"
#include "flavour/flavour_matrix.hpp"
#include "model/momentum_grid.hpp"
#include "qke/parameters.hpp"

namespace qke {

struct InitialState {
  double x = 0;
  double z = 0;                       // T_gamma/T_cm
  double neutrino_temperature = 0;    // over T_cm; 0: there are no neutrinos
  std::array<double, 3> xi{0, 0, 0};  // rho_aa = 1/(e^{y/t - xi_a} + 1), rhobar_aa = 1/(e^{y/t + xi_a} + 1)

  bool has_neutrinos() const { return neutrino_temperature > 0.0; }
};

// Of a universe that is reheated (components/reheating.hpp); otherwise from entropy
// conservation of all that is coupled; neutrinos that do not interact with e+- keep T_cm.
InitialState initial_state(const Parameters& parameters, const ElectromagneticPlasma& plasma);

// Density matrices on the grid, of any number of states.
struct StateDensities {
  StateMatrixField nu, bar;
};

// The Fermi-Dirac spectra of the start; sterile states are empty.
StateDensities initial_density_matrices(const InitialState& initial, const MomentumGrid& grid, int states);

// int dy y^power f of the Fermi-Dirac spectrum f = 1/(e^{y/t - xi} + 1), exact, and minus
// its sum over the grid. The latter added to the sum for any later spectrum leaves the
// quadrature error of the change alone, and corrects for momenta above y_max.
double fermi_dirac_moment(int power, double t, double xi = 0.0);
double moment_correction(const MomentumGrid& grid, double t, int power, double xi = 0.0);

// moment_correction() of every flavour: number (power 2) and energy (power 3).
class MomentCorrections {
 public:
  MomentCorrections(const MomentumGrid& grid, const InitialState& initial);

  double of(int power, bool bar, int flavour) const { return values_[power - 2][bar ? 1 : 0][flavour]; }
  double energy() const { return energy_; }  // of the six species

 private:
  std::array<std::array<std::array<double, 3>, 2>, 2> values_{};
  double energy_ = 0.0;
};

}  // namespace qke
