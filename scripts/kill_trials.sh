#!/bin/sh
# Sends signals to runs at random moments, 300 or as many as the argument says, and kills a run 200 times: no file
# may be lost. The suite kills 20 times. Needs the tests in build/ (scripts/test.sh) and h5py.
set -eu
cd "$(dirname "$0")/.."
/usr/bin/python3 scripts/signal_trials.py --trials "${1:-300}"
QKE_KILL_TRIALS=${1:-200} build/tests/qke_cli_tests --gtest_filter='HardTimes.Killed*'
