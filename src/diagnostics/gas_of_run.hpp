// The neutrinos of a run at the slices of its spectra, as the analysis of their stability
// takes them: with the run's own potentials and collisions, whatever its scheme.
#pragma once

#include "collisions/collision_integral.hpp"
#include "components/plasma/electromagnetic_plasma.hpp"
#include "cosmology/background.hpp"
#include "diagnostics/linear_response.hpp"
#include "model/momentum_grid.hpp"
#include "oscillations/potentials.hpp"
#include "qke/parameters.hpp"
#include "qke/run_record.hpp"

namespace qke {

// All rates in units of H.
struct GasAtSlice {
  double x = 0;
  IsotropicGas gas;        // at the nodes of the run
  IsotropicGas fine;       // on a grid three times finer, spectra interpolated
  double oscillation = 0;  // of single momenta: mean difference of the eigenvalues of V
  double damping = 0;      // of coherence by collisions, mean
  double turning = 0;      // |[H, rho]| over the traceless |rho|, mean
  // Seen from the frame that turns with J, in which both gases are (turning_frame.hpp).
  double turning_in_frame = 0, nutation = 0;
};

class GasOfRun {
 public:
  GasOfRun(const Parameters& parameters, const RunRecord& record, const Threads& threads);

  GasAtSlice at(std::size_t slice) const;

 private:
  Background background(double x) const;

  Parameters parameters_;
  const RunRecord& record_;
  MomentumGrid grid_;
  ElectromagneticPlasma plasma_;
  DecoupledTemperature reference_;
  Potentials potentials_;
  CollisionIntegral collisions_;
};

}  // namespace qke
