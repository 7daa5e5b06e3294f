// Multirate steps by ARKODE: MRIStep for the slow part, ARKStep within each of its stages
// for the fast one.
#include "integrator/multirate_integrator.hpp"

#include <arkode/arkode_arkstep.h>
#include <arkode/arkode_mristep.h>
#include <sundials/sundials_types.h>

#include <algorithm>

#include "integrator/sundials_backports.hpp"
#include "integrator/sundials_support.hpp"

namespace qke {
namespace {

using namespace sundials_support;

struct FastDeleter {
  void operator()(void* memory) const { ARKodeFree(&memory); }
};
struct StepperDeleter {
  void operator()(MRIStepInnerStepper stepper) const { MRIStepInnerStepper_Free(&stepper); }
};
struct SlowDeleter {
  void operator()(void* memory) const { MultirateFree(&memory); }
};
using StepperHandle = std::unique_ptr<std::remove_pointer_t<MRIStepInnerStepper>, StepperDeleter>;

}  // namespace

struct MultirateIntegrator::Implementation : Solution {
  MultirateOdeSystem& system;
  std::unique_ptr<void, FastDeleter> fast_memory;
  StepperHandle stepper;
  std::unique_ptr<void, SlowDeleter> memory;

  Implementation(MultirateOdeSystem& system_, const IntegratorState& start, double s_end_,
                 const IntegratorOptions& options_);

  static constexpr auto slow = evaluate<Implementation, &MultirateOdeSystem::slow_rhs>;
  static constexpr auto fast = evaluate<Implementation, &MultirateOdeSystem::fast_rhs>;
  void make_fast_part();
  std::string worst_components() const;
};

MultirateIntegrator::Implementation::Implementation(MultirateOdeSystem& system_, const IntegratorState& start,
                                                    double s_end_, const IntegratorOptions& options_)
    : Solution(start, s_end_, options_), system(system_) {
  make_fast_part();
  memory.reset(allocated(MRIStepCreate(slow, nullptr, s, vector.get(), stepper.get(), context)));
  void* arkode = memory.get();
  check(keep_multirate_errors(context, arkode, solver_message), "keep_multirate_errors");
  check(MultirateSetUserData(arkode, this), "MultirateSetUserData");
  check(MultirateSetInterpolantType(arkode, ARK_INTERP_LAGRANGE), "MultirateSetInterpolantType");
  check(MultirateSetStopTime(arkode, s_end), "MultirateSetStopTime");
}

void MultirateIntegrator::Implementation::make_fast_part() {
  constexpr int most_steps = 10000000;  // within a stage of the slow part
  fast_memory.reset(allocated(ARKStepCreate(fast, nullptr, s, vector.get(), context)));
  void* arkode = fast_memory.get();
  check(keep_arkode_errors(context, arkode, solver_message), "keep_arkode_errors");
  check(ARKodeSetUserData(arkode, this), "ARKodeSetUserData");
  check(ARKodeSStolerances(arkode, options.relative_tolerance, options.absolute_tolerance),
        "ARKodeSStolerances");
  check(ARKodeSetMaxNumSteps(arkode, most_steps), "ARKodeSetMaxNumSteps");
  check(ARKStepSetOrder(arkode, 8), "ARKStepSetOrder");
  MRIStepInnerStepper inner = nullptr;
  check(ARKodeCreateMRIStepInnerStepper(arkode, &inner), "ARKodeCreateMRIStepInnerStepper");
  stepper.reset(inner);
}

// Of the fast part, which alone has an error control.
std::string MultirateIntegrator::Implementation::worst_components() const {
  const VectorHandle errors(allocated(N_VClone(vector.get()))), weights(allocated(N_VClone(vector.get())));
  if (ARKodeGetEstLocalErrors(fast_memory.get(), errors.get()) < 0 ||
      ARKodeGetErrWeights(fast_memory.get(), weights.get()) < 0) {
    return "";
  }
  return sundials_support::worst_components(system, errors.get(), weights.get());
}

MultirateIntegrator::MultirateIntegrator(MultirateOdeSystem& system, const IntegratorState& start,
                                         double s_end, const IntegratorOptions& options)
    : implementation_(std::make_unique<Implementation>(system, start, s_end, options)) {}

MultirateIntegrator::~MultirateIntegrator() = default;

bool MultirateIntegrator::finished() const { return implementation_->finished(); }
double MultirateIntegrator::s() const { return implementation_->s; }
double MultirateIntegrator::previous_s() const { return implementation_->previous_s; }

void MultirateIntegrator::step() {
  Implementation& impl = *implementation_;
  impl.previous_s = impl.s;
  const double step = std::min(impl.system.slow_step(impl.s, impl.u), impl.s_end - impl.s);
  check(MultirateSetFixedStep(impl.memory.get(), step), "MultirateSetFixedStep");
  const int flag = MultirateEvolve(impl.memory.get(), impl.s_end, impl.vector.get(), &impl.s, ARK_ONE_STEP);
  impl.require_success(flag, counters().steps, [&] { return impl.worst_components(); });
}

Eigen::VectorXd MultirateIntegrator::interpolate(double s, int derivative) const {
  if (s == implementation_->s && derivative == 0) return implementation_->u;
  return implementation_->interpolate(
      s, derivative, "MultirateGetDky", [this](double at, int order, N_Vector result) {
        return MultirateGetDky(implementation_->memory.get(), at, order, result);
      });
}

// Steps of the slow part, right-hand sides of both, error tests of the fast one.
IntegratorCounters MultirateIntegrator::counters() const {
  IntegratorCounters c;
  long slow = 0, fast = 0;
  MultirateGetNumSteps(implementation_->memory.get(), &c.steps);
  MultirateGetNumRhsEvals(implementation_->memory.get(), &slow);
  ARKodeGetNumRhsEvals(implementation_->fast_memory.get(), 0, &fast);
  c.rhs_evaluations = slow + fast;
  ARKodeGetNumErrTestFails(implementation_->fast_memory.get(), &c.error_test_failures);
  return implementation_->earlier + c;
}

// ARKODE is made anew: then nothing of it can depend on the steps before.
IntegratorState MultirateIntegrator::restart() {
  const Implementation& old = *implementation_;
  IntegratorState state{old.s, old.u, 0.0, counters()};
  implementation_ = std::make_unique<Implementation>(old.system, state, old.s_end, old.options);
  return state;
}

}  // namespace qke
