// A stand-in for the headers of SUNDIALS 7: declarations of what src/integrator uses of
// them, after the user's guide of version 7. Only to see that it compiles
// (unit/sundials_7); QKE_SUNDIALS_MINOR is the minor version.
#pragma once

#define SUNDIALS_VERSION_MAJOR 7
#define SUNDIALS_VERSION_MINOR QKE_SUNDIALS_MINOR

using sunrealtype = double;
using sunbooleantype = int;
using sunindextype = long;
using SUNErrCode = int;
using SUNComm = int;
constexpr SUNComm SUN_COMM_NULL = 0;
constexpr int SUNFALSE = 0, SUNTRUE = 1;

using SUNContext = struct SUNContext_*;
using SUNErrHandlerFn = void (*)(int line, const char* function, const char* file, const char* message,
                                 SUNErrCode code, void* user, SUNContext context);
SUNErrCode SUNContext_PushErrHandler(SUNContext context, SUNErrHandlerFn handler, void* user);
SUNErrCode SUNContext_ClearErrHandlers(SUNContext context);
SUNErrCode SUNDIALSGetVersion(char* text, int length);

namespace sundials {
class Context {
 public:
  explicit Context(SUNComm communicator = SUN_COMM_NULL);
  operator SUNContext() const;
};
}  // namespace sundials

using N_Vector = struct N_Vector_*;
N_Vector N_VMake_Serial(sunindextype length, sunrealtype* data, SUNContext context);
N_Vector N_VClone(N_Vector v);
void N_VDestroy(N_Vector v);
sunrealtype* N_VGetArrayPointer(N_Vector v);
sunindextype N_VGetLength(N_Vector v);

using SUNMatrix = struct SUNMatrix_*;
SUNMatrix SUNDenseMatrix(sunindextype rows, sunindextype columns, SUNContext context);
sunrealtype* SUNDenseMatrix_Data(SUNMatrix A);
sunindextype SUNDenseMatrix_Rows(SUNMatrix A);
sunindextype SUNDenseMatrix_Columns(SUNMatrix A);
void SUNMatDestroy(SUNMatrix A);

enum SUNLinearSolver_Type { SUNLINEARSOLVER_DIRECT };
using SUNLinearSolver = struct LinearSolver*;
struct LinearSolverOperations {
  SUNLinearSolver_Type (*gettype)(SUNLinearSolver);
  int (*setup)(SUNLinearSolver, SUNMatrix);
  int (*solve)(SUNLinearSolver, SUNMatrix, N_Vector, N_Vector, sunrealtype);
  SUNErrCode (*free)(SUNLinearSolver);
};
struct LinearSolver {
  void* content;
  LinearSolverOperations* ops;
};
SUNLinearSolver SUNLinSolNewEmpty(SUNContext context);
void SUNLinSolFreeEmpty(SUNLinearSolver S);
SUNErrCode SUNLinSolFree(SUNLinearSolver S);

enum SUNNonlinearSolver_Type { SUNNONLINEARSOLVER_FIXEDPOINT };
constexpr int SUN_NLS_CONV_RECVR = 902;
using SUNNonlinearSolver = struct NonlinearSolver*;
using SUNNonlinSolSysFn = int (*)(N_Vector, N_Vector, void*);
struct NonlinearSolverOperations {
  SUNNonlinearSolver_Type (*gettype)(SUNNonlinearSolver);
  SUNErrCode (*initialize)(SUNNonlinearSolver);
  SUNErrCode (*setsysfn)(SUNNonlinearSolver, SUNNonlinSolSysFn);
  int (*solve)(SUNNonlinearSolver, N_Vector, N_Vector, N_Vector, sunrealtype, sunbooleantype, void*);
  SUNErrCode (*free)(SUNNonlinearSolver);
};
struct NonlinearSolver {
  void* content;
  NonlinearSolverOperations* ops;
};
SUNNonlinearSolver SUNNonlinSolNewEmpty(SUNContext context);
void SUNNonlinSolFreeEmpty(SUNNonlinearSolver S);
SUNErrCode SUNNonlinSolFree(SUNNonlinearSolver S);

constexpr int CV_BDF = 2, CV_ONE_STEP = 2;
using CVRhsFn = int (*)(sunrealtype, N_Vector, N_Vector, void*);
using CVLsLinSysFn = int (*)(sunrealtype, N_Vector, N_Vector, SUNMatrix, sunbooleantype, sunbooleantype*,
                             sunrealtype, void*, N_Vector, N_Vector, N_Vector);
void* CVodeCreate(int method, SUNContext context);
void CVodeFree(void** memory);
int CVodeInit(void* memory, CVRhsFn rhs, sunrealtype t0, N_Vector y0);
int CVode(void* memory, sunrealtype t_out, N_Vector y, sunrealtype* t, int task);
int CVodeSetUserData(void* memory, void* user);
int CVodeSStolerances(void* memory, sunrealtype relative, sunrealtype absolute);
int CVodeSetMaxOrd(void* memory, int order);
int CVodeSetStabLimDet(void* memory, sunbooleantype on);
int CVodeSetStopTime(void* memory, sunrealtype t);
int CVodeSetInitStep(void* memory, sunrealtype step);
int CVodeSetLinearSolver(void* memory, SUNLinearSolver S, SUNMatrix A);
int CVodeSetNonlinConvCoef(void* memory, sunrealtype coefficient);
int CVodeSetMaxNonlinIters(void* memory, int most);
int CVodeSetLinSysFn(void* memory, CVLsLinSysFn function);
int CVodeGetEstLocalErrors(void* memory, N_Vector errors);
int CVodeGetErrWeights(void* memory, N_Vector weights);
int CVodeGetLastStep(void* memory, sunrealtype* step);
int CVodeGetDky(void* memory, sunrealtype t, int order, N_Vector result);
int CVodeGetNumSteps(void* memory, long* count);
int CVodeGetNumRhsEvals(void* memory, long* count);
int CVodeGetNumJacEvals(void* memory, long* count);
int CVodeGetNumLinSolvSetups(void* memory, long* count);
int CVodeGetNumNonlinSolvIters(void* memory, long* count);
int CVodeGetNumErrTestFails(void* memory, long* count);
int CVodeGetNumNonlinSolvConvFails(void* memory, long* count);

constexpr int ARK_ONE_STEP = 2, ARK_INTERP_LAGRANGE = 1;
using ARKRhsFn = int (*)(sunrealtype, N_Vector, N_Vector, void*);
void* ARKStepCreate(ARKRhsFn fast, ARKRhsFn slow, sunrealtype t0, N_Vector y0, SUNContext context);
int ARKStepSetTableName(void* memory, const char* implicit_table, const char* explicit_table);

#if QKE_SUNDIALS_MINOR >= 1
#define QKE_ARKODE(name) ARKode##name
int ARKodeGetNumRhsEvals(void* memory, int part, long* count);
#else
#define QKE_ARKODE(name) ARKStep##name
int ARKStepGetNumRhsEvals(void* memory, long* explicit_count, long* implicit_count);
#endif
using MRIStepInnerStepper = struct StandInStepper*;
int MRIStepInnerStepper_Free(MRIStepInnerStepper* stepper);
void* MRIStepCreate(ARKRhsFn slow, ARKRhsFn implicit, sunrealtype t0, N_Vector y0,
                    MRIStepInnerStepper stepper, SUNContext context);
int ARKStepSetOrder(void* memory, int order);
#if QKE_SUNDIALS_MINOR < 1
void MRIStepFree(void** memory);
int MRIStepEvolve(void* memory, sunrealtype t_out, N_Vector y, sunrealtype* t, int task);
int MRIStepGetDky(void* memory, sunrealtype t, int order, N_Vector result);
int MRIStepGetNumSteps(void* memory, long* count);
int MRIStepGetNumRhsEvals(void* memory, long* explicit_count, long* implicit_count);
int MRIStepSetFixedStep(void* memory, sunrealtype step);
int MRIStepSetInterpolantType(void* memory, int type);
int MRIStepSetStopTime(void* memory, sunrealtype t);
int MRIStepSetUserData(void* memory, void* user);
#else
int ARKodeSetFixedStep(void* memory, sunrealtype step);
#endif
int QKE_ARKODE(CreateMRIStepInnerStepper)(void* memory, MRIStepInnerStepper* stepper);
int QKE_ARKODE(SetMaxNumSteps)(void* memory, long steps);
void QKE_ARKODE(Free)(void** memory);
int QKE_ARKODE(Evolve)(void* memory, sunrealtype t_out, N_Vector y, sunrealtype* t, int task);
int QKE_ARKODE(SetUserData)(void* memory, void* user);
int QKE_ARKODE(SStolerances)(void* memory, sunrealtype relative, sunrealtype absolute);
int QKE_ARKODE(SetStopTime)(void* memory, sunrealtype t);
int QKE_ARKODE(SetInitStep)(void* memory, sunrealtype step);
int QKE_ARKODE(SetInterpolantType)(void* memory, int type);
int QKE_ARKODE(SetDeduceImplicitRhs)(void* memory, sunbooleantype on);
int QKE_ARKODE(SetNonlinearSolver)(void* memory, SUNNonlinearSolver S);
int QKE_ARKODE(GetNonlinearSystemData)(void* memory, sunrealtype* t, N_Vector* predicted, N_Vector* stage,
                                       N_Vector* slope, sunrealtype* gamma, N_Vector* data, void** user);
int QKE_ARKODE(GetEstLocalErrors)(void* memory, N_Vector errors);
int QKE_ARKODE(GetErrWeights)(void* memory, N_Vector weights);
int QKE_ARKODE(GetDky)(void* memory, sunrealtype t, int order, N_Vector result);
int QKE_ARKODE(GetCurrentStep)(void* memory, sunrealtype* step);
int QKE_ARKODE(GetNumSteps)(void* memory, long* count);
int QKE_ARKODE(GetNumErrTestFails)(void* memory, long* count);
int QKE_ARKODE(GetNumStepSolveFails)(void* memory, long* count);
