#!/bin/sh
# From a fresh clone on Debian 12 to the Standard Model's N_eff: installs what is missing, builds, runs.
set -eu
cd "$(dirname "$0")/.."

scripts/install-dependencies.sh
cmake -S . -B build -DCMAKE_BUILD_TYPE=Release
cmake --build build --target qke-decouple --parallel "$(nproc)"

# The output under build/ is this script's own, so that it may replace it.
build/bin/qke-decouple configs/standard.toml --output build/standard.h5 --force
