// The list of components.
#pragma once

#include <memory>
#include <vector>

#include "components/component.hpp"
#include "qke/parameters.hpp"

namespace qke {

using Components = std::vector<std::shared_ptr<const Component>>;

// The components that the parameters ask for: a new one is a line here.
Components components(const Parameters& parameters, const ElectromagneticPlasma& plasma);

}  // namespace qke
