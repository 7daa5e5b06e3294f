"""A run inside Python: run(), open() and the Run that they return."""
from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
import tomllib
import warnings as python_warnings
import weakref
from typing import TYPE_CHECKING, Any, Callable, Mapping

from .errors import ConfigurationError, InputOutputError, QkeWarning, in_python
from .toml_text import flattened, overrides_of

if TYPE_CHECKING:
    import matplotlib.figure
    import xarray

Configuration = str | os.PathLike[str] | Mapping[str, Any]


def core():
    """The extension module."""
    try:
        from . import _core
    except ImportError as missing:
        raise ImportError(f"{missing} (the solver is a compiled module, which is not beside this package). "
                          "Install the package with pip install .") from missing
    return _core


# --- configurations ---

def parameters_of(config, overrides):
    """The complete parameters, and the name of their file or None."""
    if isinstance(config, Mapping):
        return core().parse_configuration("", "configuration", overrides_of({**flattened(config), **flattened(overrides)})), None
    return core().read_configuration(os.fspath(config), overrides_of(overrides)), os.path.abspath(config)


def configuration_of(parameters) -> dict[str, dict[str, Any]]:
    """{"section": {"key": value}}: all keys, those that others decide included."""
    text = parameters.to_toml()
    return tomllib.loads(re.sub(r"^#(\w+ = )", r"\1", text, flags=re.MULTILINE))


def keys() -> dict[str, Any]:
    """All keys of the configuration, each with its unit, default_value, values and meaning.

    >>> qke_decouple.keys()["grid.nodes"].meaning
    """
    return {key.name: key for key in core().describe_keys()}


def explain(key: str) -> str:
    """What a key of the configuration is: help(qke_decouple) in one line for each.

    >>> print(qke_decouple.explain("grid.nodes"))
    """
    known = keys()
    if key not in known:
        raise ConfigurationError(f"{key}: no such key (keys() has all). Use one of these.", key=key)
    row = known[key]
    unit = "" if row.unit in ("", "1") else f" in {row.unit}"
    decided = f" Decided by {row.decided_by}." if row.decided_by else ""
    return f"{row.name}: {row.meaning}. {row.values[0].upper()}{row.values[1:]}{unit}; by default {row.default_value}.{decided}"


# --- progress ---

class Display:
    """The progress on stderr: rewritten on a terminal, elsewhere a line every two seconds."""

    def __init__(self):
        self.rewrites = sys.stderr.isatty()
        self.start = self.last = time.monotonic()

    def __call__(self, progress):
        now = time.monotonic()
        if progress["steps"] == 0 or now - self.last < (0.1 if self.rewrites else 2.0):
            return
        self.last = now
        text = (f"T_cm {progress['T_cm']:.4g} MeV  z {progress['z']:.4f}  N_eff {progress['N_eff']:.3f}  "
                f"{progress['steps']} steps  {now - self.start:.0f} s")
        sys.stderr.write(f"\r\033[K{text}" if self.rewrites else text + "\n")
        sys.stderr.flush()

    def clear(self):
        if self.rewrites:
            sys.stderr.write("\r\033[K")


# --- runs ---

class Run:
    """A complete run.

    summary: the numbers of the command's --json, None where a run cannot give one. history and spectra need
    h5py and xarray; plot() and report() need matplotlib, too.
    """

    def __init__(self, saved, path: pathlib.Path | None):
        self._saved = saved
        self._path = path
        self._folder: str | None = None
        self._groups: dict[str, Any] = {}
        self.summary: dict[str, Any] = json.loads(saved.summary_json("" if path is None else str(path)))
        self.summary["output"] = None if path is None else str(path)

    def __repr__(self):
        error = "" if self.N_eff_error != self.N_eff_error else f" +- {self.N_eff_error:.0e}"
        where = "in memory" if self._path is None else f"in {self._path}"
        return f"<qke_decouple run, N_eff = {self.N_eff:.6f}{error}, {where}>"

    def _number(self, name):
        value = self.summary[name]
        return float("nan") if value is None else value

    @property
    def N_eff(self) -> float:
        """The effective number of neutrinos today, dark radiation included; NaN where the run cannot say."""
        return self._number("N_eff")

    @property
    def N_eff_error(self) -> float:
        """The estimated error of N_eff: numerical, for an isotropic gas; NaN where there is no estimate."""
        return self._number("N_eff_error")

    @property
    def warnings(self) -> list[str]:
        return self.summary["warnings"]

    @property
    def config(self) -> dict[str, dict[str, Any]]:
        """The complete configuration, {"section": {"key": value}}."""
        return configuration_of(self._saved.parameters)

    @property
    def path(self) -> pathlib.Path:
        """Of the run file; a run in memory gets a temporary one, which goes with the Run."""
        if self._path is not None:
            return self._path
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="qke-decouple-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            self._saved.write(os.path.join(self._folder, "run.h5"), False)
        return pathlib.Path(self._folder, "run.h5")

    def save(self, path: str | os.PathLike[str], force: bool = False) -> None:
        """Writes the run file (docs/output.md), whole or not at all; `force` replaces another file."""
        self._saved.write(os.fspath(path), force)
        self._path = self._path or pathlib.Path(path)
        self.summary["output"] = str(self._path)

    def _open(self):
        from .run_reader import NotACompleteRun, open_run
        try:
            return open_run(self.path)
        except NotACompleteRun as problem:
            raise InputOutputError(f"{self.path}: {problem}") from problem

    def _group(self, name, read):
        if name not in self._groups:
            with self._open() as file:
                self._groups[name] = read(file)
        return self._groups[name]

    @property
    def history(self) -> xarray.Dataset:
        """Temperatures, densities and N_eff over x = m_e/T_cm, with the coordinates T_cm and flavour."""
        from .datasets import history_of
        return self._group("history", history_of)

    @property
    def spectra(self) -> xarray.Dataset:
        """Density matrices rho and rhobar over x and y, with directions their dipoles, and f_eq(y) beside them."""
        from .datasets import spectra_of
        return self._group("spectra", spectra_of)

    def plot(self, *others: Run, columns: int | None = None, panels: list[str] | None = None, width: str | None = None,
             reference: Run | None = None) -> matplotlib.figure.Figure:
        """The picture of this run, and of others to compare it with (docs/gallery.md).

        columns: panels in a row; by default all of them.
        panels: their names, as qke_decouple.plot_run.PANELS has them.
        width: "column" or "page" of a journal.
        reference: a run for the panels "difference" and "spectral_difference".
        """
        from . import plot_run
        if unknown := set(panels or ()) - set(plot_run.PANELS):
            raise ConfigurationError(f"{', '.join(sorted(unknown))}: no such panel ({', '.join(plot_run.PANELS)} are known). "
                                     "Use these.")
        if reference is None and set(panels or ()) & plot_run.NEEDS_REFERENCE:
            raise ConfigurationError("there is nothing to draw differences to (reference is None). Give a run.")
        runs = [self, *others]
        names = [plot_run.plain_label(run._path.stem if run._path else f"run {number}") for number, run in enumerate(runs, 1)]
        files = [run._open() for run in [*runs, *([reference] if reference else [])]]
        try:
            return plot_run.draw(files[:len(runs)], names, columns, panels, width, files[-1] if reference else None)
        finally:
            for file in files:
                file.close()

    def export(self, code: str, folder: str | os.PathLike[str] = ".", name: str | None = None, force: bool = False,
               lightest_mass: float = 0.0) -> list[pathlib.Path]:
        """Writes the files for another code ("class", "camb", "primat", "prymordial", "parthenope", "csv") into a
        folder; their names begin with `name`, by default that of the run. lightest_mass in eV is for class and camb.
        """
        from . import export_run
        from .run_reader import NotACompleteRun, Refused
        if code not in export_run.EXPORTS:
            raise ConfigurationError(f"{code}: no such code ({', '.join(export_run.EXPORTS)} are known). Use one of these.")
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        written: list[pathlib.Path] = []
        try:
            export_run.export(code, self.path, str(pathlib.Path(folder, name or (self._path.stem if self._path else "run"))),
                              force, lightest_mass, lambda file: written.append(pathlib.Path(file)))
        except NotACompleteRun as problem:
            raise InputOutputError(f"the run {problem}") from problem
        except Refused as problem:
            raise InputOutputError(in_python(str(problem))) from problem
        return written

    def report(self, path: str | os.PathLike[str], force: bool = False) -> None:
        """One HTML page without any other file: summary, warnings, pictures, configuration."""
        from .report import write_report
        write_report(self, path, force)


def warn(texts, stacklevel=3):
    for text in texts:
        python_warnings.warn(in_python(text), QkeWarning, stacklevel=stacklevel)


def run(config: Configuration, overrides: Mapping[str, Any] = {}, output: str | os.PathLike[str] | None = None,
        progress: bool | Callable[[dict], None] = False, threads: int | None = None, resume: bool = False,
        force: bool = False) -> Run:
    """Solves a configuration: the name of a TOML file, or {"section.key": value}.

    overrides: values of further keys, as the command's --set. explain(key) says what a key is.
    output: the run file; without it the run stays in memory. With it the run is saved from time to time, and
        when it is interrupted; `resume` goes on from there, `force` replaces an existing file.
    progress: True shows it on stderr; a function is called some times a second with T_cm, z, N_eff, steps.
    threads: by default as many as the process may use. Results do not depend on their number.

    The numbers are those of the command, bit by bit. Other Python threads go on meanwhile; Ctrl-C ends the run
    with KeyboardInterrupt after it has been saved.
    """
    parameters, file = parameters_of(config, overrides)
    display = Display() if progress is True else None
    watch = display or (progress if callable(progress) else None)
    try:
        saved, messages = solve(parameters, file, output, watch, threads, resume, force)
    finally:
        if display is not None:
            display.clear()
    result = Run(saved, None if output is None else pathlib.Path(output))
    warn([*messages, *result.warnings])
    return result


def solve(parameters, file, output, watch, threads, resume, force):
    """The record, and what was said of files."""
    if threads is not None and not 1 <= threads <= 1024:
        raise ConfigurationError(f"threads = {threads} is out of range (an integer from 1 to 1024). "
                                 "Leave it out to use all processors.")
    options = core().RunOptions()
    options.threads = core().default_threads() if threads is None else threads
    options.output = "" if output is None else os.fspath(output)
    options.configuration = file or ""
    options.resume, options.force = resume, force
    options.command_line = f"qke_decouple.run({file or 'configuration'})"
    return core().run(parameters, options, watch)


def open(path: str | os.PathLike[str]) -> Run:
    """The Run in a file of the command or of run(); raises InputOutputError for unfinished runs and other files."""
    return Run(core().read_run(os.fspath(path)), pathlib.Path(path))
