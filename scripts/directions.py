#!/usr/bin/python3
"""Writes the tables of runs with directions in docs/stability.md.

Usage: scripts/directions.py [PROGRAM]       (default: build/bin/qke-decouple; takes half an hour)
"""
import json
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
    with tempfile.TemporaryDirectory() as folder:
        command = [program, ROOT / "configs/standard.toml", "-o", f"{folder}/run.h5", "--quiet", "--json",
                   *(word for setting in BASE + settings for word in ("--set", setting))]
        result = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(result.stdout)


def rows_of(program):
    isotropic = {}
    for name, settings in CASES.items():
        row = [name]
        for ordering, dm2_31 in ORDERINGS.items():
            value = summary_of(program, [*EARLY, *settings, f"mixing.dm2_31_eV2={dm2_31}"])["N_eff"]
            isotropic.setdefault(ordering, value)
            row.append(f"{value:.6f} ({1e4 * (value - isotropic[ordering]):+.2f}e-4)")
        yield row


def asymmetric_rows_of(program):
    for name, settings in ASYMMETRIC_CASES.items():
        runs = [summary_of(program, [*settings, f"mixing.dm2_31_eV2={dm2_31}"]) for dm2_31 in ORDERINGS.values()]
        yield [name, *(f"{run['N_eff']:.6f}, {run['eta'][0]:.3e}" for run in runs)]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    replace_table("stability.md", "directions", list(rows_of(program)))
    replace_table("stability.md", "directions with asymmetries", list(asymmetric_rows_of(program)))


if __name__ == "__main__":
    main()
