// SUNDIALS 6.4 and 7 alike: where version 7 changed a name, its name here, or one of ours
// for both. Debian 12 has 6.4; unit/sundials_7 compiles the other branches.
#pragma once

#include <arkode/arkode_arkstep.h>
#include <arkode/arkode_mristep.h>
#include <cvode/cvode.h>
#include <sundials/sundials_config.h>
#include <sundials/sundials_types.h>

#include <string>

namespace qke::sundials_support {

// keep_..._errors: the last error message of the integrator `memory`, made in `context`,
// goes to `message` and nowhere else. Return a flag of SUNDIALS.

#if SUNDIALS_VERSION_MAJOR < 7

// Version 6 has a handler for each integrator.
inline void keep_message(int, const char*, const char*, char* text, void* message) {
  *static_cast<std::string*>(message) = text;
}
inline int keep_cvode_errors(SUNContext, void* memory, std::string& message) {
  return CVodeSetErrHandlerFn(memory, keep_message, &message);
}
inline int keep_arkode_errors(SUNContext, void* memory, std::string& message) {
  return ARKStepSetErrHandlerFn(memory, keep_message, &message);
}
inline int keep_multirate_errors(SUNContext, void* memory, std::string& message) {
  return MRIStepSetErrHandlerFn(memory, keep_message, &message);
}

#else

// Version 7 has a stack of handlers for all of a context, and calls each; the first of it
// writes to stderr.
inline void keep_message(int, const char*, const char*, const char* text, SUNErrCode, void* message,
                         SUNContext) {
  if (text != nullptr) *static_cast<std::string*>(message) = text;
}
inline int keep_context_errors(SUNContext context, std::string& message) {
  const SUNErrCode cleared = SUNContext_ClearErrHandlers(context);
  return cleared < 0 ? cleared : SUNContext_PushErrHandler(context, keep_message, &message);
}
inline int keep_cvode_errors(SUNContext context, void*, std::string& message) {
  return keep_context_errors(context, message);
}
inline int keep_arkode_errors(SUNContext context, void*, std::string& message) {
  return keep_context_errors(context, message);
}
inline int keep_multirate_errors(SUNContext context, void*, std::string& message) {
  return keep_context_errors(context, message);
}

#endif

// Version 7.1 has one set of names for all methods of ARKODE.
#if SUNDIALS_VERSION_MAJOR < 7 || (SUNDIALS_VERSION_MAJOR == 7 && SUNDIALS_VERSION_MINOR < 1)

constexpr auto ARKodeEvolve = ARKStepEvolve;
constexpr auto ARKodeFree = ARKStepFree;
constexpr auto ARKodeGetCurrentStep = ARKStepGetCurrentStep;
constexpr auto ARKodeGetDky = ARKStepGetDky;
constexpr auto ARKodeGetErrWeights = ARKStepGetErrWeights;
constexpr auto ARKodeGetEstLocalErrors = ARKStepGetEstLocalErrors;
constexpr auto ARKodeGetNonlinearSystemData = ARKStepGetNonlinearSystemData;
constexpr auto ARKodeGetNumErrTestFails = ARKStepGetNumErrTestFails;
constexpr auto ARKodeGetNumStepSolveFails = ARKStepGetNumStepSolveFails;
constexpr auto ARKodeGetNumSteps = ARKStepGetNumSteps;
constexpr auto ARKodeSStolerances = ARKStepSStolerances;
constexpr auto ARKodeSetDeduceImplicitRhs = ARKStepSetDeduceImplicitRhs;
constexpr auto ARKodeSetInitStep = ARKStepSetInitStep;
constexpr auto ARKodeCreateMRIStepInnerStepper = ARKStepCreateMRIStepInnerStepper;
constexpr auto ARKodeSetMaxNumSteps = ARKStepSetMaxNumSteps;
constexpr auto MultirateEvolve = MRIStepEvolve;
constexpr auto MultirateFree = MRIStepFree;
constexpr auto MultirateGetDky = MRIStepGetDky;
constexpr auto MultirateGetNumSteps = MRIStepGetNumSteps;
constexpr auto MultirateSetFixedStep = MRIStepSetFixedStep;
constexpr auto MultirateSetInterpolantType = MRIStepSetInterpolantType;
constexpr auto MultirateSetStopTime = MRIStepSetStopTime;
constexpr auto MultirateSetUserData = MRIStepSetUserData;
inline int MultirateGetNumRhsEvals(void* memory, long* count) {
  long implicit = 0;
  return MRIStepGetNumRhsEvals(memory, count, &implicit);
}
constexpr auto ARKodeSetInterpolantType = ARKStepSetInterpolantType;
constexpr auto ARKodeSetNonlinearSolver = ARKStepSetNonlinearSolver;
constexpr auto ARKodeSetStopTime = ARKStepSetStopTime;
constexpr auto ARKodeSetUserData = ARKStepSetUserData;
// Of the explicit part (0) or the implicit one (1).
inline int ARKodeGetNumRhsEvals(void* memory, int part, long* count) {
  long other = 0;
  return part == 0 ? ARKStepGetNumRhsEvals(memory, count, &other)
                   : ARKStepGetNumRhsEvals(memory, &other, count);
}

#else

constexpr auto MultirateEvolve = ARKodeEvolve;
constexpr auto MultirateFree = ARKodeFree;
constexpr auto MultirateGetDky = ARKodeGetDky;
constexpr auto MultirateGetNumSteps = ARKodeGetNumSteps;
constexpr auto MultirateSetFixedStep = ARKodeSetFixedStep;
constexpr auto MultirateSetInterpolantType = ARKodeSetInterpolantType;
constexpr auto MultirateSetStopTime = ARKodeSetStopTime;
constexpr auto MultirateSetUserData = ARKodeSetUserData;
inline int MultirateGetNumRhsEvals(void* memory, long* count) {
  return ARKodeGetNumRhsEvals(memory, 0, count);
}

#endif

}  // namespace qke::sundials_support
