"""What the modules that draw share: matplotlib, or what to do without it, and the files of a picture."""
from .run_reader import fail
from .shell import tell

try:
    import matplotlib
    import matplotlib.pyplot as plt
except ImportError as missing:
    raise ImportError(f"{missing} (pictures are drawn with matplotlib). apt install python3-matplotlib, and use "
                      "/usr/bin/python3.") from missing

__all__ = ["matplotlib", "plt", "save_pictures"]


def save_pictures(figure, name):
    """Writes NAME.png and NAME.pdf, and prints their names."""
    for ending in ("png", "pdf"):
        try:
            figure.savefig(f"{name}.{ending}", dpi=150)
        except OSError as error:
            fail(f"{name}.{ending} cannot be written ({error.strerror}). Give another name with -o.")
        tell(f"{name}.{ending}")
