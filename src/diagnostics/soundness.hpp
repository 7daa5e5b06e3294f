// Properties of every state of a run, up to the accuracy of its integration: a state that
// breaks one ends the run instead of becoming a result.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evolution/kinetic_system.hpp"
#include "qke/run_record.hpp"

namespace qke {

// Throws NumericalError, naming time, node and component, unless
//   all components of the state are finite,
//   rho and rhobar of every node are Hermitian to rounding,
//   their eigenvalues, the occupation numbers, lie in [0, 1] up to the tolerance of the
//   integrator, or are negative by less energy than it leaves unknown.
void require_sound_state(const KineticSystem& system, double s, const Eigen::VectorXd& u);

// Throws NumericalError, naming time and terms, when a conserved quantity has drifted
// further than the tolerance of the integrator explains; (s, u) is the state of the
// moment.
void require_conserved(const KineticSystem& system, double s, const Eigen::VectorXd& u,
                       const Residuals& residuals);

// A run that would need ten times the steps it may take, at this mean of its last steps in
// s, has no end in sight: NumericalError.
void require_progress(const KineticSystem& system, double s, double mean_step);

// "name = value is above its bound", for the summary: worse than runs of this tolerance
// are.
std::vector<std::string> residual_warnings(const Residuals& residuals, const Parameters& parameters);

// For the summary, where stored spectra have negative occupation numbers, at momenta that
// carry next to nothing.
std::optional<std::string> occupation_warning(const RunRecord& record);

// Where scheme qke was solved in place of atao-jv.
std::optional<std::string> full_equations_warning(const Statistics& statistics);

// For the summary, where the run itself chose to average oscillations below
// averaged_below_MeV although J was still larger than V and collisions frequent: averages
// around V are an approximation then.
std::optional<std::string> averaging_warning(double averaged_below_MeV,
                                             const std::vector<HistoryPoint>& history,
                                             const Parameters& parameters);

// For the summary, where an unequal asymmetry's differences between flavours and coherences
// grow again after they have fallen: precession turns one into the other, and collisions
// lower both. Steps that follow swings of all momenta badly let them grow
// (docs/dev/asymmetry-convergence.md, "Swings"); N_eff has no error estimate then.
std::optional<std::string> swings_warning(const std::vector<HistoryPoint>& history,
                                          const Parameters& parameters);

}  // namespace qke
