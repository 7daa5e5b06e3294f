# The costly parts (src/*/kernels) are compiled once for every instruction set, and chosen among at run time
# (base/instruction_set.hpp).
#
# Inline functions of the standard library are weak symbols: compiled here, they might be the copies that the
# linker keeps for the whole program, which would then need AVX everywhere. Optimisation leaves none of them
# (unit/instruction_sets looks), so it does not depend on the build type.
file(GLOB qke_kernel_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/*/kernels/*.cpp")

# Square roots of vectors: a call of the library's root, which would set errno, keeps the compiler from them.
set_source_files_properties("${PROJECT_SOURCE_DIR}/src/oscillations/kernels/precession.cpp"
                            PROPERTIES COMPILE_OPTIONS -fno-math-errno)

# qke_add_kernels(TARGET NAME LANES OPTION...) adds the kernels for instruction set NAME, with LANES doubles in
# a vector, to TARGET.
function(qke_add_kernels target name lanes)
  set(kernels qke_kernels_${name})
  add_library(${kernels} OBJECT ${qke_kernel_sources})
  target_include_directories(${kernels} PRIVATE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${kernels} PRIVATE Eigen3::Eigen)
  target_compile_features(${kernels} PRIVATE cxx_std_20)
  qke_set_warnings(${kernels})
  # A namespace for each: ours, and Eigen's.
  target_compile_definitions(${kernels} PRIVATE QKE_NAMESPACE=${name} QKE_LANES=${lanes} Eigen=Eigen_${name})
  target_compile_options(${kernels} PRIVATE -O3 ${ARGN})
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${kernels}>)
  set_property(GLOBAL APPEND PROPERTY qke_kernels ${kernels})
endfunction()

function(qke_add_all_kernels target)
  qke_add_kernels(${target} baseline 2)
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
    return()
  endif()
  qke_add_kernels(${target} avx2 4 -march=x86-64-v3)
  set(avx512 -march=x86-64-v4)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 takes what its own AVX-512 intrinsics leave open for uninitialised (GCC bug 105593).
    list(APPEND avx512 -Wno-maybe-uninitialized -Wno-uninitialized)
  endif()
  qke_add_kernels(${target} avx512 8 ${avx512})
endfunction()
