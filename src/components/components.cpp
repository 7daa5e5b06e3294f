#include "components/components.hpp"

#include "components/dark_radiation.hpp"

namespace qke {

Components components(const Parameters& parameters) {
  Components list;
  if (parameters.extra.dark_radiation_delta_Neff != 0.0) {
    list.push_back(std::make_shared<DarkRadiation>(parameters.extra.dark_radiation_delta_Neff));
  }
  return list;
}

}  // namespace qke
