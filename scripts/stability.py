#!/usr/bin/python3
"""Writes the tables of growth rates in docs/stability.md, and the pictures docs/images/stability.png (both orderings)
and docs/images/stability-asymmetries.png.

Usage: scripts/stability.py [--runs FOLDER] [--only standard|waves|asymmetries] [PROGRAM]
                                                     (default: build/bin/qke-decouple; takes ten minutes)
With --runs the runs are kept in FOLDER, and taken from there where they are.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from tables import ROOT, replace_table

ELECTRON_MASS = 0.51099895  # MeV
ORDERINGS = {"normal": 2.53e-3, "inverted": -2.53e-3}  # dm2_31 in eV^2
ASYMMETRIES = [0.01, 0.1, 0.3]  # xi of nu_e, and less that of nu_mu
STANDARD = ["run.scheme=atao", "output.spectra_points=77"]
RESOLVED = ["run.scheme=qke", "grid.nodes=20", "grid.y_max=20", "epoch.T_end_MeV=1.3", "output.spectra_points=40"]
IN_TABLE = [8.1, 6.0, 4.85, 4.0, 2.9, 2.0, 1.34, 0.8, 0.5, 0.35, 0.28]  # MeV: the nearest slices
IN_TABLE_OF_WAVES = [6.0, 2.0, 0.8]
IN_TABLE_OF_ASYMMETRIES = [19, 15, 12, 9, 7, 5, 4, 3.5, 3, 2.6, 2.3, 2, 1.7, 1.5, 1.3]
NAMES = {0: "l = 0", 1: "l = 1"}
WAVES = ["longitudinal", "transverse"]


class Analyses:
    """Runs, and the analyses of their stability."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def run(self, name, settings):
        file = self.folder / f"{name}.h5"
        if not file.exists():
            words = [word for setting in [*settings, "run.error_estimate=off"] for word in ("--set", setting)]
            subprocess.run([self.program, ROOT / "configs/standard.toml", "-o", file, "--quiet", *words], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return file

    def of(self, name, settings, *analysis):
        """The rows of /stability by their names; T_cm in MeV besides."""
        words = [word for setting in analysis for word in ("--set", setting)]
        result = subprocess.run([self.program, "--stability", self.run(name, settings), "--json", *words], check=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        rows = {row: np.array(values, dtype=float) for row, values in json.loads(result.stdout).items()}
        return {"T_cm": ELECTRON_MASS / rows["x"], **rows}

    def standard(self, ordering, *analysis):
        return self.of(f"standard-{ordering}", [*STANDARD, f"mixing.dm2_31_eV2={ORDERINGS[ordering]}"], *analysis)

    def asymmetric(self, ordering, xi):
        settings = [*RESOLVED, f"asymmetry.xi=[{xi},-{xi},0]", f"mixing.dm2_31_eV2={ORDERINGS[ordering]}"]
        return self.of(f"asymmetric-{xi}-{ordering}", settings)


def nearest(T, wanted):
    return int(np.argmin(np.abs(np.log(T / wanted))))


def cell(growth, count=None):
    if np.isnan(growth):
        return "unknown"
    return (f"{growth:.2e}" + (f" ({count:.0f})" if count is not None else "")) if growth > 0 else "stable"


def positive(growth):
    return np.where(growth > 0, growth, np.nan)


def save(figure, name):
    figure.savefig(ROOT / f"docs/images/{name}.png", dpi=150, metadata={"Software": None})


def temperatures(axes, ticks):
    axes.set(xscale="log", yscale="log", xlabel=r"$T_\mathrm{cm}$ (MeV)")
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()


def write_standard(analyses):
    results = {ordering: analyses.standard(ordering) for ordering in ORDERINGS}
    T = results["normal"]["T_cm"]
    rows = [[f"{T[i]:.3g}", *(cell(result["growth_over_hubble"][i, l], result["count"][i, l])
                              for result in results.values() for l in NAMES)]
            for i in (nearest(T, wanted) for wanted in IN_TABLE)]
    replace_table("stability.md", "growth", rows)
    figure, axes = plt.subplots(figsize=(6.6, 3.8), constrained_layout=True)
    for (ordering, result), colour in zip(results.items(), ("C0", "C3")):
        for l, style in ((0, "--"), (1, "-")):
            axes.plot(result["T_cm"], positive(result["growth_over_hubble"][:, l]), style, color=colour,
                      label=f"{ordering}, {NAMES[l]}")
    temperatures(axes, [10, 5, 2, 1, 0.5, 0.3])
    axes.set(xlim=(12, 0.25), ylim=(1e3, 5e6), ylabel="growth / H")
    axes.legend(frameon=False, loc="lower right")
    save(figure, "stability")


def write_waves(analyses):
    """Growth by wave number, at the nearest of 20 slices."""
    results = {ordering: analyses.standard(ordering, "stability.modes=all", "stability.points=20")
               for ordering in ORDERINGS}
    T, k = results["normal"]["T_cm"], results["normal"]["k"]
    columns = [(result, nearest(T, wanted)) for result in results.values() for wanted in IN_TABLE_OF_WAVES]
    rows = [["0", *(cell(growth[i].max()) for growth, i in
                    ((result["growth_over_hubble"], i) for result, i in columns))]]
    for n, number in enumerate(k):
        for w, wave in enumerate(WAVES):
            rows.append([f"{number:.0e} {wave}", *(cell(result["growth_k"][i, n, w]) for result, i in columns)])
    replace_table("stability.md", "waves", rows)


def write_asymmetries(analyses):
    results = {(ordering, xi): analyses.asymmetric(ordering, xi) for ordering in ORDERINGS for xi in ASYMMETRIES}
    rows = []
    for wanted in IN_TABLE_OF_ASYMMETRIES:
        T = next(iter(results.values()))["T_cm"]
        i = nearest(T, wanted)
        cells = []
        for result in results.values():
            fastest, turning = np.nanmax(result["growth_over_hubble"][i]), result["turning_in_frame_over_hubble"][i]
            undecided = fastest > 0 and (turning >= fastest or result["nutation"][i] >= 0.1)
            cells.append(f"{cell(fastest)}{', undecided' if undecided else ''}; {turning:.1e}")
        rows.append([f"{T[i]:.3g}", *cells])
    replace_table("stability.md", "asymmetries", rows)
    figure, both = plt.subplots(1, 2, figsize=(8.2, 3.6), sharey=True, constrained_layout=True)
    for axes, ordering in zip(both, ORDERINGS):
        for xi, colour in zip([None, *ASYMMETRIES], ("C7", "C0", "C2", "C3")):
            result = results[ordering, xi] if xi else analyses.standard(ordering)
            axes.plot(result["T_cm"], positive(result["growth_over_hubble"].max(axis=1)), ".-", ms=4, color=colour,
                      label=rf"$\xi$ = ({xi}, −{xi}, 0)" if xi else "without asymmetry")
        temperatures(axes, [10, 5, 3, 2, 1.3])
        axes.set(xlim=(20, 1.25), ylim=(1e2, 3e6), title=f"{ordering} ordering")
    both[0].set_ylabel("growth / H")
    both[0].legend(frameon=False, loc="upper left", fontsize="small")
    save(figure, "stability-asymmetries")


PARTS = {"standard": write_standard, "waves": write_waves, "asymmetries": write_asymmetries}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/bin/qke-decouple"))
    parser.add_argument("--runs")
    parser.add_argument("--only", choices=PARTS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        analyses = Analyses(arguments.program, arguments.runs or temporary)
        for name, write in PARTS.items():
            if arguments.only in (None, name):
                write(analyses)


if __name__ == "__main__":
    main()
