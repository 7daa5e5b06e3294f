"""Many runs in the threads of one process: scan().

With a folder the scan has the files of scripts/scan.sh (docs/scans.md): either goes on where the other stopped.
"""
from __future__ import annotations

import contextlib
import csv
import fcntl
import os
import pathlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from .errors import ConfigurationError, InputOutputError, QkeError
from .running import Run, core, parameters_of, solve, warn
from .toml_text import flattened, overrides_of, value_text

if TYPE_CHECKING:
    import xarray

Rows = Sequence[Mapping[str, Any]]


class Stopped(BaseException):
    """In the threads of a scan that is interrupted."""


class Scan:
    """rows: the settings of each run; runs: its Run, or None where it failed; errors: {row: QkeError}, from 0 on."""

    def __init__(self, rows: Rows, runs: list[Run | None], errors: dict[int, QkeError]):
        self.rows, self.runs, self.errors = rows, runs, errors

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def N_eff(self) -> list[float]:
        """Of each run; NaN where it failed."""
        return [float("nan") if run is None else run.N_eff for run in self.runs]

    @property
    def data(self) -> xarray.Dataset:
        """The settings and the numbers of the summaries over the rows; NaN where a run failed."""
        import xarray
        columns = {key: ("row", [row[key] for row in self.rows])
                   for key in self.rows[0] if not isinstance(self.rows[0][key], (list, tuple))}
        example: dict = next((run.summary for run in self.runs if run), {})
        for name, value in example.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                values = [None if run is None else run.summary[name] for run in self.runs]
                columns[name] = ("row", [float("nan") if value is None else value for value in values])
            elif isinstance(value, list) and name not in ("states", "warnings"):
                columns.update(self._vector(name, example["states"]))
        return xarray.Dataset(columns)

    def _vector(self, name, states):
        for index, state in enumerate(states):
            values = [run.summary[name][index] if run and index < len(run.summary[name]) else None for run in self.runs]
            yield f"{name}_{state}", ("row", [float("nan") if value is None else value for value in values])


def rows_of(table) -> list[dict[str, Any]]:
    """Of {key: [values]}, of a list of {key: value}, or of the name of a CSV file."""
    if isinstance(table, (str, os.PathLike)):
        keys, rows = read_csv(table)
        return [dict(zip(keys, cells)) for cells in rows]
    if not isinstance(table, Mapping):
        return [flattened(row) for row in table]
    columns = flattened(table)
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise ConfigurationError("the columns of the table differ in length (each row needs a value for every key). "
                                 "Complete them.")
    return [dict(zip(columns, values)) for values in zip(*columns.values())]


def read_csv(path):
    from .run_reader import Refused
    from .scan_table import table_of
    try:
        return table_of(path)
    except Refused as problem:
        raise ConfigurationError(str(problem)) from problem


def settings_of(row, is_text):
    """Cells of a CSV file are TOML, or bare words, already."""
    return [f"{key}={cell}" for key, cell in row.items()] if is_text else overrides_of(row)


class Folder:
    """base.toml, table.csv and rows/NNNNN.h5, under the lock of scan.sh."""

    def __init__(self, path, base, rows, is_text):
        self.path = pathlib.Path(path)
        (self.path / "rows").mkdir(parents=True, exist_ok=True)
        self.lock = open_lock(self.path)
        try:
            self._keep("base.toml", base)
            self._keep("table.csv", csv_text(rows, is_text), may_grow=True)
        except BaseException:
            self.lock.close()
            raise

    def _keep(self, name, text, may_grow=False):
        stored = self.path / name
        if stored.exists():
            old = stored.read_text(encoding="utf-8")
            if not (text.startswith(old) if may_grow else text == old):
                raise ConfigurationError(f"{stored} differs from what is asked for (its runs would be others). "
                                         "Use another folder.")
        temporary = self.path / f"{name}.tmp"
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, stored)

    def row(self, number):
        from .scan_table import row_name
        return self.path / "rows" / row_name(number)


def open_lock(folder):
    # "a" creates it, and leaves what stands there for the message.
    file = (folder / ".lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise InputOutputError(f"{folder} is in use (another scan works there). Wait for it.") from None
    file.truncate(0)
    file.write(f"{os.getpid()} {os.uname().nodename}\n")
    file.flush()
    return file


def csv_text(rows, is_text):
    import io
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow(row.values() if is_text else [value_text(value) for value in row.values()])
    return text.getvalue()


def base_text(base):
    if not isinstance(base, Mapping):
        return pathlib.Path(base).read_text(encoding="utf-8")
    return core().parse_configuration("", "configuration", overrides_of(base)).to_toml()


class Scanner:
    def __init__(self, base, rows, is_text, folder, threads):
        self.base, self.rows, self.is_text, self.folder, self.threads = base, rows, is_text, folder, threads
        self.stop = threading.Event()
        self.done = 0

    def watch(self, _progress):
        if self.stop.is_set():
            raise Stopped

    def parameters(self, row):
        if isinstance(self.base, Mapping):
            settings = overrides_of({**flattened(self.base), **row})
            return core().parse_configuration("", "configuration", settings), None
        file = str(self.folder.path / "base.toml") if self.folder else os.path.abspath(self.base)
        return core().read_configuration(file, settings_of(row, self.is_text)), file

    def solve(self, number):
        """A Run, a QkeError, or None where the scan was stopped."""
        if self.stop.is_set():
            return None
        try:
            result = self.solve_row(number)
        except QkeError as error:
            result = error
        except Stopped:
            return None
        self.done += 1
        return result

    def solve_row(self, number):
        parameters, file = self.parameters(self.rows[number])
        if self.folder is None:
            return Run(solve(parameters, file, None, self.watch, self.threads, False, False)[0], None)
        name = self.folder.row(number + 1)
        path, failed = name.with_suffix(".h5"), name.with_suffix(".failed")
        set_aside_if_damaged(path)
        try:
            saved, _ = solve(parameters, file, path, self.watch, self.threads, True, False)
        except QkeError as error:
            failed.write_text(f"{error.status}\t{' '.join(str(error).split())}\n", encoding="utf-8")
            raise
        failed.unlink(missing_ok=True)
        return Run(saved, path)


def set_aside_if_damaged(path):
    """A row that cannot go on from its file begins anew; the file is kept."""
    from .run_reader import Damaged, NotACompleteRun
    from .run_reader import open_run as open_file
    if not path.exists():
        return
    try:
        open_file(path).close()
    except Damaged:
        os.replace(path, f"{path}.damaged")
    except NotACompleteRun:
        pass


def solve_all(scanner, jobs, progress):
    """All results in order; with an exception, such as Ctrl-C, the rows under way are saved first."""
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(scanner.solve, number) for number in range(len(scanner.rows))]
        try:
            for future in futures:
                future.result()
                if progress:
                    print(f"\r{scanner.done} of {len(futures)} rows", end="", flush=True)
        except BaseException:
            scanner.stop.set()
            raise
    if progress:
        print()
    return [future.result() for future in futures]


def by_text(messages):
    """One line for each text, with the rows (from 1 on) that it is about."""
    rows: dict[str, list[str]] = {}
    for number, text in messages:
        rows.setdefault(text, []).append(str(number + 1))
    return [f"row{'s' * (len(numbers) > 1)} {', '.join(numbers)}: {text}" for text, numbers in rows.items()]


def scan(base: Any, table: Any, output: str | os.PathLike[str] | None = None, jobs: int | None = None,
         threads: int = 1, progress: bool = False) -> Scan:
    """Solves a configuration once for each row of a table.

    base: as for run().
    table: {key: [values]}, a list of {key: value}, or a CSV file as in docs/scans.md.
    output: a folder for the run files; a scan that was interrupted goes on there.
    jobs: runs at the same time, by default as many as fill the processors with `threads` each.

    Failed rows are in Scan.errors.
    """
    rows, is_text = rows_of(table), isinstance(table, (str, os.PathLike))
    if not rows:
        raise ConfigurationError("the table has no rows (there is nothing to solve). Add some.")
    parameters_of(base, {})  # refuses a bad one before there are files
    jobs = jobs or max(1, core().default_threads() // threads)
    folder = Folder(output, base_text(base), rows, is_text) if output is not None else None
    with contextlib.closing(folder.lock) if folder else contextlib.nullcontext():
        results = solve_all(Scanner(base, rows, is_text, folder, threads), jobs, progress)
    runs = [result if isinstance(result, Run) else None for result in results]
    errors = {number: result for number, result in enumerate(results) if isinstance(result, QkeError)}
    if len(errors) == len(rows) and all(isinstance(error, ConfigurationError) for error in errors.values()):
        raise errors[0]
    warn(by_text([*((number, str(error)) for number, error in errors.items()),
                  *((number, text) for number, run in enumerate(runs) if run for text in run.warnings)]))
    return Scan(rows, runs, errors)
