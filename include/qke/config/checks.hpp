// The checks behind validate() and refuse_unavailable(): what is wrong, and with which key, so that
// the reader of a file can add the line.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "qke/parameters.hpp"

namespace qke {

struct Complaint {
  std::string key;      // section.name
  std::string message;  // "problem (why it is one). Remedy."
};

// Of nu_e, nu_mu, nu_tau, whether given as xi or as eta; and the largest in size.
std::array<double, 3> degeneracy_parameters(const AsymmetryParameters& asymmetry);
double largest_degeneracy(const AsymmetryParameters& asymmetry);

std::optional<Complaint> find_invalid(const Parameters& parameters);
std::optional<Complaint> find_unavailable(const Parameters& parameters);

}  // namespace qke
