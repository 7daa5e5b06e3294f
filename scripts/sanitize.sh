#!/bin/sh
# The suite under the address and undefined-behaviour sanitizers (leaks included), what has threads under the
# thread sanitizer, and a short run under valgrind. Needs valgrind. Arguments go to the first ctest:
#     scripts/sanitize.sh -L unit
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)

cmake --preset dev >/dev/null
cmake --build --preset dev --parallel "$jobs"
ctest --preset dev --parallel "$jobs" --timeout 3600 "$@"

cmake --preset threads >/dev/null
cmake --build --preset threads --parallel "$jobs" --target qke-decouple qke_unit_tests
build-threads/tests/qke_unit_tests --gtest_filter='ThreadPool*'
# The last resolves an asymmetry, and then averages.
for run in quick asymmetry-equal "asymmetry-small --set run.average_below_MeV=8 --set epoch.T_end_MeV=5"; do
  # shellcheck disable=SC2086  # one word per option
  set -- $run
  configuration=$1 && shift
  build-threads/bin/qke-decouple "configs/$configuration.toml" --threads 3 --quiet --force \
    --set grid.nodes=10 --set grid.y_max=12 "$@" -o build-threads/run.h5
done

valgrind --quiet --error-exitcode=1 --leak-check=full --show-leak-kinds=definite,indirect,possible \
  build/bin/qke-decouple configs/quick.toml --threads 2 --quiet --force \
  --set grid.nodes=10 --set grid.y_max=12 -o build/valgrind.h5
echo "no report"
