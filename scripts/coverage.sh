#!/bin/sh
# Which lines of src the suite runs: a table, and the lines that it does not. Needs gcovr. Arguments go to ctest;
# without any, four tests are left out that are too slow with counters.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- --exclude-regex 'AreTheSameInFullAndAveraged|Resume.EndsLikeAnUninterruptedRun|Configurations.AllRun|cli/documentation'
cmake --preset coverage >/dev/null
cmake --build --preset coverage --parallel "$(nproc)"
find build-coverage -name '*.gcda' -delete
ctest --preset coverage --parallel "$(nproc)" --timeout 3600 "$@"
gcovr --root . --filter src/ --exclude-throw-branches --gcov-ignore-parse-errors build-coverage
