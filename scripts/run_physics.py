"""qke_decouple.run_physics, for the scripts beside it."""
import sys

from qke_package import module

sys.modules[__name__] = module("run_physics")
