"""Gathers the runs of a scan into FOLDER/scan.h5 and FOLDER/scan.csv: one row for each row of the table.

scan.h5 has /parameters (the keys of the table), /summary and /statistics (those of the runs, with the row as first
dimension; NaN or -1 where there is no number), /status (done, failed or missing), /message, and links /runs/NNNNN to
the files of the runs. Rows without a complete run are named on stderr, and the exit status is 1 then.
"""
import argparse
import csv
import json
import os
import pathlib
import sys

from . import seal
from .run_reader import (SCHEMA_VERSION, NotACompleteRun, column_endings, fail, h5py, np, open_run, printable, reason_of,
                        say)
from .scan_table import read_table, row_name
from .shell import tell


def numbers_of(file, group):
    """{name: (value, units, long_name)} of the scalars and vectors of a group."""
    return {name: (dataset[()], str(dataset.attrs["units"]), str(dataset.attrs["long_name"]))
            for name, dataset in file[group].items() if dataset.dtype.kind in "fi" and dataset.ndim <= 1}


def numbers_of_run(path):
    with open_run(path) as file:
        return {group: numbers_of(file, group) for group in ("summary", "statistics")}


def state_of(rows, name):
    """The numbers of a row, or None, with its status and what is wrong."""
    failed = rows / f"{name}.failed"
    try:
        if os.path.lexists(rows / f"{name}.h5"):
            return numbers_of_run(rows / f"{name}.h5"), "done", ""
        if failed.exists():
            message = failed.read_text(encoding="utf-8", errors="replace").strip()
            return None, "failed", printable(message.split("\t", 1)[-1])
    except NotACompleteRun as problem:
        return None, "missing", f"{name}.h5 {problem}"
    except OSError as error:
        return None, "missing", f"{failed.name} {reason_of(error)}"
    return None, "missing", "it has not been run. Start scan.sh again."


def unknown_numbers(run):
    return [name for name in ("N_eff", "z", "sum_mnu_over_omega_h2_eV") if not np.isfinite(run["summary"][name][0])]


def stack(runs, group):
    """{name: (values of all rows, units, long_name)} of the datasets of a group; runs may differ in their states."""
    result, examples = {}, {}
    for run in filter(None, runs):  # of other builds, too
        examples = {**run[group], **examples}
    for name, (example, units, long_name) in examples.items():
        found = {row: run[group][name][0] for row, run in enumerate(runs) if run and name in run[group]}
        found = {row: value for row, value in found.items() if value.ndim == example.ndim and value.dtype == example.dtype}
        longest = max(value.shape for value in found.values())
        values = np.full((len(runs), *longest), np.nan if example.dtype.kind == "f" else -1, example.dtype)
        for row, value in found.items():
            values[(row, *map(slice, value.shape))] = value
        result[name] = values, units, long_name
    return result


def as_numbers(cells):
    """A column of the table as an array of numbers, one or several in each row, or None where it is text."""
    try:
        return np.array([json.loads(cell) for cell in cells], dtype=float)
    except (ValueError, TypeError, RecursionError):
        return None


def write_dataset(group, name, values, units, long_name):
    dtype = h5py.string_dtype() if isinstance(values, list) else None  # of a list of texts; that of an array is its own
    dataset = group.create_dataset(name, data=values, dtype=dtype)
    dataset.attrs["units"], dataset.attrs["long_name"] = units, long_name
    return dataset


def write_hdf5(path, keys, rows, runs, states, groups):
    with h5py.File(path, "w") as file:
        file.attrs["kind"] = "qke-decouple scan"
        file.attrs["schema_version"] = SCHEMA_VERSION
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
    seal.append_seal(path)


def csv_number(value):
    """An empty cell where there is no number."""
    return f"{value:.17g}" if np.isfinite(value) else ""


def write_csv(path, keys, rows, states, groups):
    names, columns = ["row", "status", *keys], []
    for name, (values, *_) in groups["summary"].items():
        if values.ndim == 1:
            names.append(name)
            columns.append(values)
        else:
            endings = column_endings("summary", name, values.shape[1]) or range(values.shape[1])
            names += [f"{name}_{ending}" for ending in endings]
            columns += list(values.T)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for i, (cells, (run, status, _)) in enumerate(zip(rows, states)):
            numbers = [csv_number(column[i]) if run else "" for column in columns]
            writer.writerow([row_name(i + 1), status, *cells, *numbers])


def write_results(folder, keys, rows, states):
    runs = [run for run, *_ in states]
    groups = {group: stack(runs, group) for group in ("summary", "statistics")}
    for name, write in (("scan.h5", lambda path: write_hdf5(path, keys, rows, runs, states, groups)),
                        ("scan.csv", lambda path: write_csv(path, keys, rows, states, groups))):
        # A result of a scan may be renewed, but never be half of one.
        try:
            write(folder / f"{name}.tmp")
            os.replace(folder / f"{name}.tmp", folder / name)
        except OSError as error:
            fail(f"{folder / name} cannot be written ({error.strerror or error}). Check the permissions of the folder.")
        tell(folder / name)


def report(states):
    """Names the rows that are not done; their number."""
    not_done = 0
    for number, (run, status, message) in enumerate(states, start=1):
        if status != "done":
            not_done += 1
            say(f"row {row_name(number)} is {status}: {message}")
        elif unknown := unknown_numbers(run):
            say(f"row {row_name(number)} has no {', '.join(unknown)} (it ended before the neutrinos had decoupled). "
                "Lower epoch.T_end_MeV if you need them.")
    return not_done


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example: scripts/collect.py scan")
    parser.add_argument("folder", metavar="FOLDER", help="the folder of scan.sh")
    folder = pathlib.Path(parser.parse_args().folder)
    if not (folder / "table.csv").exists():
        fail(f"{folder} has no table.csv (it is not the folder of a scan). Check the name.")
    keys, rows = read_table(folder / "table.csv")
    states = [state_of(folder / "rows", row_name(number)) for number in range(1, len(rows) + 1)]
    not_done = report(states)
    if not_done == len(rows):
        fail(f"{folder} has no complete run (there is nothing to gather). Start scan.sh again.")
    write_results(folder, keys, rows, states)
    sys.exit(1 if not_done else 0)
