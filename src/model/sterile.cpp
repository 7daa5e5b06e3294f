#include "model/sterile.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "qke/run_record.hpp"

namespace qke {
namespace {

// sin^2 theta_j4 that give these |U_alpha4|^2:
//   |U_e4|^2 = s14^2,  |U_mu4|^2 = c14^2 s24^2,  |U_tau4|^2 = c14^2 c24^2 s34^2.
double from_elements(const SterileParameters& sterile, int j) {
  const std::array<double, 3> elements{sterile.U_e4_squared, sterile.U_mu4_squared, sterile.U_tau4_squared};
  double left = 1.0;
  for (int alpha = 0; alpha < j - 1; ++alpha) left -= elements[static_cast<std::size_t>(alpha)];
  const double element = elements[static_cast<std::size_t>(j - 1)];
  return left > 0.0 ? std::min(element / left, 1.0) : 0.0;
}

}  // namespace

double sterile_sin2_theta(const SterileParameters& s, int j, int i) {
  const std::array<std::array<double, 5>, 3> angles{
      {{s.sin2_theta14, s.sin2_theta24, s.sin2_theta34, 0.0, 0.0},
       {s.sin2_theta15, s.sin2_theta25, s.sin2_theta35, s.sin2_theta45, 0.0},
       {s.sin2_theta16, s.sin2_theta26, s.sin2_theta36, s.sin2_theta46, s.sin2_theta56}}};
  const bool by_elements = s.U_e4_squared != 0.0 || s.U_mu4_squared != 0.0 || s.U_tau4_squared != 0.0;
  if (i == 4 && by_elements) return from_elements(s, j);
  return angles[static_cast<std::size_t>(i - 4)][static_cast<std::size_t>(j - 1)];
}

double sterile_dm2_eV2(const SterileParameters& sterile, int i) {
  return std::array{sterile.dm2_41_eV2, sterile.dm2_51_eV2,
                    sterile.dm2_61_eV2}[static_cast<std::size_t>(i - 4)];
}

bool sterile_states_mix(const SterileParameters& sterile) {
  for (int i = 4; i <= active_flavours + sterile.number; ++i) {
    for (int j = 1; j <= active_flavours; ++j) {
      if (sterile_sin2_theta(sterile, j, i) != 0.0) return true;
    }
  }
  return false;
}

bool mu_or_tau_mixes_with_sterile(const SterileParameters& sterile) {
  for (int i = 4; i <= active_flavours + sterile.number; ++i) {
    if (sterile_sin2_theta(sterile, 2, i) != 0.0 || sterile_sin2_theta(sterile, 3, i) != 0.0) return true;
  }
  return false;
}

int coupled_states(const Parameters& parameters) {
  return active_flavours + (sterile_states_mix(parameters.sterile) ? parameters.sterile.number : 0);
}

double production_begins_below(const SterileParameters& sterile, double factor) {
  double largest = 0.0;
  for (int i = 4; i <= active_flavours + sterile.number; ++i) {
    largest = std::max(largest, std::abs(sterile_dm2_eV2(sterile, i)));
  }
  return factor * std::pow(largest, 1.0 / 6.0);
}

}  // namespace qke
