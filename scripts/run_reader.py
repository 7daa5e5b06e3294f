"""Opens run files (docs/output.md) for the scripts beside it, and refuses what is not a complete run."""
import sys
import tomllib

SCHEMA_VERSION = 1
FLAVOURS = ("e", "mu", "tau")
ESTIMATE_OUTSTANDING = "N_eff_error is missing, as its estimate was stopped"  # a warning


def fail(problem):
    """Ends the script: problem (why it is one). Remedy."""
    sys.exit(f"{sys.argv[0].rsplit('/', 1)[-1]}: {problem}")


try:
    import h5py
    import numpy as np
except ImportError as missing:
    fail(f"{missing} (run files are read with h5py and numpy). apt install python3-h5py, and use /usr/bin/python3.")


class NotACompleteRun(Exception):
    """The message says what is wrong and what to do, without the name of the file."""


def open_run(name):
    """The h5py file of a complete run; raises NotACompleteRun."""
    try:
        file = h5py.File(name, "r")
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else "HDF5 cannot read it"
        raise NotACompleteRun(f"is not the output of a run ({reason}). Check the name.") from error
    if file.attrs.get("kind") != "qke-decouple run":
        raise NotACompleteRun("is not the output of a run (its attribute kind does not say so). Check the name.")
    version = file.attrs.get("schema_version")
    if version != SCHEMA_VERSION:
        raise NotACompleteRun(f"has schema_version {version} (this script reads {SCHEMA_VERSION}). "
                              "Use the scripts of the version that wrote it.")
    status = file.attrs.get("status")
    if status != "done":
        raise NotACompleteRun(f"is not a complete run (its status is {status}). Go on with qke-decouple --resume.")
    return file


def open_run_or_fail(name):
    try:
        return open_run(name)
    except NotACompleteRun as problem:
        fail(f"{name}: {problem}")


def configuration_of(file):
    """The resolved configuration, as {"section.key": value}."""
    sections = tomllib.loads(file.attrs["config"])
    return {f"{section}.{key}": value for section, keys in sections.items() for key, value in keys.items()}


def estimate_is_outstanding(file):
    """Whether the complete run was stopped while its error was estimated: --resume makes up for it."""
    return ESTIMATE_OUTSTANDING in file["summary/warnings"].asstr()[()]


def has_asymmetry(file):
    return bool(np.any(file["history/eta"][:] != 0))
