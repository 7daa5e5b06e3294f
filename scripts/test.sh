#!/bin/sh
# Installs what is missing, builds everything and runs all tests. Arguments go to ctest: scripts/test.sh -L unit
set -eu
cd "$(dirname "$0")/.."

scripts/install-dependencies.sh --tests
cmake -S . -B build -DCMAKE_BUILD_TYPE=Release
cmake --build build --parallel "$(nproc)" --target qke_tests
ctest --test-dir build --output-on-failure --parallel "$(nproc)" "$@"
