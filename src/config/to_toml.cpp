// The resolved configuration as TOML.
#include "config/configuration.hpp"
#include "config/options.hpp"
#include "model/method.hpp"

namespace qke {
namespace {

// "MeV: comoving temperature at the end".
std::string meaning(const Option& option) {
  const bool has_unit = !option.unit.empty() && option.unit != "1";
  return (has_unit ? std::string(option.unit) + ": " : "") + std::string(option.help);
}

// Whether the key still follows others: nobody gave it, and it has the value that they
// decide.
bool is_open(const Option& option, const Parameters& parameters, const Parameters& decided) {
  if (option.decided_by.empty() || parameters.given.contains(option.full_name())) return false;
  return option.toml_value(parameters) == option.toml_value(decided);
}

// The one of xi and eta that is not in use, or both: a configuration gives only one.
bool is_unused(const Option& option, const Parameters& parameters) {
  if (option.section != "asymmetry" || parameters.given.contains(option.full_name())) return false;
  return option.toml_value(parameters) == option.toml_value(Parameters{});
}

}  // namespace

std::string to_toml(const Parameters& parameters) {
  Parameters decided = parameters;
  decide_open_keys(decided);
  std::string text;
  for (const auto section : section_names()) {
    text += (text.empty() ? "[" : "\n[") + std::string(section) + "]\n";
    for (const auto& option : options()) {
      if (option.section != section) continue;
      const bool open = is_open(option, parameters, decided);
      text += open || is_unused(option, parameters) ? "#" : "";
      text += std::string(option.name) + " = " + option.toml_value(parameters) + "  # " +
              (open ? "decided by " + std::string(option.decided_by) + "; " : "") + meaning(option) + "\n";
    }
  }
  return text;
}

}  // namespace qke
