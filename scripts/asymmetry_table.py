#!/usr/bin/python3
"""Final asymmetries, N_eff and spectra over planes of initial xi_e and xi_mu: the tables data/asymmetries.h5 and .csv.

make does all: it runs the planes by scripts/scan.sh, each in a folder of its own, and gathers them; started again it
goes on. rows prints the table of one plane for scan.sh, gather writes the tables of the planes that are complete,
picture draws them, errors writes how well they interpolate into docs/asymmetry-table.md, and compare has other runs
beside the table.
"""
import argparse
import csv
import functools
import json
import pathlib
import subprocess

from plot_scan import plt
from qke_package import module
from run_physics import degeneracies, electron_occupations
from run_reader import attribute, fail, h5py, np, open_run
from scan_table import is_done
from tables import ROOT, replace_table

asymmetries = module("asymmetries")

DM2_31_EV2 = {"normal": 2.53e-3, "inverted": -2.46e-3}
TOTALS = (-0.3, -0.15, 0.0, 0.15, 0.3)
RUNS = 150               # of a plane
HELD_OUT = 10            # more runs, which the interpolation does not use: they measure its error
PLANES = {f"{ordering}{total:+g}": (ordering, total) for total in TOTALS for ordering in DM2_31_EV2}
OF_GRIDS = [("normal", 0.5, 0.3), ("normal", 0.8, -0.55), ("normal", -0.2, 0.72), ("inverted", 0.5, -0.4),
            ("inverted", 0.9, 0.45)]  # ordering, xi_e and xi_mu, of total 0
NODES = (16, 40)         # those of the table, and those that show their error
XI_E_ACROSS, ACROSS = 0.5, (-0.1, -0.03, -0.01, -0.003, 0.003, 0.01, 0.03, 0.1)  # xi_tau of runs that show a strip
LEAST_DIFFERENCE = 0.03  # between two flavours: nearly equal ones take more steps, and end like their neighbours
STEP = 0.04              # of the places from which those of the table are chosen
GROWING = "differences between flavours grow"  # a warning: N_eff may be wrong
CONFIG = ROOT / "configs/asymmetry-scan.toml"
DATA = ROOT / "data/asymmetries.h5"


# --- where ---

def usable(xi, total, ordering, least_difference):
    return (max(map(abs, xi[:2])) <= asymmetries.EDGE and asymmetries.region(xi, total, ordering) is not None and
            min(abs(xi[i] - xi[k]) for i, k in ((0, 1), (0, 2), (1, 2))) >= least_difference)


def candidates(ordering, total):
    """(xi_e, xi_mu) on a fine grid and on the edges of the strips."""
    edges = [asymmetries.degeneracy(total) + side * asymmetries.STRIP for side in (-1, 1)]
    values = sorted({round(float(x), 4) for x in [*np.arange(-1, 1 + STEP / 2, STEP), *edges]})
    places = [(e, mu) for e in values for mu in values]
    places += [(e, round(asymmetries.initial_xi(e, tau, total)[2], 4)) for e in values for tau in edges]
    return np.array([p for p in places if usable(asymmetries.initial_xi(*p, total), total, ordering, LEAST_DIFFERENCE)])


def spread(places, count):
    """`count` of the places, each as far as can be from those before."""
    distance, chosen = -np.linalg.norm(places - [1, -1], axis=1), []  # the first is nearest to this corner
    while len(chosen) < count:
        new = places[int(np.argmax(distance))]
        from_new = np.linalg.norm(places - new, axis=1)
        distance = np.minimum(distance, from_new) if chosen else from_new
        chosen.append(new)
    return chosen


def random_places(ordering, total, count):
    """Anywhere where the table has values."""
    random, places = np.random.default_rng(20), []
    while len(places) < count:
        place = random.uniform(-asymmetries.EDGE, asymmetries.EDGE, 2).round(4)
        if usable(asymmetries.initial_xi(*place, total), total, ordering, 0.005):
            places.append(place)
    return places


@functools.cache
def points(plane):
    """(xi of e, mu and tau, held out?) of all runs of a plane."""
    ordering, total = PLANES[plane]
    places = [(place, 0) for place in spread(candidates(ordering, total), RUNS)]
    places += [(place, 1) for place in random_places(ordering, total, HELD_OUT)]
    return [(asymmetries.initial_xi(*map(float, place), total), held_out) for place, held_out in places]


def settings(ordering, xi):
    return f'{DM2_31_EV2[ordering]:g},"[{", ".join(f"{value + 0.0:.12g}" for value in xi)}]"'


def rows(plane):
    """The table of a plane, of the grids or of the runs across a strip, for scripts/scan.sh."""
    head = "mixing.dm2_31_eV2,asymmetry.xi"
    if plane == "grids":
        lines = [f"{settings(ordering, asymmetries.initial_xi(*place, 0.0))},{nodes}"
                 for ordering, *place in OF_GRIDS for nodes in NODES]
        return "\n".join([f"{head},grid.nodes", *lines]) + "\n"
    if plane == "strip":
        across = [asymmetries.initial_xi(XI_E_ACROSS, xi_tau, 0.0) for xi_tau in ACROSS]
        return "\n".join([head, *(settings("inverted", (xi_e, xi_mu, xi_tau)) for xi_e, xi_tau, xi_mu in across)]) + "\n"
    return "\n".join([head, *(settings(PLANES[plane][0], xi) for xi, _ in points(plane))]) + "\n"


def scan(arguments, name, text):
    folder = pathlib.Path(arguments.folder)
    table = folder / f"{name}.csv"
    table.write_text(text, encoding="ascii")
    subprocess.run([ROOT / "scripts/scan.sh", CONFIG, table, "-o", folder / name, *arguments.options], check=True)


def make(arguments):
    folder = pathlib.Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for plane in [*PLANES, "grids", "strip"]:
        scan(arguments, plane, rows(plane))
    gather(arguments)


# --- what came out ---

DATASETS = {
    "ordering": "mass ordering", "total": "initial sum of xi + xi^3/pi^2",
    "held_out": "1: not interpolated, but a test of the interpolation",
    "xi": "initial degeneracy parameters of nu_e, nu_mu, nu_tau",
    "N_eff": "final N_eff", "z": "final T_gamma/T_cm", "eta": "final (n_nu - n_nubar)/T_cm^3 of nu_e, nu_mu, nu_tau",
    "xi_final": "final degeneracy parameters of thermal neutrinos with this asymmetry and energy",
    "f_nu_e": "final occupation numbers of nu_e", "f_nubar_e": "final occupation numbers of antineutrinos of nu_e"}
TYPES = {"held_out": "i1", "f_nu_e": "f4", "f_nubar_e": "f4"}


def row_of(path, plane, xi, held_out):
    with open_run(path) as file:
        ordering, total = PLANES[plane]
        f = [electron_occupations(file, name)[-1] for name in ("rho", "rhobar")]
        program = f"{attribute(file, 'program_version')}, {attribute(file, 'git_commit')}"
        return {"program": program, "ordering": ordering, "total": total, "held_out": held_out, "xi": np.array(xi),
                "N_eff": file["summary/N_eff"][()], "z": file["summary/z"][()], "eta": file["summary/eta"][:],
                "xi_final": np.array(degeneracies(file)), "f_nu_e": f[0], "f_nubar_e": f[1]}


def runs_of(folder, plane):
    """(file, xi, held out?) of a plane."""
    return [(folder / plane / "rows" / f"{number:05d}.h5", *point) for number, point in enumerate(points(plane), start=1)]


def grows(path):
    with open_run(path) as file:
        return GROWING in file["summary/warnings"].asstr()[()]


def rows_of(folder, plane):
    """Of a plane that is complete; else none."""
    runs = runs_of(folder, plane)
    if not all(is_done(path) for path, *_ in runs):
        print(f"{plane} is left out: it is not complete")
        return []
    found = []
    for path, xi, held_out in runs:
        if grows(path):
            fail(f"{path} is no row of the table (differences between flavours grow in it). Follow it with tighter tolerances.")
        found.append(row_of(path, plane, xi, held_out))
    return found


def errors_of_grids(folder):
    """{name: the largest difference between runs with few and with many momenta}."""
    paths = sorted((folder / "grids/rows").glob("*.h5"))
    if len(paths) != len(OF_GRIDS) * len(NODES) or not all(map(is_done, paths)):
        fail(f"{folder}/grids is not complete (rows of the scan are missing). Start make again.")
    found = [row_of(path, next(iter(PLANES)), (), 0) for path in paths]
    return {name: max(np.max(abs(few[name] - many[name])) for few, many in zip(found[::2], found[1::2]))
            for name in asymmetries.WITH_ERRORS}


def write_strip(folder):
    """The table of runs across a strip in docs/asymmetry-table.md."""
    found = [row_of(path, next(iter(PLANES)), (), 0) for path in sorted((folder / "strip/rows").glob("*.h5"))]
    replace_table("asymmetry-table.md", "strip", [[f"{xi_tau:g}", f"{row['N_eff']:.4f}", f"{row['xi_final'][0]:.4f}"]
                                                  for xi_tau, row in zip(ACROSS, found, strict=True)])


def gather(arguments):
    folder = pathlib.Path(arguments.folder)
    found = [row for plane in PLANES for row in rows_of(folder, plane)]
    if not found:
        fail(f"{arguments.folder} has no complete plane (rows of the scans are missing). Start make again.")
    first = next((folder / f"{found[0]['ordering']}{found[0]['total']:+g}" / "rows").glob("*.h5"))
    with open_run(first) as file:
        y = file["spectra/y"][:]
    program = "qke-decouple " + "; ".join(sorted({row["program"] for row in found}))
    write_hdf5(found, y, program, errors_of_grids(folder))
    write_csv(found)
    write_strip(folder)


def write_hdf5(found, y, program, errors):
    with h5py.File(DATA, "w") as file:
        file.attrs["title"] = "Final lepton asymmetries and N_eff over planes of initial degeneracy parameters"
        file.attrs["source"] = program
        file.attrs["references"] = "docs/asymmetry-table.md"
        file["y"] = y
        file["y"].attrs.update({"units": "1", "long_name": "momentum over T_cm"})
        for name, meaning in DATASETS.items():
            values = np.array([row[name] for row in found])
            if name == "ordering":
                dataset = file.create_dataset(name, data=list(values), dtype=h5py.string_dtype())
            else:
                dataset = file.create_dataset(name, data=values, dtype=TYPES.get(name, "f8"), compression="gzip", shuffle=True)
                dataset.attrs["units"] = "1"
            dataset.attrs["long_name"] = meaning
            if name in errors:
                dataset.attrs["error_of_runs"] = errors[name]


def write_csv(found):
    flavours, version = asymmetries.FLAVOURS, found[0]["program"].split(",")[0]
    with open(DATA.with_suffix(".csv"), "w", newline="", encoding="ascii") as file:
        file.write(f"# Final lepton asymmetries and N_eff of qke-decouple {version}; docs/asymmetry-table.md says how they were made.\n"
                   "# total is the initial sum of xi + xi^3/pi^2; held_out: not interpolated. Licence: LICENSE of qke-decouple.\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ordering", "total", "held_out", *(f"{name}_{flavour}" for name in ("xi", "eta", "xi_final")
                                                           for flavour in flavours), "N_eff", "z"])
        for row in found:
            numbers = [*row["xi"], *row["eta"], *row["xi_final"], row["N_eff"], row["z"]]
            writer.writerow([row["ordering"], f"{row['total']:g}", row["held_out"], *(f"{value + 0.0:.9g}" for value in numbers)])


# --- how well it interpolates, and what it looks like ---

def read_rows():
    columns, *_ = asymmetries.read_table(DATA)
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def errors_between(found, table, ordering, total):
    """[run] |interpolated - run| of N_eff, eta and xi of nu_e, the errors that the table claims, and where, of the runs
    that the interpolation does not use."""
    runs = [row for row in found if row["held_out"] and row["ordering"] == ordering and row["total"] == total]
    here = [table.at(*row["xi"][:2], total, ordering) for row in runs]
    errors = [(abs(point.N_eff - row["N_eff"]), abs(point.eta - row["eta"]).max(), abs(point.xi[0] - row["xi_final"][0]))
              for point, row in zip(here, runs)]
    claimed = [(point.N_eff_error, point.eta_error.max(), point.xi_error[0]) for point in here]
    return np.array(errors), np.array(claimed), np.array([row["xi"][:2] for row in runs])


def write_errors(arguments):
    found, table = read_rows(), asymmetries.AsymmetryTable()
    lines = []
    for ordering, total in table.planes:
        errors, claimed, places = errors_between(found, table, ordering, total)
        plane = [row for row in found if row["ordering"] == ordering and row["total"] == total]
        used = sum(not row["held_out"] for row in plane)
        columns = [f"{np.median(error):.0e}, {error.max():.0e} at ({', '.join(f'{xi:.2f}' for xi in places[np.argmax(error)])})"
                   for error in errors.T]
        lines.append([ordering, f"{total:g}", f"{used}", f"{len(errors)}", *columns, f"{100 * np.mean(errors <= claimed):.0f} %"])
    replace_table("asymmetry-table.md", "errors", lines)


def compare(arguments):
    """Runs of another scan, which need not be in the table, beside it."""
    folder, table, lines = pathlib.Path(arguments.scan), asymmetries.AsymmetryTable(), []
    try:
        scanned = list(csv.DictReader((folder / "table.csv").read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        fail(f"{arguments.scan} has no table.csv ({error.strerror}). Give the folder of a scan.")
    if not scanned or "asymmetry.xi" not in scanned[0]:
        fail(f"{folder}/table.csv has no asymmetries (there is no column asymmetry.xi). Give a scan over asymmetry.xi.")
    for number, row in enumerate(scanned, start=1):
        xi, path = json.loads(row["asymmetry.xi"]), folder / "rows" / f"{number:05d}.h5"
        ordering = "normal" if float(row.get("mixing.dm2_31_eV2", DM2_31_EV2["normal"])) > 0 else "inverted"
        total = round(sum(map(asymmetries.asymmetry, xi)), 9) + 0.0
        if (ordering, total) in table.planes and asymmetries.region(xi, total, ordering) is not None and is_done(path):
            point, of_run = table.at(*xi[:2], total, ordering), row_of(path, f"{ordering}{total:+g}", xi, 1)
            lines.append((abs(point.N_eff - of_run["N_eff"]), abs(point.xi[0] - of_run["xi_final"][0]), point, ordering))
    if not lines:
        fail(f"{arguments.scan} has no run in a plane of the table (totals and orderings differ). Give another scan.")
    for which, name in enumerate(("N_eff", "xi_e")):
        errors = [line[which] for line in lines]
        claimed = [line[2].xi_error[0] if which else line[2].N_eff_error for line in lines]
        worst = lines[int(np.argmax(errors))]
        print(f"{name}: {len(errors)} runs, median {np.median(errors):.0e}, largest {max(errors):.0e} at xi = "
              f"{', '.join(f'{value:.2f}' for value in worst[2].xi_initial)} ({worst[3]}), "
              f"{100 * np.mean(np.less_equal(errors, claimed)):.0f} % within the errors of the table")


def plane_of(table, ordering, total, xi):
    """N_eff and final xi_e [xi_mu, xi_e]; NaN in the strips."""
    values = np.full((2, len(xi), len(xi)), np.nan)
    for k, xi_mu in enumerate(xi):
        for i, xi_e in enumerate(xi):
            if asymmetries.region(asymmetries.initial_xi(xi_e, xi_mu, total), total, ordering) is not None:
                point = table.at(xi_e, xi_mu, total, ordering)
                values[:, k, i] = point.N_eff, point.xi[0]
    return values


def draw_plane(axes, xi, N_eff, xi_e, levels):
    colours = axes.contourf(xi, xi, xi_e, levels=levels, cmap="RdBu_r")
    axes.contour(xi, xi, xi_e, levels=[0], colors="tab:green", linewidths=1.5)
    lines = axes.contour(xi, xi, N_eff, levels=[3.05, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6], colors="k", linewidths=0.6)
    axes.clabel(lines, fmt="%g", fontsize=7)
    axes.set(aspect="equal", facecolor="0.85")  # the strips
    return colours


def picture(arguments):
    table, xi = asymmetries.AsymmetryTable(), np.linspace(-1, 1, 101)
    orderings, totals = list(DM2_31_EV2), sorted({total for _, total in table.planes})
    planes = {plane: plane_of(table, *plane, xi) for plane in table.planes}
    largest = np.ceil(20 * max(np.nanmax(abs(values[1])) for values in planes.values())) / 20
    figure, panels = plt.subplots(len(totals), len(orderings), figsize=(8.0, 0.4 + 3.4 * len(totals)), sharex=True, sharey=True,
                                  layout="constrained", squeeze=False)
    for axes, (total, ordering) in zip(panels.flat, ((total, ordering) for total in totals for ordering in orderings)):
        if (ordering, total) in planes:
            colours = draw_plane(axes, xi, *planes[ordering, total], np.linspace(-largest, largest, 25))
        axes.set_title(rf"{ordering} ordering, $\sum(\xi_\alpha + \xi_\alpha^3/\pi^2)$ = {total:g}", fontsize=9)
    for axes in panels[-1]:
        axes.set_xlabel(r"initial $\xi_e$")
    for axes in panels[:, 0]:
        axes.set_ylabel(r"initial $\xi_\mu$")
    figure.colorbar(colours, ax=panels, label=r"final $\xi_e$ (green: 0); lines: $N_\mathrm{eff}$", format="%.2f")
    figure.savefig(arguments.output, dpi=130)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name, function, text):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=function)
        return command

    command = add("make", make, "run all planes and write data/asymmetries.h5 and .csv; options of scan.sh may follow")
    command.add_argument("folder", help="where the scans are")
    command.add_argument("options", nargs=argparse.REMAINDER, metavar="OPTION", help="of scan.sh")
    add("gather", gather, "data/asymmetries.h5 and .csv from the planes that are complete").add_argument("folder")
    add("rows", lambda arguments: print(rows(arguments.plane), end=""), "the table of a plane for scan.sh").add_argument(
        "plane", choices=[*PLANES, "grids", "strip"])
    add("picture", picture, "the planes, final xi_e in colours and N_eff in lines").add_argument("output", metavar="PNG")
    add("compare", compare, "how far runs of another scan are from the table").add_argument("scan", metavar="FOLDER")
    add("errors", write_errors, "the table of errors in docs/asymmetry-table.md")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
