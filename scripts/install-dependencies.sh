#!/bin/sh
# Installs with apt what is missing on Debian 12 to build qke-decouple and use its scripts, with --tests also to test
# it, with --checks also for all that continuous integration does, with --python for the Python package and its tests.
# Does nothing when all is there.
set -eu

packages="
  g++ cmake make git python3
  libeigen3-dev libsundials-dev libhdf5-dev libcli11-dev libtomlplusplus-dev
  python3-h5py python3-numpy python3-matplotlib parallel
"
tests="
  libgtest-dev libbenchmark-dev
  slurm-wlm munge man-db dpkg-dev time python3-yaml python3-xarray python3-h5netcdf
  python3-scipy
"
case "${1:-}" in
  --tests) packages="$packages $tests" ;;
  --python) packages="$packages $tests pybind11-dev python3-dev python3-venv patchelf" ;;
  --checks) packages="$packages $tests clang clang-format libclang-rt-14-dev libomp-dev cppcheck
    pybind11-dev python3-dev mypy" ;;
esac

missing=""
for package in $packages; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root=sudo

echo "installing:$missing"
$as_root apt-get update
# shellcheck disable=SC2086  # one word per package
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing
