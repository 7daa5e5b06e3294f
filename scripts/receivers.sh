#!/bin/bash
# Gives runs to the codes that take their exports, classy, camb and PRIMAT, in a virtual environment of their own. They
# come from Python's registry (tests/receivers/requirements.txt); where that is not reached all is skipped, and said.
# Cobaya and GetDist need the Python package: scripts/python_package.sh. Needs build/bin/qke-decouple, or QKE_PROGRAM.
#     scripts/receivers.sh [FOLDER]    of the virtual environment (default: build-receivers)
set -eu
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:-build-receivers}")
export QKE_PROGRAM=${QKE_PROGRAM:-$PWD/build/bin/qke-decouple}

/usr/bin/python3 -m venv "$folder"
if ! "$folder/bin/pip" install --quiet -r tests/receivers/requirements.txt; then
  echo "receivers.sh: skipped: classy, camb and PRIMAT (Python's registry is not reached)"
  exit
fi
"$folder/bin/python" tests/receivers/receivers_test.py
