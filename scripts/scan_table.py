#!/usr/bin/python3
"""qke_decouple.scan_table as a script, for scan.sh: the rows of a scan that are not done."""
import sys

from qke_package import module, run

if __name__ == "__main__":
    run("scan_table")
else:
    sys.modules[__name__] = module("scan_table")
