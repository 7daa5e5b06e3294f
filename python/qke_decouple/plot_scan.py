"""The picture of one result of a scan, over one key as a curve, over two as colours on their plane: writes NAME.png
and NAME.pdf.

A key or result with several numbers takes an index, from 0 on: asymmetry.xi[1] is xi_mu, eta[0] is eta_e. An axis
whose positive values span two decades or more is logarithmic. Results that differ in late digits alone are drawn less what
they have in common; results of both signs have colours that say which.
"""
import argparse
import math
import pathlib
import re

from .pictures import INCHES, PAPER, matplotlib, offset_of, plt, save_pictures
from .run_reader import fail, h5py, np, open_or_fail, open_scan, printable

GREEK = {"xi": r"\xi", "eta": r"\eta", "z_nu": r"z_\nu", "N_eff": r"N_\mathrm{eff}"}
FLAVOURS = (r"{\nu_e}", r"{\nu_\mu}", r"{\nu_\tau}", r"{\nu_{s1}}", r"{\nu_{s2}}", r"{\nu_{s3}}")
DECADES_OF_LOG_AXIS = 2


def column(scan, group, name):
    """One number for each row."""
    key, index = re.fullmatch(r"(.*?)(?:\[(\d)\])?", name, re.DOTALL).groups()
    if key not in list(scan[group]) or not isinstance(scan[group][key], h5py.Dataset):
        names = ", ".join(printable(known) for known in scan[group])
        fail(f"{printable(name)} is not in the scan ({group} has {names}). Choose one of these.")
    values = scan[group][key][()]
    if values.shape[:1] != scan["row"].shape or values.ndim > 2:
        fail(f"{name} has no value for each row (its shape is {values.shape}). Run collect.py again.")
    if values.dtype.kind not in "fi":
        fail(f"{name} is not a number (a plane needs numbers). Choose another key.")
    if (values.ndim == 2) != (index is not None) or (index is not None and int(index) >= values.shape[1]):
        fail(f"{name} is not one number ({key} has {values.shape[1] if values.ndim == 2 else 1}). "
             f"Write {key}{'[0]' if values.ndim == 2 else ''}.")
    return values[:, int(index)] if index is not None else values


def label(name):
    key, index = re.fullmatch(r"(?:.*\.)?(.*?)(?:\[([0-5])\])?", name, re.DOTALL).groups()
    if angle := re.fullmatch(r"sin2_theta_?([0-9W]+)", key):
        return r"$\sin^2\theta_{" + angle[1] + "}$"
    if difference := re.fullmatch(r"dm2_([0-9]{2})_eV2", key):
        return r"$\Delta m^2_{" + difference[1] + r"}$ [eV$^2$]"
    if element := re.fullmatch(r"U_(e|mu|tau)4_squared", key):
        return r"$|U_{" + element[1].replace("mu", r"\mu ").replace("tau", r"\tau ") + "4}|^2$"
    symbol = GREEK.get(key)
    if symbol is None:
        return printable(name).replace("$", r"\$")
    return f"${symbol}" + (f"_{FLAVOURS[int(index)]}$" if index else "$")


def is_logarithmic(values):
    return values[0] > 0 and values[-1] / values[0] >= 10**DECADES_OF_LOG_AXIS


def common_part(values):
    """What is subtracted unless it is chosen."""
    finite = values[np.isfinite(values)]
    return offset_of(finite.min(), finite.max()) if len(finite) else 0.0


def signed_label(name, minus, power=0):
    difference = label(name) + (f" $-$ {minus:g}" if minus else "")
    return f"$10^{power}$ ({difference})" if power else difference


def power_of_ten(values):
    """By which values that are all below 1e-3 are multiplied, so that labels have no rows of zeros."""
    largest = np.nanmax(abs(values)) if np.isfinite(values).any() else 0.0
    return -math.floor(math.log10(largest)) if 0 < largest < 1e-3 else 0


def size_of(width):
    return (INCHES[width], 0.78 * INCHES["column"]) if width else (4.6, 3.6)


def draw_curve(x, values, errors, names, minus=0.0, width=None):
    """Values and their numerical errors, which neighbouring points have in common: differences are surer than the band."""
    if len(np.unique(x)) < 2:
        fail(f"the scan has one value of {names[0]} (a curve needs two). Choose another key.")
    order = np.argsort(x)
    x, values, errors = x[order], values[order] - minus, errors[order]
    figure, axes = plt.subplots(figsize=size_of(width), constrained_layout=True)
    if is_logarithmic(x):
        axes.set_xscale("log")
    axes.plot(x, values, color="#0072B2", marker="o", markersize=plt.rcParams["lines.markersize"] / 1.5)
    if np.isfinite(errors).any() and np.nanmax(errors) > 0:
        axes.fill_between(x, values - errors, values + errors, color="#0072B2", alpha=0.2, linewidth=0,
                          label="numerical error, in common\nto neighbouring points")
        axes.margins(y=0.25)  # room for the legend
        axes.legend(frameon=False, loc="upper left")
    axes.set_xlabel(label(names[0]))
    axes.set_ylabel(signed_label(names[1], minus))
    axes.ticklabel_format(axis="y", useOffset=False)
    return figure


def draw(x, y, values, names, minus=0.0, levels=None, width=None):
    xs, ys = np.unique(x), np.unique(y)
    if len(xs) < 2 or len(ys) < 2:
        fail(f"the scan has no plane of {names[0]} and {names[1]} (one of them has a single value). Choose other keys.")
    plane = np.full((len(ys), len(xs)), np.nan)
    power = power_of_ten(values - minus)
    plane[np.searchsorted(ys, y), np.searchsorted(xs, x)] = (values - minus) * 10.0**power
    if levels:
        levels = [level * 10.0**power for level in levels]
    figure, axes = plt.subplots(figsize=size_of(width), constrained_layout=True)
    if is_logarithmic(xs):  # before labels are put into gaps of the contours
        axes.set_xscale("log")
    if is_logarithmic(ys):
        axes.set_yscale("log")
    largest = np.nanmax(abs(plane)) if np.isfinite(plane).any() else 0.0
    signed = np.nanmin(plane, initial=0) < -0.05 * largest and np.nanmax(plane, initial=0) > 0.05 * largest
    # viridis is even in lightness: it survives print and colour blindness. Signed values are white at 0.
    colours = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest} if signed else {"cmap": "viridis"}
    mesh = axes.pcolormesh(xs, ys, plane, shading="nearest", **colours)
    if np.isfinite(plane).any() and np.nanmax(plane) > np.nanmin(plane) and min(plane.shape) > 2:
        # Where a row failed the contours are broken.
        axes.clabel(axes.contour(xs, ys, np.ma.masked_invalid(plane), levels=levels,
                                 colors="black" if signed else "white", linewidths=0.8), fontsize=7)
    axes.set_xlabel(label(names[0]))
    axes.set_ylabel(label(names[1]))
    bar = figure.colorbar(mesh, label=signed_label(names[2], minus, power))
    bar.formatter.set_useOffset(False)
    bar.update_ticks()
    return figure


def main():
    example = "example: scripts/plot_scan.py scan/scan.h5 mixing.sin2_theta12 mixing.sin2_theta13 N_eff"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=example)
    parser.add_argument("scan", metavar="SCAN.h5", help="what collect.py wrote")
    parser.add_argument("x", metavar="KEY", help="configuration key along x")
    parser.add_argument("y", metavar="KEY", nargs="?", help="configuration key along y; without it, a curve")
    parser.add_argument("result", metavar="RESULT", help="dataset of /summary, such as N_eff or eta[0]")
    parser.add_argument("-o", "--output", metavar="NAME", help="the pictures without ending (default: the scan's name)")
    parser.add_argument("--minus", type=float, metavar="NUMBER", help="subtracted from the result (default: what all have in common)")
    parser.add_argument("--width", choices=INCHES, help="that of a journal's column or page")
    parser.add_argument("--levels", type=float, nargs="+", metavar="NUMBER", help="values of the contours")
    arguments = parser.parse_args()
    matplotlib.use("Agg")
    scan = open_or_fail(arguments.scan, open_scan)
    x, values = column(scan, "parameters", arguments.x), column(scan, "summary", arguments.result)
    minus = common_part(values) if arguments.minus is None else arguments.minus
    with plt.rc_context(PAPER if arguments.width else {}):
        if arguments.y is None:
            errors = scan["summary/N_eff_error"][()] if arguments.result == "N_eff" else np.full(len(values), np.nan)
            figure = draw_curve(x, values, errors, (arguments.x, arguments.result), minus, arguments.width)
        else:
            figure = draw(x, column(scan, "parameters", arguments.y), values, (arguments.x, arguments.y, arguments.result), minus,
                          arguments.levels and sorted(set(arguments.levels)), arguments.width)
    name = arguments.output or str(pathlib.Path(arguments.scan).with_suffix(""))
    save_pictures(figure, name)
