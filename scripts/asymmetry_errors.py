#!/usr/bin/python3
"""Compares N_eff_error and eta_error of runs with asymmetries with their true errors, and writes the table of
docs/dev/asymmetry-convergence.md, "How honest is the error?".

The truth is a run of the same physics with twice the nodes and a hundredth of both tolerances; of asymmetries that are
damped by default one that follows the oscillations, with a thirtieth; of those up to 0.3 with a three hundredth, and a
hundredth of the absolute one. That of runs with a step of 1/2 has no more nodes. Where such a run does not end within
15 minutes of processor time, less tight ones stand for it. What is done is kept in RESULTS: the script goes on where it
was stopped; remove the file to start afresh.

Usage: scripts/asymmetry_errors.py [--only N] [--jobs N] [--finished] [PROGRAM [RESULTS]]
       (default: build/bin/qke-decouple, build/asymmetry_errors.json; takes some hours of processor time)
"""
import argparse
import concurrent.futures
import dataclasses
import json
import math
import re
import sys

from kept_runs import KeptRuns
from tables import ROOT, replace_table

PROCESSOR_TIME_S = 900
INVERTED = "mixing.dm2_31_eV2=-2.46e-3"
FACTOR_NODES, FACTORS = 2, (300, 100, 30, 10)  # of the tolerances
DAMPED_BELOW, FOLLOWED = 0.05, ["integrator.damp_oscillations=off"]
SWINGS_UP_TO, FACTOR_OF_ABSOLUTE = 0.3, 1 / 3
LARGE = 2  # from this |xi| on scheme qke takes minutes


@dataclasses.dataclass(frozen=True)
class Case:
    xi: tuple
    inverted: bool = False
    scheme: str = ""
    finer: int = 1  # the step of the grid is 1 over this

    @property
    def is_damped(self):
        return self.swings and max(map(abs, self.xi)) < DAMPED_BELOW

    @property
    def swings(self):
        return len(set(self.xi)) > 1 and max(map(abs, self.xi)) <= SWINGS_UP_TO

    @property
    def factors(self):
        return FACTORS[2:] if self.is_damped else FACTORS if self.swings else FACTORS[1:]

    def settings(self, factor_nodes=1):
        """A step of 1, mostly: coarser than by default, so that truths end within minutes."""
        y_max = 20 + round(max(map(abs, self.xi)))
        unequal, largest = len(set(self.xi)) > 1, max(map(abs, self.xi))
        scheme = self.scheme or ("atao-jv" if unequal and largest >= LARGE else "auto")
        settings = [f"run.scheme={scheme}", f"asymmetry.xi={json.dumps(self.xi)}",
                    f"grid.nodes={factor_nodes * self.finer * y_max}", f"grid.y_max={y_max}"]
        return settings + ([INVERTED] if self.inverted else [])


def opposite(xi):
    return (xi, -xi, 0)


# The smallest ones, which take longest, come last.
CASES = [Case((xi, xi, xi), inverted) for xi, inverted in [(1e-3, False), (0.1, False), (1, True), (4, False), (-4, True)]]
CASES += [Case(opposite(xi), inverted) for xi in (0.3, 1, 0.1) for inverted in (False, True)]
CASES += [Case(xi) for xi in [(0.3, 0, 0), (0.381472, -0.240526, -0.144853), (0.3, 0.1, 0.2), (0, 0.01, -0.01), (0, 0.3, -0.3), (0, 0.5, -0.5), (0, 2, -2)]]
CASES += [Case(opposite(xi), inverted) for xi in (2, 0.03, 0.01, 3, 4, 3e-3, 1e-3) for inverted in (False, True)]
CASES += [Case(opposite(0.07))] + [Case(opposite(xi), finer=2) for xi in (0.12, 0.2)]
CASES += [Case((0, xi, -xi), True) for xi in (0.05, 0.1, 0.2)] + [Case((0, 0.12, -0.12), True, finer=2)]
CASES += [Case(opposite(xi), inverted, "atao-jv") for xi, inverted in [(0.03, False), (0.01, True), (3e-3, False)]]


def numbers(summary, _):
    return {name: summary[name] for name in ("N_eff", "N_eff_error", "eta", "eta_error", "steps")}


def truth(runs, case, factor):
    """The settings of a run that may be the truth. Tolerances that the program decides are printed as comments."""
    case = dataclasses.replace(case, scheme="")
    printed = runs.call(case.settings(), "--print-config").stdout
    tolerances = re.findall(r"^#?((?:relative|absolute)_tolerance) = (\S+)", printed, re.MULTILINE)
    followed = FOLLOWED if case.is_damped else []
    absolute = factor * FACTOR_OF_ABSOLUTE if case.swings and not case.is_damped else factor
    factors = {"relative_tolerance": factor, "absolute_tolerance": absolute}
    tighter = [f"integrator.{name}={float(value) / factors[name]!r}" for name, value in tolerances]
    return [*case.settings(FACTOR_NODES // case.finer), "run.error_estimate=off", *followed, *tighter]


def judge(runs, case):
    """The run, the truth, and by how much its tolerances are tighter."""
    found = runs.run(case.settings())
    if "failure" not in found and found["N_eff_error"] is None:
        return {"failure": "no estimate"}, {}, 0
    for factor in case.factors:
        true = runs.run(truth(runs, case, factor))
        if "failure" not in true:
            return found, true, factor
    return found, {"failure": "no truth"}, 0


def row_of(case, found, true, factor):
    xi = ", ".join(f"{value:g}" for value in case.xi)
    how = ["inverted" if case.inverted else "normal"]
    if case.scheme:
        how.append(case.scheme)
    if case.finer > 1:
        how.append(f"step 1/{case.finer}")
    start = [xi, ", ".join(how)]
    if "failure" in found or "failure" in true:
        missing = found.get("failure") or true["failure"]
        return [*start, f"{found['N_eff']:.6f}" if "N_eff" in found else "", "", "", missing, "", ""]
    difference, error = abs(found["N_eff"] - true["N_eff"]), found["N_eff_error"]
    largest = max(abs(initial_eta(xi)) for xi in case.xi)
    eta, eta_error = difference_of_eta(found, true) / largest, found["eta_error"] / largest
    return [*start, f"{true['N_eff']:.6f}", f"{difference:.1e}", f"{error:.1e}", f"{eta:.1e}", f"{eta_error:.1e}",
            f"1/{factor}"]


def initial_eta(xi):
    """(n_nu - n_nubar)/T_cm^3 of spectra 1/(e^(y -+ xi) + 1)."""
    return (xi + xi**3 / math.pi**2) / 6


def difference_of_eta(found, true):
    return max(abs(a - b) for a, b in zip(found["eta"], true["eta"]))


def is_covered(found, true):
    return (abs(found["N_eff"] - true["N_eff"]) <= found["N_eff_error"]
            and difference_of_eta(found, true) <= found["eta_error"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=int, action="append", help="number of a case, from 1 on; writes no table")
    parser.add_argument("--finished", action="store_true", help="the table of what RESULTS has, without more runs")
    parser.add_argument("--jobs", type=int, default=2, help="runs at the same time")
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/bin/qke-decouple"))
    parser.add_argument("results", nargs="?", default=str(ROOT / "build/asymmetry_errors.json"))
    arguments = parser.parse_args()
    limit = None if arguments.finished else PROCESSOR_TIME_S
    runs = KeptRuns(arguments.program, arguments.results, numbers, limit)
    cases = [CASES[n - 1] for n in arguments.only] if arguments.only else CASES
    if arguments.finished:
        cases = [case for case in cases if judge(runs, case)[2]]
    rows, covered, without = [], 0, 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for case, (found, true, factor) in zip(cases, pool.map(lambda case: judge(runs, case), cases)):
            rows.append(row_of(case, found, true, factor))
            print(" | ".join(rows[-1]), flush=True)
            if "failure" in found or "failure" in true:
                without += 1
            else:
                covered += is_covered(found, true)
    print(f"{len(cases)} cases: {covered} covered, {without} without a truth")
    if not arguments.only:
        replace_table("dev/asymmetry-convergence.md", "errors", rows)
    return 0 if covered + without == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
