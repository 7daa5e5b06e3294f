"""Neutrino decoupling as a theory of Cobaya: qke-decouple is called for each point of a chain.

For those who have the command, and not the Python package, whose qke_decouple.cobaya.QkeDecouple solves the points in
the chain's own process.

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
import shutil
import subprocess
import tempfile

from cobaya.log import LoggedError
from cobaya.theory import Theory

import qke_package  # noqa: F401  (finds qke_decouple)
from qke_decouple.cobaya import check_settings, names_of_results, results_of, values_of_keys
from qke_decouple.toml_text import value_text

NUMERICAL_FAILURE = 3
BUILT = pathlib.Path(__file__).resolve().parent.parent / "build/bin/qke-decouple"


def overrides(settings, values):
    """key=value for --set."""
    return [f"{key}={value_text(value)}" for key, value in values_of_keys(settings, values).items()]


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
        check_settings(self.log, self.settings)
        self.results = self.names_of_results()
        self.folder = tempfile.TemporaryDirectory(prefix="qke-cobaya-")
        # Of the file nothing is read, so that it may be short.
        self.command = [self.program, self.config, "--json", "--quiet", "--force", "--threads", str(self.threads),
                        "-o", self.folder.name + "/run.h5",
                        "--set", "output.history_points=2", "--set", "output.spectra_points=2"]

    def names_of_results(self):
        """A configuration that is wrong is refused by the first run."""
        run = subprocess.run([self.program, self.config, "--print-config"], capture_output=True, text=True,
                             encoding="utf-8", errors="replace")
        return names_of_results(run.stdout if run.returncode == 0 else "")

    def get_can_support_params(self):
        return list(self.settings)

    def get_can_provide_params(self):
        return self.results

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
