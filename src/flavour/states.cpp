#include "flavour/states.hpp"

namespace qke {

int number_of_states(const Parameters& parameters) { return active_flavours + parameters.sterile.number; }

std::vector<std::string> flavour_names(int states) {
  std::vector<std::string> names{"e", "mu", "tau"};
  for (int sterile = 1; sterile <= states - 3; ++sterile) names.push_back("s" + std::to_string(sterile));
  return names;
}

std::vector<std::string> mass_state_names(int states) {
  std::vector<std::string> names;
  for (int state = 1; state <= states; ++state) names.push_back("nu_" + std::to_string(state));
  return names;
}

std::vector<std::string> pair_names(int states) {
  const std::vector<std::string> flavours = flavour_names(states);
  std::vector<std::string> names;
  for (int a = 0; a < states; ++a) {
    for (int b = a + 1; b < states; ++b) names.push_back(flavours[a] + "_" + flavours[b]);
  }
  return names;
}

std::string hermitian_component_name(const std::string& symbol, const std::vector<std::string>& states,
                                     int component) {
  const int n = static_cast<int>(states.size()), pairs = n * (n - 1) / 2;
  if (component < n) return symbol + "_" + states[component] + states[component];
  const bool real = component < n + pairs;
  int pair = component - n - (real ? 0 : pairs), a = 0;
  for (; pair >= n - 1 - a; ++a) pair -= n - 1 - a;
  return (real ? "Re " : "Im ") + symbol + "_" + states[a] + states[a + 1 + pair];
}

}  // namespace qke
