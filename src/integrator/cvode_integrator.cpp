// BDF for systems that are implicit as a whole ([SUNDIALS05]): Newton's iteration with a
// dense, analytic Jacobian, one internal step at a time. Collisions make the equations
// stiff at high temperatures, oscillations, where they are not averaged, at low ones.
#include "integrator/cvode_integrator.hpp"

#include <cvode/cvode.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_types.h>
#include <sundials/sundials_version.h>
#include <sunmatrix/sunmatrix_dense.h>

#include <array>

#include "integrator/sundials_backports.hpp"
#include "integrator/sundials_support.hpp"
#include "numerics/lu_factorisation.hpp"

namespace qke {
namespace {

using namespace sundials_support;
using sundials_support::map;

using MatrixMap = Eigen::Map<Eigen::MatrixXd>;
MatrixMap map(SUNMatrix A) {
  return {SUNDenseMatrix_Data(A), static_cast<Eigen::Index>(SUNDenseMatrix_Rows(A)),
          static_cast<Eigen::Index>(SUNDenseMatrix_Columns(A))};
}

struct MatrixDeleter {
  void operator()(SUNMatrix A) const { SUNMatDestroy(A); }
};
struct SolverDeleter {
  void operator()(SUNLinearSolver S) const { SUNLinSolFree(S); }
};
struct MemoryDeleter {
  void operator()(void* memory) const { CVodeFree(&memory); }
};
using MatrixHandle = std::unique_ptr<std::remove_pointer_t<SUNMatrix>, MatrixDeleter>;
using SolverHandle = std::unique_ptr<std::remove_pointer_t<SUNLinearSolver>, SolverDeleter>;
using MemoryHandle = std::unique_ptr<void, MemoryDeleter>;

// A dense direct solver for CVODE on Eigen's blocked LU factorisation (SUNDIALS' own is
// unblocked, and Debian's build has no LAPACK). SUNDIALS takes plain functions: the
// factors live in `content`.
SUNLinearSolver make_eigen_solver(SUNContext context) {
  SUNLinearSolver solver = allocated(SUNLinSolNewEmpty(context));
  solver->content = new LuFactorisation;
  solver->ops->gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; };
  solver->ops->setup = [](SUNLinearSolver S, SUNMatrix A) -> int {
    static_cast<LuFactorisation*>(S->content)->factorise(map(A));
    return 0;
  };
  solver->ops->solve = [](SUNLinearSolver S, SUNMatrix, N_Vector x, N_Vector b, sunrealtype) -> int {
    map(x) = map(b);
    static_cast<LuFactorisation*>(S->content)->solve(map(x));
    return map(x).allFinite() ? 0 : 1;  // 1: recoverable, CVODE reduces the step
  };
  solver->ops->free = [](SUNLinearSolver S) -> int {
    delete static_cast<LuFactorisation*>(S->content);
    S->content = nullptr;
    SUNLinSolFreeEmpty(S);
    return 0;
  };
  return solver;
}

// Where Newton's iteration ends, in units of the local error allowed. At CVODE's own 0.1
// the remaining error of the iteration drives the choice of steps: more steps are taken,
// and rounding decides how many (docs/dev/performance.md).
constexpr double newton_tolerance = 0.01;

}  // namespace

struct CvodeIntegrator::Implementation : Solution {
  ImplicitOdeSystem& system;
  Eigen::MatrixXd J;  // the last Jacobian, of systems that allow for an old one
  MatrixHandle matrix;
  SolverHandle solver;
  MemoryHandle memory;

  Implementation(ImplicitOdeSystem& system_, const IntegratorState& start, double s_end_,
                 const IntegratorOptions& options_);

  static constexpr auto rhs = evaluate<Implementation, &OdeSystem::rhs>;
  static int newton_matrix(double s, N_Vector u, N_Vector du, SUNMatrix A, sunbooleantype jacobian_is_good,
                           sunbooleantype* jacobian_is_new, double gamma, void* self, N_Vector, N_Vector,
                           N_Vector);
  std::string worst_components() const;
  double restart_step() const;
};

CvodeIntegrator::Implementation::Implementation(ImplicitOdeSystem& system_, const IntegratorState& start,
                                                double s_end_, const IntegratorOptions& options_)
    : Solution(start, s_end_, options_), system(system_) {
  const auto n = static_cast<sunindextype>(u.size());
  matrix.reset(allocated(SUNDenseMatrix(n, n, context)));
  solver.reset(make_eigen_solver(context));
  memory.reset(allocated(CVodeCreate(CV_BDF, context)));
  void* cvode = memory.get();
  check(keep_cvode_errors(context, cvode, solver_message), "keep_cvode_errors");
  check(CVodeInit(cvode, rhs, s, vector.get()), "CVodeInit");
  check(CVodeSetUserData(cvode, this), "CVodeSetUserData");
  check(CVodeSStolerances(cvode, options.relative_tolerance, options.absolute_tolerance),
        "CVodeSStolerances");
  check(CVodeSetMaxOrd(cvode, options.max_order), "CVodeSetMaxOrd");
  check(CVodeSetStabLimDet(cvode, options.stability_limit_detection ? SUNTRUE : SUNFALSE),
        "CVodeSetStabLimDet");
  // The last step ends at s_end exactly.
  check(CVodeSetStopTime(cvode, s_end), "CVodeSetStopTime");
  check(CVodeSetInitStep(cvode, start.step), "CVodeSetInitStep");
  check(CVodeSetLinearSolver(cvode, solver.get(), matrix.get()), "CVodeSetLinearSolver");
  check(CVodeSetNonlinConvCoef(cvode, newton_tolerance), "CVodeSetNonlinConvCoef");
  check(CVodeSetMaxNonlinIters(cvode, system.most_newton_iterations()), "CVodeSetMaxNonlinIters");
  // CVODE asks for the whole Newton matrix, not for J: it keeps no Jacobian of its own.
  check(CVodeSetLinSysFn(cvode, newton_matrix), "CVodeSetLinSysFn");
}

// 1 - gamma J. J is made anew unless the system allows for an old one: where it is cheap
// beside a factorisation, and for a Hamiltonian's part, which must not be old.
int CvodeIntegrator::Implementation::newton_matrix(double s, N_Vector u, N_Vector du, SUNMatrix A,
                                                   sunbooleantype jacobian_is_good,
                                                   sunbooleantype* jacobian_is_new, double gamma, void* self,
                                                   N_Vector, N_Vector, N_Vector) {
  auto& impl = *static_cast<Implementation*>(self);
  return impl.guarded([&] {
    MatrixMap M = map(A);
    const bool may_be_old = impl.system.jacobian_may_be_old();
    const bool is_kept = may_be_old && jacobian_is_good == SUNTRUE;
    if (is_kept) {
      M = impl.J;
    } else {
      M.setZero();
      impl.system.jacobian(s, map(u), map(du), M);
      if (may_be_old) impl.J = M;
    }
    M *= -gamma;
    M.diagonal().array() += 1.0;
    *jacobian_is_new = is_kept ? SUNFALSE : SUNTRUE;
    return 0;
  });
}

std::string CvodeIntegrator::Implementation::worst_components() const {
  const VectorHandle errors(allocated(N_VClone(vector.get()))), weights(allocated(N_VClone(vector.get())));
  if (CVodeGetEstLocalErrors(memory.get(), errors.get()) < 0 ||
      CVodeGetErrWeights(memory.get(), weights.get()) < 0) {
    return "";
  }
  return sundials_support::worst_components(system, errors.get(), weights.get());
}

// After a restart the order is 1 again, with larger errors than the last step had: a
// tenth of that step seldom fails the error test, and the steps grow again soon.
double CvodeIntegrator::Implementation::restart_step() const {
  double step = 0.0;
  check(CVodeGetLastStep(memory.get(), &step), "CVodeGetLastStep");
  return 0.1 * step;
}

CvodeIntegrator::CvodeIntegrator(ImplicitOdeSystem& system, const IntegratorState& start, double s_end,
                                 const IntegratorOptions& options)
    : implementation_(std::make_unique<Implementation>(system, start, s_end, options)) {}

CvodeIntegrator::~CvodeIntegrator() = default;

bool CvodeIntegrator::finished() const { return implementation_->finished(); }
double CvodeIntegrator::s() const { return implementation_->s; }
double CvodeIntegrator::previous_s() const { return implementation_->previous_s; }

void CvodeIntegrator::step() {
  Implementation& impl = *implementation_;
  impl.previous_s = impl.s;
  const int flag = CVode(impl.memory.get(), impl.s_end, impl.vector.get(), &impl.s, CV_ONE_STEP);
  impl.require_success(flag, counters().steps, [&] { return impl.worst_components(); });
}

Eigen::VectorXd CvodeIntegrator::interpolate(double s, int derivative) const {
  const bool is_untouched = implementation_->previous_s == implementation_->s;  // CVODE would divide 0 by 0
  if (is_untouched && s == implementation_->s && derivative == 0) return implementation_->u;
  return implementation_->interpolate(s, derivative, "CVodeGetDky",
                                      [this](double at, int order, N_Vector result) {
                                        return CVodeGetDky(implementation_->memory.get(), at, order, result);
                                      });
}

IntegratorCounters CvodeIntegrator::counters() const {
  IntegratorCounters c;
  void* cvode = implementation_->memory.get();
  CVodeGetNumSteps(cvode, &c.steps);
  CVodeGetNumRhsEvals(cvode, &c.rhs_evaluations);
  CVodeGetNumJacEvals(cvode, &c.jacobian_evaluations);
  CVodeGetNumLinSolvSetups(cvode, &c.linear_setups);
  CVodeGetNumNonlinSolvIters(cvode, &c.newton_iterations);
  CVodeGetNumErrTestFails(cvode, &c.error_test_failures);
  CVodeGetNumNonlinSolvConvFails(cvode, &c.newton_failures);
  return implementation_->earlier + c;
}

// CVODE is made anew rather than reinitialised: then nothing of it can depend on the
// steps before.
IntegratorState CvodeIntegrator::restart() {
  const Implementation& old = *implementation_;
  IntegratorState state{old.s, old.u, old.restart_step(), counters()};
  implementation_ = std::make_unique<Implementation>(old.system, state, old.s_end, old.options);
  return state;
}

std::string sundials_version() {
  std::array<char, 32> text{};
  SUNDIALSGetVersion(text.data(), static_cast<int>(text.size()));
  return text.data();
}

}  // namespace qke
