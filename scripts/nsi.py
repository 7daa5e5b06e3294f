#!/usr/bin/python3
"""Writes the table of N_eff by the elements of [nsi] in docs/beyond.md.

Usage: scripts/nsi.py [PROGRAM]        (default: build/bin/qke-decouple; takes two minutes)
"""
import sys

from convergence import run
from tables import ROOT, replace_table

SIZE = 0.2
# Row, column, whether it is the imaginary part.
ELEMENTS = {"ee": (0, 0, False), "μμ": (1, 1, False), "ττ": (2, 2, False), "eμ": (0, 1, False), "eτ": (0, 2, False),
            "μτ": (1, 2, False), "eμ, imaginary": (0, 1, True)}
BASE = ["run.scheme=atao", "run.error_estimate=off"]


def settings(side, element, value):
    row, column, imaginary = ELEMENTS[element]
    matrix = [[0.0] * 3 for _ in range(3)]
    matrix[column][row] = -value if imaginary else value
    matrix[row][column] = value
    return [*BASE, f"nsi.{side}{'_imaginary' if imaginary else ''}={matrix}"]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    standard = run(program, BASE)
    print(f"without: {standard['N_eff']:.6f}, {standard['steps']} steps", file=sys.stderr)
    rows = []
    for element in ELEMENTS:
        row = [element]
        for side in ("left", "right"):
            for value in (-SIZE, SIZE):
                result = run(program, settings(side, element, value))
                print(f"{side} {element} {value}: {result['N_eff']:.6f}, {result['steps']} steps", file=sys.stderr)
                row.append(f"{1e4 * (result['N_eff'] - standard['N_eff']):+.1f}".replace("-", "−"))
        rows.append(row)
    replace_table("beyond.md", "nsi", rows)


if __name__ == "__main__":
    main()
