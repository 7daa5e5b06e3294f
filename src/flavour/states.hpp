// The states of the neutrinos: their number, names, and the way from a number known at
// run time to a template parameter.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "base/expect.hpp"
#include "qke/parameters.hpp"
#include "qke/run_record.hpp"

namespace qke {

// nu_e, nu_mu, nu_tau, and the sterile states.
int number_of_states(const Parameters& parameters);

// "e", "mu", "tau", "s1", ...
std::vector<std::string> flavour_names(int states);
// "nu_1", "nu_2", "nu_3", ...
std::vector<std::string> mass_state_names(int states);
// "e_mu", "e_tau", "mu_tau", ...: in the order of state_pairs().
std::vector<std::string> pair_names(int states);

// "rho_ee", "Re rho_emu", ...: a component of a packed Hermitian matrix (hermitian.hpp)
// of this symbol between states of these names.
std::string hermitian_component_name(const std::string& symbol, const std::vector<std::string>& states,
                                     int component);

// f(std::integral_constant<int, N>{}) for N = states.
template <class Function>
auto with_states(int states, Function&& f) {
  QKE_EXPECT(states >= active_flavours && states <= most_states);
  static_assert(most_states == 6);
  if (states == 4) return f(std::integral_constant<int, 4>{});
  if (states == 5) return f(std::integral_constant<int, 5>{});
  if (states == 6) return f(std::integral_constant<int, 6>{});
  return f(std::integral_constant<int, 3>{});
}

}  // namespace qke
