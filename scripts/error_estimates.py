#!/usr/bin/env python3
"""Compares N_eff_error with the true error, and writes the table in docs/convergence.md.

The truth is a run of the same physics on a grid of 160 nodes up to y = 32 (120 in scheme qke, 80 with
asymmetries) at tolerances 1e-9, 1e-12.

Usage: scripts/error_estimates.py [PROGRAM]        (default: build/bin/qke-decouple; takes some minutes)
"""
import sys

from convergence import run
from tables import ROOT, replace_table

TRUTH = {"atao": 160, "boltzmann": 160, "qke": 120}

# name, settings
PHYSICS = [
    ("e3", []),
    ("no QED", ["plasma.qed=none"]),
    ("e3+ln", ["plasma.qed=e3+ln"]),
    ("inverted", ["mixing.dm2_31_eV2=-2.46e-3"]),
    ("no matter term", ["mean_field.matter=false"]),
    ("without ν–ν", ["collisions.neutrino_neutrino=none"]),
    ("s²_W = 0.24", ["weak.sin2_theta_W=0.24"]),
    ("ν–e rates × 2", ["extra.rate_scale=2.0"]),
    ("ΔN_eff = 1 dark", ["extra.dark_radiation_delta_Neff=1.0"]),
    ("start at 10 MeV", ["epoch.T_start_MeV=10.0"]),
]
CASES = [("atao", name, settings, precision) for name, settings in PHYSICS for precision in ("fast", "standard")]
CASES += [("boltzmann", "e3", [], "fast"), ("boltzmann", "e3", [], "standard"),
          ("boltzmann", "without ν–ν", ["collisions.neutrino_neutrino=none"], "standard"),
          ("atao", "ξ = 0.3", ["asymmetry.xi=[0.3,0.3,0.3]"], "fast"),
          ("boltzmann", "ξ = (0.5, -0.2, 0)", ["asymmetry.xi=[0.5,-0.2,0.0]"], "fast"),
          ("atao", "20 nodes to 18", ["grid.nodes=20", "grid.y_max=18"], "fast"),
          ("atao", "40 nodes to 20", ["grid.nodes=40", "grid.y_max=20"], "standard"),
          ("atao", "e3", [], "high"),
          ("qke", "e3", [], "fast"), ("qke", "e3", [], "standard"),
          ("qke", "inverted", ["mixing.dm2_31_eV2=-2.46e-3"], "standard")]


def truth_settings(scheme, settings):
    nodes = 80 if any(setting.startswith("asymmetry") for setting in settings) else TRUTH[scheme]
    own = [setting for setting in settings if not setting.startswith("grid.")]
    return own + [f"grid.nodes={nodes}", "grid.y_max=32",
                  "integrator.relative_tolerance=1e-9", "integrator.absolute_tolerance=1e-12",
                  "run.error_estimate=off"]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    truths, rows, honest = {}, [], True
    for scheme, name, settings, precision in CASES:
        key = (scheme, *[s for s in settings if not s.startswith("grid.")])
        if key not in truths:
            truths[key] = run(program, [f"run.scheme={scheme}"] + truth_settings(scheme, settings))["N_eff"]
        found = run(program, [f"run.scheme={scheme}", f"run.precision={precision}"] + settings)
        difference, error = found["N_eff"] - truths[key], found["N_eff_error"]
        good = abs(difference) <= error <= max(10 * abs(difference), 3e-6)
        honest &= good
        rows.append([f"{scheme}, {name}", precision, f"{found['N_eff']:.7f}", f"{difference:+.1e}", f"{error:.1e}",
                     "yes" if good else "no"])
    replace_table("convergence.md", "errors", rows)
    return 0 if honest else 1


if __name__ == "__main__":
    sys.exit(main())
