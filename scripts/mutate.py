#!/usr/bin/env python3
"""Flips signs and factors in the physics files, one at a time, and counts how many the tests notice.

    scripts/mutate.py [--count 80] [--seed 1] [--only FILE[:LINE]] [--parallel 2] [--work /tmp/qke-mutants] [--list]

Every mutant is built in a copy of the sources and runs the unit and property tests, the quick ones first; it is
killed if one fails, hangs or crashes. The sample is drawn by the seed from all places where
    a + or - between two terms may become the other,   a leading - may go away,
    a * may become a /, or the reverse,                a number may be doubled.
"""

import argparse
import concurrent.futures
import json
import pathlib
import queue
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
    "src/collisions/kernels/*.cpp",
    "src/cosmology/*.cpp",
    "src/evolution/*.cpp",
    "src/integrator/imex_integrator.cpp",
    "src/observables.cpp",
    "include/qke/collisions/*.hpp",
    "include/qke/evolution/*.hpp",
    "include/qke/numerics/hermitian.hpp",
    "include/qke/oscillations/*.hpp",
    "include/qke/plasma/*.hpp",
    "include/qke/momentum_grid.hpp",
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
SKIP = re.compile(r"^\s*(#|//|static_assert|for \(|template)|\"|reserve|resize|constexpr|std::size_t|index\(|static_cast<int>"
                  r"|entries|block|stride|\bint \w+ =|virtual|operator")

INDEX = re.compile(r"\[[^\[\]]*\]")


def candidates():
    found = []
    for pattern in PHYSICS:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                code = line.split("//")[0]
                if SKIP.search(code):
                    continue
                code = INDEX.sub(lambda match: "[" + "_" * (len(match.group()) - 2) + "]", code)
                for operator, replacement in OPERATORS:
                    for match in operator.finditer(code):
                        found.append((name, number, match.start(), match.end(), replacement))
                for match in NUMBER.finditer(code):
                    value = float(match.group())
                    doubled = "0.5" if value == 0.0 else f"{2 * value!r}"
                    found.append((name, number, match.start(), match.end(), doubled))
    return found


def mutated(text, mutant):
    _, number, begin, end, replacement = mutant
    lines = text.splitlines(keepends=True)
    line = lines[number - 1]
    lines[number - 1] = line[:begin] + replacement + line[end:]
    return "".join(lines)


def run(command, seconds):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        return "timeout"


def build(folder):
    targets = ["qke_unit_tests", "qke_properties_tests"]
    return run(["cmake", "--build", str(folder / "build"), "--target", *targets], 1800) == 0


def tests_pass(folder, tier, seconds, *options):
    program = folder / "build" / "tests" / f"qke_{tier}_tests"
    return run([str(program), "--gtest_fail_fast", "--gtest_brief=1", *options], seconds) == 0


class Workplace:
    """A copy of the sources, built, and how long each of its tests takes."""

    SLOW = 0.3  # seconds

    def __init__(self, folder):
        self.folder, self.slow, self.patience = folder, {}, 900
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "CMakeLists.txt", folder)
        for name in ("cmake", "include", "src", "tests", "scripts", "docs", "configs"):
            shutil.copytree(ROOT / name, folder / name)
        configure = ["cmake", "-S", str(folder), "-B", str(folder / "build"), "-DCMAKE_BUILD_TYPE=Release"]
        if run(configure, 600) != 0 or not build(folder) or not self.time_tests():
            sys.exit("the sources do not build and pass as they are. Mend that first.")

    def time_tests(self):
        began = time.time()
        for tier in ("unit", "properties"):
            report = self.folder / f"{tier}.json"
            if not tests_pass(self.folder, tier, self.patience, f"--gtest_output=json:{report}"):
                return False
            suites = json.loads(report.read_text(encoding="utf-8"))["testsuites"]
            self.slow[tier] = ":".join(f"{suite['name']}.{test['name']}" for suite in suites
                                       for test in suite["testsuite"] if float(test["time"][:-1]) > self.SLOW)
        self.patience = 20 + 5 * (time.time() - began)
        return True

    def survives(self):
        """Whether all unit and property tests pass; what is quick and fails comes first."""
        filters = [(tier, "-" + slow) for tier, slow in self.slow.items()]
        filters += [(tier, slow) for tier, slow in self.slow.items() if slow]
        return all(tests_pass(self.folder, tier, self.patience, "--gtest_filter=" + names) for tier, names in filters)

    def verdict(self, mutant):
        target = self.folder / mutant[0]
        original = target.read_text(encoding="utf-8")
        target.write_text(mutated(original, mutant), encoding="utf-8")
        try:
            if not build(self.folder):
                return "does not compile"
            return "SURVIVES" if self.survives() else "killed"
        finally:
            target.write_text(original, encoding="utf-8")


def description(mutant):
    name, number = mutant[:2]
    text = (ROOT / name).read_text(encoding="utf-8")
    before, after = (whole.splitlines()[number - 1].strip() for whole in (text, mutated(text, mutant)))
    return f"{name}:{number}: {before}  ->  {after}"


def try_all(sample, options):
    """The verdict of each mutant, in parallel."""
    began = time.time()
    with concurrent.futures.ThreadPoolExecutor(options.parallel) as pool:
        folders = [options.work / str(number) for number in range(options.parallel)]
        free = queue.Queue()
        for place in pool.map(Workplace, folders):
            free.put(place)
        print(f"prepared in {time.time() - began:.0f} s", flush=True)

        def try_one(mutant):
            place, start = free.get(), time.time()
            try:
                verdict = place.verdict(mutant)
            finally:
                free.put(place)
            print(f"{verdict} ({time.time() - start:.0f} s) {description(mutant)}", flush=True)
            return verdict

        return list(pool.map(try_one, sample))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/qke-mutants"))
    parser.add_argument("--parallel", type=int, default=2, help="mutants at the same time")
    parser.add_argument("--list", action="store_true", help="show the sample and stop")
    parser.add_argument("--only", default="", metavar="FILE[:LINE]", help="mutants of one file, or of one line")
    options = parser.parse_args()

    everything = [mutant for mutant in candidates()
                  if options.only in ("", mutant[0], f"{mutant[0]}:{mutant[1]}")]
    sample = sorted(random.Random(options.seed).sample(everything, min(options.count, len(everything))))
    if options.list:
        for mutant in sample:
            print(description(mutant))
        print(f"{len(sample)} of {len(everything)} possible mutants")
        return
    verdicts = try_all(sample, options)
    count = {verdict: verdicts.count(verdict) for verdict in ("killed", "SURVIVES", "does not compile")}
    tried = count["killed"] + count["SURVIVES"]
    print(f"\n{tried} mutants, {count['killed']} killed ({100.0 * count['killed'] / max(1, tried):.1f} %), "
          f"{count['SURVIVES']} survive, {count['does not compile']} did not compile")
    for mutant, verdict in zip(sample, verdicts):
        if verdict == "SURVIVES":
            print("  survives: " + description(mutant))


if __name__ == "__main__":
    main()
