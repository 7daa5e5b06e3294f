#!/usr/bin/python3
"""Writes the tables of asymmetries beside a sterile state in docs/sterile.md: runs with m_4 < m_1 by their
grids and tolerances, and for m_4 > m_1 where the asymmetry runs away, by the number of nodes of a uniform grid.

Usage: scripts/sterile_asymmetry.py [PROGRAM]    (default: build/bin/qke-decouple; takes an hour)
       scripts/sterile_asymmetry.py --runaway    (that table alone, which needs no program; a few seconds)

The model of the second: no collisions and adiabatic oscillations. All flavours start with the same degeneracy
parameter xi, and nu_e mixes with nu_s. In units of sqrt(2) G_F T^3/(2 pi^2) the asymmetry is
X = 2 a_e + a_mu + a_tau, a_alpha = int dy y^2 (f_alpha - fbar_alpha). Neutrinos of momentum y are in resonance
where y X = R(T), R = Delta m^2/(2 T) in these units, which grows as 1/T^4. With the momentum q in resonance,
X(q) is explicit: the share of nu_s in each momentum depends on y/q alone.
"""
import sys

import numpy as np

from convergence import run
from tables import ROOT, replace_table

G_F = 1.1663787e-11  # MeV^-2
DM2 = 1.29e-12  # MeV^2
Y_MAX = 20.0
NODES = (24, 48, 96, 192, 768)
RESONANCES = np.geomspace(0.01, 60.0, 4000)  # q
SQUARED = (1e-2, 1e-3)  # |U_e4|^2
DEGENERACIES = (0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 1.0)  # xi

BASE = ["run.precision=fast", "sterile.number=1", "sterile.dm2_41_eV2=-1.29", "grid.y_max=20"]
TIGHTER = ["integrator.relative_tolerance=1e-5", "integrator.absolute_tolerance=1e-6"]
# xi, |U_e4|^2, nodes, MeV below which oscillations are averaged (0: the default), other settings
RUNS = [(0.01, 0.01, 16, 1.3, []), (0.01, 0.01, 24, 1.3, []), (0.01, 0.01, 32, 1.3, []),
        (0.01, 0.01, 16, 1.3, TIGHTER), (0.01, 0.01, 16, 0, []), (0.01, 0.01, 16, 0.8, []),
        (0.001, 0.01, 16, 1.3, []), (0.001, 0.01, 24, 1.3, []), (0.1, 0.01, 16, 1.3, []), (0.1, 0.01, 24, 1.3, []),
        (0.01, 0.001, 16, 1.3, []), (0.01, 0.001, 24, 1.3, [])]


def asymmetry(xi, squared, nodes):
    """X(q) of all q."""
    step = Y_MAX / nodes
    y = step * np.arange(1, nodes + 1)
    weight = step * y**2
    f, fbar = 1.0 / (np.exp(y - xi) + 1.0), 1.0 / (np.exp(y + xi) + 1.0)
    cosine = 1.0 - 2.0 * squared  # of twice the vacuum mixing angle
    sine = np.sqrt(1.0 - cosine**2)

    # Share of nu_s in the state that nu_e, or nubar_e, begins in, for the difference of energies `gap`.
    def share(gap):
        return 0.5 * (1.0 - gap / np.hypot(gap, sine / y))

    total = []
    for q in RESONANCES:
        nu_e, nubar_e = f * (1.0 - share(1.0 / q - cosine / y)), fbar * (1.0 - share(1.0 / q + cosine / y))
        total.append(np.sum(weight * (2.0 * (nu_e - nubar_e) + 2.0 * (f - fbar))))
    return np.array(total)


def runaways(xi, squared, nodes):
    """T in MeV where y X stops growing with y, each with more y X than the one before."""
    yX = RESONANCES * asymmetry(xi, squared, nodes)
    unit = DM2 * 2.0 * np.pi**2 / (2.0 * np.sqrt(2.0) * G_F)
    found, largest = [], 0.0
    for before, here, after in zip(yX, yX[1:], yX[2:]):
        if before < here >= after and here > largest:
            found.append((unit / here) ** 0.25)
            largest = here
    return found


def table_of_runaways():
    rows = []
    for squared in SQUARED:
        for xi in DEGENERACIES:
            cells = []
            for nodes in NODES:
                found = runaways(xi, squared, nodes)
                cells.append(", ".join(f"{T:.3f}" for T in found) or "none")
            rows.append([f"{squared:g}", f"{xi:g}", *cells])
    replace_table("sterile.md", "runaway", rows)


def table_of_runs(program):
    rows = []
    for xi, squared, nodes, averaged, more in RUNS:
        result = run(program, [*BASE, f"asymmetry.xi=[{xi},{xi},{xi}]", f"sterile.U_e4_squared={squared}",
                               f"grid.nodes={nodes}", f"run.average_below_MeV={averaged}", *more])
        rows.append([f"{xi:g}", f"{squared:g}", f"{nodes}{', tolerances / 10' if more else ''}", f"{averaged or 1:g}",
                     f"{result['steps']}", f"{result['N_eff']:.4f}", f"{result['eta'][3]:.4f}".replace("-", "−")])
    replace_table("sterile.md", "grown", rows)


def main():
    table_of_runaways()
    if sys.argv[1:] != ["--runaway"]:
        table_of_runs(sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple"))


if __name__ == "__main__":
    main()
