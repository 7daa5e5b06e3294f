# Run by CMake at build time: writes `output` from version.cpp.in. See GitCommit.cmake.
cmake_minimum_required(VERSION 3.25)

# Only a repository whose top is our source directory counts: a source archive unpacked inside
# somebody else's repository has no commit of ours.
set(git_commit "unknown")
execute_process(COMMAND git -C ${source_directory} rev-parse --show-toplevel HEAD
                OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT failed)
  string(REPLACE "\n" ";" answer "${answer}")
  list(GET answer 0 top)
  list(GET answer 1 commit)
  file(REAL_PATH ${source_directory} source_directory)
  if(top STREQUAL source_directory)
    set(git_commit ${commit})
    execute_process(COMMAND git -C ${source_directory} --no-optional-locks status --porcelain --untracked-files=no
                    OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      string(APPEND git_commit "-modified")
    endif()
  endif()
endif()

configure_file(${CMAKE_CURRENT_LIST_DIR}/version.cpp.in ${output} @ONLY)
