# The warnings that every target of ours compiles without. The dev preset makes them errors.
function(qke_set_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 sees an overlap in "literal" + std::string that is not there (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-restrict)
    # With the sanitizers' instrumentation it takes std::function for uninitialised (GCC bug 105562).
    if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
      target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    endif()
  endif()
endfunction()
