#!/bin/sh
# Installs what is missing, builds everything and runs all tests but those of the night (scripts/nightly.sh).
# Arguments go to ctest: scripts/test.sh -L unit
set -eu
cd "$(dirname "$0")/.."

scripts/install-dependencies.sh --tests
cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DQKE_PRECOMPILE_HEADERS=ON
cmake --build build --parallel "$(nproc)" --target qke_tests
ctest --test-dir build --output-on-failure --parallel "$(nproc)" --label-exclude nightly "$@"
