"""Pictures of one or several runs: temperatures, spectral distortions, asymmetries and conservation.

Writes NAME.png and NAME.pdf with the panels
    z(T_cm) | z_nu(T_cm) - 1 | final spectral distortions | eta(T_cm), where there is an asymmetry
    | energy and final spectrum of sterile states, where there are any | residuals.
or, with --asymmetries, eta(T_cm) alone, while oscillations are resolved, a panel for each run.
A flavour has its colour and marker, a run its dashes; antineutrinos, where they differ, have open markers.
"""
import argparse
import pathlib
import sys

from .pictures import matplotlib, plt, save_pictures
from .run_reader import ACTIVE, NotACompleteRun, fail, has_asymmetry, np, open_run, printable, say, states_of

# Okabe and Ito's colours can be told apart by colour-blind readers; markers and dashes, in print without colour.
FLAVOURS = [(r"$\nu_e$", "#0072B2", "o"), (r"$\nu_\mu$", "#D55E00", "s"), (r"$\nu_\tau$", "#009E73", "^"),
            (r"$\nu_{s1}$", "#CC79A7", "D"), (r"$\nu_{s2}$", "#E69F00", "v"), (r"$\nu_{s3}$", "#56B4E9", "P")]
DASHES = ["-", "--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 3))]
RESIDUALS = {"energy_balance": "energy", "lepton_number": "lepton\nnumber"}
SMALLEST_RESIDUAL = 1e-17  # below rounding: exact zeros are drawn here
LOWEST_T_OF_ASYMMETRIES = 0.5  # MeV; below they hardly change
LARGEST_Y = 15             # beyond it too few neutrinos are left for their distortion to matter
LEAST_OCCUPATION = 1e-12   # below, the spectra are rounding errors


def differs(file):
    """Whether antineutrinos have values of their own."""
    return not np.array_equal(file["history/z_nu"][:], file["history/z_nubar"][:])


def draw_flavours(axes, abscissa, columns, dashes, filled=True, first=0):
    """Columns of active flavours, or with first = ACTIVE those of sterile ones."""
    for column, values in enumerate(columns.T[first:] if first else columns.T[:ACTIVE]):
        _, colour, marker = FLAVOURS[first + column]
        axes.plot(abscissa, values, linestyle=dashes, color=colour, linewidth=1.2, marker=marker,
                  markersize=4, markerfacecolor=colour if filled else "white", markevery=(0.02 + 0.03 * column, 0.15))


def draw_photons(axes, file, dashes):
    axes.plot(file["history/T_cm"][:], file["history/z"][:], linestyle=dashes, color="black", linewidth=1.2)


def draw_neutrinos(axes, file, dashes):
    T_cm = file["history/T_cm"][:]
    draw_flavours(axes, T_cm, 1e3 * (file["history/z_nu"][:] - 1), dashes)
    if differs(file):
        draw_flavours(axes, T_cm, 1e3 * (file["history/z_nubar"][:] - 1), dashes, filled=False)


def draw_distortions(axes, file, dashes):
    y = file["spectra/y"][:]
    for name in ("rho", "rhobar") if differs(file) else ("rho",):
        # The diagonal of the real part; the first slice is the thermal start.
        occupations = np.diagonal(file["spectra"][name][:, :, :, :, 0], axis1=2, axis2=3)
        occupations = occupations[:, :, :ACTIVE]  # sterile states start empty
        shown = (y <= LARGEST_Y) & (occupations[0] > LEAST_OCCUPATION).all(axis=1)
        change = occupations[-1][shown] / occupations[0][shown] - 1
        draw_flavours(axes, y[shown], 100 * change, dashes, filled=name == "rho")


def draw_asymmetries(axes, file, dashes):
    draw_flavours(axes, file["history/T_cm"][:], file["history/eta"][:], dashes)


def draw_sterile_energies(axes, file, dashes):
    """Flavours with their colours, mass states thin and grey."""
    T_cm = file["history/T_cm"][:]
    axes.plot(T_cm, file["history/z_mass"][:, ACTIVE:] ** 4, linestyle=dashes, color="0.6", linewidth=0.8)
    draw_flavours(axes, T_cm, file["history/z_nu"][:] ** 4, dashes, first=ACTIVE)


def draw_sterile_spectra(axes, file, dashes):
    y = file["spectra/y"][:]
    shown = y <= LARGEST_Y
    occupations = np.diagonal(file["spectra/rho"][-1, :, :, :, 0], axis1=1, axis2=2)
    draw_flavours(axes, y[shown], (occupations * (np.exp(y) + 1)[:, None])[shown], dashes, first=ACTIVE)


def draw_residuals(axes, file, number):
    statistics = file["statistics"]
    values = [max(abs(statistics[name][()]), SMALLEST_RESIDUAL) if name in statistics else np.nan for name in RESIDUALS]
    axes.plot(range(len(RESIDUALS)), values, linestyle="none", color="black", marker="Dv*PXh"[number % 6], markersize=6)


def label_axes(photons, neutrinos, distortions, asymmetries, energies, spectra, residuals):
    for axes in filter(None, (photons, neutrinos, asymmetries, energies)):
        axes.set_xscale("log")
        axes.invert_xaxis()
        axes.set_xlabel(r"comoving temperature $T_\mathrm{cm}$ [MeV]")
    photons.set_ylabel(r"$z = T_\gamma/T_\mathrm{cm}$")
    neutrinos.set_ylabel(r"$10^3\,(z_{\nu_\alpha} - 1)$")
    distortions.set_xlabel(r"comoving momentum $y = p/T_\mathrm{cm}$")
    distortions.set_ylabel("spectrum, end over start $-$ 1 [%]")
    if asymmetries:
        asymmetries.set_ylabel(r"$\eta_\alpha = (n_{\nu_\alpha} - n_{\bar\nu_\alpha})/T_\mathrm{cm}^3$")
    if energies:
        energies.set_ylabel(r"$\rho_\nu/\rho_0$, sterile")
        spectra.set_xlabel(r"comoving momentum $y = p/T_\mathrm{cm}$")
        spectra.set_ylabel(r"$f_\nu\,(e^y + 1)$, sterile")
    residuals.set_yscale("log")
    residuals.set_ylim(SMALLEST_RESIDUAL / 3, 1e-2)
    residuals.set_xlim(-0.6, len(RESIDUALS) - 0.4)
    residuals.set_xticks(range(len(RESIDUALS)), RESIDUALS.values())
    residuals.set_ylabel("largest relative residual")


def flavour_handles(flavours):
    return [plt.Line2D([], [], color=colour, marker=marker, markersize=4, label=label) for label, colour, marker in flavours]


def draw_legends(photons, neutrinos, energies, residuals, names, states):
    neutrinos.legend(handles=flavour_handles(FLAVOURS[:ACTIVE]), frameon=False)
    if energies:
        grey = plt.Line2D([], [], color="0.6", linewidth=0.8, label=r"$\nu_4$" + (r", $\nu_5$ ..." if states > ACTIVE + 1 else ""))
        energies.legend(handles=[*flavour_handles(FLAVOURS[ACTIVE:states]), grey], frameon=False)
    if len(names) > 1:
        photons.legend(handles=[plt.Line2D([], [], color="black", linestyle=DASHES[i % len(DASHES)], label=name)
                                for i, name in enumerate(names)], frameon=False)
        residuals.legend(handles=[plt.Line2D([], [], color="black", linestyle="none", marker="Dv*PXh"[i % 6], label=name)
                                  for i, name in enumerate(names)], frameon=False)


def draw(files, names, columns=None):
    """All panels in a row, or in rows of `columns`."""
    asymmetric, states = any(has_asymmetry(file) for file in files), max(states_of(file) for file in files)
    shown = [True, True, True, asymmetric, states > ACTIVE, states > ACTIVE, True]
    columns = min(columns or sum(shown), sum(shown))
    rows = -(-sum(shown) // columns)
    figure, all_axes = plt.subplots(rows, columns, figsize=(3.6 * columns, 3.4 * rows), constrained_layout=True,
                                    squeeze=False)
    for axes in all_axes.flat[sum(shown):]:
        axes.remove()
    left = iter(all_axes.flat)
    axes = [next(left) if panel else None for panel in shown]
    photons, neutrinos, distortions, asymmetries, energies, spectra, residuals = axes
    for number, file in enumerate(files):
        dashes = DASHES[number % len(DASHES)]
        draw_photons(photons, file, dashes)
        draw_neutrinos(neutrinos, file, dashes)
        draw_distortions(distortions, file, dashes)
        if asymmetries:
            draw_asymmetries(asymmetries, file, dashes)
        if energies and states_of(file) > ACTIVE:
            draw_sterile_energies(energies, file, dashes)
            draw_sterile_spectra(spectra, file, dashes)
        draw_residuals(residuals, file, number)
    label_axes(*axes)
    draw_legends(photons, neutrinos, energies, residuals, names, states)
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example: scripts/plot_run.py standard.h5 quick.h5 -o comparison")
    parser.add_argument("runs", nargs="+", metavar="RUN.h5")
    parser.add_argument("-o", "--output", metavar="NAME", 
                        help="the pictures without ending (default: the first run's name)")
    parser.add_argument("--asymmetries", action="store_true", help="the asymmetries alone")
    arguments = parser.parse_args()
    matplotlib.use("Agg")
    runs = opened(arguments.runs)
    if arguments.asymmetries and not all(has_asymmetry(file) for file in runs.values()):
        fail("a run has no asymmetry (--asymmetries shows nothing else). Leave it, or the option, out.")
    picture = draw_asymmetries_alone if arguments.asymmetries else draw
    figure = picture(list(runs.values()), [plain_label(pathlib.Path(name).stem) for name in runs])
    name = arguments.output or str(pathlib.Path(arguments.runs[0]).with_suffix(""))
    save_pictures(figure, name)
    sys.exit(0 if len(runs) == len(arguments.runs) else 1)
