#!/usr/bin/python3
"""qke_decouple.run_reader as a script: names damaged run files."""
import sys

from qke_package import module, run

if __name__ == "__main__":
    run("run_reader")
else:
    sys.modules[__name__] = module("run_reader")
