#!/usr/bin/python3
"""Writes the table of growth rates in docs/stability.md, and the picture docs/images/stability.png.

Usage: scripts/stability.py [PROGRAM]        (default: build/bin/qke-decouple; takes a minute)
"""
import json
import subprocess
import sys
import tempfile

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from tables import ROOT, replace_table

ELECTRON_MASS = 0.51099895  # MeV
ORDERINGS = {"normal": 2.53e-3, "inverted": -2.53e-3}  # dm2_31 in eV^2
POINTS = 77
IN_TABLE = [8.1, 6.0, 4.85, 4.0, 2.9, 2.0, 1.34, 0.8, 0.5, 0.35, 0.28]  # MeV: the nearest slices
NAMES = {0: "l = 0", 1: "l = 1"}


def growth_of(program, dm2_31):
    """T_cm in MeV, growth over H and number of modes of each slice and multipole."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/run.h5"
        settings = ["run.scheme=atao", "run.error_estimate=off", f"output.spectra_points={POINTS}",
                    f"mixing.dm2_31_eV2={dm2_31}"]
        subprocess.run([program, ROOT / "configs/standard.toml", "-o", file, "--quiet", "--json",
                        *(word for setting in settings for word in ("--set", setting))], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        result = subprocess.run([program, "--stability", file, "--json"], check=True, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL)
    stability = {name: np.array(values, dtype=float) for name, values in json.loads(result.stdout).items()}
    return ELECTRON_MASS / stability["x"], stability["growth_over_hubble"], stability["count"]


def cell(growth, count):
    if np.isnan(growth):
        return "unknown"
    return f"{growth:.2e} ({count:.0f})" if growth > 0 else "stable"


def rows_of(results):
    T = results["normal"][0]
    for wanted in IN_TABLE:
        i = int(np.argmin(np.abs(np.log(T / wanted))))
        yield [f"{T[i]:.3g}", *(cell(growth[i, l], count[i, l]) for _, growth, count in results.values() for l in NAMES)]


def draw(results):
    figure, axes = plt.subplots(figsize=(6.6, 3.8), constrained_layout=True)
    for (ordering, (T, growth, _)), colour in zip(results.items(), ("C0", "C3")):
        for l, style in ((0, "--"), (1, "-")):
            axes.plot(T, np.where(growth[:, l] > 0, growth[:, l], np.nan), style, color=colour, label=f"{ordering}, {NAMES[l]}")
    axes.set(xscale="log", yscale="log", xlim=(12, 0.25), ylim=(1e3, 5e6), xlabel=r"$T_\mathrm{cm}$ (MeV)",
             ylabel="growth / H")
    axes.set_xticks([10, 5, 2, 1, 0.5, 0.3], ["10", "5", "2", "1", "0.5", "0.3"])
    axes.minorticks_off()
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(ROOT / "docs/images/stability.png", dpi=150, metadata={"Software": None})


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    results = {ordering: growth_of(program, dm2_31) for ordering, dm2_31 in ORDERINGS.items()}
    replace_table("stability.md", "growth", list(rows_of(results)))
    draw(results)


if __name__ == "__main__":
    main()
