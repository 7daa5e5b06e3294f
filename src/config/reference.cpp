// The option table as documentation: the tables of docs/configuration.md. A test compares
// the page with them.
#include "config/reference.hpp"

#include <string_view>

#include "base/text.hpp"
#include "config/configuration.hpp"
#include "config/options.hpp"
#include "model/method.hpp"

namespace qke {
namespace {

std::string row(const Option& option) {
  const std::string unit = option.unit == "1" ? "" : std::string(option.unit);
  const std::string decided =
      option.decided_by.empty() ? "" : "; default decided by " + std::string(option.decided_by);
  return "| `" + std::string(option.name) + "` | `" + option.toml_value(Parameters{}) + "` | " + unit +
         " | " + option.expectation() + " | " + std::string(option.help) + decided + " |\n";
}

}  // namespace

std::string option_tables() {
  std::string text;
  std::string_view section;
  for (const auto& option : options()) {
    if (option.section != section) {
      section = option.section;
      text += "\n### [" + std::string(section) +
              "]\n\n| key | default | unit | value | meaning |\n|---|---|---|---|---|\n";
    }
    text += row(option);
  }
  return text;
}

std::string precision_table() {
  std::string text =
      "| `run.precision` | `grid.nodes` | `grid.y_max` | `integrator.relative_tolerance` | "
      "`integrator.absolute_tolerance` |\n|---|---|---|---|---|\n";
  for (const Precision precision : {Precision::fast, Precision::standard, Precision::high}) {
    Parameters named;
    named.run.precision = precision;
    const auto defaults = precision_defaults(precision);
    text += "| `" + find_option("run", "precision")->toml_value(named) + "` | " +
            std::to_string(defaults.nodes) + " | " + shortest_decimal(defaults.y_max) + " | " +
            shortest_decimal(defaults.relative_tolerance) + " | " +
            shortest_decimal(defaults.absolute_tolerance) + " |\n";
  }
  return text;
}

}  // namespace qke
