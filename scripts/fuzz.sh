#!/bin/sh
# Fuzzes the reader of configurations with a million inputs and that of run files with ten thousand, under
# the address and undefined-behaviour sanitizers. Needs clang-14 and libclang-rt-14-dev. What is found is left in
# build-fuzz/ as crash-*, timeout-* or oom-*, and ends the script with an error.
#     scripts/fuzz.sh [CONFIGURATIONS [RUN_FILES]]
set -eu
cd "$(dirname "$0")/.."
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --parallel "$(nproc)"

cd build-fuzz
mkdir -p corpus-configuration corpus-checkpoint
cp ../configs/*.toml ../tests/fuzz/*.toml corpus-configuration/
head -c 600 /dev/zero | tr '\0' '\377' > corpus-checkpoint/whole
common="-seed=1 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1"
# shellcheck disable=SC2086  # one word per option
tests/qke_fuzz_configuration $common -max_len=4096 -runs="${1:-1000000}" corpus-configuration
# shellcheck disable=SC2086
tests/qke_fuzz_checkpoint $common -max_len=2048 -runs="${2:-10000}" corpus-checkpoint
