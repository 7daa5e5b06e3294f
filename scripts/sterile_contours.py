#!/usr/bin/python3
"""Delta N_eff of one sterile neutrino over its mass and mixing: the tables of data/ and docs/images/sterile-contours.png.

table makes one of the tables from the scan.csv of a scan (docs/scans.md, "Sterile neutrinos"); picture draws contours
of several tables, a panel each, with the limit of small Delta N_eff, which depends on dm2_41 |U|^4 alone.
"""
import argparse
import csv
import pathlib

from plot_scan import label, plt
from run_reader import fail, np

N_EFF_OF_THREE = 3.0439
LEVELS = [0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99]
SMALL = (0.004, 0.02)  # Delta N_eff where its limit is found: below, rounding of the table and the grid show
LIMITS = [0.01, 0.03, 0.1]
COLUMNS = ["N_eff", "z", "delta_rho_e", "delta_rho_mu", "delta_rho_tau", "delta_rho_s1"]
HEAD = """\
# N_eff over mass and mixing of one sterile neutrino (3+1), normal ordering, default parameters of qke-decouple {version}.
# Made by scripts/scan.sh with configs/sterile-scan.toml, and by scripts/sterile_contours.py table: docs/scans.md says how.
# Columns: docs/output.md, /summary. Grid and tolerances of run.precision "fast" leave some 5e-5 in N_eff.
# Licence: that of qke-decouple (LICENSE).
"""


def write_table(arguments):
    folder = pathlib.Path(arguments.scan)
    with open(folder / "scan.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    keys = [key for key in rows[0] if key.startswith("sterile.")]
    names = keys + [name for name in COLUMNS if name in rows[0]]
    with open(arguments.output, "w", newline="", encoding="ascii") as file:
        file.write(HEAD.format(version=arguments.version))
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for row in (row for row in rows if row["status"] == "done"):
            writer.writerow([row[name] if name in keys or not row[name] else f"{float(row[name]):.7g}" for name in names])


def read_table(path):
    """The name of the mixing, and planes [mass, mixing] of mass, mixing and Delta N_eff."""
    with open(path, newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    mixing = next(key for key in rows[0] if key.startswith("sterile.U_"))
    numbers = np.array([[float(row[key] or "nan") for key in ("sterile.dm2_41_eV2", mixing, "N_eff")] for row in rows])
    masses, mixings = np.unique(numbers[:, 0]), np.unique(numbers[:, 1])
    delta = np.full((len(masses), len(mixings)), np.nan)
    delta[np.searchsorted(masses, numbers[:, 0]), np.searchsorted(mixings, numbers[:, 1])] = numbers[:, 2] - N_EFF_OF_THREE
    whole = np.isfinite(delta).all(axis=1)  # masses that the scan has not finished are left out
    return mixing, masses[whole], mixings, delta[whole]


def limit_of(masses, mixings, delta):
    """k of Delta N_eff = k |U|^2 (dm2/eV^2)^(1/2)."""
    factors = delta / (np.sqrt(masses)[:, None] * mixings)
    return float(np.median(factors[(delta > SMALL[0]) & (delta < SMALL[1])]))


def draw_panel(axes, path):
    mixing, masses, mixings, delta = read_table(path)
    axes.set(xscale="log", yscale="log", xlim=(mixings[0], mixings[-1]), ylim=(masses[0], masses[-1]))
    mesh = axes.pcolormesh(mixings, masses, delta, shading="gouraud", cmap="viridis", vmin=0, vmax=1)
    contours = axes.contour(mixings, masses, np.ma.masked_invalid(delta), levels=LEVELS, colors="white", linewidths=1)
    axes.clabel(contours, fontsize=7, fmt="%g")
    k = limit_of(masses, mixings, delta)
    print(f"{path}: Delta N_eff = {k:.4g} |U|^2 (dm2/eV^2)^(1/2) where it is small")
    for level in LIMITS:
        axes.plot(level / k / np.sqrt(masses), masses, color="#E69F00", linestyle="--", linewidth=1,
                  label=r"limit of small $\Delta N_\mathrm{eff}$" if level == LIMITS[0] else None)
    axes.set_xlabel(label(mixing))
    axes.set_ylabel(label("sterile.dm2_41_eV2"))
    axes.legend(loc="lower left", fontsize=7)
    return mesh


def draw_picture(arguments):
    count = len(arguments.tables)
    figure, all_axes = plt.subplots(1, count, figsize=(4.4 * count, 3.7), constrained_layout=True, squeeze=False)
    for axes, path in zip(all_axes[0], arguments.tables):
        mesh = draw_panel(axes, path)
    figure.colorbar(mesh, ax=all_axes[0], label=rf"$\Delta N_\mathrm{{eff}} = N_\mathrm{{eff}} - {N_EFF_OF_THREE}$")
    figure.savefig(arguments.output, dpi=150)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    table = commands.add_parser("table", help="a table of data/ from the folder of a scan")
    table.add_argument("scan", metavar="FOLDER")
    table.add_argument("--version", default="0.1.0", help="of the program that ran")
    table.add_argument("-o", "--output", required=True, metavar="TABLE.csv")
    picture = commands.add_parser("picture", help="contours of tables")
    picture.add_argument("tables", nargs="+", metavar="TABLE.csv")
    picture.add_argument("-o", "--output", required=True, metavar="NAME.png")
    arguments = parser.parse_args()
    try:
        (write_table if arguments.command == "table" else draw_picture)(arguments)
    except OSError as error:
        fail(f"{error.filename} cannot be read or written ({error.strerror}). Check the name.")


if __name__ == "__main__":
    main()
