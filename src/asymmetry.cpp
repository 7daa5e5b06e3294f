#include "qke/asymmetry.hpp"

namespace qke {

InitialAsymmetry initial_asymmetry(const AsymmetryParameters& asymmetry) {
  const std::array<double, 3> zero{0.0, 0.0, 0.0};
  const auto& values = asymmetry.eta == zero ? asymmetry.xi : asymmetry.eta;
  if (values == zero) return InitialAsymmetry::none;
  const bool equal = values[0] == values[1] && values[1] == values[2];
  return equal ? InitialAsymmetry::equal : InitialAsymmetry::unequal;
}

bool has_asymmetry(const Parameters& parameters) {
  return initial_asymmetry(parameters.asymmetry) != InitialAsymmetry::none ||
         parameters.mean_field.eta_b != 0.0;
}

Scheme scheme_of(const Parameters& parameters) {
  if (parameters.run.scheme != Scheme::automatic) return parameters.run.scheme;
  const bool averages_are_exact = initial_asymmetry(parameters.asymmetry) != InitialAsymmetry::unequal &&
                                  parameters.mean_field.eta_b == 0.0;
  return averages_are_exact ? Scheme::atao : Scheme::qke;
}

bool resolves_asymmetry(const Parameters& parameters) {
  const Scheme scheme = scheme_of(parameters);
  return scheme == Scheme::atao_jv || (scheme == Scheme::qke && has_asymmetry(parameters));
}

}  // namespace qke
