#!/bin/sh
# Kills a run at random moments, 200 times or as often as the argument says: no file may be lost.
# The test of the suite does the same 20 times. Needs the tests in build/ (scripts/test.sh).
set -eu
cd "$(dirname "$0")/.."
QKE_KILL_TRIALS=${1:-200} build/tests/qke_cli_tests --gtest_filter='HardTimes.Killed*'
