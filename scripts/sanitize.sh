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
for configuration in quick asymmetry-equal; do
  build-threads/bin/qke-decouple "configs/$configuration.toml" --threads 3 --quiet --force \
    --set grid.nodes=16 --set grid.y_max=16 -o build-threads/run.h5
done

valgrind --quiet --error-exitcode=1 --leak-check=full --show-leak-kinds=definite,indirect,possible \
  build/bin/qke-decouple configs/quick.toml --threads 2 --quiet --force \
  --set grid.nodes=10 --set grid.y_max=12 -o build/valgrind.h5
echo "no report"
