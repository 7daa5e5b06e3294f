#!/usr/bin/env python3
"""Convergence of runs with lepton asymmetries, and schemes against one another: writes the tables of docs/asymmetries.md.

Usage: scripts/asymmetry_study.py [PROGRAM]        (default: build/bin/qke-decouple; needs h5py and numpy)
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

from tables import ROOT, replace_table

PAGE = "asymmetries.md"

GRID = ["grid.nodes=20", "grid.y_max=20"]
CHANGES = [
    ("", []),
    ("30 nodes", ["grid.nodes=30"]),
    ("30 nodes to y = 24", ["grid.nodes=30", "grid.y_max=24"]),
    ("start at 15 MeV", ["epoch.T_start_MeV=15"]),
    ("averaged below 3 MeV", ["run.average_below_MeV=3"]),
    ("averaged below 2.6 MeV", ["run.average_below_MeV=2.6"]),
]
# xi_e, xi_mu, xi_tau, and xi_e of COFLASY-M (docs/physics.md)
AVERAGED = [((0, 0.920877, -0.920877), -0.0251), ((0.410664, 0.690140, -1.030310), 0.2333),
            ((-1.024834, 0.718368, 0.372718), 0.0053)]


class Run:
    """The numbers of one run."""

    def __init__(self, program, scheme, xi, settings):
        # The last value given counts.
        keys = dict(setting.split("=", 1) for setting in
                    [f"run.scheme={scheme}", f"asymmetry.xi={list(map(float, xi))}".replace(" ", ""), *GRID, *settings])
        with tempfile.TemporaryDirectory() as folder:
            configuration = pathlib.Path(folder, "study.toml")
            configuration.write_text("")
            command = [program, configuration, "-o", f"{folder}/run.h5", "--quiet", "--json"]
            for key, value in keys.items():
                command += ["--set", f"{key}={value}"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            with h5py.File(f"{folder}/run.h5") as file:
                self.N_eff, self.eta = file["summary/N_eff"][()], file["summary/eta"][:]
                self.steps = file["summary/steps"][()]
                self.history = file["history/eta"][:]
                statistics = file["statistics"]
                self.averaged = statistics["averaged_below_MeV"][()]
                self.mismatch = statistics["asymmetry_mismatch"][()]
                self.lepton_number = statistics["lepton_number"][()]


def numbers(values, unit):
    return ", ".join(f"{value / unit:.2f}" for value in values)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    rows = []
    for xi, unit in ((0.01, 1e-5), (0.3, 1e-4)):
        for scheme in ("qke", "atao-jv"):
            tighter = "integrator.relative_tolerance=1e-5" if scheme == "qke" else "integrator.relative_tolerance=1e-7"
            absolute = f"integrator.absolute_tolerance={1e-6 * xi if scheme == 'qke' else 1e-8 * xi:.0e}"
            for change, settings in CHANGES + [("tolerances / 10, averaged below 2.6 MeV",
                                                [tighter, absolute, "run.average_below_MeV=2.6"])]:
                run = Run(program, scheme, (xi, -xi, 0), settings)
                rows.append([f"{scheme}, ξ = {xi}", change, f"{run.N_eff:.6f}", numbers(run.eta, unit),
                             f"{run.averaged:.2f}", str(run.steps), f"{run.lepton_number:.0e}"])
                print(" | ".join(rows[-1]), flush=True)
    replace_table(PAGE, "convergence", rows)

    rows = []
    for xi, below in ((0.01, 2.6), (0.3, 2.6)):
        runs = [Run(program, scheme, (xi, -xi, 0), [f"run.average_below_MeV={below}"]) for scheme in ("qke", "atao-jv")]
        difference = np.abs(runs[0].history - runs[1].history).max() / np.abs(runs[0].history[0]).max()
        rows.append([str(xi), str(below), f"{difference:.1e}", f"{runs[1].N_eff - runs[0].N_eff:+.1e}",
                     f"{runs[1].mismatch:.1e}", f"{runs[0].steps}, {runs[1].steps}"])
        print(" | ".join(rows[-1]), flush=True)
    replace_table(PAGE, "schemes", rows)

    rows = []
    for xi, published in AVERAGED:
        row = [", ".join(map(str, xi)), f"{published:.4f}"]
        eta = Run(program, "atao-jv", xi, ["epoch.T_end_MeV=1.5"]).eta[0]
        roots = np.roots([1 / np.pi**2, 0, 1, -6 * eta])
        row.append(f"{roots[np.abs(roots.imag) < 1e-9].real[0]:.4f}")
        rows.append(row)
        print(" | ".join(rows[-1]), flush=True)
    replace_table(PAGE, "averaged", rows)


if __name__ == "__main__":
    main()
