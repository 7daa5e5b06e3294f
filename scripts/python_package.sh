#!/bin/bash
# Builds the Python package and tests it twice: with Debian's packages, and as a wheel that carries its libraries, in a
# virtual environment with Cobaya, GetDist, classy and PRIMAT. The second needs Python's registry; where that is not
# reached it is skipped, and said.
#     scripts/python_package.sh [FOLDER]    where everything is built (default: build-python)
set -eu
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:-build-python}")

scripts/install-dependencies.sh --python
cmake -S . -B "$folder" -DCMAKE_BUILD_TYPE=Release -DQKE_PYTHON=ON -DPython3_EXECUTABLE=/usr/bin/python3
cmake --build "$folder" --parallel "$(nproc)" --target qke-decouple qke_python
ctest --test-dir "$folder" --output-on-failure --label-regex python

/usr/bin/python3 -m venv --clear "$folder/wheel"
pip=$folder/wheel/bin/pip
if ! "$pip" install --quiet auditwheel==6.1.0 -r tests/receivers/requirements.txt; then
  echo "python_package.sh: skipped: the wheel (Python's registry is not reached)"
  exit
fi
rm -rf "$folder/dist" "$folder/wheels"
"$pip" wheel . --quiet --no-deps -w "$folder/dist"
"$folder/wheel/bin/auditwheel" repair --plat "manylinux_2_35_$(uname -m)" -w "$folder/wheels" "$folder"/dist/*.whl
"$pip" install --quiet "$folder"/wheels/*.whl
for name in package cobaya tasks; do
  QKE_PROGRAM=$folder/bin/qke-decouple "$folder/wheel/bin/python" python/tests/${name}_test.py
done
