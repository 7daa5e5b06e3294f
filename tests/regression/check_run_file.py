#!/usr/bin/python3
"""Checks that a run file keeps the contract of docs/output.md: check_run_file.py RUN.h5

Every dataset with its shape, type, units and dimensions, and nothing undocumented; with h5py, and with
xarray as well where it is installed. Prints one line per fault; the exit status is 1 if there is any.
"""

import sys

import h5py
import numpy as np

ROOT_TEXTS = ("kind Conventions title source program_version git_commit hdf5_version created_utc "
              "command_line history references status config instruction_set").split()
ROOT_INTEGERS = ("schema_version", "threads")

TEXT, INTEGER, REAL = "text", "integer", "real"

# name: (type, units, dimensions). A dataset named as its only dimension is that dimension's coordinate.
SUMMARY = {
    "flavour": (TEXT, "1", ["flavour"]),
    **{name: (TEXT, "1", []) for name in ("status", "scheme", "warnings")},
    **{name: (INTEGER, "1", []) for name in ("nodes", "steps", "rhs_evaluations")},
    **{name: (REAL, "1", []) for name in ("N_eff", "N_eff_neutrinos", "N_eff_error", "z", "xi_e_effective")},
    "sum_mnu_over_omega_h2_eV": (REAL, "eV", []),
    "wall_s": (REAL, "s", []),
    **{name: (REAL, "1", ["flavour"]) for name in ("z_nu", "z_nubar", "eta", "delta_rho", "n_nu")},
}
HISTORY = {
    "x": (REAL, "1", ["x"]),
    "flavour": (TEXT, "1", ["flavour"]),
    **{name: (REAL, "MeV", ["x"]) for name in ("T_cm", "T_gamma")},
    "time_s": (REAL, "s", ["x"]),
    "hubble": (REAL, "s^-1", ["x"]),
    **{name: (REAL, "MeV^4", ["x"]) for name in ("rho_gamma", "rho_e")},
    **{name: (REAL, "1", ["x"]) for name in ("z", "N_eff", "heating", "self_over_vacuum")},
    **{name: (REAL, "1", ["x", "flavour"]) for name in ("z_nu", "z_nubar", "eta")},
    **{name: (TEXT, "1", [name]) for name in ("mass_state", "pair")},
    "z_mass": (REAL, "1", ["x", "mass_state"]),
    "coherence": (REAL, "1", ["x", "pair"]),
}
MATRIX = ["x", "y", "flavour", "flavour_column", "part"]
SPECTRA = {
    **{name: (REAL, "1", [name]) for name in ("x", "y")},
    **{name: (TEXT, "1", [name]) for name in ("flavour", "flavour_column", "part", "mass_state")},
    **{name: (REAL, "1", MATRIX) for name in ("rho", "rhobar")},
    **{name: (REAL, "1", ["x", "y", "mass_state"]) for name in ("rho_mass", "rhobar_mass")},
}
CONTRACT = {"summary": SUMMARY, "history": HISTORY, "spectra": SPECTRA}
GROUPS = set(CONTRACT) | {"statistics"}

LABELS = {
    "flavour": ["e", "mu", "tau"],
    "flavour_column": ["e", "mu", "tau"],
    "pair": ["e_mu", "e_tau", "mu_tau"],
    "mass_state": ["nu_1", "nu_2", "nu_3"],
    "part": ["real", "imaginary"],
}


def check_root(file):
    expected = set(ROOT_TEXTS) | set(ROOT_INTEGERS)
    for name in sorted(expected ^ set(file.attrs)):
        yield f"/: attribute {name} is {'missing' if name in expected else 'not documented'}"
    for name in ROOT_TEXTS:
        if not isinstance(file.attrs.get(name, ""), str):
            yield f"/: attribute {name} is not a text of variable length"
    if file.attrs.get("kind") != "qke-decouple run" or file.attrs.get("schema_version") != 2:
        yield "/: not a run file of schema_version 2"
    if file.attrs.get("Conventions") != "CF-1.10 qke-decouple-1":
        yield "/: Conventions is not 'CF-1.10 qke-decouple-1'"
    for name in sorted(GROUPS ^ (set(file) - {"checkpoint"})):
        yield f"/{name}: is {'missing' if name in GROUPS else 'not documented'}"


def type_of(dataset):
    if h5py.check_string_dtype(dataset.dtype):
        return TEXT
    return {"<i8": INTEGER, "<f8": REAL}.get(dataset.dtype.str, dataset.dtype.str)


def check_dataset(group, name, expected):
    dataset = group[name]
    kind, units, dimensions = expected
    if type_of(dataset) != kind:
        yield f"{dataset.name}: type is {type_of(dataset)}, not {kind}"
    if dataset.attrs.get("units") != units:
        yield f"{dataset.name}: units is {dataset.attrs.get('units')!r}, not {units!r}"
    if dataset.ndim != len(dimensions):
        yield f"{dataset.name}: {dataset.ndim} dimensions instead of {len(dimensions)}"
    elif dimensions == [name]:
        if not h5py.h5ds.is_scale(dataset.id):
            yield f"{dataset.name}: is not a dimension scale"
    else:
        for axis, dimension in enumerate(dimensions):
            scales = list(dataset.dims[axis].values())
            if scales != [group[dimension]]:
                yield f"{dataset.name}: dimension {axis} is not {dimension}"
            elif dataset.shape[axis] != group[dimension].size:
                yield f"{dataset.name}: dimension {axis} and {dimension} differ in length"
    if name in LABELS and list(dataset.asstr()[:]) != LABELS[name]:
        yield f"{dataset.name}: the labels are not {', '.join(LABELS[name])}"


def check_group(group, contract):
    for name in sorted(set(contract) ^ set(group)):
        yield f"{group.name}/{name}: is {'missing' if name in contract else 'not documented'}"
    for name in sorted(set(contract) & set(group)):
        yield from check_dataset(group, name, contract[name])


def check_statistics(group):
    for name, dataset in group.items():
        if dataset.shape != () or type_of(dataset) not in (INTEGER, REAL):
            yield f"{dataset.name}: is not an integer or real scalar"
        units = "MeV" if dataset.name.endswith("_MeV") else "1"
        if dataset.attrs.get("units") != units:
            yield f"{dataset.name}: units is not {units!r}"


def check_long_names(file):
    faults = []

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and not item.attrs.get("long_name"):
            faults.append(f"/{name}: no long_name")

    file.visititems(visit)
    return faults


def check_values(file):
    """What holds for every run: finite numbers, an ordered clock and grid, Hermitian matrices."""
    if file.attrs["status"] != file["summary/status"].asstr()[()]:
        yield "/: attribute status differs from /summary/status"
    for path in ("history/x", "history/time_s", "spectra/x", "spectra/y"):
        if not np.all(np.diff(file[path][:]) > 0):
            yield f"/{path}: does not increase"
    for name in ("history", "spectra"):
        for dataset in file[name].values():
            if type_of(dataset) == REAL and not np.all(np.isfinite(dataset[()])):
                yield f"{dataset.name}: has a number that is not finite"
    for name in ("rho", "rhobar"):
        parts = file["spectra"][name][:]
        matrices = parts[..., 0] + 1j * parts[..., 1]
        if not np.allclose(matrices, matrices.conj().swapaxes(2, 3), rtol=0, atol=1e-12):
            yield f"/spectra/{name}: is not Hermitian"


def check_with_xarray(path):
    try:
        import xarray
    except ImportError:
        print("xarray is not installed: that part is left out")
        return
    engines = [engine for engine in ("h5netcdf", "netcdf4") if engine in xarray.backends.list_engines()]
    for engine in engines:
        for name, contract in CONTRACT.items():
            with xarray.open_dataset(path, engine=engine, group=name) as group:
                for variable, (_, _, dimensions) in contract.items():
                    if variable not in group.variables:
                        yield f"/{name}/{variable}: xarray with {engine} does not see it"
                    elif list(group[variable].dims) != dimensions:
                        found = ", ".join(group[variable].dims)
                        yield f"/{name}/{variable}: xarray with {engine} has dimensions {found}"


def faults_of(path):
    with h5py.File(path, "r") as file:
        faults = list(check_root(file))
        if not GROUPS <= set(file):
            return faults
        for name, contract in CONTRACT.items():
            faults += check_group(file[name], contract)
        faults += check_statistics(file["statistics"])
        faults += check_long_names(file)
        # The values, and other readers, only make sense where the structure is right.
        faults = faults or list(check_values(file))
    return faults or list(check_with_xarray(path))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_run_file.py RUN.h5")
    faults = faults_of(sys.argv[1])
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
