// Runs with one sterile neutrino.
#pragma once

#include <string>
#include <vector>

#include "support/runs.hpp"

namespace qke::independent {

// A configuration as a user writes it, with the defaults that [sterile] decides.
inline Parameters with_sterile(double dm2_eV2, const std::string& element, double squared,
                               std::vector<std::string> more = {}) {
  more.insert(more.begin(),
              {"run.error_estimate=off", "sterile.number=1", "sterile.dm2_41_eV2=" + std::to_string(dm2_eV2),
               "sterile." + element + "=" + std::to_string(squared)});
  return parse_configuration("", "sterile", more);
}

inline Summary summary_of(const Parameters& parameters) { return run(parameters, 1, {}).summary; }

// Of the same grid and of three flavours with muons: what a sterile state adds to.
inline constexpr double N_eff_of_three_flavours = 3.04393;  // docs/dev/convergence.md

}  // namespace qke::independent
