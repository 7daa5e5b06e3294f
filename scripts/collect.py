#!/usr/bin/python3
"""Gathers the runs of a scan into FOLDER/scan.h5 and FOLDER/scan.csv: one row for each row of the table.

scan.h5 has /parameters (the keys of the table), /summary and /statistics (those of the runs, with the row as first
dimension; NaN or -1 where there is no run), /status (done, failed or missing), /message, and links /runs/NNNNN to the files
of the runs. Rows without a complete run are named on stderr, and the exit status is 1 then.
"""
import argparse
import csv
import json
import os
import pathlib
import sys

from run_reader import FLAVOURS, NotACompleteRun, fail, h5py, np, open_run
from scan_table import read_table, row_name


def state_of(rows, name):
    """The file of a row, or None, with its status and what is wrong."""
    try:
        if (rows / f"{name}.h5").exists():
            return open_run(rows / f"{name}.h5"), "done", ""
    except NotACompleteRun as problem:
        return None, "missing", f"{name}.h5 {problem}"
    failed = rows / f"{name}.failed"
    if failed.exists():
        return None, "failed", failed.read_text(encoding="utf-8").strip().split("\t", 1)[-1]
    return None, "missing", "it has not been run. Start scan.sh again."


def numeric_scalars_and_vectors(group):
    return [name for name, dataset in group.items() if dataset.dtype.kind in "fi" and dataset.ndim <= 1]


def stack(runs, group):
    """{name: (values of all rows, units, long_name)} of the datasets of a group."""
    example = next(run for run in runs if run)[group]
    result = {}
    for name in numeric_scalars_and_vectors(example):
        missing = np.full(example[name].shape, np.nan if example[name].dtype.kind == "f" else -1)
        values = np.array([run[group][name][()] if run and name in run[group] else missing for run in runs])
        result[name] = values, example[name].attrs["units"], example[name].attrs["long_name"]
    return result


def as_numbers(cells):
    """A column of the table as an array of numbers, one or several in each row, or None where it is text."""
    try:
        return np.array([json.loads(cell) for cell in cells], dtype=float)
    except ValueError:
        return None


def write_dataset(group, name, values, units, long_name):
    dtype = h5py.string_dtype() if isinstance(values, list) else None  # of a list of texts; that of an array is its own
    dataset = group.create_dataset(name, data=values, dtype=dtype)
    dataset.attrs["units"], dataset.attrs["long_name"] = units, long_name
    return dataset


def write_hdf5(path, keys, rows, runs, states, groups):
    with h5py.File(path, "w") as file:
        file.attrs["kind"] = "qke-decouple scan"
        file.attrs["schema_version"] = 1
        row = write_dataset(file, "row", np.arange(1, len(rows) + 1), "1", "row of the table")
        row.make_scale("row")
        write_dataset(file, "status", [status for _, status, _ in states], "1", "done, failed or missing")
        write_dataset(file, "message", [message for *_, message in states], "1", "what is wrong, if anything")
        for column, key in enumerate(keys):
            cells = [cells[column] for cells in rows]
            values = as_numbers(cells)
            write_dataset(file, f"parameters/{key}", cells if values is None else values, "1", f"value of {key}")
        for group, datasets in groups.items():
            for name, (values, units, long_name) in datasets.items():
                write_dataset(file, f"{group}/{name}", values, units, long_name)
        for number, run in enumerate(runs, start=1):
            if run:
                name = row_name(number)
                file[f"runs/{name}"] = h5py.ExternalLink(f"rows/{name}.h5", "/")
        for dataset in [file["status"], file["message"], *file["parameters"].values(),
                        *(dataset for group in groups for dataset in file[group].values())]:
            dataset.dims[0].attach_scale(row)


def write_csv(path, keys, rows, states, groups):
    names, columns = ["row", "status", *keys], []
    for name, (values, *_) in groups["summary"].items():
        if values.ndim == 1:
            names.append(name)
            columns.append(values)
        else:
            names += [f"{name}_{flavour}" for flavour in FLAVOURS]
            columns += list(values.T)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for i, (cells, (_, status, _)) in enumerate(zip(rows, states)):
            writer.writerow([row_name(i + 1), status, *cells, *(f"{column[i]:.17g}" for column in columns)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example: scripts/collect.py scan")
    parser.add_argument("folder", metavar="FOLDER", help="the folder of scan.sh")
    folder = pathlib.Path(parser.parse_args().folder)
    if not (folder / "table.csv").exists():
        fail(f"{folder} has no table.csv (it is not the folder of a scan). Check the name.")
    keys, rows = read_table(folder / "table.csv")
    states = [state_of(folder / "rows", row_name(number)) for number in range(1, len(rows) + 1)]
    runs = [run for run, *_ in states]
    not_done = [(row_name(number), status, message) for number, (_, status, message) in enumerate(states, start=1)
                if status != "done"]
    for name, status, message in not_done:
        print(f"collect.py: row {name} is {status}: {message}", file=sys.stderr)
    if len(not_done) == len(rows):
        fail(f"{folder} has no complete run (there is nothing to gather). Start scan.sh again.")
    groups = {group: stack(runs, group) for group in ("summary", "statistics")}
    for name, write in (("scan.h5", lambda path: write_hdf5(path, keys, rows, runs, states, groups)),
                        ("scan.csv", lambda path: write_csv(path, keys, rows, states, groups))):
        # A result of a scan may be renewed, but never be half of one.
        write(folder / f"{name}.tmp")
        os.replace(folder / f"{name}.tmp", folder / name)
        print(folder / name)
    sys.exit(1 if not_done else 0)


if __name__ == "__main__":
    main()
