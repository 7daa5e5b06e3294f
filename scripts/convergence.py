#!/usr/bin/env python3
"""Writes the tables of docs/dev/convergence.md, N_eff against every refinement, and one of docs/accuracy.md, N_eff
against the published values.

Usage: scripts/convergence.py [PROGRAM]        (default: build/bin/qke-decouple; takes some minutes)
"""
import json
import math
import subprocess
import sys
import tempfile

from tables import ROOT, replace_table

PAGE = "dev/convergence.md"

# name, settings, published N_eff and its source
CASES = [
    ("boltzmann, e3", ["run.scheme=boltzmann"], 3.04340, "[FPV20] table 1"),
    ("boltzmann, e3, without ν–ν", ["run.scheme=boltzmann", "collisions.neutrino_neutrino=none"], 3.04263,
     "[B21]"),
    ("boltzmann, no QED", ["run.scheme=boltzmann", "plasma.qed=none"], 3.0340, "[B21]"),
    ("atao, e3", ["run.scheme=atao"], 3.04398, "[FPV20], NEVO"),
    ("atao, e2", ["run.scheme=atao", "plasma.qed=e2"], 3.04493, "NEVO"),
    ("atao, no QED", ["run.scheme=atao", "plasma.qed=none"], 3.03465, "NEVO"),
    ("atao, e3, no matter term", ["run.scheme=atao", "mean_field.matter=false"], 3.04407, "[FPV20]"),
    ("atao, e3, δ = 1.36π", ["run.scheme=atao", "mixing.delta_cp_rad=4.272566009"], 3.04397, "[FPV20]"),
    ("atao, e3, inverted", ["run.scheme=atao", "mixing.dm2_31_eV2=-2.46e-3"], None, "IH − NH = 5e-6 [FPV20]"),
    ("qke, e3", ["run.scheme=qke"], 3.04398, "[FPV20], NEVO"),
    ("qke, e3, inverted", ["run.scheme=qke", "mixing.dm2_31_eV2=-2.46e-3"], None, "IH − NH = 5e-6 [FPV20]"),
]

BASE = {"grid.nodes": 48, "grid.y_max": 24, "integrator.relative_tolerance": 1e-7,
        "integrator.absolute_tolerance": 1e-10}
REFINEMENTS = [
    ("step halved", {"grid.nodes": 96}),
    ("y_max 24 → 30", {"grid.nodes": 60, "grid.y_max": 30}),
    ("tolerances / 10", {"integrator.relative_tolerance": 1e-8, "integrator.absolute_tolerance": 1e-11}),
]

# The study: what else is varied one at a time, around a fine run of scheme atao.
FINE = {"run.scheme": "atao", "grid.nodes": 80, "grid.y_max": 32, "integrator.relative_tolerance": 1e-9,
        "integrator.absolute_tolerance": 1e-12}
STEPS = [(20, 20), (24, 20), (30, 20), (40, 20), (60, 20), (80, 20), (120, 20), (160, 20)]
FINAL = [(40, 40), (80, 40), (160, 40)]
RANGES = [16, 18, 20, 22, 24, 28, 32, 40]
TOLERANCES = [(1e-5, 1e-8), (1e-6, 1e-9), (1e-7, 1e-10), (1e-8, 1e-11), (1e-9, 1e-12), (1e-10, 1e-13)]
ORDERS, MOST_STEPS = [2, 3, 5], 5000
STARTS = [10, 15, 20, 30, 40, 50]
ENDS = [0.1, 0.05, 0.03, 0.02, 0.01, 0.005]


def run(program, settings):
    with tempfile.TemporaryDirectory() as folder:
        overrides = [word for setting in settings for word in ("--set", setting)]
        command = [program, str(ROOT / "configs/standard.toml"), "--json", "--quiet", "-o", folder + "/run.h5"]
        print(*overrides[1::2], file=sys.stderr)
        return json.loads(subprocess.run(command + overrides, check=True, capture_output=True).stdout)


def settings_of(values):
    return [f"{key}={value}" for key, value in values.items()]


def published_and_refinements(program):
    rows, refined = [], []
    off = ["run.error_estimate=off"]
    for name, settings, published, source in CASES:
        base = run(program, settings + settings_of(BASE) + off)
        difference = "" if published is None else f"{base['N_eff'] - published:+.1e}"
        z_nu = ", ".join(f"{value:.6f}" for value in base["z_nu"])
        shown = "" if published is None else f"{published:.5f}"
        rows.append([name, f"{base['N_eff']:.6f}", shown, difference, source, f"{base['z']:.6f}", z_nu])
        changes = [f"{run(program, settings + settings_of(BASE | change) + off)['N_eff'] - base['N_eff']:+.1e}"
                   for _, change in REFINEMENTS]
        refined.append([name, f"{base['N_eff']:.6f}", *changes])
    replace_table("accuracy.md", "published", rows)
    replace_table(PAGE, "refinements", refined)


def change_of(value, base):
    """A run that ends before the neutrinos have decoupled has no N_eff."""
    return "unknown" if value is None else f"{value - base:+.1e}"


def study(program):
    def N_eff(**changes):
        values = FINE | {key.replace("__", "."): value for key, value in changes.items()}
        return run(program, settings_of(values) + ["run.error_estimate=off"])["N_eff"]

    found = [N_eff(grid__nodes=nodes, grid__y_max=y_max) for nodes, y_max in STEPS]
    replace_table(PAGE, "steps", [[str(nodes), f"{y_max / nodes:.3f}", f"{value:.7f}", f"{value - found[-1]:+.1e}"]
                                  for (nodes, y_max), value in zip(STEPS, found)])

    coarse, middle, fine = (N_eff(grid__nodes=nodes, grid__y_max=y_max) for nodes, y_max in FINAL)
    order = math.log2((coarse - middle) / (middle - fine))
    limit = fine + (fine - middle) / (2**order - 1)
    second = fine + (fine - middle) / 3
    rows = [[f"{nodes}, {y_max}", f"{value:.7f}"] for (nodes, y_max), value in zip(FINAL, (coarse, middle, fine))]
    rows += [["order", f"{order:.2f}"], ["extrapolated with this order", f"{limit:.7f}"],
             ["extrapolated with order 2", f"{second:.7f}"]]
    replace_table(PAGE, "limit", rows)

    reference = N_eff(grid__nodes=80, grid__y_max=40)
    replace_table(PAGE, "ranges", [[str(y_max), f"{value:.7f}", f"{value - reference:+.1e}"] for y_max in RANGES
                                   for value in [N_eff(grid__nodes=2 * y_max, grid__y_max=y_max)]])
    values = [(rt, at, N_eff(integrator__relative_tolerance=rt, integrator__absolute_tolerance=at))
              for rt, at in TOLERANCES]
    qke = [N_eff(run__scheme="qke", grid__nodes=40, grid__y_max=24, integrator__relative_tolerance=rt,
                 integrator__absolute_tolerance=at) for rt, at in TOLERANCES[:-1]]
    rows = []
    for n, (rt, at, value) in enumerate(values):
        other = [f"{qke[n]:.7f}", f"{qke[n] - qke[-1]:+.1e}"] if n < len(qke) else ["", ""]
        rows.append([f"{rt:g}, {at:g}", f"{value:.7f}", f"{value - values[-1][2]:+.1e}", *other])
    replace_table(PAGE, "tolerances", rows)
    base = N_eff()
    replace_table(PAGE, "starts", [[str(T), f"{N_eff(epoch__T_start_MeV=T) - base:+.1e}"] for T in STARTS])
    replace_table(PAGE, "ends", [[str(T), change_of(N_eff(epoch__T_end_MeV=T), base)] for T in ENDS])


def orders(program):
    """The largest order of the BDF method in scheme qke, where order 2 is the default."""
    rows = []
    for rt, at in TOLERANCES[:3]:
        for order in ORDERS:
            settings = settings_of({"run.scheme": "qke", "grid.nodes": 40, "grid.y_max": 20, "integrator.max_order": order,
                                    "integrator.relative_tolerance": rt, "integrator.absolute_tolerance": at,
                                    "integrator.max_steps": MOST_STEPS, "run.error_estimate": "off"})
            row = [f"{rt:g}, {at:g}", str(order)]
            for more in ([], ["mixing.dm2_31_eV2=-2.46e-3"]):
                try:
                    result = run(program, settings + more)
                    row += [str(result["steps"]), f"{result['N_eff']:.7f}"]
                except subprocess.CalledProcessError:
                    row += [f"more than {MOST_STEPS}", ""]
            rows.append(row)
    replace_table(PAGE, "orders", rows)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    study(program)
    orders(program)
    published_and_refinements(program)


if __name__ == "__main__":
    main()
