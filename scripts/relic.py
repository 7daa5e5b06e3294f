#!/usr/bin/python3
"""Writes the table of N_eff by the mass of a relic in docs/beyond.md, and the picture docs/images/relic.png.

Usage: scripts/relic.py [PROGRAM]        (default: build/bin/qke-decouple; takes a minute)
"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from convergence import run
from tables import ROOT, replace_table

# Degrees of freedom and statistics, as [relic] takes them.
PARTICLES = {"real scalar": (1, "boson"), "Majorana fermion": (2, "fermion"), "vector": (3, "boson"), "Dirac fermion": (4, "fermion")}
MASSES = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30]  # MeV
IN_TABLE = [0.1, 0.3, 0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30]
BASE = ["run.scheme=atao"]
PLANCK = 2.99, 0.17  # N_eff, one sigma [PLANCK18]


def settings(mass, degrees, statistics):
    # At the end the relic is gone: e^{-24} and less is left.
    return [*BASE, f"relic.mass_MeV={mass}", f"relic.degrees={degrees}", f"relic.statistics={statistics}",
            f"epoch.T_end_MeV={min(0.01, mass / 35):.6f}"]


def draw(N_eff, standard):
    figure, axes = plt.subplots(figsize=(6.6, 3.6), constrained_layout=True)
    axes.axhspan(PLANCK[0] - 2 * PLANCK[1], PLANCK[0] + 2 * PLANCK[1], color="0.9", label="Planck, 2σ")
    axes.axhline(standard, color="0.4", linewidth=0.8, linestyle=":")
    for (name, values), style in zip(N_eff.items(), ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)))):
        axes.plot(MASSES, values, linestyle=style, label=name)
    axes.set(xscale="log", xlabel="mass (MeV)", ylabel=r"$N_\mathrm{eff}$", xlim=(MASSES[0], MASSES[-1]))
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    figure.savefig(ROOT / "docs/images/relic.png", dpi=150, metadata={"Software": None})


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    results = {name: [run(program, settings(mass, *particle)) for mass in MASSES] for name, particle in PARTICLES.items()}
    standard = run(program, BASE)["N_eff"]
    largest = max(result["N_eff_error"] for of_one in results.values() for result in of_one)
    print(f"largest N_eff_error: {largest:.1e}", file=sys.stderr)
    rows = [[f"{mass:g}", *(f"{results[name][MASSES.index(mass)]['N_eff']:.4f}" for name in PARTICLES)] for mass in IN_TABLE]
    replace_table("beyond.md", "relic", rows)
    draw({name: [result["N_eff"] for result in of_one] for name, of_one in results.items()}, standard)


if __name__ == "__main__":
    main()
