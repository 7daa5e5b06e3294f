#!/bin/bash
# What takes too long for every change: the tests of the night, sanitizers, static analysis, fuzzing, the Python package,
# receiving codes, the site of the pages, kills and mutants, one after the other, whatever the others say. Takes hours.
# At the end it names the commit and what became of each; the status is 0 if all passed. Needs
# scripts/install-dependencies.sh --checks, and clang, clang-tidy, libclang-rt-dev, valgrind.
#     scripts/nightly.sh [STEP...]    only these: tests, sanitize, analysis, fuzz, python, receivers, site, kills,
#                                     errors, mutants
set -u
cd "$(dirname "$0")/.."

commit=$(git rev-parse HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit=$commit-modified
report="" failures=0

# step NAME COMMAND...
step() {
  local name=$1 began=$SECONDS outcome=passed
  shift
  case " $steps " in *" $name "*) ;; *) return ;; esac
  echo "== $name: $*"
  "$@" || { outcome=FAILED && failures=$((failures + 1)); }
  report+=$(printf '%-10s %-7s %6d s   %s' "$name" "$outcome" $((SECONDS - began)) "$*")$'\n'
}

all_tests() {
  scripts/test.sh && ctest --test-dir build --output-on-failure --parallel "$(nproc)" --label-regex nightly
}

# Built by clang.
sanitized_properties() {
  cmake --preset ci && cmake --build --preset ci --parallel "$(nproc)" --target qke_properties_tests &&
    build-ci/tests/qke_properties_tests --gtest_brief=1
}

# Each night draws other random numbers (tests/support/seed.hpp).
export QKE_TEST_SEED=${QKE_TEST_SEED:-$(date +%s)}
steps=${*:-tests sanitize analysis fuzz python receivers site kills errors mutants}
step tests all_tests
step sanitize scripts/sanitize.sh
step sanitize sanitized_properties
step analysis scripts/static_analysis.sh
step fuzz scripts/fuzz.sh
step python scripts/python_package.sh
step receivers scripts/receivers.sh
step site scripts/site.sh
step kills scripts/kill_trials.sh 200
step kills /usr/bin/python3 scripts/signal_trials.py --trials 300
step kills /usr/bin/python3 scripts/signal_trials.py --long --trials 20
step errors /usr/bin/python3 scripts/error_estimates.py
step mutants scripts/mutate.py --named --parallel "$(nproc)"
step mutants scripts/mutate.py --count 100 --seed "$(date +%j)" --parallel "$(nproc)"

echo "nightly run of commit $commit, $(date -u +%Y-%m-%dT%H:%M:%SZ), QKE_TEST_SEED=$QKE_TEST_SEED:"
printf %s "$report"
[ "$failures" -eq 0 ]
