#include "integrator/make_integrator.hpp"

#include "integrator/cvode_integrator.hpp"
#include "integrator/imex_integrator.hpp"
#include "integrator/multirate_integrator.hpp"
#include "integrator/nested_integrator.hpp"

namespace qke {

std::unique_ptr<Integrator> make_integrator(const SolvableSystem& system, const IntegratorState& start,
                                            double s_end, const IntegratorOptions& options) {
  if (auto* const* split = std::get_if<SplitOdeSystem*>(&system)) {
    return std::make_unique<ImexIntegrator>(**split, start, s_end, options);
  }
  if (auto* const* multirate = std::get_if<MultirateOdeSystem*>(&system)) {
    return std::make_unique<MultirateIntegrator>(**multirate, start, s_end, options);
  }
  if (auto* const* nested = std::get_if<NestedOdeSystem*>(&system)) {
    return std::make_unique<NestedIntegrator>(**nested, start, s_end, options);
  }
  return std::make_unique<CvodeIntegrator>(*std::get<ImplicitOdeSystem*>(system), start, s_end, options);
}

}  // namespace qke
