#!/usr/bin/env python3
"""Flips signs and factors in the physics files, one at a time, and counts how many the tests notice.

    scripts/mutate.py [--count 80] [--seed 1] [--work /tmp/qke-mutants] [--list] [--only FILE:LINE]

Every mutant is built in a copy of the sources and runs the unit and property tests; it is killed if one fails,
hangs or crashes. The sample is drawn by the seed from all places where
    a + or - between two terms may become the other,   a leading - may go away,
    a * may become a /, or the reverse,                a number may be doubled.
"""

import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The files that hold equations.
PHYSICS = [
    "src/plasma/*.cpp",
    "src/oscillations/*.cpp",
    "src/collisions/*.cpp",
    "src/cosmology/*.cpp",
    "src/evolution/*.cpp",
    "src/observables.cpp",
    "include/qke/collisions/collision_term.hpp",
    "include/qke/numerics/hermitian.hpp",
]

# (pattern of the operator or number, replacement); the text around must be an expression.
OPERATORS = [
    (re.compile(r"(?<=[\w)\]]) \+ (?=[\w(*-])"), " - "),
    (re.compile(r"(?<=[\w)\]]) - (?=[\w(*-])"), " + "),
    (re.compile(r"(?<=[(,=]) ?-(?=[\w(])|(?<=return) -(?=[\w(])"), " "),
    (re.compile(r"(?<=[\w)\]]) \* (?=[\w(-])"), " / "),
    (re.compile(r"(?<=[\w)\]]) / (?=[\w(-])"), " * "),
    (re.compile(r" \+= "), " -= "),
    (re.compile(r" -= "), " += "),
]
NUMBER = re.compile(r"(?<![\w.])\d+\.\d*(?![\w.])")  # not 1e-9, which is a tolerance
# Not equations: includes, assertions, loops and indices, sizes and memory, tolerances and other constants of
# methods, text.
SKIP = re.compile(r"^\s*(#|//|static_assert|for \(|template)|\"|reserve|resize|constexpr|std::size_t|index\(|static_cast<int>")


def candidates():
    found = []
    for pattern in PHYSICS:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                code = line.split("//")[0]
                if SKIP.search(code):
                    continue
                for operator, replacement in OPERATORS:
                    for match in operator.finditer(code):
                        found.append((name, number, match.start(), match.end(), replacement))
                for match in NUMBER.finditer(code):
                    value = float(match.group())
                    doubled = "0.5" if value == 0.0 else f"{2 * value!r}"
                    found.append((name, number, match.start(), match.end(), doubled))
    return found


def mutated(line, mutant):
    _, _, begin, end, replacement = mutant
    return line[:begin] + replacement + line[end:]


def run(command, seconds):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        return "timeout"


def build(work, jobs):
    targets = ["qke_unit_tests", "qke_properties_tests"]
    return run(["cmake", "--build", str(work / "build"), "-j", jobs, "--target", *targets], 1800) == 0


def survives(work):
    """Whether all unit and property tests pass."""
    for tier in ("properties", "unit"):
        tests = work / "build" / "tests" / f"qke_{tier}_tests"
        if run([str(tests), "--gtest_fail_fast", "--gtest_brief=1"], 120) != 0:
            return False
    return True


def prepare(work, jobs):
    if work.exists():
        shutil.rmtree(work)
    work.mkdir(parents=True)
    shutil.copy(ROOT / "CMakeLists.txt", work)
    for folder in ("cmake", "include", "src", "tests", "scripts", "docs", "configs"):
        shutil.copytree(ROOT / folder, work / folder)
    configure = ["cmake", "-S", str(work), "-B", str(work / "build"), "-DCMAKE_BUILD_TYPE=Release"]
    if run(configure, 600) != 0 or not build(work, jobs) or not survives(work):
        sys.exit("the sources do not build and pass as they are. Mend that first?")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/qke-mutants"))
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--list", action="store_true", help="show the sample and stop")
    parser.add_argument("--only", help="FILE:LINE, all mutants of one line")
    options = parser.parse_args()

    everything = candidates()
    if options.only:
        sample = [mutant for mutant in everything if f"{mutant[0]}:{mutant[1]}" == options.only]
    else:
        sample = random.Random(options.seed).sample(everything, min(options.count, len(everything)))
    sample.sort()
    if not options.list:
        prepare(options.work, options.jobs)

    killed, survivors, not_built = 0, [], 0
    for position, mutant in enumerate(sample, 1):
        name, number = mutant[:2]
        original = (ROOT / name).read_text(encoding="utf-8")
        lines = original.splitlines(keepends=True)
        before = lines[number - 1]
        lines[number - 1] = mutated(before, mutant)
        change = f"{name}:{number}: {before.strip()}  ->  {lines[number - 1].strip()}"
        if options.list:
            print(change)
            continue
        target = options.work / name
        target.write_text("".join(lines), encoding="utf-8")
        began = time.time()
        if not build(options.work, options.jobs):
            not_built += 1
            verdict = "does not compile"
        elif survives(options.work):
            survivors.append(change)
            verdict = "SURVIVES"
        else:
            killed += 1
            verdict = "killed"
        target.write_text(original, encoding="utf-8")
        print(f"[{position}/{len(sample)}] {verdict} ({time.time() - began:.0f} s) {change}", flush=True)
    if options.list:
        print(f"{len(sample)} of {len(everything)} possible mutants")
        return
    tried = killed + len(survivors)
    print(f"\n{tried} mutants, {killed} killed ({100.0 * killed / max(1, tried):.1f} %), "
          f"{len(survivors)} survive, {not_built} did not compile")
    for survivor in survivors:
        print("  survives: " + survivor)


if __name__ == "__main__":
    main()
