#include "model/precession_pace.hpp"

#include <algorithm>
#include <cmath>

#include "model/method.hpp"

namespace qke {

PrecessionPace::PrecessionPace(const Parameters& parameters)
    : slow_below_(parameters.run.slow_precession_below_MeV),
      power_(power_of_slowed_precession(parameters.asymmetry)) {}

double PrecessionPace::operator()(double T_cm) const {
  return slow_below_ == 0.0 ? 1.0 : std::min(1.0, std::pow(T_cm / slow_below_, power_));
}

}  // namespace qke
