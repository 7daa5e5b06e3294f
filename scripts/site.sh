#!/bin/bash
# Makes a site of the pages in docs, with the reference of the Python package: FOLDER/html/index.html. Formulas become
# MathML, which browsers show without help. Sphinx comes from Python's registry (docs/site/requirements.txt); where that
# is not reached nothing is built, and this is said.
#     scripts/site.sh [FOLDER]    (default: build-site)
set -eu
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:-build-site}")

/usr/bin/python3 -m venv "$folder/venv"
if ! "$folder/venv/bin/pip" install --quiet -r docs/site/requirements.txt; then
  echo "site.sh: skipped: the site (Python's registry is not reached)"
  exit
fi
# A formula, a link or a docstring that cannot be read is an error.
"$folder/venv/bin/sphinx-build" -q -W --keep-going -d "$folder/doctrees" -c docs/site . "$folder/html"
echo '<meta http-equiv="refresh" content="0; url=docs/site/index.html">' > "$folder/html/index.html"
echo "$folder/html/index.html"
