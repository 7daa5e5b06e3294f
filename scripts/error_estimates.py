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
          ("atao", "e3", [], "high"),
          ("qke", "e3", [], "fast"), ("qke", "e3", [], "standard"),
          ("qke", "inverted", ["mixing.dm2_31_eV2=-2.46e-3"], "standard")]


def on_grid(scheme, nodes, y_max, precision, name="", settings=()):
    """A case on a grid of its own."""
    return (scheme, f"{name}{', ' if name else ''}{nodes} nodes to {y_max}",
            [*settings, f"grid.nodes={nodes}", f"grid.y_max={y_max}"], precision)


# Short and coarse grids, on which the errors by step and by range are large and may cancel.
CASES += [on_grid("atao", 20, 18, "fast"), on_grid("atao", 40, 20, "standard")]
CASES += [on_grid("atao", *grid) for grid in (
    (16, 16, "fast"), (40, 16, "fast"), (18, 18, "fast"), (22, 18, "fast"), (24, 18, "fast"), (30, 18, "standard"),
    (40, 18, "standard"), (30, 20, "fast"), (60, 20, "standard"), (20, 25, "fast"), (24, 24, "fast"), (32, 32, "standard"))]
CASES += [on_grid("atao", 21, 18, "fast", "no QED", ["plasma.qed=none"]),
          on_grid("atao", 20, 18, "standard", "without ν–ν", ["collisions.neutrino_neutrino=none"]),
          on_grid("atao", 20, 18, "fast", "ν–e rates × 2", ["extra.rate_scale=2.0"]),
          on_grid("atao", 24, 18, "fast", "ξ = 0.3", ["asymmetry.xi=[0.3,0.3,0.3]"]),
          on_grid("boltzmann", 20, 18, "standard"),
          on_grid("boltzmann", 24, 19, "fast", "ξ = (0.5, -0.2, 0)", ["asymmetry.xi=[0.5,-0.2,0.0]"]),
          ("boltzmann", "ξ = (1, 0, -1)", ["asymmetry.xi=[1.0,0.0,-1.0]"], "fast"),
          ("atao", "relative tolerance 1e-4", ["integrator.relative_tolerance=1e-4"], "fast"),
          on_grid("qke", 20, 18, "fast"), on_grid("qke", 30, 18, "standard"), on_grid("qke", 40, 20, "standard"),
          on_grid("qke", 24, 24, "fast"),
          ("qke", "relative tolerance 1e-5", ["integrator.relative_tolerance=1e-5"], "fast")]


def physics(settings):
    return [setting for setting in settings if not setting.startswith(("grid.", "integrator."))]


def truth_settings(scheme, settings):
    nodes = 80 if any(setting.startswith("asymmetry") for setting in settings) else TRUTH[scheme]
    return physics(settings) + [f"grid.nodes={nodes}", "grid.y_max=32",
                                "integrator.relative_tolerance=1e-9", "integrator.absolute_tolerance=1e-12",
                                "run.error_estimate=off"]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    truths, rows, honest = {}, [], True
    for scheme, name, settings, precision in CASES:
        key = (scheme, *physics(settings))
        if key not in truths:
            truths[key] = run(program, [f"run.scheme={scheme}"] + truth_settings(scheme, settings))["N_eff"]
        found = run(program, [f"run.scheme={scheme}", f"run.precision={precision}"] + settings)
        difference, error = found["N_eff"] - truths[key], found["N_eff_error"]
        good = abs(difference) <= error <= max(10 * abs(difference), 3e-6)
        honest &= good
        rows.append([f"{scheme}, {name}", precision, f"{found['N_eff']:.7f}", f"{difference:+.1e}", f"{error:.1e}",
                     "yes" if good else "no"])
        print(" | ".join(rows[-1]), flush=True)
    replace_table("convergence.md", "errors", rows)
    return 0 if honest else 1


if __name__ == "__main__":
    sys.exit(main())
