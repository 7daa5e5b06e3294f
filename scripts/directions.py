#!/usr/bin/python3
"""Writes the tables of runs with directions in docs/stability.md.

Usage: scripts/directions.py [PROGRAM]       (default: build/bin/qke-decouple; takes a quarter of an hour)
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

from tables import ROOT, replace_table

BASE = ["run.scheme=qke", "run.error_estimate=off", "grid.nodes=24", "grid.y_max=20", "output.spectra_points=2"]
EARLY = ["epoch.T_start_MeV=9"]
ORDERINGS = {"normal": 2.53e-3, "inverted": -2.53e-3}  # dm2_31 in eV^2
CASES = {
    "isotropic, without J": [],
    "isotropic, with J, attenuation 3000": ["mean_field.self=on", "directions.seed=0", "directions.attenuation=3000"],
    "2 directions": ["directions.number=2"],
    "4 directions": ["directions.number=4"],
    "6 directions": ["directions.number=6"],
    "2 directions, seed 1e-6": ["directions.number=2", "directions.seed=1e-6"],
    "2 directions, seed 1e-12": ["directions.number=2", "directions.seed=1e-12"],
    "2 directions, attenuation 20": ["directions.number=2", "directions.attenuation=20"],
    "2 directions, attenuation 50": ["directions.number=2", "directions.attenuation=50"],
    "2 directions, attenuation 100": ["directions.number=2", "directions.attenuation=100"],
    "2 directions, attenuation 300": ["directions.number=2", "directions.attenuation=300"],
    "2 directions, attenuation 3000": ["directions.number=2", "directions.attenuation=3000"],
    "2 directions, 40 nodes": ["directions.number=2", "grid.nodes=40"],
}

SLOWED = ["asymmetry.xi=[0.001,-0.001,0]", "directions.number=2", "directions.attenuation=100"]
ASYMMETRIC_CASES = {
    "isotropic": ["asymmetry.xi=[0.001,-0.001,0]"],
    "2 directions, seed 0": [*SLOWED, "directions.seed=0"],
    "2 directions": SLOWED,
    "2 directions, attenuation 300": [*SLOWED[:2], "directions.attenuation=300"],
}


def summary_of(program, settings):
    keys = dict(setting.split("=", 1) for setting in BASE + settings)  # the last value counts
    with tempfile.TemporaryDirectory() as folder:
        command = [program, ROOT / "configs/standard.toml", "-o", f"{folder}/run.h5", "--quiet", "--json", "--threads", "1",
                   *(word for key, value in keys.items() for word in ("--set", f"{key}={value}"))]
        result = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(result.stdout)


def runs_of(start, cases, common):
    """{name: [summary of each ordering]}"""
    return {name: [start([*common, *settings, f"mixing.dm2_31_eV2={dm2_31}"]) for dm2_31 in ORDERINGS.values()]
            for name, settings in cases.items()}


def rows_of(runs):
    isotropic = [future.result()["N_eff"] for future in next(iter(runs.values()))]
    for name, futures in runs.items():
        values = [future.result()["N_eff"] for future in futures]
        yield [name, *(f"{value:.6f} ({1e4 * (value - first):+.2f}e-4)" for value, first in zip(values, isotropic))]


def asymmetric_rows_of(runs):
    for name, futures in runs.items():
        yield [name, *(f"{run['N_eff']:.6f}, {run['eta'][0]:.3e}" for run in (future.result() for future in futures))]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        def start(settings):
            return workers.submit(summary_of, program, settings)

        asymmetric, symmetric = runs_of(start, ASYMMETRIC_CASES, []), runs_of(start, CASES, EARLY)
        for marker, rows in (("directions with asymmetries", asymmetric_rows_of(asymmetric)), ("directions", rows_of(symmetric))):
            finished = []
            for row in rows:
                finished.append(row)
                print(" | ".join(row), flush=True)
            replace_table("stability.md", marker, finished)


if __name__ == "__main__":
    main()
