#include "qke/integrator/cvode_integrator.hpp"

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_types.h>
#include <sundials/sundials_version.h>
#include <sunmatrix/sunmatrix_dense.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <numeric>
#include <sundials/sundials_context.hpp>
#include <utility>
#include <vector>

#include "qke/base/error.hpp"

namespace qke {
namespace {

using VectorMap = Eigen::Map<Eigen::VectorXd>;
using MatrixMap = Eigen::Map<Eigen::MatrixXd>;
using LuFactors = Eigen::PartialPivLU<Eigen::MatrixXd>;

VectorMap map(N_Vector v) { return {N_VGetArrayPointer(v), static_cast<Eigen::Index>(N_VGetLength(v))}; }
MatrixMap map(SUNMatrix A) {
  return {SUNDenseMatrix_Data(A), static_cast<Eigen::Index>(SUNDenseMatrix_Rows(A)),
          static_cast<Eigen::Index>(SUNDenseMatrix_Columns(A))};
}

struct VectorDeleter {
  void operator()(N_Vector v) const { N_VDestroy(v); }
};
struct MatrixDeleter {
  void operator()(SUNMatrix A) const { SUNMatDestroy(A); }
};
struct SolverDeleter {
  void operator()(SUNLinearSolver S) const { SUNLinSolFree(S); }
};
struct MemoryDeleter {
  void operator()(void* memory) const { CVodeFree(&memory); }
};
using VectorHandle = std::unique_ptr<std::remove_pointer_t<N_Vector>, VectorDeleter>;
using MatrixHandle = std::unique_ptr<std::remove_pointer_t<SUNMatrix>, MatrixDeleter>;
using SolverHandle = std::unique_ptr<std::remove_pointer_t<SUNLinearSolver>, SolverDeleter>;
using MemoryHandle = std::unique_ptr<void, MemoryDeleter>;

// A dense direct solver for CVODE on Eigen's blocked LU factorisation (SUNDIALS' own is unblocked, and
// Debian's build has no LAPACK).
SUNLinearSolver make_eigen_solver(SUNContext context) {
  SUNLinearSolver solver = SUNLinSolNewEmpty(context);
  solver->content = new LuFactors;
  solver->ops->gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; };
  solver->ops->setup = [](SUNLinearSolver S, SUNMatrix A) -> int {
    static_cast<LuFactors*>(S->content)->compute(map(A));
    return 0;
  };
  solver->ops->solve = [](SUNLinearSolver S, SUNMatrix, N_Vector x, N_Vector b, realtype) -> int {
    map(x) = static_cast<LuFactors*>(S->content)->solve(map(b));
    return map(x).allFinite() ? 0 : 1;  // 1: recoverable, CVODE reduces the step
  };
  solver->ops->free = [](SUNLinearSolver S) -> int {
    delete static_cast<LuFactors*>(S->content);
    S->content = nullptr;
    SUNLinSolFreeEmpty(S);
    return 0;
  };
  return solver;
}

void check(int flag, const char* function) {
  if (flag < 0) {
    throw NumericalError(std::string("the integrator could not be set up (") + function + " returned " +
                         std::to_string(flag) + "). Please report this with the configuration.");
  }
}

}  // namespace

struct CvodeIntegrator::Implementation {
  OdeSystem& system;
  sundials::Context context;
  Eigen::VectorXd u;
  VectorHandle vector;
  MatrixHandle matrix;
  SolverHandle solver;
  MemoryHandle memory;
  double s, previous_s, s_end;
  IntegratorOptions options;
  IntegratorCounters earlier;  // of the integrators before the last restart
  std::exception_ptr thrown;   // by the system inside a callback
  std::string solver_message;

  Implementation(OdeSystem& system_, const IntegratorState& start, double s_end_,
                 const IntegratorOptions& options_);

  static int rhs(double s, N_Vector u, N_Vector du, void* self);
  static int jacobian(double s, N_Vector u, N_Vector du, SUNMatrix J, void* self, N_Vector, N_Vector,
                      N_Vector);
  static void on_message(int code, const char* module, const char* function, char* message, void* self);
  std::string worst_components() const;
  double restart_step() const;
};

CvodeIntegrator::Implementation::Implementation(OdeSystem& system_, const IntegratorState& start,
                                                double s_end_, const IntegratorOptions& options_)
    : system(system_),
      u(start.u),
      s(start.s),
      previous_s(start.s),
      s_end(s_end_),
      options(options_),
      earlier(start.counters) {
  const auto n = static_cast<sunindextype>(u.size());
  vector.reset(N_VMake_Serial(n, u.data(), context));
  matrix.reset(SUNDenseMatrix(n, n, context));
  solver.reset(make_eigen_solver(context));
  memory.reset(CVodeCreate(CV_BDF, context));
  void* cvode = memory.get();
  check(CVodeSetErrHandlerFn(cvode, on_message, this), "CVodeSetErrHandlerFn");
  check(CVodeInit(cvode, rhs, s, vector.get()), "CVodeInit");
  check(CVodeSetUserData(cvode, this), "CVodeSetUserData");
  check(CVodeSStolerances(cvode, options.relative_tolerance, options.absolute_tolerance),
        "CVodeSStolerances");
  check(CVodeSetMaxOrd(cvode, options.max_order), "CVodeSetMaxOrd");
  check(CVodeSetStabLimDet(cvode, options.stability_limit_detection ? SUNTRUE : SUNFALSE),
        "CVodeSetStabLimDet");
  check(CVodeSetStopTime(cvode, s_end), "CVodeSetStopTime");
  check(CVodeSetInitStep(cvode, start.step), "CVodeSetInitStep");
  check(CVodeSetLinearSolver(cvode, solver.get(), matrix.get()), "CVodeSetLinearSolver");
  check(CVodeSetJacFn(cvode, jacobian), "CVodeSetJacFn");
  // A Jacobian is cheap beside a factorisation, and the Hamiltonian's part must not be old.
  check(CVodeSetJacEvalFrequency(cvode, 1), "CVodeSetJacEvalFrequency");
}

// No exception may cross the C library: it is kept, and thrown again by step().
int CvodeIntegrator::Implementation::rhs(double s, N_Vector u, N_Vector du, void* self) {
  auto& impl = *static_cast<Implementation*>(self);
  try {
    impl.system.rhs(s, map(u), map(du));
    return map(du).allFinite() ? 0 : 1;
  } catch (...) {
    impl.thrown = std::current_exception();
    return -1;
  }
}

int CvodeIntegrator::Implementation::jacobian(double s, N_Vector u, N_Vector du, SUNMatrix J, void* self,
                                              N_Vector, N_Vector, N_Vector) {
  auto& impl = *static_cast<Implementation*>(self);
  try {
    map(J).setZero();
    impl.system.jacobian(s, map(u), map(du), map(J));
    return 0;
  } catch (...) {
    impl.thrown = std::current_exception();
    return -1;
  }
}

void CvodeIntegrator::Implementation::on_message(int, const char*, const char*, char* message, void* self) {
  static_cast<Implementation*>(self)->solver_message = message;
}

std::string CvodeIntegrator::Implementation::worst_components() const {
  const VectorHandle errors(N_VClone(vector.get())), weights(N_VClone(vector.get()));
  if (CVodeGetEstLocalErrors(memory.get(), errors.get()) < 0 ||
      CVodeGetErrWeights(memory.get(), weights.get()) < 0) {
    return "";
  }
  const Eigen::ArrayXd size = (map(errors.get()).array() * map(weights.get()).array()).abs();
  std::vector<int> order(size.size());
  std::iota(order.begin(), order.end(), 0);
  const auto count = std::min<std::size_t>(3, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](int a, int b) { return size(a) > size(b); });
  std::string text;
  for (std::size_t n = 0; n < count; ++n) text += (n > 0 ? ", " : "") + system.component_name(order[n]);
  return text;
}

// After a restart the order is 1 again, whose errors are larger than those of the last step: a tenth of it
// seldom fails the error test, and grows again within a few steps.
double CvodeIntegrator::Implementation::restart_step() const {
  double step = 0.0;
  check(CVodeGetLastStep(memory.get(), &step), "CVodeGetLastStep");
  return 0.1 * step;
}

CvodeIntegrator::CvodeIntegrator(OdeSystem& system, const IntegratorState& start, double s_end,
                                 const IntegratorOptions& options)
    : implementation_(std::make_unique<Implementation>(system, start, s_end, options)) {}

CvodeIntegrator::~CvodeIntegrator() = default;

bool CvodeIntegrator::finished() const { return implementation_->s >= implementation_->s_end; }
double CvodeIntegrator::s() const { return implementation_->s; }
double CvodeIntegrator::previous_s() const { return implementation_->previous_s; }

void CvodeIntegrator::step() {
  Implementation& impl = *implementation_;
  impl.previous_s = impl.s;
  const int flag = CVode(impl.memory.get(), impl.s_end, impl.vector.get(), &impl.s, CV_ONE_STEP);
  if (impl.thrown) std::rethrow_exception(std::exchange(impl.thrown, nullptr));
  if (flag < 0) {
    throw NumericalError("the integrator failed at ln x = " + std::to_string(impl.s) + " (" +
                         impl.solver_message + "; largest errors: " + impl.worst_components() +
                         "). Try other tolerances, or report this with the configuration?");
  }
  if (counters().steps >= impl.options.max_steps && !finished()) {
    throw NumericalError("no end after " + std::to_string(impl.options.max_steps) + " steps, at ln x = " +
                         std::to_string(impl.s) + " (largest errors: " + impl.worst_components() +
                         "). Raise integrator.max_steps or loosen the tolerances?");
  }
}

Eigen::VectorXd CvodeIntegrator::interpolate(double s, int derivative) const {
  const bool is_untouched = implementation_->previous_s == implementation_->s;  // CVODE would divide 0 by 0
  if (is_untouched && s == implementation_->s && derivative == 0) return implementation_->u;
  Eigen::VectorXd result(implementation_->u.size());
  const VectorHandle view(N_VMake_Serial(result.size(), result.data(), implementation_->context));
  check(CVodeGetDky(implementation_->memory.get(), s, derivative, view.get()), "CVodeGetDky");
  return result;
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

// CVODE is made anew rather than reinitialised: then nothing of it can depend on what was before.
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
