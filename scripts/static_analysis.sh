#!/bin/sh
# cppcheck and clang-tidy over the program's sources; fails if one has a remark. What clang-tidy leaves out, and
# why, stands in .clang-tidy. Needs clang-tidy and cppcheck, and a build in build/ for the commands.
#     scripts/static_analysis.sh [FILE...]      clang-tidy of all of src unless given
#     scripts/static_analysis.sh --cppcheck     no clang-tidy, which takes half an hour of processor time
set -eu
cd "$(dirname "$0")/.."

# useInitializationList: a matrix that is made from a changed copy of the parameters, in the body.
cppcheck -j "$(nproc)" --enable=warning,performance,portability --std=c++20 --language=c++ -I include -I src --inline-suppr --quiet \
  --suppress=useInitializationList:src/evolution/qke.cpp --error-exitcode=1 src
echo "cppcheck: no remarks"
[ "${1:-}" != --cppcheck ] || exit 0

files="$*"
[ -n "$files" ] || files=$(find src -name '*.cpp')
# shellcheck disable=SC2086  # one word per file
printf '%s\n' $files | xargs -n 1 -P "$(nproc)" clang-tidy -p build --quiet --warnings-as-errors='*'
echo "clang-tidy: no remarks"
