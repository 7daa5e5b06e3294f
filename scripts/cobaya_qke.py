"""Neutrino decoupling as a theory of Cobaya: qke-decouple is called for each point of a chain.

In the chain's YAML (configs/cobaya.yaml is a complete example):

    theory:
      cobaya_qke.QKE:
        python_path: scripts              # where this file is
        config: configs/quick.toml        # what all points have in common
        settings:                         # parameter of the chain: key of the configuration, or several
          s12: mixing.sin2_theta12
          xi: ["asymmetry.xi[0]", "asymmetry.xi[1]", "asymmetry.xi[2]"]

It provides N_eff (dark radiation included), N_eff_neutrinos (without), z, xi_e (the degeneracy parameter of a thermal nu_e, for codes of nucleosynthesis),
sum_mnu_over_omega_h2_eV, and z_nu_e, eta_e, ... for each flavour. A point at which the equations cannot be solved (exit
status 3) is rejected; any other failure of the program stops the chain with its message, and so does a configuration that
ends before the neutrinos have decoupled, whose N_eff is unknown.
"""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import tomllib

from cobaya.log import LoggedError
from cobaya.theory import Theory

NUMERICAL_FAILURE = 3
SCALARS = {"N_eff": "N_eff", "N_eff_neutrinos": "N_eff_neutrinos", "z": "z", "xi_e": "xi_e_effective", "sum_mnu_over_omega_h2_eV": "sum_mnu_over_omega_h2_eV"}
LAYOUT = json.loads(pathlib.Path(__file__).with_name("run_layout.json").read_text(encoding="utf-8"))
VECTORS = [name for name, row in LAYOUT["groups"]["summary"].items()
           if row["dimensions"] == ["flavour"] and row["type"] == "real"]
BUILT = pathlib.Path(__file__).resolve().parent.parent / "build/bin/qke-decouple"


def results_of(summary):
    """The derived parameters from the command's JSON. JSON's null becomes NaN."""
    results = {name: summary[key] for name, key in SCALARS.items()}
    for vector in VECTORS:
        results.update({f"{vector}_{flavour}": value for flavour, value in zip(summary["states"], summary[vector])})
    return {name: float("nan") if value is None else value for name, value in results.items()}


def overrides(settings, values):
    """key=value for --set, with the parameters of a list gathered; numbers of a list that are not given are 0."""
    keys = {}
    for parameter, targets in settings.items():
        for target in [targets] if isinstance(targets, str) else targets:
            key, index = re.fullmatch(r"([\w.]+)(?:\[([012])\])?", target).groups()
            if index is None:
                keys[key] = repr(float(values[parameter]))
            else:
                keys.setdefault(key, ["0.0"] * 3)[int(index)] = repr(float(values[parameter]))
    return [f"{key}=[{', '.join(value)}]" if isinstance(value, list) else f"{key}={value}" for key, value in keys.items()]


class QKE(Theory):
    program: str = ""      # default: build/bin/qke-decouple of this source tree, else that of the PATH
    config: str = ""
    settings: dict = {}
    threads: int = 1       # of one run: chains themselves run side by side

    def initialize(self):
        self.program = self.program or (str(BUILT) if BUILT.exists() else "qke-decouple")
        if shutil.which(self.program) is None:
            raise LoggedError(self.log, "there is no program %s (it has to be built first). Give its path as program.",
                              self.program)
        for target in sum(([t] if isinstance(t, str) else list(t) for t in self.settings.values()), []):
            if not re.fullmatch(r"\w+\.\w+(\[[012]\])?", target):
                raise LoggedError(self.log, "%s is not a key of the configuration (section.key or section.key[0] is). "
                                  "See docs/configuration.md.", target)
        self.flavours = self.names_of_flavours()
        self.folder = tempfile.TemporaryDirectory(prefix="qke-cobaya-")
        # Of the file nothing is read, so that it may be short.
        self.command = [self.program, self.config, "--json", "--quiet", "--force", "--threads", str(self.threads),
                        "-o", self.folder.name + "/run.h5",
                        "--set", "output.history_points=2", "--set", "output.spectra_points=2"]

    def names_of_flavours(self):
        """e, mu, tau, and s1 ... if the configuration has sterile neutrinos; one that is wrong is refused by the first run."""
        run = subprocess.run([self.program, self.config, "--print-config"], capture_output=True, text=True,
                             encoding="utf-8", errors="replace")
        sterile = tomllib.loads(run.stdout).get("sterile", {}).get("number", 0) if run.returncode == 0 else 0
        return LAYOUT["labels"][str(3 + sterile)]["flavour"]

    def get_can_support_params(self):
        return list(self.settings)

    def get_can_provide_params(self):
        return list(SCALARS) + [f"{vector}_{flavour}" for vector in VECTORS for flavour in self.flavours]

    def calculate(self, state, want_derived=True, **values):
        arguments = [word for setting in overrides(self.settings, values) for word in ("--set", setting)]
        run = subprocess.run(self.command + arguments, capture_output=True, text=True,
                             encoding="utf-8", errors="replace")
        if run.returncode == NUMERICAL_FAILURE:
            self.log.info("point rejected: %s", run.stderr.strip())
            return False
        if run.returncode != 0:
            raise LoggedError(self.log, "%s", run.stderr.strip() or f"{self.program} ended with status {run.returncode}")
        summary = json.loads(run.stdout)
        if summary["N_eff"] is None:
            raise LoggedError(self.log, "%s", " ".join(summary["warnings"]))
        state["derived"] = results_of(summary)

    def close(self):
        self.folder.cleanup()
