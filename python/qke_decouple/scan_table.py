"""The table of a scan: a CSV file with a line of configuration keys, then one line of values for each run.

scan_table.py TABLE.csv FOLDER prints the rows of which FOLDER/rows has no complete run: number, then key=value for
every column, separated by tabs. scripts/scan.sh works them off; scripts/collect.py reads the table again.
"""
import argparse
import csv
import os
import pathlib
import re

from .run_reader import NotACompleteRun, Refused, estimate_is_outstanding, fail, open_run

DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+([eE][-+]?\d+)?")


def cells_of(path):
    """The lines that are not empty, each with its number.

    Spreadsheets put a mark (BOM) before UTF-8, end lines with CR LF, and where the comma is the decimal mark they put
    semicolons between cells.
    """
    with open(path, newline="", encoding="utf-8-sig") as file:
        first = file.readline()
        file.seek(0)
        reader = csv.reader(file, delimiter=";" if ";" in first and "," not in first else ",", strict=True)
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader
                if any(cell.strip() for cell in cells)]


def table_of(path):
    """The keys and the rows of values, all as text; raises Refused."""
    try:
        lines = cells_of(path)
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror}). Check the name.")
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path} is not a table of comma-separated values ({error}). Save it as CSV.")
    if len(lines) < 2:
        raise Refused(f"{path} has no rows (a line of keys and one line for each run are needed). Add some.")
    keys = lines[0][1]
    for line, cells in lines:
        if len(cells) != len(keys):
            raise Refused(f"{path}:{line}: {len(cells)} cells instead of {len(keys)} (one for each key). "
                          'Put a list in quotes, as in "[0.1, 0, 0]".')
        for key, cell in zip(keys, cells):
            if not cell:
                what = "a key" if line == lines[0][0] else f"the cell of {key}"
                raise Refused(f"{path}:{line}: {what} is empty (every row needs a value for every key). "
                              "Fill it in, or remove the row.")
            if not cell.isprintable():
                raise Refused(f"{path}:{line}: a cell has a tab, a line break or another control character (a value stands on "
                              "one line). Remove it, or put a comma between cells.")
            if DECIMAL_COMMA.fullmatch(cell):
                raise Refused(f"{path}:{line}: {key} = {cell} has a decimal comma (a number has a point). "
                              f"Write {cell.replace(',', '.')}.")
    for key in keys:
        if "." not in key or "=" in key:
            raise Refused(f"{path}:{lines[0][0]}: {key} is not a configuration key (section.key is). See docs/configuration.md.")
        if keys.count(key) > 1:
            raise Refused(f"{path}:{lines[0][0]}: {key} stands there twice (a key has one value in a run). Remove one column.")
    return keys, [cells for _, cells in lines[1:]]


def read_table(path):
    """The same for scripts, which a bad table ends."""
    try:
        return table_of(path)
    except Refused as problem:
        fail(problem)


def row_name(number):
    """Of the files of row `number`, which counts from 1."""
    return f"{number:05d}"


def require_same_rows(table, path, folder):
    """A scan may be continued with more rows, but those it has must stay: the files are named by their numbers."""
    stored = pathlib.Path(folder, "table.csv")
    if not stored.exists():
        return
    keys, rows = table
    old_keys, old_rows = read_table(stored)
    if keys != old_keys or rows[: len(old_rows)] != old_rows:
        fail(f"{path} differs from the table of the scan in {folder} (its runs would get other values). "
             "Use another folder.")


def is_done(path):
    if not os.path.lexists(path):
        return False
    try:
        with open_run(path) as file:
            return not estimate_is_outstanding(file)
    except NotACompleteRun:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0],
                                     epilog="example: scripts/scan_table.py table.csv scan")
    parser.add_argument("table", metavar="TABLE.csv")
    parser.add_argument("folder", metavar="FOLDER")
    arguments = parser.parse_args()
    table = read_table(arguments.table)
    require_same_rows(table, arguments.table, arguments.folder)
    keys, rows = table
    for number, cells in enumerate(rows, start=1):
        if not is_done(pathlib.Path(arguments.folder, "rows", row_name(number) + ".h5")):
            print(row_name(number), *(f"{key}={cell}" for key, cell in zip(keys, cells)), sep="\t")
