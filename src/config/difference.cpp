// Two configurations are the same run where they give the same numbers: --resume goes on
// only then.
#include <algorithm>
#include <array>

#include "config/configuration.hpp"
#include "config/options.hpp"
#include "model/asymmetry.hpp"

namespace qke {
namespace {

// These decide when a run is saved or given up, not its numbers.
constexpr std::array<std::string_view, 2> without_effect{"integrator.max_steps",
                                                         "output.checkpoint_interval_s"};

// "auto" and the scheme that it stands for are the same run.
Parameters with_scheme_decided(Parameters parameters) {
  parameters.run.scheme = scheme_of(parameters);
  return parameters;
}

}  // namespace

std::optional<Difference> first_difference(const Parameters& first, const Parameters& second) {
  const Parameters one_run = with_scheme_decided(first), other_run = with_scheme_decided(second);
  for (const Option& option : options()) {
    const std::string name = option.full_name();
    if (std::find(without_effect.begin(), without_effect.end(), name) != without_effect.end()) continue;
    const std::string one = option.toml_value(one_run), other = option.toml_value(other_run);
    if (one != other) return Difference{name, one, other};
  }
  return std::nullopt;
}

}  // namespace qke
