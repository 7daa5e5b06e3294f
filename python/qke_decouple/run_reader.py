"""Opens the files of runs and scans (docs/output.md): the only place in Python that does.

run_reader.py RUN.h5 ... names the files that are damaged, and ends with status 1 if there are any; unfinished runs
are not damaged. A file that cannot be read at all gives status 2.

Nothing in a file is taken on trust. Its seal is checked first; then types, shapes, units and sizes, before memory
is taken for any of it; then the numbers. Links to other files, external storage and virtual datasets are refused.
"""
import json
import os
import pathlib
import stat
import sys
import tomllib

# What src/output/run_layout.hpp says: names, types, dimensions and units of the datasets, and the names along dimensions
# by the number of neutrino states.
LAYOUT = json.loads(pathlib.Path(__file__).with_name("run_layout.json").read_text(encoding="utf-8"))
SCHEMA_VERSION, GROUPS = LAYOUT["schema_version"], LAYOUT["groups"]
OPTIONAL_GROUPS = {group for group, layout in GROUPS.items() if all(row["optional"] for row in layout.values())}
LABELS = {int(states): labels for states, labels in LAYOUT["labels"].items()}
ACTIVE = min(LABELS)  # flavours: e, mu, tau
ESTIMATE_OUTSTANDING = "N_eff_error is missing, as its estimate was stopped"  # a warning
LARGEST_FILE = 1 << 30  # bytes; the program itself writes and reads no larger one
LARGEST_TEXT = 1 << 20  # bytes
MOST_OBJECTS = 100_000  # of one file


def printable(text):
    """Text of a file on one line, for messages and comments: without control characters, newlines among them."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def ascii_line(text):
    """The same for files in ASCII."""
    return printable(text).encode("ascii", "replace").decode("ascii")


def say(problem):
    print(f"{sys.argv[0].rsplit('/', 1)[-1]}: {problem}", file=sys.stderr)


def fail(problem, status=1):
    """Ends the script: problem (why it is one). Remedy."""
    say(problem)
    sys.exit(status)


try:
    import h5py
    import numpy as np
except ImportError as missing:
    raise ImportError(f"{missing} (run files are read with h5py and numpy). apt install python3-h5py, and use "
                      "/usr/bin/python3.") from missing

from . import seal  # noqa: E402  (needs numpy)


class Refused(Exception):
    """The message is whole: "problem (why it is one). Remedy." """


class NotACompleteRun(Exception):
    """The message says what is wrong and what to do, without the name of the file."""


class Unfinished(NotACompleteRun):
    """A run that --resume completes."""


class Damaged(NotACompleteRun):
    """Not as the program wrote it: nothing can go on from there."""


def refuse(reason, remedy="Run it again."):
    raise Damaged(f"is not a whole file of qke-decouple ({reason}). {remedy}")


TYPES = {"real": "real number", "integer": "integer", "text": "text"}
REAL, INTEGER, TEXT = TYPES.values()


def column_endings(group, name, columns):
    """What the columns of a dataset end with, one for each entry along a dimension that has names: e, mu, tau, s1; 1, 2."""
    dimensions = GROUPS[group].get(name, {}).get("dimensions") or [""]
    for labels in LABELS.values():
        if len(names := labels.get(dimensions[-1], [])) == columns:
            return [label.removeprefix("nu_") for label in names]
    return []


def states_of(file):
    """The number of neutrino states of a run; what is no number of states is not one of its files' either."""
    dataset = file.get("summary/flavour")
    length = len(dataset) if isinstance(dataset, h5py.Dataset) and dataset.ndim == 1 else 0
    return length if length in LABELS else ACTIVE


def flavours_of(file):
    return LABELS[states_of(file)]["flavour"]


# --- the container: what HDF5 may do with it ---

def children(group, links_allowed=()):
    """The objects of a group by full name; `links_allowed` names groups whose external links are left alone."""
    for name in group:
        full = f"{group.name.rstrip('/')}/{name}"
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            if group.name in links_allowed:
                continue
            refuse(f"{printable(full)} is a link to elsewhere")
        yield full, group[name]


def check_storage(name, dataset, size):
    """What is stored is in the file itself, as it is, and not less than what the shape says."""
    if dataset.external or dataset.is_virtual:
        refuse(f"{printable(name)} is stored outside the file")
    if dataset.chunks or dataset.id.get_create_plist().get_nfilters():
        refuse(f"{printable(name)} is stored in pieces or packed, which the program does not do")
    needed = dataset.size * dataset.dtype.itemsize if dataset.shape is not None else 0
    if needed > size or (needed > dataset.id.get_storage_size()):
        refuse(f"{printable(name)} is larger than what is stored")


def check_container(file, size, links_allowed=()):
    groups, seen = [file["/"]], 0
    while groups:
        for name, thing in children(groups.pop(), links_allowed):
            seen += 1
            if seen > MOST_OBJECTS or name.count("/") > 3:
                refuse("it has more groups and datasets than a file of the program")
            if isinstance(thing, h5py.Group):
                groups.append(thing)
            elif isinstance(thing, h5py.Dataset):
                check_storage(name, thing, size)
            else:
                refuse(f"{printable(name)} is neither a group nor a dataset")


def attribute(thing, name):
    """A text or an integer."""
    where = f"the attribute {name} of {printable(thing.name)}"
    if name not in thing.attrs:
        refuse(f"{where} is missing")
    stored = thing.attrs.get_id(name)
    if stored.shape != () or stored.get_storage_size() > LARGEST_TEXT:
        refuse(f"{where} is not one value")
    value = thing.attrs[name]
    if not isinstance(value, (str, np.integer)) or (isinstance(value, str) and len(value) > LARGEST_TEXT):
        refuse(f"{where} is neither a text nor an integer")
    return value


# --- the content ---

def kind_of(dtype):
    if h5py.check_string_dtype(dtype) is not None:
        return TEXT
    return {"f": REAL, "i": INTEGER}.get(dtype.kind, "something else")


def check_dataset(group, name, row, labels, lengths):
    kind, units = TYPES[row["type"]], row["units"]
    full = f"{group.name}/{name}"
    if name not in group or not isinstance(group[name], h5py.Dataset):
        refuse(f"the dataset {full} is missing")
    dataset = group[name]
    if kind_of(dataset.dtype) != kind or (kind != TEXT and dataset.dtype.itemsize != 8):
        refuse(f"{full} is not a {kind} of 64 bits" if kind != TEXT else f"{full} is not a text")
    if dataset.shape != tuple(lengths[dimension] for dimension in row["dimensions"]):
        refuse(f"{full} has the shape {dataset.shape}, not that of its coordinates")
    if attribute(dataset, "units") != units:
        refuse(f"{full} is in {printable(attribute(dataset, 'units'))}, not in {units}")
    attribute(dataset, "long_name")
    if kind == TEXT:
        check_text(full, dataset.asstr()[()], row, labels)
    if kind == REAL:
        check_numbers(full, dataset[()], row["values"])


def check_text(full, text, row, labels):
    """It is UTF-8, as it could be read; a coordinate has the labels of its dimension."""
    if row["dimensions"] and list(text) != labels[row["dimensions"][0]]:
        refuse(f"{full} has other labels than {', '.join(labels[row['dimensions'][0]])}")


def check_numbers(full, numbers, values):
    if values != "may be NaN" and not np.isfinite(numbers).all():
        refuse(f"{full} has a number that is not finite")
    if values == "not negative" and not (numbers >= 0).all():
        refuse(f"{full} has a negative number")
    if values.startswith("positive") and not (numbers > 0).all():
        refuse(f"{full} has a number that is not positive")
    if values.endswith("increasing") and not (np.diff(numbers) > 0).all():
        refuse(f"{full} does not increase")


def lengths_of(group, layout, labels):
    """Of the dimensions: of those without labels the coordinate tells it."""
    lengths = {dimension: len(names) for dimension, names in labels.items()}
    for coordinate in ("x", "y"):
        if coordinate in layout:
            dataset = group.get(coordinate)
            if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 1 or len(dataset) < 2:
                refuse(f"the coordinate {group.name}/{coordinate} is missing, or has no two values")
            lengths[coordinate] = len(dataset)
    return lengths


def check_group(file, group_name, layout, labels):
    if not isinstance(file.get(group_name), h5py.Group):
        refuse(f"the group /{group_name} is missing")
    group = file[group_name]
    lengths = lengths_of(group, layout, labels)
    for name, row in layout.items():
        if name in group or not row["optional"]:
            check_dataset(group, name, row, labels, lengths)
    for name, thing in group.items():  # additions, which some scripts pass on
        if name not in layout and isinstance(thing, h5py.Dataset):
            attribute(thing, "units"), attribute(thing, "long_name")


def require_kind(file, kind):
    if attribute(file, "kind") != kind:
        refuse(f"its attribute kind is not {kind}", "Check the name.")
    version = attribute(file, "schema_version")
    if version != SCHEMA_VERSION:
        raise NotACompleteRun(f"has schema_version {printable(version)} (this script reads {SCHEMA_VERSION}). "
                              "Use the scripts of the version that wrote it.")


def check_run(file):
    require_kind(file, LAYOUT["kind"])
    status = attribute(file, "status")
    if status != "done":
        raise Unfinished(f"is not a complete run (its status is {printable(status)}). "
                              "Go on with qke-decouple --resume.")
    for name in ("program_version", "git_commit", "config", "instruction_set"):
        attribute(file, name)
    for group, layout in GROUPS.items():
        if group in file or group not in OPTIONAL_GROUPS:
            check_group(file, group, layout, LABELS[states_of(file)])
    configuration_of(file)


def check_scan(file):
    require_kind(file, "qke-decouple scan")
    for name, kind in (("parameters", h5py.Group), ("summary", h5py.Group), ("statistics", h5py.Group),
                       ("row", h5py.Dataset)):
        if not isinstance(file.get(name), kind):
            refuse(f"/{name} is missing", "Run collect.py again.")


# --- opening ---

def check_seal(name):
    """The size of the file, a regular one whose content fits its seal."""
    status = os.stat(name)
    if not stat.S_ISREG(status.st_mode):
        raise NotACompleteRun("is not a file of qke-decouple (it is a folder or a device). Check the name.")
    if status.st_size > LARGEST_FILE:
        raise NotACompleteRun("is not a file of qke-decouple (it is larger than 1 GB). Check the name.")
    with open(name, "rb") as file:
        if not seal.is_intact(file, status.st_size):
            refuse("its end does not fit its content: it was cut off, damaged or edited, or another program wrote it")
    return status.st_size


def open_checked(name, check, links_allowed=()):
    """The h5py file, if check(file) does not object; raises NotACompleteRun, whatever is wrong."""
    file = None
    try:
        size = check_seal(name)
        file = h5py.File(name, "r")
        check_container(file, size, links_allowed)
        check(file)
        return file
    except Exception as error:
        if file is not None:
            file.close()
        if isinstance(error, NotACompleteRun):
            raise
        how = NotACompleteRun if isinstance(error, MemoryError) or getattr(error, "strerror", None) else Damaged
        raise how(reason_of(error)) from error


def reason_of(error):
    """What an exception says about a file."""
    if isinstance(error, FileNotFoundError):
        return "is not the output of a run (there is no such file). Check the name."
    if isinstance(error, PermissionError):
        return "cannot be read (permission denied). Change its permissions, or its name."
    if isinstance(error, MemoryError):
        return "cannot be read (not enough memory). Close other programs."
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read ({error.strerror}). Check the name."
    return f"is not a whole file of qke-decouple (HDF5 cannot read it: {printable(error)}). Run it again."


def open_run(name):
    """The h5py file of a complete run; raises NotACompleteRun."""
    return open_checked(name, check_run)


def open_scan(name):
    """The h5py file of a gathered scan; its links to runs are not to be followed."""
    return open_checked(name, check_scan, links_allowed=("/runs",))


def open_or_fail(name, opener=open_run):
    try:
        return opener(name)
    except NotACompleteRun as problem:
        fail(f"{printable(name)}: {problem}")


def configuration_of(file):
    """The resolved configuration, as {"section.key": value}."""
    try:
        sections = tomllib.loads(attribute(file, "config"))
        return {f"{section}.{key}": value for section, keys in sections.items() for key, value in keys.items()}
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, RecursionError) as error:
        refuse(f"its configuration is not one: {printable(error)}")


def estimate_is_outstanding(file):
    """Whether the complete run was stopped while its error was estimated: --resume makes up for it."""
    return ESTIMATE_OUTSTANDING in file["summary/warnings"].asstr()[()]


def has_asymmetry(file):
    return bool(np.any(file["history/eta"][:] != 0))


def require_result(file):
    """Refuses a run that ended before N_eff settled."""
    for name in ("N_eff", "z", "sum_mnu_over_omega_h2_eV"):
        if not np.isfinite(file[f"summary/{name}"][()]):
            raise NotACompleteRun(f"has no {name} (it ended before the neutrinos had decoupled). "
                                  "Lower epoch.T_end_MeV, and run it again.")


def main():
    status = 0
    for name in sys.argv[1:]:
        try:
            open_run(name).close()
        except Damaged as problem:
            say(f"{printable(name)}: {problem}")
            status = max(status, 1)
        except Unfinished:
            pass
        except NotACompleteRun as problem:
            say(f"{printable(name)}: {problem}")
            status = 2
    sys.exit(status)
