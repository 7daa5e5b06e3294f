"""Pictures of one or several runs: temperatures, spectral distortions, asymmetries and conservation.

Writes NAME.png and NAME.pdf with the panels
    z(T_cm) | z_nu(T_cm) - 1 | final spectral distortions | eta(T_cm), where there is an asymmetry
    | energy and final spectrum of sterile states, where there are any | residuals | differences to --reference.
or those of --panels; with --asymmetries, eta(T_cm) alone, while oscillations are resolved, a panel for each run.
A flavour has its colour and marker, a run its dashes; antineutrinos, where they differ, have open markers. Where averages
began on the way the ground is grey. --width makes pictures for a paper: panels below each other in a journal's column, or
two side by side on its page.
"""
import argparse
import pathlib
import sys
from typing import Callable, NamedTuple

from .pictures import INCHES, PAPER, matplotlib, move_offset_to_label, plt, save_pictures
from .run_physics import N_eff, energy_densities, fermi_dirac, interpolate, occupation_at
from .run_reader import ACTIVE, NotACompleteRun, fail, has_asymmetry, np, open_or_fail, open_run, printable, say, states_of

# Okabe and Ito's colours can be told apart by colour-blind readers; markers and dashes, in print without colour.
FLAVOURS = [(r"$\nu_e$", "#0072B2", "o"), (r"$\nu_\mu$", "#D55E00", "s"), (r"$\nu_\tau$", "#009E73", "^"),
            (r"$\nu_{s1}$", "#CC79A7", "D"), (r"$\nu_{s2}$", "#E69F00", "v"), (r"$\nu_{s3}$", "#56B4E9", "P")]
DASHES = ["-", "--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 3))]
RESIDUALS = {"energy_balance": "energy", "lepton_number": "lepton\nnumber"}
MARKERS = "Dv*PXh"  # of runs
LOWEST_T_OF_ASYMMETRIES = 0.5  # MeV; below they hardly change
LARGEST_Y = 15             # beyond it too few neutrinos are left for their distortion to matter
LEAST_OCCUPATION = 1e-12   # below, the spectra are rounding errors
COLUMNS, PANEL_HEIGHT = {"column": 1, "page": 2}, 2.1  # of pictures for a paper


def differs(file):
    """Whether antineutrinos have values of their own."""
    return not np.array_equal(file["history/z_nu"][:], file["history/z_nubar"][:])


def final_occupations(file, name):
    """[y, flavour]"""
    return np.diagonal(file["spectra"][name][-1, :, :, :, 0], axis1=1, axis2=2)


def thin():
    return 0.8 * plt.rcParams["lines.linewidth"]


def small():
    return plt.rcParams["lines.markersize"] / 1.5


def draw_flavours(axes, abscissa, columns, dashes, filled=True, first=0):
    """Columns of active flavours, or with first = ACTIVE those of sterile ones."""
    for column, values in enumerate(columns.T[first:] if first else columns.T[:ACTIVE]):
        _, colour, marker = FLAVOURS[first + column]
        axes.plot(abscissa, values, linestyle=dashes, color=colour, linewidth=thin(), marker=marker,
                  markersize=small(), markerfacecolor=colour if filled else "white", markevery=(0.02 + 0.03 * column, 0.15))


def draw_photons(axes, file, look):
    axes.plot(file["history/T_cm"][:], file["history/z"][:], linestyle=look.dashes, color="black", linewidth=thin())


def draw_neutrinos(axes, file, look):
    T_cm = file["history/T_cm"][:]
    draw_flavours(axes, T_cm, 1e3 * (file["history/z_nu"][:] - 1), look.dashes)
    if differs(file):
        draw_flavours(axes, T_cm, 1e3 * (file["history/z_nubar"][:] - 1), look.dashes, filled=False)


def draw_distortions(axes, file, look):
    y = file["spectra/y"][:]
    for name in ("rho", "rhobar") if differs(file) else ("rho",):
        # The diagonal of the real part; the first slice is the thermal start.
        occupations = np.diagonal(file["spectra"][name][:, :, :, :, 0], axis1=2, axis2=3)
        occupations = occupations[:, :, :ACTIVE]  # sterile states start empty
        shown = (y <= LARGEST_Y) & (occupations[0] > LEAST_OCCUPATION).all(axis=1)
        change = occupations[-1][shown] / occupations[0][shown] - 1
        draw_flavours(axes, y[shown], 100 * change, look.dashes, filled=name == "rho")


def draw_asymmetries(axes, file, look):
    draw_flavours(axes, file["history/T_cm"][:], file["history/eta"][:], look.dashes)


def draw_sterile_energies(axes, file, look):
    """Flavours with their colours, mass states thin and grey."""
    T_cm = file["history/T_cm"][:]
    axes.plot(T_cm, file["history/z_mass"][:, ACTIVE:] ** 4, linestyle=look.dashes, color="0.6", linewidth=0.8)
    draw_flavours(axes, T_cm, file["history/z_nu"][:] ** 4, look.dashes, first=ACTIVE)


def draw_sterile_spectra(axes, file, look):
    y = file["spectra/y"][:]
    shown = y <= LARGEST_Y
    occupations = final_occupations(file, "rho")
    draw_flavours(axes, y[shown], (occupations * (np.exp(y) + 1)[:, None])[shown], look.dashes, first=ACTIVE)


def draw_residuals(axes, file, look):
    """Exact zeros have no place on a logarithmic axis: they are arrows to below it."""
    statistics = file["statistics"]
    values = np.array([abs(statistics[name][()]) if name in statistics else np.nan for name in RESIDUALS])
    places = np.arange(len(RESIDUALS)) + 0.12 * look.number
    axes.plot(places, np.where(values > 0, values, np.nan), linestyle="none", color="black", marker=look.marker, markersize=6)
    axes.plot(places[values == 0], np.full((values == 0).sum(), 0.05), linestyle="none", color="black", marker=r"$\downarrow$",
              markersize=9, transform=axes.get_xaxis_transform())


def draw_N_eff(axes, file, look):
    """The energy of the neutrinos in the units of the end: what N_eff would be if they took no more heat."""
    history, (total, neutrinos, _) = file["history"], N_eff(file)
    energy = energy_densities(file).sum(axis=1)
    axes.plot(history["T_cm"][:], neutrinos * energy / energy[-1] + total - neutrinos, linestyle=look.dashes, color="black",
              linewidth=thin())


def draw_excess(axes, file, look):
    nodes = file["spectra/y"][:]
    y = np.linspace(nodes[0], min(nodes[-1], LARGEST_Y), 301)
    for name in ("rho", "rhobar") if differs(file) else ("rho",):
        excess = occupation_at(y, nodes, final_occupations(file, name)[:, :ACTIVE]) - fermi_dirac(y)[:, None]
        draw_flavours(axes, y, 1e3 * y[:, None] ** 2 * excess, look.dashes, filled=name == "rho")


def draw_difference(axes, file, look):
    x, reference = file["history/x"][:], look.reference["history"]
    there = (x >= reference["x"][0]) & (x <= reference["x"][-1])
    other = interpolate(np.log(x[there]), np.log(reference["x"][:]), reference["z_nu"][:, :ACTIVE])
    draw_flavours(axes, file["history/T_cm"][there], 1e6 * (file["history/z_nu"][there, :ACTIVE] - other), look.dashes)


def draw_spectral_difference(axes, file, look):
    nodes = [run["spectra/y"][:] for run in (file, look.reference)]
    y = np.linspace(max(n[0] for n in nodes), min(LARGEST_Y, *(n[-1] for n in nodes)), 301)
    ours, theirs = (occupation_at(y, n, final_occupations(run, "rho")[:, :ACTIVE])
                    for n, run in zip(nodes, (file, look.reference)))
    draw_flavours(axes, y, 1e6 * y[:, None] ** 2 * (ours - theirs), look.dashes)


# --- panels ---

TEMPERATURE, MOMENTUM = r"comoving temperature $T_\mathrm{cm}$ [MeV]", r"comoving momentum $y = p/T_\mathrm{cm}$"


class Panel(NamedTuple):
    draw: Callable
    abscissa: str
    ordinate: str
    meaning: str


PANELS = {
    "z": Panel(draw_photons, TEMPERATURE, r"$z = T_\gamma/T_\mathrm{cm}$", "temperature of the plasma"),
    "z_nu": Panel(draw_neutrinos, TEMPERATURE, r"$10^3\,(z_{\nu_\alpha} - 1)$", "temperatures of the neutrinos"),
    "N_eff": Panel(draw_N_eff, TEMPERATURE, r"$N_\mathrm{eff}$", "energy of the neutrinos, in the units of N_eff at the end"),
    "distortions": Panel(draw_distortions, MOMENTUM, r"spectrum, end over start $-$ 1 [%]", "relative spectral distortions"),
    "y2df": Panel(draw_excess, MOMENTUM, r"$10^3\,y^2\,[f_{\nu_\alpha} - f_\mathrm{eq}(y)]$", "excess of neutrinos by momentum"),
    "eta": Panel(draw_asymmetries, TEMPERATURE, r"$\eta_\alpha = (n_{\nu_\alpha} - n_{\bar\nu_\alpha})/T_\mathrm{cm}^3$",
                 "asymmetries"),
    "sterile_energy": Panel(draw_sterile_energies, TEMPERATURE, r"$\rho_\nu/\rho_0$, sterile", "energy of sterile states"),
    "sterile_spectra": Panel(draw_sterile_spectra, MOMENTUM, r"$f_\nu\,(e^y + 1)$, sterile", "final spectra of sterile states"),
    "residuals": Panel(draw_residuals, "", "largest relative residual", "conservation of energy and lepton number"),
    "difference": Panel(draw_difference, TEMPERATURE, r"$10^6\,(z_{\nu_\alpha} - z_{\nu_\alpha}^\mathrm{ref})$",
                        "z_nu less that of --reference"),
    "spectral_difference": Panel(draw_spectral_difference, MOMENTUM, r"$10^6\,y^2\,(f_{\nu_\alpha} - f_{\nu_\alpha}^\mathrm{ref})$",
                                 "spectra less those of --reference"),
}
NEEDS_REFERENCE = {"difference", "spectral_difference"}
WITH_FLAVOURS = ("z_nu", "distortions", "y2df", "eta", "difference", "spectral_difference")


def panels_of(files, reference):
    """What is drawn unless it is chosen."""
    sterile = any(states_of(file) > ACTIVE for file in files)
    left_out = {"N_eff", "y2df"}
    left_out |= set() if any(has_asymmetry(file) for file in files) else {"eta"}
    left_out |= set() if sterile else {"sterile_energy", "sterile_spectra"}
    left_out |= set() if reference else NEEDS_REFERENCE
    return [name for name in PANELS if name not in left_out]


def averaged_below(file):
    """The temperature at which averages began on the way, or None."""
    start = file["statistics/averaged_below_MeV"][()] if "averaged_below_MeV" in file["statistics"] else 0
    return start if 0 < start < 0.99 * file["history/T_cm"][0] else None


def finish_axes(axes, name, files):
    panel = PANELS[name]
    axes.set_ylabel(panel.ordinate)
    axes.set_xlabel(panel.abscissa)
    if panel.abscissa == TEMPERATURE:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.invert_xaxis()
        averaged = {averaged_below(file) for file in files} - {None}
        if averaged:
            low, high = min(file["history/T_cm"][-1] for file in files), max(averaged)
            axes.axvspan(low, high, facecolor="0.93", edgecolor="0.7", zorder=0, linewidth=0.5, label="oscillations averaged")
    if name == "residuals":
        axes.set_yscale("log")
        axes.set_ylim(1e-18, 1e-2)
        axes.set_xlim(-0.6, len(RESIDUALS) - 0.4)
        axes.set_xticks(range(len(RESIDUALS)), RESIDUALS.values())
    if name == "N_eff":
        move_offset_to_label(axes)


def flavour_handles(flavours):
    return [plt.Line2D([], [], color=colour, marker=marker, markersize=small(), label=label) for label, colour, marker in flavours]


def draw_legends(axes, names, states):
    """Flavours in the first panel that has them, runs in the first of all."""
    first = next((axes[name] for name in WITH_FLAVOURS if name in axes), None)
    if first:
        first.legend(handles=[*flavour_handles(FLAVOURS[:ACTIVE]), *first.patches], frameon=False)
    if "sterile_energy" in axes:
        grey = plt.Line2D([], [], color="0.6", linewidth=0.8, label=r"$\nu_4$" + (r", $\nu_5$ ..." if states > ACTIVE + 1 else ""))
        axes["sterile_energy"].legend(handles=[*flavour_handles(FLAVOURS[ACTIVE:states]), grey], frameon=False)
    if len(names) > 1:
        panel = next((panel for name, panel in axes.items() if name not in ("residuals",) and panel is not first), first)
        lines = [plt.Line2D([], [], color="black", linestyle=DASHES[i % len(DASHES)], label=name) for i, name in enumerate(names)]
        if panel is not None and panel is not first:
            panel.legend(handles=lines, frameon=False)
        elif first:
            first.legend(handles=[*flavour_handles(FLAVOURS[:ACTIVE]), *lines, *first.patches], frameon=False)
        if "residuals" in axes:
            axes["residuals"].legend(handles=[plt.Line2D([], [], color="black", linestyle="none", marker=MARKERS[i % 6], label=name)
                                              for i, name in enumerate(names)], frameon=False)


class Look(NamedTuple):
    """How a run is drawn."""

    number: int
    dashes: object
    marker: str
    reference: object


def share_abscissae(axes):
    """Of stacked panels: one label for all that follow each other with the same one."""
    stack = list(axes.items())
    for (name, upper), (below, lower) in zip(stack, stack[1:]):
        if PANELS[name].abscissa and PANELS[name].abscissa == PANELS[below].abscissa:
            upper.set_xlabel("")
            upper.tick_params(labelbottom=False)
            upper.sharex(lower)


def draw(files, names, columns=None, panels=None, width=None, reference=None):
    """The panels in a row, or in rows of `columns`; a column of a journal has them one below the other."""
    panels = panels or panels_of(files, reference)
    states = max(states_of(file) for file in files)
    columns = min(columns or (COLUMNS[width] if width else len(panels)), len(panels))
    rows = -(-len(panels) // columns)
    size = (INCHES[width], PANEL_HEIGHT * rows) if width else (3.6 * columns, 3.4 * rows)
    with plt.rc_context(PAPER if width else {}):
        figure, all_axes = plt.subplots(rows, columns, figsize=size, constrained_layout=True, squeeze=False)
        for axes in all_axes.flat[len(panels):]:
            axes.remove()
        axes = dict(zip(panels, all_axes.flat))
        for number, file in enumerate(files):
            look = Look(number, DASHES[number % len(DASHES)], MARKERS[number % len(MARKERS)], reference)
            for name, panel in axes.items():
                if not name.startswith("sterile") or states_of(file) > ACTIVE:
                    PANELS[name].draw(panel, file, look)
        for name, panel in axes.items():
            finish_axes(panel, name, files)
        if columns == 1:
            share_abscissae(axes)
        draw_legends(axes, names, states)
    return figure


def draw_asymmetries_alone(files, names):
    figure, all_axes = plt.subplots(1, len(files), figsize=(6.0 * len(files), 3.4), constrained_layout=True, squeeze=False)
    for axes, file, name in zip(all_axes[0], files, names):
        T_cm, eta = file["history/T_cm"][:], file["history/eta"][:]
        for column, (label, colour, _) in enumerate(FLAVOURS[:ACTIVE]):
            axes.plot(T_cm, eta[:, column], color=colour, linewidth=0.8, label=label)
        axes.set_xscale("log")
        axes.set_xlim(T_cm[0], LOWEST_T_OF_ASYMMETRIES)
        axes.set_xticks([10, 5, 3, 2, 1, 0.5], ["10", "5", "3", "2", "1", "0.5"])
        axes.set_xlabel(r"comoving temperature $T_\mathrm{cm}$ [MeV]")
        axes.set_ylabel(r"$\eta_\alpha = (n_{\nu_\alpha} - n_{\bar\nu_\alpha})/T_\mathrm{cm}^3$")
        axes.set_title(name, fontsize="medium")
        axes.legend(frameon=False)
    return figure


def plain_label(text):
    """Text as it stands: a dollar would begin a formula, and a first underscore leave the label out."""
    return " " * text.startswith("_") + printable(text).replace("$", r"\$")


def opened(names):
    """{name: file}, in this order; a bad one is named and left out."""
    runs = {}
    for name in names:
        try:
            runs[name] = open_run(name)
        except NotACompleteRun as problem:
            say(f"{printable(name)}: {problem}")
    if not runs:
        fail("there is nothing to draw (no run is left). Give the file of a complete run.")
    return runs


def chosen_panels(text, reference, files):
    if text is None:
        return None
    names = text.split(",")
    for name in names:
        if name not in PANELS or names.count(name) > 1:
            fail(f"--panels {printable(text)} cannot be drawn ({printable(name)} is no panel, or stands twice). Choose from "
                 + ", ".join(PANELS) + ".")
        if name in NEEDS_REFERENCE and reference is None:
            fail(f"{name} has nothing to be compared with (it is a difference). Give --reference RUN.h5.")
        if name.startswith("sterile") and all(states_of(file) == ACTIVE for file in files):
            fail(f"{name} shows nothing (no run has sterile states). Leave it out.")
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example: scripts/plot_run.py standard.h5 quick.h5 -o comparison")
    parser.add_argument("runs", nargs="+", metavar="RUN.h5")
    parser.add_argument("-o", "--output", metavar="NAME", 
                        help="the pictures without ending (default: the first run's name)")
    parser.add_argument("--panels", metavar="NAME,...", help="which panels: " + ", ".join(PANELS))
    parser.add_argument("--width", choices=INCHES, help="that of a journal's column or page")
    parser.add_argument("--reference", metavar="RUN.h5", help="a run of which the differences are drawn")
    parser.add_argument("--asymmetries", action="store_true", help="the asymmetries alone")
    arguments = parser.parse_args()
    matplotlib.use("Agg")
    runs = opened(arguments.runs)
    if arguments.asymmetries and not all(has_asymmetry(file) for file in runs.values()):
        fail("a run has no asymmetry (--asymmetries shows nothing else). Leave it, or the option, out.")
    names = [plain_label(pathlib.Path(name).stem) for name in runs]
    if arguments.asymmetries:
        figure = draw_asymmetries_alone(list(runs.values()), names)
    else:
        reference = open_or_fail(arguments.reference) if arguments.reference else None
        figure = draw(list(runs.values()), names, panels=chosen_panels(arguments.panels, reference, runs.values()),
                      width=arguments.width, reference=reference)
    name = arguments.output or str(pathlib.Path(arguments.runs[0]).with_suffix(""))
    save_pictures(figure, name)
    sys.exit(0 if len(runs) == len(arguments.runs) else 1)
