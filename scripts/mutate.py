#!/usr/bin/env python3
"""Makes one mistake at a time in the sources, and counts how many the tests notice.

    scripts/mutate.py [--count 80] [--seed 1] [--part 1/1] [--only FILE[:LINE]] [--kind KIND] [--named]
                      [--parallel 2] [--work /tmp/qke-mutants] [--list]

Every mutant is built in a copy of the sources and runs the unit and property tests, the quick ones first; it is
killed if one fails, hangs or crashes. The sample is drawn by the seed from all places where
    sign      a + or - between two terms may become the other, a leading - may go away,
    factor    a * may become a /, or the reverse,
    number    a number may be doubled,
and, in the files that make results of a state (run, error estimate, observables, output, configuration) and in the
physics,
    flavour   an index may become the next,
    bar       neutrinos and antineutrinos may be exchanged,
    term      a term of a sum may be dropped,
    stale     the first, the last or the previous value may be taken for another,
    unit      a result may be a thousand times too large,
    compare   < may be <=, and the reverse; min may be max,
    call      a statement that is only a call may be left out.
With --named, mistakes that tests once overlooked, one by one: all of them must be killed.
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import queue
import random
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The files that hold equations, wherever they stand below src or include; "*" stands for subfolders, too.
PHYSICS = [
    "components/*",
    "oscillations/*",
    "collisions/*",
    "cosmology/*",
    "evolution/*",
    "imex_integrator.cpp",
    "observables.cpp",
    "hermitian.hpp",
    "momentum_grid.hpp",
]

# Those that make results of a state.
RESULTS = [
    "run.cpp",
    "checkpoint_schedule.cpp",
    "companion_runs.cpp",
    "error_estimate.cpp",
    "observables.cpp",
    "soundness.cpp",
    "output/*.cpp",
    "config/*.cpp",
    "model/*.cpp",
    "summary.cpp",
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


def next_flavour(match):
    return re.sub(r"[012]", lambda index: str((int(index[0]) + 1) % 3), match[0])


def doubled(match):
    return "0.5" if float(match[0]) == 0.0 else f"{2 * float(match[0])!r}"


# (kind, pattern, replacement: a text, or a function of the match). Of code without comments.
LOGIC = [
    ("flavour", re.compile(r"(?<=\w)(?:\([012](?:, [012])?\)|\[[012]\])"), next_flavour),
    ("bar", re.compile(r"(?<=[.>])rho\b"), "rhobar"),
    ("bar", re.compile(r"(?<=[.>])rhobar\b"), "rho"),
    ("bar", re.compile(r"(?<=\.)nbar\b"), "n"),
    ("bar", re.compile(r"(?<=\.)nu\b"), "bar"),
    ("bar", re.compile(r"(?<=\.)bar\b"), "nu"),
    ("bar", re.compile(r"(?<=, )(?:true|false)(?=, a\))"), lambda match: "false" if match[0] == "true" else "true"),
    ("term", re.compile(r"(?<=[\w)\]]) [-+] [\w.]+(?:\([^()]*\)|\[[^\[\]]*\])?(?:\.\w+\(\))*(?=[;,)])"), ""),
    ("stale", re.compile(r"\bfront\(\)"), "back()"),
    ("stale", re.compile(r"\bback\(\)"), "front()"),
    ("stale", re.compile(r"integrator_->s\(\)"), "integrator_->previous_s()"),
    ("stale", re.compile(r"\binner_\b"), "state_"),
    ("stale", re.compile(r"(?<=\()s_now, now(?=[,)])"), "s_now, at(integrator_->previous_s())"),
    ("unit", re.compile(r"(?<= = )(?=[^=;{\"]* [*/] [^=;{\"]*;$)"), "1e3 * "),
    ("unit", re.compile(r"(?<=return )(?=[^=;{\"]* [*/] [^=;{\"]*;$)"), "1e3 * "),
    ("compare", re.compile(r"(?<=[\w)\]]) <(?= [\w(])"), " <="),
    ("compare", re.compile(r"(?<=[\w)\]]) <=(?= [\w(])"), " <"),
    ("compare", re.compile(r"(?<=[\w)\]]) >(?= [\w(-])"), " >="),
    ("compare", re.compile(r"(?<=[\w)\]]) >=(?= [\w(-])"), " >"),
    ("compare", re.compile(r"\bstd::max\b"), "std::min"),
    ("compare", re.compile(r"\bstd::min\b"), "std::max"),
    ("call", re.compile(r"(?<=^ )\s+(?!return|throw|for|if|while|delete)[\w.>:-]+\([^;{}]*\);$"), " ;"),
]
# Not for LOGIC: what cannot compile, or whose change cannot be seen.
NO_LOGIC = re.compile(r"^\s*(#|//|static_assert|template|using|for \()|reserve|\bauto [&\[]|std::(string|error_code|FILE)")

# What tests overlooked once. (file, text, mistake), the text once in the file; any white space matches any other.
KINETIC, POTENTIALS, RUN = "kinetic_system.cpp", "potentials.cpp", "run.cpp"
OBSERVABLES, METHOD = "observables.cpp", "method.cpp"
NAMED = [
    (POTENTIALS, "sum.linear(1, 1) += unit * plasma_.muon", "sum.linear(2, 2) += unit * plasma_.muon"),
    (POTENTIALS, "couplings_(0, 0) += 1.0", "couplings_(1, 1) += 1.0"),
    ("asymmetry.cpp", "values[0] == values[1] && values[1] == values[2]", "values[0] == values[1]"),
    (KINETIC, " + potential(y);", ";"),
    ("error_estimate.cpp", "error.tolerance = ", "error.tolerance = 0.0 * "),
    (OBSERVABLES, "summary.n_nu = diagonal(m.n + m.nbar)", "summary.n_nu = diagonal(m.n)"),
    (OBSERVABLES, "summary.delta_rho = diagonal(m.rho + m.rhobar)", "summary.delta_rho = diagonal(2.0 * m.rho)"),
    (OBSERVABLES, "effective_degeneracy(summary.eta(0), (m.rho + m.rhobar)(0, 0)",
     "effective_degeneracy(summary.eta(1), (m.rho + m.rhobar)(1, 1)"),
    (OBSERVABLES, "summary.n_nu.head<active_flavours>().mean()", "summary.n_nu(0)"),
    (RUN, "require_conserved(*system_, s_now, now, residuals_);", ""),
    (RUN, "history.back().eta.sum() - history.front().eta.sum()",
     "history.back().eta.sum() - history[history.size() - std::min<std::size_t>(2, history.size())].eta.sum()"),
    (METHOD, "std::min(integrator.relative_tolerance, averaged.relative_tolerance)", "integrator.relative_tolerance"),
    (METHOD, "std::min(integrator.absolute_tolerance, averaged.absolute_tolerance)", "integrator.absolute_tolerance"),
    (METHOD, "integrator.max_order = default_max_order(Scheme::atao);", ";"),
]


def in_physics(name, number, code):
    if SKIP.search(code):
        return
    code = INDEX.sub(lambda match: "[" + "_" * (len(match.group()) - 2) + "]", code)
    for operator, replacement in OPERATORS:
        kind = "factor" if replacement in (" * ", " / ") else "sign"
        for match in operator.finditer(code):
            yield name, number, match.start(), match.end(), replacement, kind
    for match in NUMBER.finditer(code):
        yield name, number, match.start(), match.end(), doubled(match), "number"


def in_logic(name, number, code):
    if NO_LOGIC.search(code):
        return
    for kind, pattern, replacement in LOGIC:
        for match in pattern.finditer(code):
            text = replacement(match) if callable(replacement) else replacement
            yield name, number, match.start(), match.end(), text, kind


def files_of(patterns):
    files = sorted(path.relative_to(ROOT).as_posix() for part in ("src", "include") for path in (ROOT / part).rglob("*.[ch]pp"))
    found = set()
    for pattern in patterns:
        matching = [name for name in files if fnmatch.fnmatchcase(name, f"*/{pattern}")]
        if not matching:
            sys.exit(f"no file is named {pattern}. Mend PHYSICS, RESULTS or NAMED.")
        found.update(matching)
    return sorted(found)


def candidates():
    found, physics = [], files_of(PHYSICS)
    for name in sorted({*physics, *files_of(RESULTS)}):
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            code = line.split("//")[0].rstrip()
            if name in physics:
                found += in_physics(name, number, code)
            found += in_logic(name, number, code)
    return found


def named_mutants():
    """(file, None, text as it stands there, mistake, None, kind)."""
    found = []
    for pattern, text, mistake in NAMED:
        wanted = re.compile(r"\s+".join(re.escape(word) for word in text.split(" ")))
        places = [(name, match[0]) for name in files_of([pattern])
                  for match in wanted.finditer((ROOT / name).read_text(encoding="utf-8"))]
        if len(places) != 1:
            sys.exit(f"'{text}' stands in {len(places)} places of {pattern} (one is wanted). Mend NAMED.")
        found.append((places[0][0], None, places[0][1], mistake, None, "named"))
    return found


def mutated(text, mutant):
    _, number, begin, end, replacement, _ = mutant
    if number is None:
        return text.replace(begin, end, 1)
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
        # Compiler caches do not work with precompiled headers.
        precompile = "OFF" if "CMAKE_CXX_COMPILER_LAUNCHER" in os.environ else "ON"
        configure = ["cmake", "-S", str(folder), "-B", str(folder / "build"), "-DCMAKE_BUILD_TYPE=Release",
                     f"-DQKE_PRECOMPILE_HEADERS={precompile}"]
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
    name, number, begin, end = mutant[:4]
    if number is None:
        return f"{name}: {begin.strip()}  ->  {end.strip() or 'left out'}"
    text = (ROOT / name).read_text(encoding="utf-8")
    before, after = (whole.splitlines()[number - 1].strip() for whole in (text, mutated(text, mutant)))
    return f"{mutant[5]} {name}:{number}: {before}  ->  {after or 'left out'}"


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
    parser.add_argument("--part", default="1/1", metavar="K/N", help="the K-th of N parts of the sample, to divide the work")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/qke-mutants"))
    parser.add_argument("--parallel", type=int, default=2, help="mutants at the same time")
    parser.add_argument("--list", action="store_true", help="show the sample and stop")
    parser.add_argument("--only", default="", metavar="FILE[:LINE]", help="mutants of one file, or of one line")
    parser.add_argument("--kind", default="", help="mutants of one kind")
    parser.add_argument("--named", action="store_true", help="the mistakes that tests once overlooked, instead of a sample")
    options = parser.parse_args()

    everything = named_mutants() if options.named else [
        mutant for mutant in candidates()
        if options.only in ("", mutant[0], f"{mutant[0]}:{mutant[1]}") and options.kind in ("", mutant[5])]
    sample = everything if options.named else sorted(
        random.Random(options.seed).sample(everything, min(options.count, len(everything))))
    part, parts = map(int, options.part.split("/"))
    sample = sample[len(sample) * (part - 1) // parts:len(sample) * part // parts]
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
    if options.named and count["killed"] < len(sample):
        sys.exit("a named mutant was not killed. Write the test that kills it.")


if __name__ == "__main__":
    main()
