// The resolved configuration as TOML, and the defaults that run.precision stands for.
#include "qke/config/configuration.hpp"
#include "qke/config/options.hpp"

namespace qke {

PrecisionDefaults precision_defaults(Precision precision) {
  switch (precision) {
    case Precision::fast:
      return {32, 24.0, 1e-6, 1e-9};
    case Precision::high:
      return {120, 30.0, 1e-8, 1e-11};
    case Precision::standard:
      break;
  }
  return {48, 24.0, 1e-7, 1e-10};
}

std::string to_toml(const Parameters& parameters) {
  // A configuration gives xi or eta: the one that is not in use is left out.
  const bool by_eta = parameters.asymmetry.eta != FlavourTriple{0.0, 0.0, 0.0};
  const std::string_view unused = by_eta ? "xi" : "eta";

  std::string text;
  for (const auto section : section_names()) {
    text += (text.empty() ? "[" : "\n[") + std::string(section) + "]\n";
    for (const auto& option : options()) {
      if (option.section != section || (section == "asymmetry" && option.name == unused)) continue;
      text += std::string(option.name) + " = " + option.toml_value(parameters) + "\n";
    }
  }
  return text;
}

}  // namespace qke
