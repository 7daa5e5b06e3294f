#!/usr/bin/python3
"""qke_decouple.plot_run as a script: python -m qke_decouple plot does the same."""
import sys

from qke_package import module, run

if __name__ == "__main__":
    run("plot_run")
else:
    sys.modules[__name__] = module("plot_run")
