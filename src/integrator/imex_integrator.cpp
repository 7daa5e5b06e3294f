// Implicit-explicit steps by ARKODE ([KC19]). ARKODE plans stages, errors and steps; the
// nonlinear equations of the implicit stages go to the system itself
// (SplitOdeSystem::solve_fast), which knows their structure: neither a Jacobian nor a
// linear solver is needed.
#include "integrator/imex_integrator.hpp"

#include <arkode/arkode_arkstep.h>
#include <sundials/sundials_nonlinearsolver.h>
#include <sundials/sundials_types.h>

#include "integrator/sundials_backports.hpp"
#include "integrator/sundials_support.hpp"

namespace qke {
namespace {

using namespace sundials_support;

struct SolverDeleter {
  void operator()(SUNNonlinearSolver S) const { SUNNonlinSolFree(S); }
};
struct MemoryDeleter {
  void operator()(void* memory) const { ARKodeFree(&memory); }
};
using SolverHandle = std::unique_ptr<std::remove_pointer_t<SUNNonlinearSolver>, SolverDeleter>;
using MemoryHandle = std::unique_ptr<void, MemoryDeleter>;

struct Tables {
  const char *fast, *slow;
};
constexpr Tables tables{"ARKODE_ARK437L2SA_DIRK_7_3_4", "ARKODE_ARK437L2SA_ERK_7_3_4"},
    damping_tables{"ARKODE_ARK548L2SA_DIRK_8_4_5", "ARKODE_ARK548L2SA_ERK_8_4_5"};

}  // namespace

struct ImexIntegrator::Implementation : Solution {
  SplitOdeSystem& system;
  SolverHandle solver;
  MemoryHandle memory;

  Implementation(SplitOdeSystem& system_, const IntegratorState& start, double s_end_,
                 const IntegratorOptions& options_);

  static constexpr auto slow = evaluate<Implementation, &SplitOdeSystem::slow_rhs>;
  static constexpr auto fast = evaluate<Implementation, &SplitOdeSystem::fast_rhs>;
  static int solve_stage(SUNNonlinearSolver solver, N_Vector, N_Vector correction, N_Vector, sunrealtype,
                         sunbooleantype, void* arkode);
  SUNNonlinearSolver make_stage_solver();
  void set_tolerances();
  std::string worst_components() const;
};

ImexIntegrator::Implementation::Implementation(SplitOdeSystem& system_, const IntegratorState& start,
                                               double s_end_, const IntegratorOptions& options_)
    : Solution(start, s_end_, options_), system(system_) {
  solver.reset(make_stage_solver());
  memory.reset(allocated(ARKStepCreate(slow, fast, s, vector.get(), context)));
  void* arkode = memory.get();
  check(keep_arkode_errors(context, arkode, solver_message), "keep_arkode_errors");
  check(ARKodeSetUserData(arkode, this), "ARKodeSetUserData");
  set_tolerances();
  const Tables& method = options.damp_oscillations ? damping_tables : tables;
  check(ARKStepSetTableName(arkode, method.fast, method.slow), "ARKStepSetTableName");
  check(ARKodeSetStopTime(arkode, s_end), "ARKodeSetStopTime");
  check(ARKodeSetInitStep(arkode, start.step), "ARKodeSetInitStep");
  // Hermite's interpolant would take slopes of the fast part, where rounding errors are
  // large.
  check(ARKodeSetInterpolantType(arkode, ARK_INTERP_LAGRANGE), "ARKodeSetInterpolantType");
  // The slope of the fast part is taken from the solved stage instead of evaluated there.
  check(ARKodeSetDeduceImplicitRhs(arkode, SUNTRUE), "ARKodeSetDeduceImplicitRhs");
  check(ARKodeSetNonlinearSolver(arkode, solver.get()), "ARKodeSetNonlinearSolver");
}

void ImexIntegrator::Implementation::set_tolerances() {
  const double factor = s < options.closer_until ? options.closer : 1.0;
  check(ARKodeSStolerances(memory.get(), factor * options.relative_tolerance,
                           factor * options.absolute_tolerance),
        "ARKodeSStolerances");
}

// ARKODE asks for a nonlinear solver; the system solves the equations of the stages
// itself. Of the two types that there are, the fixed point is the one for which ARKODE
// wants no linear solver.
SUNNonlinearSolver ImexIntegrator::Implementation::make_stage_solver() {
  SUNNonlinearSolver stage = allocated(SUNNonlinSolNewEmpty(context));
  stage->content = this;
  stage->ops->gettype = [](SUNNonlinearSolver) { return SUNNONLINEARSOLVER_FIXEDPOINT; };
  stage->ops->initialize = [](SUNNonlinearSolver) -> int { return 0; };
  stage->ops->setsysfn = [](SUNNonlinearSolver, SUNNonlinSolSysFn) -> int { return 0; };
  stage->ops->solve = solve_stage;
  stage->ops->free = [](SUNNonlinearSolver S) -> int {
    S->content = nullptr;
    SUNNonlinSolFreeEmpty(S);
    return 0;
  };
  return stage;
}

// A stage of ARKODE is z = predicted + correction with
//   z - gamma fast(z) = predicted + data,
// where `data` has the slopes of earlier stages. ARKODE wants the correction, from which it
// takes off `data` again to have the slope; without a solution it tries a shorter step.
int ImexIntegrator::Implementation::solve_stage(SUNNonlinearSolver solver, N_Vector, N_Vector correction,
                                                N_Vector, sunrealtype, sunbooleantype, void* arkode) {
  auto& impl = *static_cast<Implementation*>(solver->content);
  return impl.guarded([&]() -> int {
    sunrealtype s = 0.0, gamma = 0.0;
    N_Vector predicted = nullptr, stage = nullptr, slope = nullptr, data = nullptr;
    void* user = nullptr;
    check(ARKodeGetNonlinearSystemData(arkode, &s, &predicted, &stage, &slope, &gamma, &data, &user),
          "ARKodeGetNonlinearSystemData");
    const Eigen::VectorXd known = map(predicted) + map(data);
    Eigen::VectorXd change = -map(data);
    if (!impl.system.solve_fast(s, gamma, known, change)) return SUN_NLS_CONV_RECVR;
    map(correction) = map(data) + change;
    return 0;
  });
}

std::string ImexIntegrator::Implementation::worst_components() const {
  const VectorHandle errors(allocated(N_VClone(vector.get()))), weights(allocated(N_VClone(vector.get())));
  if (ARKodeGetEstLocalErrors(memory.get(), errors.get()) < 0 ||
      ARKodeGetErrWeights(memory.get(), weights.get()) < 0) {
    return "";
  }
  return sundials_support::worst_components(system, errors.get(), weights.get());
}

ImexIntegrator::ImexIntegrator(SplitOdeSystem& system, const IntegratorState& start, double s_end,
                               const IntegratorOptions& options)
    : implementation_(std::make_unique<Implementation>(system, start, s_end, options)) {}

ImexIntegrator::~ImexIntegrator() = default;

bool ImexIntegrator::finished() const { return implementation_->finished(); }
double ImexIntegrator::s() const { return implementation_->s; }
double ImexIntegrator::previous_s() const { return implementation_->previous_s; }

void ImexIntegrator::step() {
  Implementation& impl = *implementation_;
  impl.previous_s = impl.s;
  const int flag = ARKodeEvolve(impl.memory.get(), impl.s_end, impl.vector.get(), &impl.s, ARK_ONE_STEP);
  impl.require_success(flag, counters().steps, [&] { return impl.worst_components(); });
  if (impl.previous_s < impl.options.closer_until && impl.s >= impl.options.closer_until)
    impl.set_tolerances();
}

Eigen::VectorXd ImexIntegrator::interpolate(double s, int derivative) const {
  if (s == implementation_->s && derivative == 0) return implementation_->u;
  return implementation_->interpolate(s, derivative, "ARKodeGetDky",
                                      [this](double at, int order, N_Vector result) {
                                        return ARKodeGetDky(implementation_->memory.get(), at, order, result);
                                      });
}

IntegratorCounters ImexIntegrator::counters() const {
  IntegratorCounters c;
  void* arkode = implementation_->memory.get();
  ARKodeGetNumSteps(arkode, &c.steps);
  ARKodeGetNumRhsEvals(arkode, 0, &c.rhs_evaluations);  // of the explicit, slow part
  ARKodeGetNumErrTestFails(arkode, &c.error_test_failures);
  ARKodeGetNumStepSolveFails(arkode, &c.newton_failures);
  return implementation_->earlier + c;
}

// ARKODE is made anew: then nothing of it can depend on the steps before. The method has
// one step: the new one begins with the step that the old one planned.
IntegratorState ImexIntegrator::restart() {
  const Implementation& old = *implementation_;
  double next_step = 0.0;
  check(ARKodeGetCurrentStep(old.memory.get(), &next_step), "ARKodeGetCurrentStep");
  IntegratorState state{old.s, old.u, next_step, counters()};
  implementation_ = std::make_unique<Implementation>(old.system, state, old.s_end, old.options);
  return state;
}

}  // namespace qke
