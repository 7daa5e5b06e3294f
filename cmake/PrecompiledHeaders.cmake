# A third of the time of a build goes into reading the headers of Eigen and GoogleTest. Compiler caches do not
# work with precompiled ones, so that they are for builds from nothing (scripts/test.sh, .ci/run).
option(QKE_PRECOMPILE_HEADERS "Precompile the headers that most sources read" OFF)

# qke_precompile_headers(TARGET HEADER...): these, and Eigen's and the standard library's.
function(qke_precompile_headers target)
  if(QKE_PRECOMPILE_HEADERS)
    target_precompile_headers(${target} PRIVATE ${ARGN} <Eigen/Dense> <algorithm> <complex> <filesystem> <fstream>
      <functional> <string> <vector>)
  endif()
endfunction()
