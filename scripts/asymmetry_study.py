#!/usr/bin/env python3
"""Convergence of runs with lepton asymmetries, and schemes against one another: writes the tables of
docs/dev/asymmetry-convergence.md, three of docs/asymmetries.md and one of docs/comparison.md.

Usage: scripts/asymmetry_study.py [PROGRAM [TABLE...]]
       TABLE: configurations, averaged, electrons, coflasy, schemes or convergence
       (default: build/bin/qke-decouple, and all tables; needs h5py and numpy)
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

from run_physics import degeneracy
from run_reader import np, open_or_fail
from tables import ROOT, replace_table

PAGE = "dev/asymmetry-convergence.md"

ERROR_PART = "N_eff_error_"  # what names of /statistics begin with
GRID = ["grid.nodes=20", "grid.y_max=20", "run.error_estimate=off"]
BELOW = "run.average_below_MeV="
GRIDS = [("30 nodes", ["grid.nodes=30"]), ("30 nodes to y = 24", ["grid.nodes=30", "grid.y_max=24"])]
START = [("start at 15 MeV", ["epoch.T_start_MeV=15"])]


def averaged(*temperatures):
    return [(f"averaged below {T} MeV", [f"{BELOW}{T}"]) for T in temperatures]


def slowed(*temperatures):
    return [(f"slowed below {T} MeV" if T else "not slowed", [f"run.slow_precession_below_MeV={T}"]) for T in temperatures]


def tolerances(relative, absolute):
    settings = [f"integrator.relative_tolerance={relative:g}", f"integrator.absolute_tolerance={absolute:g}"]
    return [("tolerances / 10", settings)]


# xi of (xi, -xi, 0), ordering, unit of eta in the table, what is changed.
STUDY = [
    (0.001, "normal", 1e-5, GRIDS[:1] + averaged(0.8) + slowed(1.8) + tolerances(3.3e-6, 3.3e-9)),
    (0.001, "inverted", 1e-5, GRIDS[:1] + slowed(1.8) + tolerances(3.3e-6, 3.3e-9)),
    (0.01, "normal", 1e-5, GRIDS + START + averaged(0.8, 1.5) + slowed(1.6, 0) + tolerances(3.3e-6, 3.3e-7)),
    (0.01, "inverted", 1e-5, GRIDS[:1] + slowed(1.8) + tolerances(3.3e-6, 3.3e-7)),
    (0.03, "normal", 1e-5, GRIDS[:1] + averaged(0.8) + slowed(1.8) + tolerances(3.3e-6, 1e-6)),
    (0.3, "normal", 1e-4, GRIDS + START + averaged(0.8, 2.6) + slowed(0) + tolerances(3.3e-6, 3e-7)),
    (1.0, "normal", 1e-4, GRIDS[1:] + START + averaged(0.8, 2.6) + slowed(0) + tolerances(1e-6, 1e-6)),
]
# Of both schemes: xi, ordering.
SCHEMES = [((0.01, -0.01, 0), "normal"), ((0.01, -0.01, 0), "inverted"), ((0.1, -0.1, 0), "normal"), ((0.3, -0.3, 0), "normal"), ((1, -1, 0), "normal"),
           ((0, 0.5, -0.5), "normal"), ((0.240526, -0.381472, 0.144853), "normal"),
           ((0.240526, -0.381472, 0.144853), "inverted"), ((0.3, -0.3, 0), "inverted"),
           ((-1.024834, 0.718368, 0.372718), "normal")]
# Configurations as they are, or with another xi.
CONFIGURATIONS = [("asymmetry-small", None), ("asymmetry-small", (0.3, -0.3, 0)), ("asymmetry-small", (1, -1, 0)),
                  ("asymmetry-large", None)]
ELECTRONS = [(0.01, -0.01, 0), (0.1, -0.1, 0), (0.3, -0.3, 0), (1, -1, 0), (0.240526, -0.381472, 0.144853), (0.3, 0.1, 0.2)]
ORDERING = {"normal": [], "inverted": ["mixing.dm2_31_eV2=-2.46e-3"]}
# xi_e, xi_mu, xi_tau, and xi_e of COFLASY-M [DEFS25]
AVERAGED = [((0, 0.920877, -0.920877), -0.0251), ((0.410664, 0.690140, -1.030310), 0.2333),
            ((-1.024834, 0.718368, 0.372718), 0.0053)]
# xi_e, xi_mu, xi_tau, ordering, N_eff and eta_e of COFLASY-C
COFLASY = [((0.240526, -0.381472, 0.144853), "normal", 3.07254, -0.00908),
           ((0.240526, -0.381472, 0.144853), "inverted", 3.04924, 0.00375),
           ((-0.192822, -0.192822, 0.381472), "normal", 3.06814, -0.01236),
           ((-0.192822, -0.192822, 0.381472), "inverted", 3.07446, 0.00997),
           ((0.381472, -0.240526, -0.144853), "normal", 3.05580, 0.00015),
           ((0.649640, -0.649640, 0), "normal", 3.10957, -0.00945),
           ((-0.606435, 0, 0.606435), "inverted", 3.11944, 0.01619)]


def setting_of(xi):
    return f"asymmetry.xi={list(map(float, xi))}".replace(" ", "")


class Run:
    """The numbers of one run of a configuration, which may be None (all defaults)."""

    def __init__(self, program, configuration, settings):
        keys = dict(setting.split("=", 1) for setting in settings)  # the last value given counts
        with tempfile.TemporaryDirectory() as folder:
            if configuration is None:
                configuration = pathlib.Path(folder, "study.toml")
                configuration.write_text("")
            command = [program, configuration, "-o", f"{folder}/run.h5", "--quiet", "--json", "--threads", "1"]
            for key, value in keys.items():
                command += ["--set", f"{key}={value}"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            if status != 0:
                sys.exit(f"asymmetry_study.py: a run of {configuration} failed with {settings}")
            self.processor_s = usage.ru_utime
            with open_or_fail(f"{folder}/run.h5") as file:
                self.N_eff, self.eta = file["summary/N_eff"][()], file["summary/eta"][:]
                self.N_eff_error, self.eta_error = file["summary/N_eff_error"][()], file["summary/eta_error"][()]
                self.steps = file["summary/steps"][()]
                self.history = file["history/eta"][:]
                statistics = file["statistics"]
                self.averaged = statistics["averaged_below_MeV"][()]
                self.full_equations = statistics["full_equations_below_MeV"][()]
                self.own_again = statistics["own_equations_again_below_MeV"][()]
                self.error_parts = {name.removeprefix(ERROR_PART): abs(part[()]) for name, part in statistics.items()
                                    if name.startswith(ERROR_PART)}
                self.lepton_number = statistics["lepton_number"][()]


def numbers(values, unit):
    return ", ".join(f"{value / unit:.2f}" for value in values)


def convergence(start):
    runs = [(xi, ordering, unit, change, start("qke", (xi, -xi, 0), ORDERING[ordering] + settings))
            for xi, ordering, unit, changes in STUDY for change, settings in [("", [])] + changes]
    for xi, ordering, unit, change, future in runs:
        run = future.result()
        yield [f"{xi:g}, {ordering}", change, f"{run.N_eff:.6f}", numbers(run.eta, unit), f"{run.averaged:.2f}",
               str(run.steps), f"{run.lepton_number:.0e}"]


def schemes(start):
    """Processor times are those of runs without the error estimate, which is made by another run."""
    for xi, ordering in SCHEMES:
        full, averages = [start(scheme, xi, ORDERING[ordering]).result() for scheme in ("qke", "atao-jv")]
        with_error = start("atao-jv", xi, ORDERING[ordering] + ["run.error_estimate=on"]).result()
        change = np.abs(full.eta - averages.eta).max() / np.abs(full.history[0]).max()
        yield [", ".join(map(str, xi)), ordering, f"{full.N_eff:.6f}", f"{averages.N_eff - full.N_eff:+.1e}",
               f"{with_error.N_eff_error:.1e}", f"{change:.1e}", f"{averages.full_equations:.2f} to {averages.own_again:.2f}",
               f"{full.steps}, {averages.steps}", f"{full.processor_s:.1f}, {averages.processor_s:.1f}"]


def configurations(start_configuration):
    rows = [(name, xi, start_configuration(name, [] if xi is None else [setting_of(xi)])) for name, xi in CONFIGURATIONS]
    for name, xi, future in rows:
        run = future.result()
        parts = run.error_parts
        most = [part for part in sorted(parts, key=parts.get, reverse=True) if parts[part] > 0.3 * max(parts.values())]
        yield [f"`{name}`" + ("" if xi is None else f", ξ = ({', '.join(map(str, xi))})"), f"{run.N_eff:.6f}",
               f"{run.N_eff_error:.1e}", ", ".join(most), numbers(run.eta, 1e-4), f"{run.eta_error / 1e-4:.2f}"]


def electrons(start):
    rows = [(xi, ordering, [start("atao-jv", xi, ORDERING[ordering] + [f"mean_field.eta_b={eta_b}"]) for eta_b in (0, 6.1e-10)])
            for xi in ELECTRONS for ordering in ORDERING]
    for xi, ordering, futures in rows:
        runs = [future.result() for future in futures]
        yield [", ".join(map(str, xi)), ordering, *(f"{run.N_eff:.5f}" for run in runs),
               *(numbers(run.eta, 1e-4) for run in runs)]


def averaged_runs(start):
    rows = [(xi, published, [start(scheme, xi, [f"{BELOW}1.5", "epoch.T_end_MeV=1.49"]) for scheme in ("qke", "atao-jv")])
            for xi, published in AVERAGED]
    for xi, published, futures in rows:
        yield [", ".join(map(str, xi)), f"{published:.4f}"] + [f"{degeneracy(6 * f.result().eta[0]):.4f}" for f in futures]


def coflasy(start):
    rows = [(row, [start("qke", row[0], ORDERING[row[1]] + [f"grid.nodes={nodes}", "grid.y_max=24", "run.error_estimate=on"])
                   for nodes in (40, 60)]) for row in COFLASY]
    for (xi, ordering, N_eff, eta_e), futures in rows:
        runs = [future.result() for future in futures]
        yield [", ".join(map(str, xi)), ordering, f"{N_eff:.5f}", *(f"{run.N_eff:.6f} ± {run.N_eff_error:.0e}" for run in runs),
               f"{eta_e:.5f}", *(f"{run.eta[0]:.5f}" for run in runs)]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        def start(scheme, xi, settings):
            return workers.submit(Run, program, None, [f"run.scheme={scheme}", setting_of(xi), *GRID, *settings])

        def start_configuration(name, settings):
            return workers.submit(Run, program, ROOT / f"configs/{name}.toml", settings)

        for page, marker, table in (("asymmetries.md", "configurations", lambda _: configurations(start_configuration)),
                                    ("asymmetries.md", "averaged", averaged_runs), ("asymmetries.md", "electrons", electrons),
                                    ("comparison.md", "coflasy", coflasy), (PAGE, "schemes", schemes),
                                    (PAGE, "convergence", convergence)):
            if marker not in (sys.argv[2:] or [marker]):
                continue
            finished = []
            for row in table(start):
                finished.append(row)
                print(" | ".join(row), flush=True)
            replace_table(page, marker, finished)


if __name__ == "__main__":
    main()
