#!/usr/bin/env python3
"""Compares the history of a run with a published table, and checks the energy balance of both.

The table has no header and a comma between columns: x, z, z_nu (e, mu, tau), heating, anything. For NEVO's see
docs/dev/convergence.md. Both are put to the same test: with a the scale factor and T_cm as everywhere in this program,
    d/dlna [a^4 (rho_plasma + rho_nu)] = a^4 (rho - 3 P)_plasma
from the table's own z and z_nu, and P(T) of photons, e+- and QED to order e^3. What is left over is given as
energy of neutrinos, in units of N_eff. Sterile states of the run are in its energy alone. The column `rate` compares
heating/(z - mean z_nu), which early on is the rate of energy exchange with the plasma.

Usage: scripts/compare_history.py RUN.h5 TABLE.csv        (needs numpy, scipy, h5py)
"""
import sys

import numpy as np
from scipy.interpolate import CubicSpline

from run_reader import ACTIVE, fail, open_or_fail

ELECTRON_MASS = 0.51099895
E2 = 4 * np.pi / 137.035999084
ONE_FLAVOUR = 7 * np.pi**2 / 120  # rho of nu and nubar over T_cm^4
Z_INSTANTANEOUS = (11 / 4) ** (1 / 3)


def scaled_pressure(tau):
    """P/T^4 of photons and e+-, with QED to order e^3 without the logarithm (docs/physics.md, "Plasma")."""
    t = np.linspace(0, 12, 1201)[:, None]
    u, eps = tau * np.sinh(t), tau * np.cosh(t)
    n = 2 / (np.exp(np.minimum(eps, 600)) + 1)
    weight = np.full_like(t, t[1, 0])
    weight[0] /= 2
    A, B = (weight * u**2 * n).sum(0), (weight * n).sum(0)
    ideal = (weight * u**4 * n).sum(0) / (3 * np.pi**2)
    I = 2 * A + tau**2 * B
    qed = -E2 / (12 * np.pi**2) * A - E2 / (8 * np.pi**4) * A**2 + E2**1.5 / (12 * np.pi**4) * I**1.5
    return np.pi**2 / 45 + ideal + qed


LN_TAU = np.linspace(np.log(0.005), np.log(100), 4001)
PRESSURE = CubicSpline(LN_TAU, scaled_pressure(np.exp(LN_TAU)))


def balance(x, z, z_nu):
    """What the energy has in excess of the balance, as Delta N_eff in the final normalisation."""
    s, ln_tau = np.log(x), np.log(x / z)
    G, dG = PRESSURE(ln_tau), PRESSURE(ln_tau, 1)
    pressure, energy = z**4 * G, z**4 * (3 * G - dG)  # over T_cm^4
    total = energy + ONE_FLAVOUR * (z_nu**4).sum(1)
    source = CubicSpline(s, energy - 3 * pressure)
    left = total - total[0] - np.array([source.integrate(s[0], value) for value in s])
    return left / ONE_FLAVOUR * (Z_INSTANTANEOUS / z[-1]) ** 4


def N_eff(z, z_nu):
    return (z_nu**4).sum() * (Z_INSTANTANEOUS / z) ** 4


def main():
    if len(sys.argv) != 3:
        fail("a run and a table are needed (see the first lines of this script). Give both.")
    with open_or_fail(sys.argv[1]) as file:
        history = file["history"]
        run = {name: history[name][:] for name in ("x", "z", "z_nu", "heating")}
    try:
        columns = np.loadtxt(sys.argv[2], delimiter=",", usecols=range(6))
    except (OSError, ValueError, IndexError) as error:
        fail(f"{sys.argv[2]} cannot be read ({error}). Give a table of six columns, with commas and without a header.")
    table = {"x": columns[:, 0], "z": columns[:, 1], "z_nu": columns[:, 2:5], "heating": columns[:, 5]}
    s = np.log(run["x"])
    balanced = run["z_nu"]
    run["z_nu"] = balanced[:, :ACTIVE]  # what the table has
    ours = {name: CubicSpline(s, run[name]) for name in ("z", "z_nu", "heating")}
    left_run, left_table = balance(run["x"], run["z"], balanced), balance(table["x"], table["z"], table["z_nu"])
    left_of_run = CubicSpline(s, left_run)
    inside = (table["x"] > run["x"][0]) & (table["x"] < run["x"][-1])
    print("table - run, in units of 1e-6 (z, z_nu: e, mu, tau) and relative (rate); balance as Delta N_eff")
    print("      x         z      z_e     z_mu    z_tau       rate   balance of table   of run")
    for wanted in (0.03, 0.05, 0.08, 0.12, 0.18, 0.25, 0.35, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 49):
        rows = np.flatnonzero(inside)
        n = rows[np.argmin(abs(np.log(table["x"][rows] / wanted)))]
        at = np.log(table["x"][n])
        dz, dz_nu = table["z"][n] - ours["z"](at), table["z_nu"][n] - ours["z_nu"](at)
        gap, own_gap = (z - z_nu.mean() for z, z_nu in ((table["z"][n], table["z_nu"][n]),
                                                        (ours["z"](at), ours["z_nu"](at))))
        rate = table["heating"][n] / gap / (ours["heating"](at) / own_gap) - 1
        print(f"{table['x'][n]:8.4f} {dz * 1e6:9.3f} " + " ".join(f"{v * 1e6:8.3f}" for v in dz_nu) +
              f" {rate:+10.2e} {left_table[n]:+14.2e} {left_of_run(at):+12.2e}")
    print(f"N_eff of the table {N_eff(table['z'][-1], table['z_nu'][-1]):.7f}, "
          f"of the run {N_eff(run['z'][-1], balanced[-1]):.7f}")


if __name__ == "__main__":
    main()
