#!/usr/bin/env python3
"""Writes the table of docs/accuracy.md: dN_eff/dtheta for the input constants, by central differences.

Usage: scripts/sensitivities.py [PROGRAM]        (default: build/bin/qke-decouple; takes a minute)
"""
import math
import sys

from convergence import run
from tables import ROOT, replace_table

# Scheme atao; tolerances so tight that differences of N_eff are good to some 1e-9.
BASE = ["run.scheme=atao", "run.error_estimate=off", "grid.nodes=48", "grid.y_max=24",
        "integrator.relative_tolerance=1e-10", "integrator.absolute_tolerance=1e-13"]


def angle(key):
    """An angle in radians, varied through its sin^2."""
    return lambda theta: f"{key}={math.sin(theta) ** 2!r}"


def plain(key):
    return lambda value: f"{key}={value!r}"


def asin_sqrt(value):
    return math.asin(math.sqrt(value))


# name, central value, step, setting, uncertainty (1 sigma) as in PDG 2020
CONSTANTS = [
    ("θ12 (rad)", asin_sqrt(0.307), 0.05, angle("mixing.sin2_theta12"), 0.014),
    ("θ13 (rad)", asin_sqrt(0.0218), 0.02, angle("mixing.sin2_theta13"), 0.0024),
    ("θ23 (rad)", asin_sqrt(0.545), 0.05, angle("mixing.sin2_theta23"), 0.021),
    ("Δm²21 (eV²)", 7.53e-5, 1e-5, plain("mixing.dm2_21_eV2"), 1.8e-6),
    ("Δm²31 (eV²)", 2.53e-3, 3e-4, plain("mixing.dm2_31_eV2"), 3.4e-5),
    ("δ (rad)", 0.5, 0.5, plain("mixing.delta_cp_rad"), 0.5),
    ("ln G_F", 0.0, 0.01, lambda v: f"weak.G_F_per_GeV2={1.1663787e-5 * math.exp(v)!r}", 5e-7),
    ("s²_W", 0.23122, 0.005, plain("weak.sin2_theta_W"), 4e-5),
    ("ln m_W", 0.0, 0.05, lambda v: f"weak.m_W_GeV={80.379 * math.exp(v)!r}", 1.5e-4),
    ("ln (ν–e rates)", 0.0, 0.02, lambda v: f"extra.rate_scale={math.exp(v)!r}", None),
    ("ΔN_eff of dark radiation", 0.1, 0.1, plain("extra.dark_radiation_delta_Neff"), None),
]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    rows = []
    for name, value, step, setting, uncertainty in CONSTANTS:
        def slope(width):
            up, down = (run(program, BASE + [setting(value + sign * width)])["N_eff"] for sign in (1, -1))
            return (up - down) / (2 * width)

        wide, narrow = slope(step), slope(step / 2)
        best = narrow + (narrow - wide) / 3
        change = "" if uncertainty is None else f"{abs(best) * uncertainty:.0e}"
        sigma = "" if uncertainty is None else f"{uncertainty:g}"
        rows.append([name, f"{value:.5g}", f"{best:+.3e}", f"{abs(best - narrow):.0e}", sigma, change])
    replace_table("accuracy.md", "sensitivities", rows)


if __name__ == "__main__":
    main()
