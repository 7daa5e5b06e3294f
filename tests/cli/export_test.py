"""scripts/export_run.py: each export read back by the rules of the code that takes it, its numbers against the run's."""
import csv
import math
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from script_test import SCRIPTS, SEED, SOURCE, ScriptTest, TINY, edit_and_seal, run_program

import h5py
import numpy as np
import export_run
import run_physics
import seal

INSTANTANEOUS = (11 / 4) ** (1 / 3)  # z after instantaneous decoupling

# NEVO history with QED of orders e^2 and e^3 (docs/physics.md, "Numbers compared with"): x, z, and
# z_e, z_mu, z_tau less 1 in 1e-3.
NEVO = np.array([[0.169581, 1.00039427, 0.286436, 0.253994, 0.252669],
                 [0.338570, 1.00196958, 0.696467, 0.606019, 0.600665],
                 [0.855091, 1.01474481, 1.315290, 1.053896, 1.045462],
                 [2.549422, 1.10364081, 1.686650, 1.283960, 1.269129],
                 [10.16214, 1.37701536, 1.748734, 1.318030, 1.301761]])
# Final spectrum of nu_e (same place): y, delta.
NEVO_SPECTRUM = np.array([[0.430, -2.364e-4], [1.975, 1.0228e-3], [4.020, 5.675e-3], [6.403, 1.4029e-2],
                          [10.280, 3.392e-2], [15.078, 7.238e-2]])


FAST = ("--set", "run.precision=fast", "--set", "run.error_estimate=off")


def run_settings(name):
    """key = value lines of a file, comments left out."""
    lines = [line.split("#")[0] for line in pathlib.Path(name).read_text().splitlines()]
    return {key.strip(): value.strip() for key, value in (line.split("=", 1) for line in lines if "=" in line)}


class Export(ScriptTest):
    @classmethod
    def setUpClass(cls):
        cls.runs = pathlib.Path(tempfile.mkdtemp(prefix="qke-test-"))
        run_program(cls.runs, SOURCE / "configs/standard.toml", "--set", "run.scheme=atao", "--set", "epoch.T_start_MeV=40",
                    "--set", "output.spectra_points=120", "--quiet", "-o", "standard.h5")
        (cls.runs / "tiny.toml").write_text(TINY)
        # Without oscillations asymmetries stay where they are: all flavours, and nu and nubar, differ.
        run_program(cls.runs, "tiny.toml", "--set", "asymmetry.xi=[0.3, -0.1, 0.05]", "--set", "grid.nodes=32", "--set",
                    "grid.y_max=24", "--quiet", "-o", "asymmetric.h5")
        # Dark radiation, and few slices.
        run_program(cls.runs, SOURCE / "configs/standard.toml", "--set", "run.scheme=atao", "--set", "run.precision=fast",
                    "--set", "extra.dark_radiation_delta_Neff=0.5", "--quiet", "-o", "dark.h5")
        run_program(cls.runs, SOURCE / "configs/standard.toml", "--set", "run.scheme=atao", "--set", "run.precision=fast",
                    "--set", "relic.mass_MeV=3", "--set", "relic.degrees=1", "--set", "output.history_points=600", "--set",
                    "output.spectra_points=100", "--quiet", "-o", "relic.h5")
        for name, keys in (("decay", ["decay.mass_MeV=20", "decay.lifetime_s=0.1", "decay.energy_density_MeV4=1e5"]),
                           ("late", ["decay.mass_MeV=20", "decay.lifetime_s=300", "decay.energy_density_MeV4=100"]),
                           ("reheating", ["reheating.T_RH_MeV=5"]), ("cold", ["reheating.T_RH_MeV=1", "output.history_points=600"])):
            run_program(cls.runs, SOURCE / "configs/quick.toml", "--set", "run.error_estimate=off",
                        *(word for key in keys for word in ("--set", key)), "--quiet", "-o", f"{name}.h5")
        run_program(cls.runs, SOURCE / "configs/sterile.toml", *FAST, "--quiet", "-o", "sterile.h5")
        # Without oscillations sterile flavours stay empty, and the mass states share what the active ones have.
        for number in (1, 2, 3):
            run_program(cls.runs, "tiny.toml", "--set", f"sterile.number={number}", "--set", "sterile.sin2_theta14=0.1",
                        "--set", "epoch.T_start_MeV=20", "--quiet", "-o", f"empty{number}.h5")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.runs)

    def export(self, code, run, *arguments):
        """Returns the run, and checks that the names on stdout are those of the files."""
        out, err = self.run_script("export_run.py", code, self.runs / f"{run}.h5", "-o", self.folder / run, *arguments)
        self.assertEqual(err, "")
        self.assertEqual(sorted(out.split()), sorted(str(path) for path in self.folder.glob(f"{run}_*")))
        return h5py.File(self.runs / f"{run}.h5", "r")

    def export_alone(self, code, run):
        self.run_script("export_run.py", code, self.runs / f"{run}.h5", "-o", self.folder / run)
        return h5py.File(self.runs / f"{run}.h5", "r")

    def load(self, name, separator=None):
        """A table without header."""
        return np.loadtxt(self.folder / name, delimiter=separator, comments=None, ndmin=2)

    def test_parthenope_has_no_other_particles(self):
        for name, particle in (("relic", "a relic"), ("decay", "a particle that decays"),
                               ("reheating", "a particle that reheats the Universe")):
            self.assert_refuses(f"has {particle} (parthenope has no such particle in its expansion", "export_run.py", "parthenope",
                                self.runs / f"{name}.h5", "-o", self.folder / name)
            self.export("class", name)

    # PRIMAT itself was given these files: tests/receivers.
    def test_primat_program_has_all_energy(self):
        """H of PRIMAT is that of its plasma without QED, of neutrinos of the temperatures in the table, and extra_rho."""
        run_program(self.folder, SOURCE / "configs/quick.toml", "--set", "run.error_estimate=off", "--set", "reheating.T_RH_MeV=5",
                    "--set", "output.history_points=600", "--set", "output.spectra_points=200", "--set", "grid.nodes=64",
                    "--quiet", "-o", self.runs / "warm.h5")
        for name, particle in (("relic", "a relic"), ("warm", "a particle that reheats the Universe")):
            run = self.export("primat", name)
            self.assertFalse((self.folder / f"{name}_primat.ini").exists())
            text = (self.folder / f"{name}_primat.py").read_text()
            self.assertIn(f"# {particle} is in the scale factor", text)
            compile(text, f"{name}_primat.py", "exec")
            x, z, *T_nu = self.load(f"{name}_nevo.csv", ",").T[:5]
            T_gamma, extra = self.load(f"{name}_nevo_extra.csv", ",").T
            self.assertTrue(np.all(np.diff(T_gamma) > 0))
            history = run["history"]
            rows = np.flatnonzero(history["x"][:] > x[0])
            T_cm = history["T_cm"][rows]
            temperatures = [np.interp(np.log(history["x"][rows]), np.log(x), T) for T in T_nu]
            rho = history["rho_gamma"][rows] + history["rho_e"][rows] + extra[::-1][rows] + (
                7 * math.pi**2 / 120 * sum(T**4 for T in temperatures) * T_cm**4)
            hubble = np.sqrt(8 * math.pi / 3 * rho) / 1.220890e22 / 6.582119569e-22
            np.testing.assert_allclose(hubble, history["hubble"][rows], rtol=1e-4)  # rows between rows
            np.testing.assert_array_equal(T_gamma[::-1], history["T_gamma"][:])
        self.assertGreater(extra[-1], 0)

    def test_primat_takes_the_plasma_for_a_clock(self):
        path = self.folder / "hotter.h5"
        shutil.copy(self.runs / "relic.h5", path)

        def heat(file):
            file["history/T_gamma"][10] = file["history/T_gamma"][9]
        edit_and_seal(path, heat)
        self.assert_refuses("has a plasma that grows hotter for a while", "export_run.py", "primat", path)

    def test_time_table_is_the_expansion(self):
        for name in ("standard", "asymmetric", "dark", "decay", "reheating"):
            self.export("time", name)
            table = np.genfromtxt(self.folder / f"{name}_time.csv", delimiter=",", names=True)
            a, H = table["a"], table["hubble_per_s"]
            # Photons are those of today: 2.7255 K, but for what e+- have left to give (require_settled: 1e-5).
            self.assertAlmostEqual(a[-1] * table["T_gamma_MeV"][-1] / (2.7255 * 8.617333262e-11), 1, delta=1e-5)
            # dt = d ln a/H by trapezoids, which err by (d ln a)^2/3 of 1/H ~ a^2.
            time, steps = table["t_s"], np.diff(np.log(a))
            integral = np.cumsum(0.5 * steps * (1 / H[1:] + 1 / H[:-1]))
            np.testing.assert_allclose(time[1:] - time[0], integral, rtol=0.4 * max(steps) ** 2)
            total = sum(table[f"rho_{part}_MeV4"] for part in ("gamma", "e", "nu", "other"))
            hubble = np.sqrt(8 * math.pi / 3 * total) / 1.220890e22 / 6.582119569e-22
            np.testing.assert_allclose(hubble, H, rtol=1e-12)
            # QED is less than 1 % of photons and electrons; particles that decay are gone.
            plasma = table["rho_gamma_MeV4"] + table["rho_e_MeV4"]
            if name in ("standard", "asymmetric"):
                self.assertLess(np.max(abs(table["rho_other_MeV4"] / plasma)), 0.01)
            if name in ("decay", "reheating"):
                self.assertGreater(table["rho_other_MeV4"][0], 0.1 * plasma[0])
                self.assertLess(abs(table["rho_other_MeV4"][-1] / plasma[-1]), 1e-4)

    # CLASS reads two columns without a header, on a grid dense and uniform enough for splines.
    def test_class_spectra_have_the_energy_of_the_run(self):
        for name in ("standard", "asymmetric"):
            run = self.export("class", name, "--lightest-mass", 0.02)
            settings = run_settings(self.folder / f"{name}_class.ini")
            self.assertEqual((settings["N_ur"], settings["N_ncdm"]), ("0", "3"))
            files = settings["ncdm_psd_filenames"].split(",")  # CLASS takes blanks for parts of the names
            temperatures = [float(value) for value in settings["T_ncdm"].split(",")]
            N_eff = 0.0
            for file, T in zip(files, temperatures):
                q, f0 = self.load(file).T
                self.assertEqual(q[0], 0.0)
                np.testing.assert_allclose(np.diff(q), q[1], rtol=1e-9)
                self.assertTrue(np.all(f0 > 0) and np.all(np.diff(f0) < 0))
                rho = T**4 * np.trapz(q**3 * f0, q) * 4 * math.pi  # over T_gamma^4, nu and nubar together
                N_eff += rho / (7 * math.pi**2 / 120 * (4 / 11) ** (4 / 3))
            # Requirement 13. The coarse asymmetric run has N_eff to 1e-5 itself: its moments are corrected by those of
            # the initial spectra, its spectra are not.
            self.assertAlmostEqual(N_eff, run["summary/N_eff"][()], delta=1e-5)
            masses = [float(value) for value in settings["m_ncdm"].split(",")]
            self.assertAlmostEqual(masses[0], 0.02, delta=1e-12)
            self.assertAlmostEqual(masses[1] ** 2 - masses[0] ** 2, 7.53e-5, delta=1e-10)
            self.assertAlmostEqual(masses[2] ** 2 - masses[0] ** 2, 2.53e-3, delta=1e-10)

    # The settings and the omega h^2 were compared with CLASS 3.4.1 itself: 1e-5 of N_eff, 1e-6 of omega h^2.
    def test_class_has_a_species_for_every_mass_state(self):
        run = self.export("class", "sterile", "--lightest-mass", 0.02)
        settings = run_settings(self.folder / "sterile_class.ini")
        self.assertEqual((settings["N_ncdm"], settings["use_ncdm_psd_files"], settings["deg_ncdm"]), ("4", "1, 1, 1, 1", "1, 1, 1, 1"))
        masses = [float(value) for value in settings["m_ncdm"].split(",")]
        self.assertAlmostEqual(masses[3], math.sqrt(1.29 + 0.02**2), delta=1e-9)
        N_eff = 0.0
        for state, (file, T) in enumerate(zip(settings["ncdm_psd_filenames"].split(","), settings["T_ncdm"].split(","))):
            q, f0 = self.load(file).T
            N_eff += float(T) ** 4 * np.trapz(q**3 * f0, q) * 4 * math.pi / (7 * math.pi**2 / 120 * (4 / 11) ** (4 / 3))
            stored = run["spectra/rho_mass"][-1, :, state] + run["spectra/rhobar_mass"][-1, :, state]
            at_nodes = np.interp(run["spectra/y"][:], q, np.log(f0 * (2 * math.pi) ** 3))
            np.testing.assert_allclose(at_nodes, np.log(stored), atol=2e-4)
        # The run has sums over its grid, whose steps are 0.5, of what the sterile state has.
        self.assertAlmostEqual(N_eff / run["summary/N_eff"][()], 1, delta=1e-5)

    def test_empty_states_are_left_out(self):
        """U_e4 gives nu_4 a tenth of the nu_e, and as many as there are; nu_5 and nu_6 mix with nothing."""
        for number in (1, 2, 3):
            self.export("class", f"empty{number}")
            text = (self.folder / f"empty{number}_class.ini").read_text()
            self.assertEqual(run_settings(self.folder / f"empty{number}_class.ini")["N_ncdm"], "4")
            self.assertEqual(re.findall(r"# (nu_\d) is left out", text), ["nu_5", "nu_6"][:number - 1])

    def test_camb_has_a_share_for_every_mass_state(self):
        run = self.export("camb", "sterile", "--lightest-mass", 0.02)
        settings = run_settings(self.folder / "sterile_camb.ini")
        degeneracies, fractions = ([float(word) for word in settings[f"nu_mass_{name}"].split()]
                                   for name in ("degeneracies", "fractions"))
        self.assertEqual(settings["nu_mass_eigenstates"], "4")
        self.assertEqual(float(settings["massless_neutrinos"]), 0)
        self.assertAlmostEqual(sum(degeneracies), run["summary/N_eff"][()], delta=1e-8)
        self.assertAlmostEqual(sum(fractions), 1, delta=1e-8)
        # Number densities of the flavours are those of the mass states where mixing is small: 1e-3 of the active ones.
        masses = export_run.masses_eV(export_run.configuration_of(run), 0.02)
        n = run["summary/n_nu"][:]
        omega = n[3] / n[:3].mean() * masses[3] / run["summary/sum_mnu_over_omega_h2_eV"][()]
        self.assertAlmostEqual(float(settings["omnuh2"]) * fractions[3] / omega, 1, delta=2e-3)

    def test_camb_takes_five_massive_states(self):
        path = self.folder / "six.h5"
        run_program(self.folder, SOURCE / "configs/sterile.toml", *FAST, "--set", "sterile.number=3", "--set",
                    "sterile.U_e4_squared=0", "--set", "grid.nodes=20", *(word for i in (4, 5, 6) for word in (
                        "--set", f"sterile.dm2_{i}1_eV2={i}", "--set", f"sterile.sin2_theta{i - 3}{i}=0.001")),
                    "--quiet", "-o", path)
        self.run_script("export_run.py", "camb", path)
        self.run_script("export_run.py", "class", path)
        self.assertEqual(run_settings(self.folder / "six_class.ini")["N_ncdm"], "6")
        self.assert_refuses("has 6 massive states (CAMB takes 5)", "export_run.py", "camb", path, "--lightest-mass", 0.01, "--force")

    def test_sterile_neutrinos_are_in_the_n_eff_of_all(self):
        for code in ("primat", "prymordial", "csv"):
            run = self.export_alone(code, "sterile")
        N_eff = run["summary/N_eff"][()]
        self.assertAlmostEqual(self.primat_N_eff("sterile"), N_eff, delta=1e-6)
        settings = self.prymordial_settings("sterile")
        _, T_gamma, T_nu = self.load("sterile_Tgamma_Tnu.txt").T
        self.assertAlmostEqual((3 + settings["DeltaNeff"]) * (T_nu[-1] / T_gamma[-1] * INSTANTANEOUS) ** 4, N_eff, delta=1e-6)
        summary = np.genfromtxt(self.folder / "sterile_summary.csv", delimiter=",", names=True)
        self.assertEqual(summary["delta_rho_s1"], run["summary/delta_rho"][3])
        self.assertIn(",f_nu_s1,", (self.folder / "sterile_spectra.csv").read_text().splitlines()[0])
        _, err = self.run_script("export_run.py", "parthenope", self.runs / "sterile.h5", "-o", self.folder / "sterile")
        self.assertIn("of DNNU are sterile neutrinos", err)
        self.assertIn(f"DNNU {N_eff - 3.044:.7f}\n", (self.folder / "sterile_parthenope.card").read_text())

    def test_class_states_are_mass_states(self):
        run = self.export("class", "standard")
        for state in range(3):
            q, f0 = self.load(f"standard_nu{state + 1}.dat").T
            at_nodes = np.interp(run["spectra/y"][:], q, np.log(f0 * (2 * math.pi) ** 3))
            stored = np.log(run["spectra/rho_mass"][-1, :, state] + run["spectra/rhobar_mass"][-1, :, state])
            # Linear interpolation of ln f, with the step 0.03, errs by 0.03^2/8.
            np.testing.assert_allclose(at_nodes, stored, atol=1.2e-4)

    def test_masses_follow_the_ordering(self):
        def masses(dm2_31):
            return export_run.masses_eV({"mixing.dm2_21_eV2": 7.5e-5, "mixing.dm2_31_eV2": dm2_31}, 0.01)
        normal, inverted = masses(2.5e-3), masses(-2.5e-3)
        self.assertEqual(min(normal), normal[0])
        self.assertEqual(min(inverted), inverted[2])
        self.assertAlmostEqual(inverted[2] ** 2 - inverted[0] ** 2, -2.5e-3, delta=1e-12)
        four = export_run.masses_eV({"mixing.dm2_21_eV2": 7.5e-5, "mixing.dm2_31_eV2": 2.5e-3, "sterile.number": 1,
                                     "sterile.dm2_41_eV2": -1.0}, 0.01)
        self.assertEqual(min(four), four[3])
        self.assertAlmostEqual(four[0] ** 2, 1 + 1e-4, delta=1e-12)

    def test_camb_settings_add_up(self):
        for arguments, massive in (((), 2), (("--lightest-mass", 0.05, "--force"), 3)):
            run = self.export("camb", "standard", *arguments)
            settings = run_settings(self.folder / "standard_camb.ini")
            self.assertEqual(settings.pop("share_delta_neff"), "F")
            numbers = {key: [float(word) for word in value.split()] for key, value in settings.items()}
            # CAMB counts the massless ones and the degeneracies: its own definition of N_eff with share_delta_neff = F.
            N_eff = numbers["massless_neutrinos"][0] + sum(numbers["nu_mass_degeneracies"])
            self.assertAlmostEqual(N_eff, run["summary/N_eff"][()], delta=1e-8)
            self.assertEqual(numbers["nu_mass_eigenstates"], [massive])
            self.assertEqual(numbers["massive_neutrinos"], [1] * massive)
            self.assertAlmostEqual(sum(numbers["nu_mass_fractions"]), 1, delta=1e-8)
            masses = export_run.masses_eV(export_run.configuration_of(run), 0.0 if massive == 2 else 0.05)
            self.assertAlmostEqual(numbers["omnuh2"][0], sum(masses) / 93.12, delta=1e-5)  # 93.12 eV: docs/tutorial.md

    def test_nevo_table_agrees_with_the_published_rows(self):
        self.export("primat", "standard")
        table = self.load("standard_nevo.csv", ",")
        self.assertEqual(table.shape[1], 7)
        self.assertTrue(np.all(np.diff(table[:, 0]) > 0))
        self.assertLess(table[0, 0], 0.0128)  # where the published table begins
        at_rows = run_physics.interpolate(np.log(NEVO[:, 0]), np.log(table[:, 0]), table[:, 1:5])
        # Requirement 14; N_eff differs from the published one by 5e-5, that is z_nu by 4e-6.
        np.testing.assert_allclose(at_rows[:, 0], NEVO[:, 1], rtol=0, atol=2e-5)
        np.testing.assert_allclose(at_rows[:, 1:] - 1, 1e-3 * NEVO[:, 2:], rtol=0, atol=6e-6)

    def test_nevo_heating_is_the_gain_of_the_neutrinos(self):
        self.export("primat", "standard")
        x, z, *z_nu, heating, _ = self.load("standard_nevo.csv", ",").T
        rho_nu = 7 * math.pi**2 / 120 * sum(value**4 for value in z_nu)
        derivative = np.gradient(rho_nu, np.log(x)) / z**4
        inner = slice(2, -2)
        # Second-order differences on 400 rows; the heating has its maximum, 4.2e-3, near x = 0.3.
        np.testing.assert_allclose(heating[inner], derivative[inner], atol=2e-5)
        self.assertAlmostEqual(max(heating), 4.2e-3, delta=5e-5)

    def test_nevo_spectra_agree_with_the_published_spectrum(self):
        self.export("primat", "standard")
        table, nodes = self.load("standard_nevo_spectra.csv", ","), self.load("standard_nevo_grid.csv")[:, 0]
        self.assertEqual(table.shape[1], 86)
        self.assertEqual(nodes.shape, (80,))
        self.assertTrue(np.all(np.diff(nodes) > 0) and nodes[0] > 0)
        np.testing.assert_allclose(table[0, 6:], 0, atol=1e-4)  # thermal at the start, z_in - 1 = 2e-6 times y
        at_rows = np.interp(NEVO_SPECTRUM[:, 0], nodes, table[-1, 6:])
        # z_nu_e of the published run is larger by 2e-6 to 3e-6, which makes delta larger by y times that: 4e-5 at y = 15.
        np.testing.assert_allclose(at_rows, NEVO_SPECTRUM[:, 1], rtol=0, atol=6e-5)

    def primat_N_eff(self, name):
        """PRIMAT's: the energy of three flavours with one degeneracy, and DeltaNeff. Checked with PRIMAT 0.3.2."""
        settings = run_settings(self.folder / f"{name}_primat.ini")
        xi = float(settings["munuOverTnu"])
        z, *z_nu = self.load(f"{name}_nevo.csv", ",")[-1, 1:5]
        excess = 30 / 7 * (xi / math.pi) ** 2 + 15 / 7 * (xi / math.pi) ** 4
        return sum(T**4 for T in z_nu) * (1 + excess) * (INSTANTANEOUS / z) ** 4 + float(settings["DeltaNeff"])

    def test_primat_counts_the_energy_of_an_asymmetry_once(self):
        run = self.export("primat", "asymmetric")
        text = (self.folder / "asymmetric_primat.ini").read_text()
        xi = float(run_settings(self.folder / "asymmetric_primat.ini")["munuOverTnu"])
        self.assertAlmostEqual(xi, run["summary/xi_e_effective"][()], delta=1e-8)
        self.assertAlmostEqual(self.primat_N_eff("asymmetric"), run["summary/N_eff"][()], delta=1e-6)
        # Its error is stated: nu and nubar share a distortion of up to 4e-3, of which their occupation numbers would have
        # e^(xi) and e^(-xi): with xi = 0.3 that is 1.2e-3.
        errors = [float(word) for word in re.search(r"nu_e n (\S+), nubar_e p (\S+) against", text).groups()]
        self.assertLess(max(map(abs, errors)), 1.5e-3)

    def test_primat_distortion_is_what_thermal_neutrinos_lack(self):
        """PRIMAT adds (1 + delta)/(e^y + 1) - 1/(e^(y/T) + 1) to both spectra with xi: their mean is then the run's."""
        run = self.export("primat", "asymmetric")
        nodes, row = self.load("asymmetric_nevo_grid.csv")[:, 0], self.load("asymmetric_nevo_spectra.csv", ",")[-1]
        xi, T = float(run_settings(self.folder / "asymmetric_primat.ini")["munuOverTnu"]), row[2]
        added = (1 + row[6:]) / (np.exp(nodes) + 1) - 1 / (np.exp(nodes / T) + 1)
        mean = sum(1 / (np.exp(nodes / T - sign * xi) + 1) for sign in (1, -1)) / 2 + added
        true = sum(export_run.occupation_at(nodes, run["spectra/y"][:], run[f"spectra/{name}"][-1, :, 0, 0, 0])
                   for name in ("rho", "rhobar")) / 2
        # xi stands in the settings with ten digits, good to 5e-11, and enters with its square: 0.3 x 5e-11.
        np.testing.assert_allclose(mean, true, rtol=2e-11, atol=1e-16)

    def test_primat_table_of_few_slices_is_resampled(self):
        common = ["--set", "run.scheme=atao", "--set", "run.precision=fast", "--quiet"]
        for slices in (8, 20, 240):
            run_program(self.folder, SOURCE / "configs/standard.toml", *common, "--set", f"output.spectra_points={slices}",
                        "-o", f"run{slices}.h5")
        self.run_script("export_run.py", "primat", "run20.h5")
        self.run_script("export_run.py", "primat", "run240.h5")
        few, many = (self.load(f"run{slices}_nevo_spectra.csv", ",") for slices in (20, 240))
        self.assertEqual(few.shape, (600, 86))
        nodes = self.load("run20_nevo_grid.csv")[:, 0]
        rates = (few[:, 0] > 0.17) & (few[:, 0] < 5)  # T_cm from 3 to 0.1 MeV, where neutrons freeze out
        # PRIMAT 0.3.2: occupation numbers larger by 1 % change Y_P by 2.6e-3. 4e-5 of them are the 1e-5 that is required.
        np.testing.assert_allclose(few[rates][:, 6:][:, nodes < 12], many[rates][:, 6:][:, nodes < 12], rtol=0, atol=4e-5)
        np.testing.assert_allclose(few[:, :6], many[:, :6], rtol=0, atol=1e-9)
        self.assert_refuses("has too few slices of the spectra (8", "export_run.py", "primat", "run8.h5")
        self.assertFalse((self.folder / "run8_primat.ini").exists())

    def prymordial_settings(self, name):
        settings = {}
        text = (self.folder / f"{name}_prymordial.py").read_text().replace("import PRyM.PRyM_init as PRyMini", "")
        exec(text, {"PRyMini": type("Module", (), {"__setattr__": lambda _, name, value: settings.update({name: value})})()})
        self.assertEqual(set(settings), {"compute_bckg_flag", "munuOverTnu", "DeltaNeff"})
        self.assertIs(settings["compute_bckg_flag"], False)
        return settings

    def test_prymordial_table_is_a_cooling_universe(self):
        for name in ("standard", "asymmetric", "dark", "relic", "decay"):
            run = self.export_alone("prymordial", name)
            time, T_gamma, T_nu = self.load(f"{name}_Tgamma_Tnu.txt").T
            self.assertTrue(np.all(np.diff(time) > 0) and np.all(np.diff(T_gamma) < 0) and np.all(np.diff(T_nu) < 0))
            # PRyMordial's own formulas: N_eff, and that energies are those of T_nu times 1 + DeltaNeff/3.
            settings = self.prymordial_settings(name)
            N_eff = (3 + settings["DeltaNeff"]) * (T_nu[-1] / T_gamma[-1] * INSTANTANEOUS) ** 4
            self.assertAlmostEqual(N_eff, run["summary/N_eff"][()], delta=1e-6)
            self.assertAlmostEqual(settings["munuOverTnu"], run["summary/xi_e_effective"][()], delta=1e-8)
            # Its network runs from 10 to 1e-3 MeV, its own table to 1e7 s. At the end H = 1/(2t) is that of radiation.
            self.assertGreater(T_gamma[0], 10)
            self.assertLess(T_gamma[-1], 1e-3)
            self.assertGreater(time[-1], 1e7)
            rho = math.pi**2 / 15 * T_gamma[-1] ** 4 * (1 + 7 / 8 * (4 / 11) ** (4 / 3) * N_eff)  # MeV^4
            hubble = math.sqrt(8 * math.pi / 3 * rho) / 1.220890e22 / 6.582119569e-22             # s^-1
            self.assertAlmostEqual(2 * hubble * time[-1], 1, delta=2e-5)
        self.assertEqual(self.prymordial_settings("standard")["DeltaNeff"], 0)

    # 10 MeV is where PRyMordial begins: its settings say so where a universe begins colder.
    def test_prymordial_table_of_a_reheated_universe(self):
        for name, is_cold in (("reheating", False), ("cold", True)):
            _, err = self.run_script("export_run.py", "prymordial", self.runs / f"{name}.h5", "-o", self.folder / name)
            self.assertIn("the rates of nu_e n and nubar_e p are off by", err)
            time, T_gamma, T_nu = self.load(f"{name}_Tgamma_Tnu.txt").T
            self.assertTrue(np.all(np.diff(time) > 0) and np.all(np.diff(T_gamma) < 0))
            text = (self.folder / f"{name}_prymordial.py").read_text()
            self.assertEqual(f"PRyMini.T_start = {T_gamma[0]:.10g} * PRyMini.MeV_to_Kelvin" in text, is_cold)
            self.assertEqual(T_gamma[0] < 10, is_cold)

    def test_prymordial_needs_particles_that_are_gone(self):
        self.assert_refuses("of all energy below T_gamma = 0.1 MeV (PRyMordial has none while light nuclei form)",
                            "export_run.py", "prymordial", self.runs / "late.h5", "-o", self.folder / "late")

    def test_prymordial_table_is_smooth_where_the_run_ends(self):
        """PRyMordial interpolates and extrapolates linearly: t T^2 must not bend there, nor the steps be coarse."""
        self.export("prymordial", "standard")
        time, T_gamma, _ = self.load("standard_Tgamma_Tnu.txt").T
        # The error of a chord of T ~ t^(-1/2) is (3/32) (d ln t)^2; its own table has steps of 0.017.
        self.assertLess(max(np.diff(np.log(time[time > 0.01]))), 0.017)
        late = T_gamma < 0.015
        change = np.diff(np.log(time[late])) / np.diff(np.log(T_gamma[late]))
        np.testing.assert_allclose(change, -2, atol=2e-3)  # t - 1/(2H) is 5 s of 6000

    def test_dark_radiation_is_in_all_exports(self):
        for code in ("class", "camb", "primat", "prymordial", "parthenope", "csv"):
            self.run_script("export_run.py", code, self.runs / "dark.h5", "-o", self.folder / "dark")
        run = h5py.File(self.runs / "dark.h5")
        N_eff = run["summary/N_eff"][()]
        self.assertAlmostEqual(N_eff, 3.5431, delta=2e-4)  # 3.0439 - 8e-4 (faster expansion) + 0.5
        neutrinos = run["summary/N_eff_neutrinos"][()]
        settings = run_settings(self.folder / "dark_class.ini")
        self.assertAlmostEqual(float(settings["N_ur"]), N_eff - neutrinos, delta=1e-8)
        settings = run_settings(self.folder / "dark_camb.ini")
        camb = float(settings["massless_neutrinos"]) + sum(map(float, settings["nu_mass_degeneracies"].split()))
        self.assertAlmostEqual(camb, N_eff, delta=1e-8)
        self.assertIn(f"nnu={N_eff:.10g}", (self.folder / "dark_camb.ini").read_text())
        self.assertAlmostEqual(self.primat_N_eff("dark"), N_eff, delta=1e-6)
        self.assertIn(f"DNNU {N_eff - 3.044:.7f}\n", (self.folder / "dark_parthenope.card").read_text())
        summary = np.genfromtxt(self.folder / "dark_summary.csv", delimiter=",", names=True)
        self.assertEqual(summary["N_eff"], N_eff)

    def test_parthenope_needs_enough_rows(self):
        """It is refused before a file is written."""
        run_program(self.folder, SOURCE / "configs/quick.toml", "--set", "output.history_points=8", "--quiet", "-o", "few.h5")
        self.assert_refuses("has too few rows of the history", "export_run.py", "parthenope", "few.h5")
        self.assertEqual(list(self.folder.glob("few_*")), [])

    def test_masses_are_finite(self):
        self.assert_refuses("--lightest-mass 1e+300 is out of range", "export_run.py", "class", self.runs / "standard.h5",
                            "--lightest-mass", "1e300")

    def test_text_of_a_file_is_not_code(self):
        hostile = "x\nimport os; os.mknod('ran')\r\x0bN_ur = 7\u2028N_ur = 7\x00 \u00e9"
        shutil.copy(self.runs / "standard.h5", self.folder / "evil.h5")
        def edit(file):
            for name in ("git_commit", "program_version"):
                file.attrs[name] = hostile.replace("\x00", "")
            file["history/a,\nb=\"1\""] = file["history/z"][:]
            file["history/a,\nb=\"1\""].attrs.update(units="1", long_name=hostile.replace("\x00", ""))
        edit_and_seal(self.folder / "evil.h5", edit)
        for code in export_run.EXPORTS:
            self.run_script("export_run.py", code, "evil.h5")
        for ending in ("class.ini", "camb.ini", "primat.ini"):
            text = (self.folder / f"evil_{ending}").read_text(encoding="ascii")
            for line in text.splitlines():
                self.assertRegex(line, r"\A(# .*|\w+ *= .*)\Z")
            self.assertNotIn("7", re.findall(r"^N_ur *= (.*)", text, re.MULTILINE))
        for line in (self.folder / "evil_prymordial.py").read_text(encoding="ascii").splitlines():
            self.assertRegex(line, r"\A(# .*|import PRyM\.PRyM_init as PRyMini|PRyMini\.\w+ = [-\w.+]+|)\Z")
        with open(self.folder / "evil_history.csv", newline="") as file:
            rows = list(csv.reader(file))
        self.assertIn('a, b="1"', rows[0])
        self.assertEqual(len({len(row) for row in rows}), 1)
        self.assertEqual(list(self.folder.glob("ran")), [])

    def test_runs_that_ended_too_early_are_refused(self):
        run_program(self.folder, SOURCE / "configs/boltzmann.toml", "--set", "run.precision=fast", "--set", "epoch.T_end_MeV=0.5",
                    "--quiet", "-o", "early.h5")
        for code in export_run.EXPORTS:
            self.assert_refuses("early.h5: has no N_eff (it ended before the neutrinos had decoupled)", "export_run.py", code,
                                "early.h5")
        run_program(self.folder, SOURCE / "configs/boltzmann.toml", "--set", "run.precision=fast", "--set", "epoch.T_start_MeV=6",
                    "--quiet", "-o", "late.h5")
        self.assert_refuses("late.h5: starts at T_gamma = 6 MeV", "export_run.py", "prymordial", "late.h5")

    def test_names_that_settings_cannot_hold_are_refused(self):
        for name in ("a,b", "a\nb", "a#b", "\u00e9"):
            self.assert_refuses("settings of other codes cannot hold this name", "export_run.py", "primat",
                                self.runs / "standard.h5", "-o", self.folder / name)

    def test_parthenope_card_has_the_energy_of_the_run(self):
        run = self.export("parthenope", "asymmetric")
        card = {key: float(value) for key, value in
                (line.split() for line in (self.folder / "asymmetric_parthenope.card").read_text().splitlines())}
        excess = [30 / 7 * (xi / math.pi) ** 2 + 15 / 7 * (xi / math.pi) ** 4 for xi in (card["XIE"], card["XIX"])]
        self.assertAlmostEqual(3.044 + card["DNNU"] + excess[0] + 2 * excess[1], run["summary/N_eff"][()], delta=1e-6)
        self.assertAlmostEqual(card["XIE"], run["summary/xi_e_effective"][()], delta=1e-7)

    def test_parthenope_tables_are_consistent(self):
        run = self.export("parthenope", "standard")
        x, z, w, rho_nu, drho_dx, rho_rad, rho_tot = np.loadtxt(self.folder / "standard_parthenope.dat").T
        y = self.load("standard_parthenope_yi.dat")[:, 0]
        occupations = self.load("standard_parthenope_rhoee.dat")
        self.assertEqual(occupations.shape, (len(x), len(y)))
        np.testing.assert_allclose(occupations[-1], run["spectra/rho"][-1, :, 0, 0, 0], rtol=1e-12)
        # They were interpolated one by one between the rows.
        np.testing.assert_allclose(rho_nu, 7 * math.pi**2 / 40 * w**4, rtol=1e-8)
        # At the end there are photons and neutrinos only.
        self.assertAlmostEqual(rho_tot[-1] / (math.pi**2 / 15 * z[-1] ** 4 + rho_nu[-1]), 1, delta=1e-6)
        # The integral of the derivative is the gain, to the accuracy of 120 rows.
        self.assertAlmostEqual(np.trapz(drho_dx, x), rho_nu[-1] - rho_nu[0], delta=2e-3 * (rho_nu[-1] - rho_nu[0]))

    def test_csv_has_the_numbers_of_the_run(self):
        run = self.export("csv", "asymmetric")
        history = np.genfromtxt(self.folder / "asymmetric_history.csv", delimiter=",", names=True)
        self.assertEqual(history.dtype.names[:2], ("x", "T_cm"))
        np.testing.assert_array_equal(history["eta_mu"], run["history/eta"][:, 1])
        np.testing.assert_array_equal(history["heating"], run["history/heating"][:])
        spectra = np.genfromtxt(self.folder / "asymmetric_spectra.csv", delimiter=",", names=True)
        np.testing.assert_array_equal(spectra["f_nubar_tau"], run["spectra/rhobar"][-1, :, 2, 2, 0])
        summary = np.genfromtxt(self.folder / "asymmetric_summary.csv", delimiter=",", names=True)
        self.assertEqual(summary["N_eff"], run["summary/N_eff"][()])

    def test_help_has_an_example_that_works(self):
        for code in export_run.EXPORTS:
            out, _ = self.run_script("export_run.py", code, "--help")
            self.assertIn(f"example: scripts/export_run.py {code} standard.h5", out)

    def test_nothing_is_overwritten_without_force(self):
        self.export("camb", "standard")
        before = (self.folder / "standard_camb.ini").read_text()
        arguments = ("camb", self.runs / "standard.h5", "-o", self.folder / "standard")
        self.assert_refuses("exists already", "export_run.py", *arguments)
        self.run_script("export_run.py", *arguments, "--force")
        self.assertEqual((self.folder / "standard_camb.ini").read_text(), before)

    def test_whoever_reads_the_names_may_stop_early(self):
        """... | head -1, and head has ended already; with and without a buffer."""
        for number, environment in enumerate(({}, {"PYTHONUNBUFFERED": "1"})):
            for arguments in (("csv", self.runs / "standard.h5", "-o", f"closed{number}"), ("--help",)):
                reading, writing = os.pipe()
                os.close(reading)
                outcome = subprocess.run([SCRIPTS / "export_run.py", *arguments], cwd=self.folder, stdout=writing,
                                         stderr=subprocess.PIPE, text=True, env=os.environ | environment)
                os.close(writing)
                self.assertEqual((outcome.returncode, outcome.stderr), (0, ""))
            self.assertEqual(len(list(self.folder.glob(f"closed{number}_*.csv"))), 3)

    def test_only_complete_runs_are_exported(self):
        self.write("text.h5", "not HDF5")
        with h5py.File(self.folder / "other.h5", "w"):
            pass
        seal.append_seal(self.folder / "other.h5")
        for name, attribute, value in (("stopped.h5", "status", "interrupted"), ("later.h5", "schema_version", 99)):
            shutil.copy(self.runs / "standard.h5", self.folder / name)
            edit_and_seal(self.folder / name, lambda file: file.attrs.modify(attribute, value))
        for name, part in (("missing.h5", "there is no such file"), ("text.h5", "its end does not fit its content"),
                           ("other.h5", "the attribute kind of / is missing"), ("later.h5", "schema_version 99"),
                           ("stopped.h5", "stopped.h5: is not a complete run (its status is interrupted)")):
            self.assert_refuses(part, "export_run.py", "csv", name)
        self.assertEqual(list(self.folder.glob("*.csv")), [])

    def test_missing_h5py_is_explained(self):
        self.assert_refuses("apt install python3-h5py", "export_run.py", "csv", "run.h5",
                            environment=self.without_module("h5py"))

    def test_negative_mass_is_refused(self):
        self.assert_refuses("--lightest-mass -1.0 is out of range", "export_run.py", "camb", self.runs / "standard.h5", "--lightest-mass", -1)

    def test_interpolation_is_of_degree_five(self):
        x = np.sort(np.random.default_rng(1 + SEED).uniform(0, 3, 12))
        new = np.linspace(-0.1, 3.1, 50)
        np.testing.assert_allclose(run_physics.interpolate(new, x, x**5 - x**2), new**5 - new**2, atol=1e-7)


if __name__ == "__main__":
    unittest.main()
