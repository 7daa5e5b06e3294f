"""Finds the Python package, where the code of several scripts is: beside this folder (python/qke_decouple), or installed."""
import importlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))


def run(name):
    """The script: qke_decouple.NAME as a program."""
    with module("shell").stdout_may_close():
        module(name).main()


def module(name):
    """qke_decouple.NAME; where a library is missing the script ends."""
    try:
        return importlib.import_module(f"qke_decouple.{name}")
    except ImportError as missing:
        print(f"{sys.argv[0].rsplit('/', 1)[-1]}: {missing}", file=sys.stderr)
        sys.exit(1)
