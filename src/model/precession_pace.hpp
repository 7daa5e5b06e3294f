// How fast flavours precess in a run with unequal asymmetries, over how fast they do in
// nature. Late, precession is faster than collisions and expansion by so many orders of
// magnitude that these see its averages alone, which do not depend on how fast it is: so
// all Hamiltonians, V, J and E alike, are multiplied by
//   (T_cm/T_slow)^n   below T_slow = run.slow_precession_below_MeV
// (docs/physics.md, "Slowed precession").
#pragma once

#include "qke/parameters.hpp"

namespace qke {

class PrecessionPace {
 public:
  explicit PrecessionPace(const Parameters& parameters);

  // T_cm in MeV.
  double operator()(double T_cm) const;

 private:
  double slow_below_;
  int power_;
};

}  // namespace qke
