#include "components/plasma/thermal_relic.hpp"

namespace qke {

LogarithmicJet relic_pressure(const RelicParameters& relic, double T) {
  if (relic.degrees == 0.0) return {};
  const double tau = relic.mass_MeV / T;
  const bool is_boson = relic.statistics == QuantumStatistics::boson;
  return 0.25 * relic.degrees * (is_boson ? ideal_boson_pressure(tau) : ideal_fermion_pressure(tau));
}

}  // namespace qke
