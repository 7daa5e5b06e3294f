# Compiles the program's version and git commit into a target.
# The commit is looked up at every build, but the source changes, and is compiled, only when the commit does.
function(qke_add_version_source target)
  set(generated "${PROJECT_BINARY_DIR}/generated/version.cpp")
  add_custom_target(qke_version_source
    COMMAND ${CMAKE_COMMAND}
            -D source_directory=${PROJECT_SOURCE_DIR}
            -D program_version=${PROJECT_VERSION}
            -D output=${generated}
            -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake
    BYPRODUCTS ${generated}
    VERBATIM)
  target_sources(${target} PRIVATE ${generated})
  add_dependencies(${target} qke_version_source)
endfunction()
