// A potential of a test: strength * y for nu_mu, in MeV, at all times.
#pragma once

#include "oscillations/potential.hpp"

namespace qke::independent {

class MuonNeutrinoPotential : public Potential {
 public:
  explicit MuonNeutrinoPotential(double strength) : strength_(strength) {}

  void add(const Background&, const NeutrinoMoments&, Interactions& sum) const override {
    sum.linear(1, 1) += strength_;
  }

 private:
  double strength_;
};

}  // namespace qke::independent
