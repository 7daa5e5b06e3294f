#!/usr/bin/env python3
"""Sends signals to runs at random moments, resumes them, and says what was lost.

Usage: scripts/signal_trials.py [--trials 300] [--seed 1] [--long] [PROGRAM]     (default: build/bin/qke-decouple)

With --long the runs take half a minute and more, and are resumable where runs are by default.

Each trial sends SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 or SIGXCPU at a random moment of a run; half of the
trials replace an older complete result by --force. A run is resumed until it is complete, and compared with
one that was never stopped: every dataset, bit by bit. What a signal costs is the work between the last
checkpoint and the signal, in steps times the mean time of a step of this run.
Needs h5py. The status is 1 when something was lost.
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from run_reader import h5py, np, open_run

STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGUSR1: 75, signal.SIGUSR2: 75,
          signal.SIGXCPU: 75}
FAST = ["--set", "run.precision=fast"]
OFTEN = ["--set", "integrator.restart_work_s=0.02"]  # checkpoints in short runs, too
RUNS = {
    "atao, fast": FAST,
    "boltzmann, with asymmetry": FAST + ["--set", "run.scheme=boltzmann", "--set", "asymmetry.xi=[0.1, 0.1, 0.1]",
                                         "--set", "run.error_estimate=on", "--set", "grid.nodes=24"] + OFTEN,
    "qke, 24 nodes": FAST + ["--set", "run.scheme=qke", "--set", "grid.nodes=24"] + OFTEN,
    "qke, unequal asymmetries": FAST + ["--set", "run.scheme=qke", "--set", "asymmetry.xi=[0.01, -0.01, 0]", "--set",
                                        "grid.nodes=12", "--set", "grid.y_max=14", "--set", "epoch.T_end_MeV=5"] + OFTEN,
}

LONG_RUNS = {
    "qke, high": ["--set", "run.scheme=qke", "--set", "run.precision=high"],
    "atao, 240 nodes": ["--set", "run.precision=high", "--set", "grid.nodes=240"],
}


def command(program, options, name, *more):
    return [program, "/dev/null", "-o", name, "--quiet", *options, *more]


def numbers(path):
    """All datasets of a file as bytes, without the elapsed time."""
    found = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset) and name != "summary/wall_s":
            found[name] = np.asarray(item[()]).tobytes() if item.dtype.kind != "O" else str(item[()])

    with open_run(path) as file:
        file.visititems(keep)
    return found



class Report:
    def __init__(self):
        self.signals = self.stopped = self.lost = self.replaced = self.different = 0
        self.share = self.seconds = self.wait = 0.0
        self.over = 0

    def cost(self, stderr, elapsed):
        steps = re.search(r"until step (\d+) of (\d+)", stderr)
        if not steps:
            return
        kept, done = map(int, steps.groups())
        share = (done - kept) / max(done, 1)
        seconds = share * elapsed
        if seconds > 10:
            self.share = max(self.share, share)
        self.seconds = max(self.seconds, seconds)
        self.over += share > 0.1 and seconds > 10

    def text(self):
        return (f"{self.signals} signals, {self.stopped} of them before the end of a run; {self.lost} lost, "
                f"{self.replaced} results replaced by less, {self.different} with other numbers; a signal cost at most "
                f"{self.seconds:.1f} s, or {100 * self.share:.1f} % of the work where that is more than 10 s; the longest "
                f"wait for an end was {self.wait:.2f} s")


def try_once(program, name, options, folder, whole, duration, report):
    is_forced = random.random() < 0.5
    output = folder / "run.h5"
    old = None
    if is_forced:
        shutil.copy(folder / "old.h5", output)
        old = output.read_bytes()
    more = ["--force"] if is_forced else []
    elapsed = 0.0
    while True:
        which = random.choice(list(STATUS))
        start = time.monotonic()
        process = subprocess.Popen(command(program, options, output, *more), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(random.uniform(0.02, 1.1) * duration)
        sent = time.monotonic()
        process.send_signal(which)
        stderr = process.communicate()[1]
        elapsed += sent - start
        report.signals += 1
        if process.returncode == 0:
            break
        if process.returncode == -which:  # before the program catches signals: nothing was begun
            if not output.exists() and is_forced:
                report.lost += 1
        elif process.returncode != STATUS[which]:
            print(f"{name}: status {process.returncode}: {stderr}")
            report.lost += 1
        report.stopped += 1
        report.wait = max(report.wait, time.monotonic() - sent)
        report.cost(stderr, elapsed)
        if old is not None and output.read_bytes() != old:
            report.replaced += 1
        more = ["--resume"]
        if is_forced and not (folder / "run.h5.part").exists():
            more = ["--force"]
        if random.random() < 0.5:
            done = subprocess.run(command(program, options, output, *more), capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{name}: not resumed: {done.stderr}")
                report.lost += 1
            break
    left = sorted(path.name for path in folder.iterdir() if path.name not in ("old.h5", "whole.h5"))
    if left != ["run.h5"]:
        print(f"{name}: left {left}")
        report.lost += 1
    if numbers(output) != numbers(whole):
        print(f"{name}: another result")
        report.different += 1
    output.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", nargs="?", default="build/bin/qke-decouple")
    parser.add_argument("--trials", type=int, default=300, help="signals to be sent")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--long", action="store_true", help="runs of half a minute and more")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    program = os.path.abspath(arguments.program)
    total = Report()
    with tempfile.TemporaryDirectory() as top:
        prepared = []
        for index, (name, options) in enumerate((LONG_RUNS if arguments.long else RUNS).items()):
            folder = pathlib.Path(top) / str(index)
            folder.mkdir()
            start = time.monotonic()
            subprocess.run(command(program, options, folder / "whole.h5"), check=True, stdout=subprocess.DEVNULL)
            prepared.append((name, options, folder, folder / "whole.h5", time.monotonic() - start))
            subprocess.run(command(program, FAST, folder / "old.h5", "--set", "run.error_estimate=off"), check=True,
                           stdout=subprocess.DEVNULL)
            print(f"{name}: {prepared[-1][4]:.1f} s", flush=True)
        while total.signals < arguments.trials:
            name, options, folder, whole, duration = random.choice(prepared)
            try_once(program, name, options, folder, whole, duration, total)
            print(total.text(), flush=True)
    return 1 if total.lost or total.replaced or total.different or total.over else 0


if __name__ == "__main__":
    sys.exit(main())
