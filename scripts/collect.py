#!/usr/bin/python3
"""qke_decouple.collect as a script: python -m qke_decouple collect does the same."""
import sys

from qke_package import module, run

if __name__ == "__main__":
    run("collect")
else:
    sys.modules[__name__] = module("collect")
