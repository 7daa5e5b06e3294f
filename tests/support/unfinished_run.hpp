// A small unfinished run in which every number is different, so that a misplaced one
// shows.
#pragma once

#include "flavour/flavour_matrix.hpp"
#include "record/checkpoint.hpp"

namespace qke::independent {

inline UnfinishedRun example_unfinished_run() {
  double next = 0;
  const auto number = [&next] { return next += 0.125; };
  const auto vector = [&] { return Vector3(number(), number(), number()); };
  const auto matrix = [&] {
    Matrix3 value;
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) value(row, column) = {number(), -number()};
    }
    return value;
  };
  UnfinishedRun run;
  run.record.y = {number(), number()};
  for (int i = 0; i < 3; ++i) {
    HistoryPoint point;
    for (double* value :
         {&point.x, &point.T_cm, &point.time_s, &point.z, &point.T_gamma, &point.hubble, &point.rho_gamma,
          &point.rho_e, &point.self_over_vacuum, &point.N_eff, &point.heating}) {
      *value = number();
    }
    for (StateVector* value : {&point.z_nu, &point.z_nubar, &point.eta, &point.z_mass}) *value = vector();
    point.coherence = vector();
    run.record.history.push_back(point);
  }
  for (int i = 0; i < 2; ++i) {
    SpectraSnapshot slice;
    slice.x = number();
    for (std::size_t node = 0; node < run.record.y.size(); ++node) {
      slice.rho.push_back(matrix()), slice.rhobar.push_back(matrix());
      slice.rho_mass.push_back(vector()), slice.rhobar_mass.push_back(vector());
    }
    run.record.spectra.push_back(slice);
  }
  Summary& summary = run.record.summary;
  summary.status = unfinished_status, summary.scheme = "qke", summary.warnings = {"one", "two"};
  summary.N_eff = number(), summary.z_nubar = vector(), summary.wall_s = number();
  summary.nodes = 2, summary.steps = 5, summary.rhs_evaluations = 6;
  Checkpoint& checkpoint = run.checkpoint;
  checkpoint.phase = Phase::averaged;
  checkpoint.averaged_below_MeV = number(), checkpoint.full_equations_below_MeV = number();
  checkpoint.own_equations_again_below_MeV = number(), checkpoint.damped_below_MeV = number();
  checkpoint.integrator = {
      number(), Eigen::Vector3d(number(), number(), number()), number(), {1, 2, 3, 4, 5, 6, 7}};
  checkpoint.passive = {checkpoint.integrator.s, number(), number()};
  checkpoint.residuals = {number(), number()};
  checkpoint.work = number(), checkpoint.block_start = number(), checkpoint.progress_start = number();
  return run;
}

}  // namespace qke::independent
