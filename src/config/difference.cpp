// What makes two configurations two runs.
#include <algorithm>
#include <array>

#include "qke/config/configuration.hpp"
#include "qke/config/options.hpp"

namespace qke {
namespace {

// When a run is saved or given up, not what comes out of it.
constexpr std::array<std::string_view, 2> without_effect{"integrator.max_steps",
                                                         "output.checkpoint_interval_s"};

}  // namespace

std::optional<Difference> first_difference(const Parameters& first, const Parameters& second) {
  for (const Option& option : options()) {
    const std::string name = option.full_name();
    if (std::find(without_effect.begin(), without_effect.end(), name) != without_effect.end()) continue;
    const std::string one = option.toml_value(first), other = option.toml_value(second);
    if (one != other) return Difference{name, one, other};
  }
  return std::nullopt;
}

}  // namespace qke
