"""What the modules that draw share: matplotlib, or what to do without it, and the files of a picture."""
import math

from .run_reader import fail
from .shell import tell

try:
    import matplotlib
    import matplotlib.pyplot as plt
except ImportError as missing:
    raise ImportError(f"{missing} (pictures are drawn with matplotlib). apt install python3-matplotlib, and use "
                      "/usr/bin/python3.") from missing

# Of journals: a column of 86 mm and a page of 178 mm, and letters as large as theirs.
INCHES = {"column": 3.386, "page": 7.008}
PAPER = {"font.size": 8, "axes.labelsize": 8, "legend.fontsize": 7, "xtick.labelsize": 7, "ytick.labelsize": 7,
         "lines.linewidth": 1.2, "lines.markersize": 4.5, "axes.linewidth": 0.6, "font.family": "STIXGeneral",
         "mathtext.fontset": "stix"}

__all__ = ["INCHES", "PAPER", "matplotlib", "move_offset_to_label", "offset_of", "plt", "save_pictures"]


def offset_of(low, high):
    """A round number that all values between these have in common, where they differ in late digits alone; or 0."""
    largest = max(abs(low), abs(high))
    if not 0 < high - low < 0.02 * largest:
        return 0.0
    digits = -math.floor(math.log10(high - low)) - 1
    return round((low + high) / 2, max(digits, 0))


def move_offset_to_label(axes):
    """Numbers of the ordinate less what they have in common, which its label names."""
    offset = offset_of(*axes.get_ylim())
    if offset:
        axes.yaxis.set_major_formatter(lambda value, _: f"{value - offset:.6g}".replace("-", "\u2212"))
        axes.set_ylabel(axes.get_ylabel() + f" $-$ {offset:g}")


def save_pictures(figure, name):
    """Writes NAME.png and NAME.pdf, and prints their names."""
    for ending in ("png", "pdf"):
        try:
            figure.savefig(f"{name}.{ending}", dpi=150)
        except OSError as error:
            fail(f"{name}.{ending} cannot be written ({error.strerror}). Give another name with -o.")
        tell(f"{name}.{ending}")
