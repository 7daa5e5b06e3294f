"""Neutrino decoupling as a theory of Cobaya, solved inside the chain's own process.

In the chain's YAML (configs/cobaya-reheating.yaml is a complete example):

    theory:
      qke_decouple.cobaya.QkeDecouple:
        config: configs/quick.toml        # what all points have in common: a file, or section.key: value
        settings:                         # parameter of the chain: key of the configuration, or several
          T_RH: reheating.T_RH_MeV
          xi: ["asymmetry.xi[0]", "asymmetry.xi[1]", "asymmetry.xi[2]"]

It provides N_eff (dark radiation included), N_eff_neutrinos (without), z, xi_e (the degeneracy parameter of a thermal
nu_e, for codes of nucleosynthesis), sum_mnu_over_omega_h2_eV, and z_nu_e, eta_e, ... for each flavour. A point at which
the equations cannot be solved is rejected, counted and logged; each warning of a run is logged once, and counted. Any
other failure stops the chain with its message, and so does a configuration that ends before the neutrinos have
decoupled, whose N_eff is unknown.
"""
import json
import pathlib
import re
import tomllib

from cobaya.log import LoggedError
from cobaya.theory import Theory

from .errors import NumericalError, QkeError

SCALARS = {"N_eff": "N_eff", "N_eff_neutrinos": "N_eff_neutrinos", "z": "z", "xi_e": "xi_e_effective",
           "sum_mnu_over_omega_h2_eV": "sum_mnu_over_omega_h2_eV"}
LAYOUT = json.loads(pathlib.Path(__file__).with_name("run_layout.json").read_text(encoding="utf-8"))
VECTORS = [name for name, row in LAYOUT["groups"]["summary"].items()
           if row["dimensions"] == ["flavour"] and row["type"] == "real"]


def results_of(summary):
    """The derived parameters from the summary. None becomes NaN."""
    results = {name: summary[key] for name, key in SCALARS.items()}
    for vector in VECTORS:
        results.update({f"{vector}_{flavour}": value for flavour, value in zip(summary["states"], summary[vector])})
    return {name: float("nan") if value is None else value for name, value in results.items()}


def names_of_results(configuration):
    """The same names, for a configuration as TOML."""
    sterile = tomllib.loads(configuration).get("sterile", {}).get("number", 0)
    flavours = LAYOUT["labels"][str(3 + sterile)]["flavour"]
    return list(SCALARS) + [f"{vector}_{flavour}" for vector in VECTORS for flavour in flavours]


def values_of_keys(settings, values):
    """{key: value}, with the parameters of a list gathered; numbers of a list that are not given are 0."""
    keys = {}
    for parameter, targets in settings.items():
        for target in [targets] if isinstance(targets, str) else targets:
            key, index = re.fullmatch(r"([\w.]+)(?:\[([012])\])?", target).groups()
            if index is None:
                keys[key] = float(values[parameter])
            else:
                keys.setdefault(key, [0.0] * 3)[int(index)] = float(values[parameter])
    return keys


def check_settings(log, settings):
    for target in sum(([t] if isinstance(t, str) else list(t) for t in settings.values()), []):
        if not re.fullmatch(r"\w+\.\w+(\[[012]\])?", target):
            raise LoggedError(log, "%s is not a key of the configuration (section.key or section.key[0] is). "
                              "See docs/configuration.md.", target)


class QkeDecouple(Theory):
    config: dict = {}
    settings: dict = {}
    threads: int = 1  # of one run: chains themselves run side by side

    def initialize(self):
        from .running import parameters_of
        check_settings(self.log, self.settings)
        try:
            parameters, _ = parameters_of(self.config, {})
        except QkeError as error:
            raise LoggedError(self.log, "%s", error) from error
        self.results = names_of_results(parameters.to_toml())
        self.points, self.rejected, self.warnings = 0, 0, {}

    def get_can_support_params(self):
        return list(self.settings)

    def get_can_provide_params(self):
        return self.results

    def calculate(self, state, want_derived=True, **values):
        self.points += 1
        try:
            summary = self.solve(values)
        except NumericalError as error:
            self.rejected += 1
            self.log.warning("point rejected (%d of %d): %s", self.rejected, self.points, error)
            return False
        except QkeError as error:
            raise LoggedError(self.log, "%s", error) from error
        if summary["N_eff"] is None:
            raise LoggedError(self.log, "%s", " ".join(summary["warnings"]))
        state["derived"] = results_of(summary)

    def solve(self, values):
        from .running import Run, parameters_of, solve
        parameters, file = parameters_of(self.config, values_of_keys(self.settings, values))
        record, _ = solve(parameters, file, None, None, self.threads, False, False)
        summary = Run(record, None).summary
        self.keep_warnings(summary["warnings"])
        return summary

    def keep_warnings(self, texts):
        for text in texts:
            if text not in self.warnings:
                self.log.warning("%s", text)
            self.warnings[text] = self.warnings.get(text, 0) + 1

    def close(self):
        self.log.info("%d points, %d of them rejected", self.points, self.rejected)
        for text, count in self.warnings.items():
            self.log.info("%d points: %s", count, text)
