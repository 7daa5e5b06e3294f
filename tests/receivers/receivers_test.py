"""Runs in the codes that take their exports, as Python's registry has them (requirements.txt, scripts/receivers.sh).

N_eff of CLASS and CAMB is the run's to 1e-5, their omega_nu h^2 that of the number densities; Y_P and D/H of PRIMAT are
those of the published tables where the physics is the same. A code that is not installed is skipped, and named. At the
end it prints the table of docs/exports.md, "Figures".
"""
import importlib.util
import math
import pathlib
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from script_test import SCRIPTS, SOURCE, run_program  # noqa: E402

import h5py  # noqa: E402

COSMOLOGY = {"h": 0.67, "omega_b": 0.0224, "omega_cdm": 0.12}
CAMB_COSMOLOGY = """hubble = 67
ombh2 = 0.0224
omch2 = 0.12
omk = 0
temp_cmb = 2.7255
helium_fraction = 0.25
get_scalar_cls = F
get_transfer = F
reionization = F
scalar_spectral_index = 0.96
"""
LIGHTEST_MASS = 0.05  # eV: all states are non-relativistic today
# PRIMAT without the thermal corrections, which it finds by random numbers.
PRIMAT_SETTINGS = {"thermal_corrections": False, "save_nTOp": False}


# Of the table that is printed.
COLUMNS = (("N_eff", ".6f"), ("classy N_eff", ".6f"), ("classy omega", ".7f"), ("camb N_eff", ".6f"), ("camb omega", ".7f"),
           ("Neff", ".6f"), ("YPBBN", ".7f"), ("DoH", ".5e"))
figures = {}


def settings_of(name):
    """key = value lines of a file, comments left out."""
    lines = [line.split("#")[0] for line in pathlib.Path(name).read_text(encoding="ascii").splitlines()]
    return {key.strip(): value.strip() for key, value in (line.split("=", 1) for line in lines if "=" in line)}


def needs(package):
    if importlib.util.find_spec(package) is None:
        print(f"skipped: {package} is not installed (pip install -r tests/receivers/requirements.txt)")
        return unittest.skip(f"{package} is not installed")
    return lambda test: test


def setUpModule():
    global folder
    folder = pathlib.Path(tempfile.mkdtemp(prefix="qke-test-"))
    common = ("--set", "run.error_estimate=off", "--set", "output.history_points=1200", "--set", "output.spectra_points=600",
              "--quiet")
    bbn = (SOURCE / "configs/bbn.toml", "--set", "run.scheme=atao")
    run_program(folder, *bbn, *common, "-o", "standard.h5")
    run_program(folder, *bbn, "--set", "asymmetry.xi=[0.1, 0.1, 0.1]", *common, "-o", "asymmetric.h5")
    run_program(folder, SOURCE / "configs/sterile.toml", *common, "-o", "sterile.h5")
    run_program(folder, SOURCE / "configs/standard.toml", "--set", "run.scheme=atao", "--set", "reheating.T_RH_MeV=5",
                *common, "-o", "reheating.h5")


def tearDownModule():
    shutil.rmtree(folder)
    for run, values in figures.items():
        print(f"| {run} | " + " | ".join(format(values[column], form) if column in values else "" for column, form in COLUMNS) + " |")


class Receivers(unittest.TestCase):
    RUNS = ("standard", "asymmetric", "sterile", "reheating")

    def exported(self, code, run, *arguments):
        """N_eff of the run; its files begin with the names of code and run."""
        subprocess.run([sys.executable, SCRIPTS / "export_run.py", code, f"{run}.h5", "-o", f"{code}-{run}", "--force",
                        *map(str, arguments)], cwd=folder, check=True, capture_output=True)
        with h5py.File(folder / f"{run}.h5") as file:
            N_eff = file["summary/N_eff"][()]
        figures.setdefault(run, {})["N_eff"] = N_eff
        return N_eff

    @needs("classy")
    def test_classy(self):
        from classy import Class
        for run in self.RUNS:
            with self.subTest(run):
                N_eff = self.exported("class", run, "--lightest-mass", LIGHTEST_MASS)
                cosmos = Class()
                cosmos.set({**settings_of(folder / f"class-{run}_class.ini"), **COSMOLOGY, "output": ""})
                cosmos.compute()
                self.assertAlmostEqual(cosmos.Neff(), N_eff, delta=1e-5)  # requirement 13
                omega = cosmos.Omega_nu * cosmos.h() ** 2
                figures[run] |= {"classy N_eff": cosmos.Neff(), "classy omega": omega}
                self.exported("camb", run, "--lightest-mass", LIGHTEST_MASS)
                ours = float(settings_of(folder / f"camb-{run}_camb.ini")["omnuh2"])
                # CLASS adds their kinetic energy: 6.5 (T_nu/m)^2 with T_nu = 1.7e-4 eV, and 0.05 eV for the lightest.
                self.assertGreater(omega / ours - 1, 0)
                self.assertLess(omega / ours - 1, 1e-4)
                cosmos.struct_cleanup()
                cosmos.empty()

    @needs("camb")
    def test_camb(self):
        import camb
        for run in self.RUNS:
            with self.subTest(run):
                N_eff = self.exported("camb", run, "--lightest-mass", LIGHTEST_MASS)
                export = folder / f"camb-{run}_camb.ini"
                (folder / "camb.ini").write_text(CAMB_COSMOLOGY + export.read_text(encoding="ascii"), encoding="ascii")
                parameters = camb.read_ini(str(folder / "camb.ini"))
                self.assertAlmostEqual(parameters.N_eff, N_eff, delta=1e-8)  # requirement 13 asks for less
                omega = camb.get_background(parameters).get_Omega("nu") * 0.67**2
                figures[run] |= {"camb N_eff": parameters.N_eff, "camb omega": omega}
                self.assertAlmostEqual(omega / float(settings_of(export)["omnuh2"]), 1, delta=1e-8)

    @needs("camb")
    def test_camb_in_python(self):
        """The line that the export has for set_cosmology."""
        import camb
        N_eff = self.exported("camb", "standard", "--lightest-mass", LIGHTEST_MASS)
        text = (folder / "camb-standard_camb.ini").read_text(encoding="ascii")
        nnu, mnu = map(float, re.search(r"nnu=([\d.]+), mnu=([\d.]+)", text).groups())
        parameters = camb.set_params(H0=67, ombh2=0.0224, omch2=0.12, nnu=nnu, mnu=mnu, num_massive_neutrinos=3)
        self.assertAlmostEqual(parameters.N_eff, N_eff, delta=1e-8)
        ours = float(settings_of(folder / "camb-standard_camb.ini")["omnuh2"])
        # It takes all states for equal, with the number density (N_eff/3)^(3/4) of thermal ones.
        self.assertAlmostEqual(parameters.omnuh2 / ours, 1, delta=1e-3)

    def primat(self, **settings):
        from primat.backend import run_bbn
        return run_bbn({**PRIMAT_SETTINGS, **settings}, force_backend="c")

    def primat_of(self, run):
        return runpy.run_path(folder / f"primat-{run}_primat.py")["run"](**PRIMAT_SETTINGS)

    @needs("primat")
    def test_primat(self):
        """With its own tables, NEVO's, and with ours."""
        results = {"published": self.primat()}
        figures["PRIMAT's own table"] = results["published"]
        for run in ("standard", "asymmetric", "sterile"):
            N_eff = self.exported("primat", run)
            results[run] = self.primat_of(run)
            figures[run] |= results[run]
            self.assertAlmostEqual(results[run]["Neff"], N_eff, delta=1e-6)
        for name in ("YPBBN", "DoH"):
            self.assertAlmostEqual(results["standard"][name] / results["published"][name], 1, delta=1e-5)  # requirement 15
        # n/p ~ exp(-Q/T - xi_e) gives d ln Y_P/d xi_e = -(1 - Y_P/2); rates that change with xi_e move the freeze-out.
        ratio = results["asymmetric"]["YPBBN"] / results["standard"]["YPBBN"]
        self.assertAlmostEqual(math.log(ratio) / 0.1, -(1 - results["standard"]["YPBBN"] / 2), delta=0.15)

    @needs("primat")
    def test_primat_with_a_particle(self):
        """The program that stands for settings: of a particle that is too light to be seen, as the settings."""
        run_program(folder, SOURCE / "configs/bbn.toml", "--set", "run.scheme=atao", "--set", "run.error_estimate=off", "--set",
                    "decay.energy_density_MeV4=1e-3", "--set", "decay.mass_MeV=20", "--set", "decay.lifetime_s=0.1",
                    "--quiet", "-o", "decay.h5")
        self.exported("primat", "standard")
        expected = self.primat_of("standard")
        for run in ("decay", "reheating"):
            N_eff = self.exported("primat", run)
            result = runpy.run_path(folder / f"primat-{run}_primat.py")["run"](**PRIMAT_SETTINGS)
            figures[run] |= result
            self.assertAlmostEqual(result["Neff"], N_eff, delta=1e-6)
            if run == "decay":
                # The program has the settings of the .ini, as PRIMAT's C program reads them.
                settings = settings_of(folder / "primat-standard_primat.ini")
                text = (folder / "primat-standard_primat.py").read_text(encoding="ascii")
                for name, value in settings.items():
                    self.assertRegex(text, rf'"{name}": \'?{re.escape(value)}\'?,\n')
                for name in ("YPBBN", "DoH"):
                    self.assertAlmostEqual(result[name] / expected[name], 1, delta=2e-5)


if __name__ == "__main__":
    unittest.main()
