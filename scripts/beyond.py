#!/usr/bin/python3
"""Writes the tables of decays and of low reheating in docs/beyond.md, that of sterile neutrinos in
docs/sterile.md, and the picture docs/images/reheating.png.

Usage: scripts/beyond.py [PROGRAM]        (default: build/bin/qke-decouple; takes five minutes)
"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from convergence import run
from tables import ROOT, replace_table

NO_ERROR = "run.error_estimate=off"
BASE = ["run.scheme=atao", NO_ERROR]
EQUAL = "[0.333333,0.333333,0.333333]"
THREE_FLAVOURS = 3.0439  # N_eff, docs/accuracy.md

DECAY = ["epoch.T_start_MeV=5.1101", "decay.mass_MeV=30", "decay.lifetime_s=0.1",
         "decay.energy_density_MeV4=100", "grid.y_max=24"]
DECAYS = {"all into e± and photons": ("[0,0,0]", "2.877"), "a third into each flavour": (EQUAL, "3.186")}

TEMPERATURES = [0.7, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 15]  # T_RH, MeV
TIGHT = ["integrator.relative_tolerance=1e-8", "integrator.absolute_tolerance=1e-11"]
CHANGES = {"H/Γ = 10 at the start": ["reheating.start_H_over_Gamma=10"],
           "H/Γ = 100": ["reheating.start_H_over_Gamma=100"],
           "48 nodes": ["grid.nodes=48"],
           "96 nodes": ["grid.nodes=96"],
           "tolerances ten times tighter": TIGHT}

FLAVOURS = {"ν_e": "U_e4_squared", "ν_μ": "U_mu4_squared", "ν_τ": "U_tau4_squared"}
SQUARED = [1e-5, 1e-4, 1e-3, 1e-2]


def decays(program):
    rows = []
    for name, (branching, published) in DECAYS.items():
        N_eff = [run(program, [f"run.scheme={scheme}", NO_ERROR, *DECAY, f"decay.branching={branching}",
                               f"grid.nodes={nodes}"])["N_eff"]
                 for scheme, nodes in (("atao", 24), ("atao", 96), ("boltzmann", 24))]
        rows.append([name, *(f"{value:.4f}" for value in N_eff), published])
    replace_table("beyond.md", "decay", rows)


def reheated(program, T_RH, *more, scheme="atao"):
    return run(program, [f"run.scheme={scheme}", NO_ERROR, f"reheating.T_RH_MeV={T_RH}", *more])["N_eff"]


# The particle's mass is 20 T_RH, so that its neutrinos stay on the grid.
def reheating(program):
    table = {"averaged oscillations": [reheated(program, T) for T in TEMPERATURES],
             "no oscillations": [reheated(program, T, scheme="boltzmann") for T in TEMPERATURES]}
    for percent in (1, 10):
        # They pass node after node in many steps: fewer nodes, which is worth 5e-5.
        more = [f"reheating.branching=[{percent / 300},{percent / 300},{percent / 300}]", "grid.nodes=48"]
        table[f"{percent} % into neutrinos"] = [reheated(program, T, f"reheating.mass_MeV={20 * T}", *more)
                                                for T in TEMPERATURES]
    replace_table("beyond.md", "reheating", [[f"{T:g}", *(f"{values[n]:.4f}" for values in table.values())]
                                             for n, T in enumerate(TEMPERATURES)])
    figure, axes = plt.subplots(figsize=(5.6, 3.6), constrained_layout=True)
    for (name, values), style in zip(table.items(), ("-", "--", "-.", ":")):
        axes.plot(TEMPERATURES, values, linestyle=style, label=name)
    axes.axhline(THREE_FLAVOURS, color="0.4", linewidth=0.8)
    axes.set(xscale="log", xlabel=r"$T_\mathrm{RH}$ (MeV)", ylabel=r"$N_\mathrm{eff}$",
             xlim=(TEMPERATURES[0], TEMPERATURES[-1]), ylim=(0, 3.3))
    axes.set_xticks([1, 2, 5, 10], ["1", "2", "5", "10"])
    axes.minorticks_off()
    axes.legend(frameon=False)
    figure.savefig(ROOT / "docs/images/reheating.png", dpi=150, metadata={"Software": None})


def reheating_changes(program):
    usual = {T: reheated(program, T) for T in (1, 5)}
    rows = [[name, *(f"{reheated(program, T, *change) - usual[T]:+.1e}" for T in usual)]
            for name, change in CHANGES.items()]
    coarse = ["grid.nodes=24", "grid.y_max=20", *TIGHT]
    full = [reheated(program, T, *coarse, scheme="qke") - reheated(program, T, *coarse) for T in usual]
    rows.append(["scheme qke, both with 24 nodes to y = 20 and these tolerances", *(f"{change:+.1e}" for change in full)])
    replace_table("beyond.md", "reheating changes", rows)


def sterile(program):
    rows = []
    for flavour, key in FLAVOURS.items():
        N_eff = [run(program, [*BASE, "sterile.number=1", "sterile.dm2_41_eV2=1.29", f"sterile.{key}={U:g}"])["N_eff"]
                 for U in SQUARED]
        rows.append([flavour, *(f"{value - THREE_FLAVOURS:.4f}" for value in N_eff)])
    replace_table("sterile.md", "sterile", rows)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    decays(program)
    reheating(program)
    reheating_changes(program)
    sterile(program)


if __name__ == "__main__":
    main()
