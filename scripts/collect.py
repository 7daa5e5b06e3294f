#!/usr/bin/python3
"""qke_decouple.collect as a script: python -m qke_decouple collect does the same."""
import sys

from qke_package import module

if __name__ == "__main__":
    module("collect").main()
else:
    sys.modules[__name__] = module("collect")
