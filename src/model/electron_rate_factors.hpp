// Factors on the nu-e rates: extra.rate_scale, times the table of extra.rate_table
// (docs/beyond.md, "Electron rates").
//
// Between the rows the factors are monotone cubics in ln T (Fritsch & Butland): smooth in
// slope, without overshoot, and exactly constant where the rows are equal. Beyond the
// first and the last row they keep its value.
#pragma once

#include <Eigen/Dense>

#include "qke/parameters.hpp"

namespace qke {

class ElectronRateFactors {
 public:
  explicit ElectronRateFactors(const ExtraParameters& parameters);

  struct Factors {
    double annihilation = 1, scattering = 1;
  };
  // At the temperature T_gamma of the plasma, in MeV.
  Factors at(double T_gamma) const;

 private:
  double scale_;
  Eigen::ArrayXd ln_T_;  // of the rows; empty without a table
  Eigen::ArrayX2d factors_, slopes_;
};

}  // namespace qke
