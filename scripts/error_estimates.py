#!/usr/bin/env python3
"""Compares N_eff_error with the true error over the whole range of every key, and writes the table in
docs/dev/convergence.md.

The truth is a run of the same physics from 50 MeV on, on a grid of steps of 0.25 up to 32, at tolerances 1e-9 and
1e-12; in scheme qke and with asymmetries, where runs are longer, of steps of 0.4, 1e-8 and 1e-11, and with
asymmetries, which are given at the start, from 20 MeV on and up to 28 beyond the largest |xi|; with sterile neutrinos
from 100 MeV on, of steps of 1/6. Two runs go at a time, with low priority. What is done is kept in RESULTS: the script
goes on where it was stopped; remove the file to start afresh.

Usage: scripts/error_estimates.py [--subset KEY] [PROGRAM [RESULTS]]
       (default: build/bin/qke-decouple, build/error_estimates.json; takes half an hour)
"""
import argparse
import concurrent.futures
import math
import sys

from error_cases import CASES, Case
from kept_runs import KeptRuns
from tables import ROOT, replace_table

TIME_LIMIT_S = 1800
LARGEST_FACTOR, ALWAYS_ALLOWED = 10, 3e-6


def numbers(summary, _):
    return {name: summary[name] for name in ("N_eff", "N_eff_error", "wall_s")}


def truth(results, case: Case):
    """N_eff of the physics of a case: None where the truth cannot be had."""
    values = []
    for settings in case.truths():
        found = results.run(settings)
        if "failure" in found:
            return None
        values.append(found["N_eff"])
    # Both what a start leaves out where nothing is coupled, and the error by the step where rates are strong,
    # are of second order; the second truth has twice the temperature, or half the step.
    return values[-1] + (values[-1] - values[0]) / 3 if len(values) == 2 else values[0]


def judge(results, case):
    found, true = results.run(case.settings()), truth(results, case)
    if "failure" in found or true is None or found["N_eff_error"] is None:
        return case, None, None, found.get("failure", "no truth" if true is None else "no estimate")
    return case, abs(found["N_eff"] - true), found["N_eff_error"], ""


def is_useful(difference, error):
    return error <= max(LARGEST_FACTOR * difference, ALWAYS_ALLOWED)


def table_rows(judged):
    rows, keys = [], list(dict.fromkeys(case.key for case, *_ in judged))
    for key in keys + ["all"]:
        mine = [row for row in judged if key in ("all", row[0].key)]
        values = ", ".join(dict.fromkeys(case.value for case, *_ in mine)) if key != "all" else ""
        largest = max(difference / error for _, difference, error, _ in mine)
        useful = sum(is_useful(difference, error) for _, difference, error, _ in mine)
        rows.append([f"`{key}`" if "." in key else key, values, str(len(mine)), f"{largest:.2f}", f"{useful} of {len(mine)}"])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subset", help="only the cases of settings that contain this; writes no table")
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/bin/qke-decouple"))
    parser.add_argument("results", nargs="?", default=str(ROOT / "build/error_estimates.json"))
    arguments = parser.parse_args()
    results = KeptRuns(arguments.program, arguments.results, numbers, TIME_LIMIT_S)
    cases = [case for case in CASES if arguments.subset is None or any(arguments.subset in text for text in case.varied)]
    judged = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        # Many cases share a truth.
        needed = {" ".join(settings): settings for case in cases for settings in case.truths()}
        for n, _ in enumerate(pool.map(results.run, needed.values()), 1):
            print(f"truth {n} of {len(needed)}", file=sys.stderr)
        for case, difference, error, failure in pool.map(lambda case: judge(results, case), cases):
            judged.append((case, difference, error, failure))
            shown = failure or f"{difference:.1e} | {error:.1e} | {difference / error:.2f}"
            mark = "" if failure else " too small" if difference > error else "" if is_useful(difference, error) else " large"
            print(f"{len(judged)} | {case.key} | {' '.join(case.settings())} | {shown}{mark}", flush=True)
    failed = [row for row in judged if row[3]]
    covered = not failed and all(difference <= error for _, difference, error, _ in judged)
    useful = sum(is_useful(row[1], row[2]) for row in judged if not row[3])
    print(f"{len(judged)} cases, {len(failed)} failed, covered: {covered}, useful: {useful}")
    if arguments.subset is None and not failed:
        replace_table("dev/convergence.md", "errors", table_rows(judged))
    return 0 if covered and useful >= math.ceil(0.9 * len(judged)) else 1


if __name__ == "__main__":
    sys.exit(main())
