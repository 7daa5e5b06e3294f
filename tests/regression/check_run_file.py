#!/usr/bin/python3
"""Checks that a run file keeps the contract of docs/output.md: check_run_file.py RUN.h5

Every dataset with its shape, type, units and dimensions, and nothing undocumented; with h5py, and with
xarray as well where it is installed. Prints one line per fault; the exit status is 1 if there is any.
"""

import json
import pathlib
import sys

import h5py
import numpy as np

TEXT, INTEGER, REAL = "text", "integer", "real"

# What the program's tables say (unit/LayoutJson.IsTheFileOfTheScripts), {dataset: type, units, dimensions} and
# {attribute: type}. A dataset named as its only dimension is that dimension's coordinate.
LAYOUT = json.loads((pathlib.Path(__file__).parents[2] / "python/qke_decouple/run_layout.json").read_text(encoding="utf-8"))
CONTRACT, ATTRIBUTES = LAYOUT["groups"], LAYOUT["attributes"]
GROUPS = set(CONTRACT)
OPTIONAL_GROUPS = {name for name, rows in CONTRACT.items() if all(row["optional"] for row in rows.values())}


def attribute_type(value):
    """A text of fixed length is none that readers of netCDF take for one."""
    return TEXT if isinstance(value, str) else INTEGER if getattr(value, "dtype", None) == "<i8" else REAL


def check_root(file):
    for name in sorted(set(ATTRIBUTES) ^ set(file.attrs)):
        yield f"/: attribute {name} is {'missing' if name in ATTRIBUTES else 'not documented'}"
    for name in sorted(set(ATTRIBUTES) & set(file.attrs)):
        if attribute_type(file.attrs[name]) != ATTRIBUTES[name]:
            yield f"/: attribute {name} is not {ATTRIBUTES[name]}"
    for name in ("kind", "schema_version"):
        if file.attrs.get(name) != LAYOUT[name]:
            yield f"/: {name} is not {LAYOUT[name]}"
    if file.attrs.get("Conventions") != "CF-1.10 qke-decouple-1":
        yield "/: Conventions is not 'CF-1.10 qke-decouple-1'"
    for name in sorted((GROUPS - OPTIONAL_GROUPS - set(file)) | (set(file) - GROUPS - {"checkpoint"})):
        yield f"/{name}: is {'missing' if name in GROUPS else 'not documented'}"


def labels_of(file):
    """Those of as many states as /summary/flavour has; without it, of three."""
    states = file["summary/flavour"].size if "flavour" in file["summary"] else 3
    return LAYOUT["labels"].get(str(states), LAYOUT["labels"]["3"])


def type_of(dataset):
    if h5py.check_string_dtype(dataset.dtype):
        return TEXT
    return {"<i8": INTEGER, "<f8": REAL}.get(dataset.dtype.str, dataset.dtype.str)


def check_dataset(group, name, expected):
    dataset = group[name]
    kind, units, dimensions = (expected[key] for key in ("type", "units", "dimensions"))
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
    labels = labels_of(group.file)
    if name in labels and list(dataset.asstr()[:]) != labels[name]:
        yield f"{dataset.name}: the labels are not {', '.join(labels[name])}"


def check_group(group, contract):
    required = {name for name, row in contract.items() if not row["optional"]}
    for name in sorted((required - set(group)) | (set(group) - set(contract))):
        yield f"{group.name}/{name}: is {'missing' if name in contract else 'not documented'}"
    for name in sorted(set(contract) & set(group)):
        yield from check_dataset(group, name, contract[name])


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
            row = CONTRACT[name][dataset.name.rpartition("/")[2]]
            if type_of(dataset) == REAL and row["values"] != "may be NaN" and not np.all(np.isfinite(dataset[()])):
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
    with h5py.File(path, "r") as file:
        groups = set(file)
    engines = [engine for engine in ("h5netcdf", "netcdf4") if engine in xarray.backends.list_engines()]
    for engine in engines:
        for name, contract in CONTRACT.items():
            if name not in groups:
                continue
            with xarray.open_dataset(path, engine=engine, group=name) as group:
                for variable, row in contract.items():
                    if variable not in group.variables:
                        if not row["optional"]:
                            yield f"/{name}/{variable}: xarray with {engine} does not see it"
                    elif list(group[variable].dims) != row["dimensions"]:
                        found = ", ".join(group[variable].dims)
                        yield f"/{name}/{variable}: xarray with {engine} has dimensions {found}"


def faults_of(path):
    with h5py.File(path, "r") as file:
        faults = list(check_root(file))
        if not GROUPS - OPTIONAL_GROUPS <= set(file):
            return faults
        for name, contract in CONTRACT.items():
            if name in file:
                faults += check_group(file[name], contract)
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
