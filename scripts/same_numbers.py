#!/usr/bin/env python3
"""Runs short forms of the shipped configurations, and of every scheme and mean field, with two programs and compares
all numbers of their files bit by bit (wall times apart): the guard of changes that move code without changing it.
Where numbers differ it says by how much, relative to the largest of their dataset.

Usage: scripts/same_numbers.py OLD_PROGRAM NEW_PROGRAM [CASE...]
"""
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

import numpy

from run_reader import h5py, open_run

ROOT = pathlib.Path(__file__).resolve().parent.parent

SHORT = ["grid.nodes=20", "grid.y_max=20"]
CP = ["mixing.delta_cp_rad=4.27"]

# name: (configuration, settings)
CASES = {
    "quick": ("quick.toml", []),
    "boltzmann": ("boltzmann.toml", ["run.precision=fast"]),
    "standard": ("standard.toml", ["run.precision=fast"]),
    "bbn": ("bbn.toml", ["run.precision=fast", "output.history_points=20"]),
    "asymmetry-equal": ("asymmetry-equal.toml", ["run.precision=fast"]),
    "asymmetry-small": ("asymmetry-small.toml", [*SHORT, "epoch.T_end_MeV=5"]),
    "asymmetry-large": ("asymmetry-large.toml", ["grid.nodes=24", "epoch.T_end_MeV=10"]),
    "atao-jv": ("asymmetry-small.toml", ["run.scheme=atao-jv", "grid.nodes=16", "epoch.T_end_MeV=0.5"]),
    "cp-phase": ("quick.toml", CP),
    "cp-phase-qke": ("standard.toml", ["run.precision=fast", "grid.nodes=24", *CP]),
    "averaged-later": ("asymmetry-small.toml", ["grid.nodes=16", "run.average_below_MeV=9", "epoch.T_end_MeV=1"]),
    "slow-pair": ("quick.toml", ["mixing.dm2_21_eV2=1e-12", "grid.nodes=20"]),
    "other-physics": ("quick.toml", ["plasma.muons=true", "plasma.qed=e2+ln", "extra.dark_radiation_delta_Neff=0.5",
                                     "extra.rate_scale=1.1", "mean_field.muons=on"]),
    "mean-fields": ("asymmetry-small.toml", ["grid.nodes=16", "grid.y_max=16", "epoch.T_end_MeV=8", "mean_field.eta_b=6e-10",
                                             "mean_field.neutrino_energy=true", "mean_field.self=on"]),
    "neutrino-energy": ("standard.toml", ["run.precision=fast", "grid.nodes=20", "mean_field.neutrino_energy=true"]),
    "no-nu-nu": ("quick.toml", ["collisions.neutrino_neutrino=none"]),
    "no-nu-e": ("quick.toml", ["collisions.neutrino_electron=none"]),
}


def run(program, case, path):
    configuration, settings = CASES[case]
    command = [program, str(ROOT / "configs" / configuration), "--quiet", "--threads", "1", "-o", str(path)]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} fails for {case} ({done.stderr.strip()}). Mend that first.")


def numbers(path):
    found = {}

    def add(name, item):
        if isinstance(item, h5py.Dataset) and not name.endswith("wall_s") and item.dtype.kind in "fi":
            found[name] = item[()]

    with open_run(path) as file:
        file.visititems(add)
    return found


def differences(old, new):
    for name in sorted(old.keys() | new.keys()):
        if name not in old or name not in new:
            yield f"{name} is in one file only"
            continue
        a, b = numpy.asarray(old[name]), numpy.asarray(new[name])
        if a.shape != b.shape:
            yield f"{name} has the shapes {a.shape} and {b.shape}"
        elif not numpy.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            largest = numpy.nanmax(numpy.abs(a))
            yield f"{name} {numpy.nanmax(numpy.abs(a - b)) / (largest or 1.0):.1e}"


def compare(old, new, case):
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / "old.h5", pathlib.Path(folder) / "new.h5"]
        for program, path in zip((old, new), paths):
            run(program, case, path)
        return list(differences(*map(numbers, paths)))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    old, new, *cases = sys.argv[1:]
    different = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        cases = cases or list(CASES)
        for case, found in zip(cases, pool.map(lambda case: compare(old, new, case), cases)):
            different += bool(found)
            print(f"{case}: {'; '.join(found) if found else 'the same'}", flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
