#!/usr/bin/python3
"""qke_decouple.export_run as a script: python -m qke_decouple export does the same."""
import sys

from qke_package import module, run

if __name__ == "__main__":
    run("export_run")
else:
    sys.modules[__name__] = module("export_run")
