#!/usr/bin/python3
"""Pictures of one or several runs: temperatures against T_cm, and the final spectral distortions.

Usage: scripts/plot_run.py RUN.h5 [RUN2.h5 ...] [-o NAME]     writes NAME.png and NAME.pdf (default: the first run's name)
Needs Debian's packages python3-h5py and python3-matplotlib.
"""
import argparse
import pathlib
import sys

try:
    import h5py
    import matplotlib
    import numpy as np
except ImportError as error:
    sys.exit(f"plot_run.py: {error} (it draws with h5py and matplotlib). apt install python3-h5py python3-matplotlib?")

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (after the choice of the backend)

# Okabe and Ito's colours can be told apart by colour-blind readers; the dashes, in print without colour.
FLAVOURS = [("ν_e", "#0072B2", "-"), ("ν_μ", "#D55E00", "--"), ("ν_τ", "#009E73", ":")]


def label(symbol):
    return "$\\" + symbol.replace("ν", "nu").replace("μ", "\\mu").replace("τ", "\\tau") + "$"


def open_run(name):
    try:
        file = h5py.File(name)
    except OSError as error:
        sys.exit(f"plot_run.py: {name} cannot be read ({error}). Is it the output of a run?")
    if file.attrs.get("kind") != "qke-decouple run":
        sys.exit(f"plot_run.py: {name} is not the output of qke-decouple. Check the name?")
    return file


def draw_temperatures(axes, file, alpha):
    history = file["history"]
    for column, (name, colour, dashes) in enumerate(FLAVOURS):
        axes.plot(history["T_cm"][:], 1e3 * (history["z_nu"][:, column] - 1), dashes, color=colour, alpha=alpha,
                  label=label(name))


def draw_spectra(axes, file, alpha):
    spectra = file["spectra"]
    y = spectra["y"][:]
    inside = y <= 15
    for column, (name, colour, dashes) in enumerate(FLAVOURS):
        occupation = spectra["rho"][-1, :, column, column, 0]
        distortion = occupation * (np.exp(y) + 1) - 1
        axes.plot(y[inside], 100 * distortion[inside], dashes, color=colour, alpha=alpha, label=label(name))


def draw_photons(axes, file, alpha):
    history = file["history"]
    axes.plot(history["T_cm"][:], history["z"][:], "-", color="black", alpha=alpha)


def draw(files):
    figure, (photons, neutrinos, spectra) = plt.subplots(1, 3, figsize=(11, 3.4), constrained_layout=True)
    for number, file in enumerate(files):
        alpha = 1 / (1 + 0.7 * number)
        draw_photons(photons, file, alpha)
        draw_temperatures(neutrinos, file, alpha)
        draw_spectra(spectra, file, alpha)
        if number == 0:
            neutrinos.legend(frameon=False)
            spectra.legend(frameon=False)
    for axes in (photons, neutrinos):
        axes.set_xscale("log")
        axes.invert_xaxis()
        axes.set_xlabel("comoving temperature $T_{cm}$ [MeV]")
    photons.set_ylabel(r"$z = T_\gamma/T_{cm}$")
    neutrinos.set_ylabel(r"$10^3\,(z_{\nu_\alpha} - 1)$")
    neutrinos.set_ylim(bottom=-0.05)
    spectra.set_xlabel("comoving momentum $y = p/T_{cm}$")
    spectra.set_ylabel(r"final distortion $f\,(e^y+1) - 1$ [%]")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN.h5")
    parser.add_argument("-o", "--output", help="name of the pictures, without ending")
    arguments = parser.parse_args()
    figure = draw([open_run(name) for name in arguments.runs])
    name = arguments.output or str(pathlib.Path(arguments.runs[0]).with_suffix(""))
    for ending in ("png", "pdf"):
        figure.savefig(f"{name}.{ending}", dpi=150)
        print(f"{name}.{ending}")


if __name__ == "__main__":
    main()
