// Dispersion relations of small perturbations of a gas of neutrinos: D(Omega) = 0 for
// perturbations ~ e^{-i Omega s} (docs/stability.md).
#pragma once

#include <functional>
#include <memory>

#include "diagnostics/linear_response.hpp"
#include "qke/run_record.hpp"

namespace qke {

// D is 1 for |Omega| -> infinity, and D(-Omega*) = D(Omega)* where the gas is isotropic.
class DispersionRelation {
 public:
  using Response = std::shared_ptr<const LinearResponse>;

  // Homogeneous perturbations of an isotropic gas, multipole l: det[1 - c_l M], c_0 = 1,
  // c_1 = -1/3.
  DispersionRelation(Response response, int multipole);

  // Perturbations ~ e^{i k z}, k in units of H. Longitudinal ones have
  //   A_0 = M_0 A_0 - M_1 A_1,   A_1 = M_1 A_0 - M_2 A_1;
  // transverse ones, in proportion to the x or y component of the direction, have
  //   A = -(M_0 - M_2) A/2.
  DispersionRelation(Response response, Wave wave, double k);

  struct Value {
    Complex D, slope;  // D'/D
  };
  Value at(Complex Omega) const { return at_(Omega); }

  // Positive frequencies near which D varies fast just above the real axis, increasing.
  const std::vector<double>& frequencies() const { return frequencies_; }

 private:
  std::function<Value(Complex)> at_;
  std::vector<double> frequencies_;
};

}  // namespace qke
