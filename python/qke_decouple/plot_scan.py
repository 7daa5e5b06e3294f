"""The picture of one result of a scan over two keys, as colours on their plane: writes NAME.png and NAME.pdf.

A key or result with several numbers takes an index, from 0 on: asymmetry.xi[1] is xi_mu, eta[0] is eta_e. An axis
whose positive values span two decades or more is logarithmic.
"""
import argparse
import pathlib
import re

from .pictures import matplotlib, plt, save_pictures
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


def draw(x, y, values, names, minus=0.0, levels=None):
    xs, ys = np.unique(x), np.unique(y)
    if len(xs) < 2 or len(ys) < 2:
        fail(f"the scan has no plane of {names[0]} and {names[1]} (one of them has a single value). Choose other keys.")
    plane = np.full((len(ys), len(xs)), np.nan)
    plane[np.searchsorted(ys, y), np.searchsorted(xs, x)] = values - minus
    figure, axes = plt.subplots(figsize=(4.6, 3.6), constrained_layout=True)
    if is_logarithmic(xs):  # before labels are put into gaps of the contours
        axes.set_xscale("log")
    if is_logarithmic(ys):
        axes.set_yscale("log")
    # viridis (and cividis) are even in lightness: they survive print and colour blindness.
    mesh = axes.pcolormesh(xs, ys, plane, shading="nearest", cmap="viridis")
    if np.isfinite(plane).any() and np.nanmax(plane) > np.nanmin(plane) and min(plane.shape) > 2:
        # Where a row failed the contours are broken.
        axes.clabel(axes.contour(xs, ys, np.ma.masked_invalid(plane), levels=levels, colors="white", linewidths=0.8), fontsize=7)
    axes.set_xlabel(label(names[0]))
    axes.set_ylabel(label(names[1]))
    bar = figure.colorbar(mesh, label=label(names[2]) + (f" $-$ {minus:g}" if minus else ""))
    bar.formatter.set_useOffset(False)
    bar.update_ticks()
    return figure


def main():
    example = "example: scripts/plot_scan.py scan/scan.h5 mixing.sin2_theta12 mixing.sin2_theta13 N_eff"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=example)
    parser.add_argument("scan", metavar="SCAN.h5", help="what collect.py wrote")
    parser.add_argument("x", metavar="KEY", help="configuration key along x")
    parser.add_argument("y", metavar="KEY", help="configuration key along y")
    parser.add_argument("result", metavar="RESULT", help="dataset of /summary, such as N_eff or eta[0]")
    parser.add_argument("-o", "--output", metavar="NAME", help="the pictures without ending (default: the scan's name)")
    parser.add_argument("--minus", type=float, default=0.0, metavar="NUMBER", help="subtracted from the result")
    parser.add_argument("--levels", type=float, nargs="+", metavar="NUMBER", help="values of the contours")
    arguments = parser.parse_args()
    matplotlib.use("Agg")
    scan = open_or_fail(arguments.scan, open_scan)
    names = (arguments.x, arguments.y, arguments.result)
    groups = ("parameters", "parameters", "summary")
    figure = draw(*(column(scan, group, name) for group, name in zip(groups, names)), names, arguments.minus,
                  arguments.levels and sorted(set(arguments.levels)))
    name = arguments.output or str(pathlib.Path(arguments.scan).with_suffix(""))
    save_pictures(figure, name)
