"""Neutrino decoupling in the early Universe: the solver qke-decouple inside Python.

>>> import qke_decouple
>>> run = qke_decouple.run({"run.precision": "fast"}, progress=True)
>>> run.N_eff, run.N_eff_error

run() solves a configuration, open() reads a run file, scan() solves many; keys() and explain(key) say what a
configuration may have. AsymmetryTable() has what lepton asymmetries end as. docs/python.md has examples.
"""
from .errors import ConfigurationError, InputOutputError, NumericalError, QkeError, QkeWarning
from .running import Run, explain, keys, open, run
from .scanning import Scan, scan

__all__ = ["AsymmetryTable", "ConfigurationError", "InputOutputError", "NumericalError", "QkeError", "QkeWarning", "Run",
           "Scan", "explain", "keys", "open", "run", "scan"]


def __getattr__(name):
    """__version__ and git_commit, of the solver; AsymmetryTable and its points, which need more than a run."""
    if name in ("AsymmetryTable", "AsymmetryPoint"):
        from . import asymmetries
        return getattr(asymmetries, name)
    from .running import core
    if name == "__version__":
        return core().program_version()
    if name == "git_commit":
        return core().git_commit()
    raise AttributeError(f"module {__name__} has no attribute {name}")
