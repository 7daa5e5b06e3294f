"""The package as a user meets it, against the command (QKE_PROGRAM) where both do the same."""
import concurrent.futures
import html.parser
import json
import math
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import unittest
import warnings

import h5py
import numpy as np

import qke_decouple

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ["QKE_PROGRAM"]
QUICK = SOURCE / "configs/quick.toml"
# A coarse run of all epochs without oscillations: a twentieth of a second.
TINY = {"run.scheme": "boltzmann", "grid.nodes": 12, "grid.y_max": 14, "integrator.relative_tolerance": 1e-4,
        "integrator.absolute_tolerance": 1e-7}
# Some seconds, by tolerances far below what is needed, with checkpoints on the way (tests/cli/long_run.hpp).
LONG = {**TINY, "grid.nodes": 16, "integrator.relative_tolerance": 1e-12, "integrator.absolute_tolerance": 1e-16,
        "run.error_estimate": "off", "integrator.restart_work_s": 0.05}
# Sections beyond the standard run, each for less than a second.
BEYOND = {
    "sterile": {"sterile.number": 1, "sterile.dm2_41_eV2": 1.29, "sterile.U_e4_squared": 1e-3, "grid.nodes": 24,
                "grid.y_max": 24, "run.error_estimate": "off"},
    "reheating": {"reheating.T_RH_MeV": 2, "grid.nodes": 24, "run.error_estimate": "off"},
    "relic": {"relic.mass_MeV": 5, "relic.degrees": 1, "relic.statistics": "boson", "run.error_estimate": "off"},
    "nsi": {"nsi.left": [[0.05, 0, 0.02], [0, 0, 0], [0.02, 0, 0]], "run.error_estimate": "off"},
    "stability": {"run.scheme": "qke", "stability.modes": "homogeneous", "stability.points": 4, "grid.nodes": 12, "grid.y_max": 15,
                  "epoch.T_end_MeV": 1, "run.error_estimate": "off"},
    "directions": {"run.scheme": "qke", "directions.number": 2, "directions.seed": 1e-6, "grid.nodes": 12, "grid.y_max": 15,
                   "epoch.T_start_MeV": 5.0, "epoch.T_end_MeV": 4.8, "run.error_estimate": "off"},
}
TIMES = ("wall_s", "output")  # in the summary


def numbers_of(summary):
    return {name: value for name, value in summary.items() if name not in TIMES}


def settings(overrides):
    return [word for override in overrides for word in ("--set", override)]


class PackageTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="qke-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def command(self, config, *arguments):
        """The summary of the command."""
        outcome = subprocess.run([PROGRAM, config, "--json", "--quiet", *arguments], cwd=self.folder, check=True,
                                 capture_output=True, text=True)
        return json.loads(outcome.stdout)

    def assert_same_numbers(self, first, second):
        """Of two run files, bit by bit."""
        with h5py.File(first) as one, h5py.File(second) as other:
            for group in ("history", "spectra", "statistics"):
                self.assertEqual(list(one[group]), list(other[group]))
                for name in one[group]:
                    np.testing.assert_array_equal(one[group][name][()], other[group][name][()], err_msg=name)


class SameAsTheCommand(PackageTest):
    def test_bit_for_bit(self):
        for name, overrides in (("standard", {}), ("without estimate", {"run.error_estimate": "off"}),
                                ("asymmetric", {"asymmetry.xi": [0.1, 0.1, 0.1]}), ("boltzmann", TINY),
                                ("qke", {"run.scheme": "qke", "epoch.T_end_MeV": 1.0, "run.error_estimate": "off"}),
                                *BEYOND.items()):
            with self.subTest(name):
                texts = [f"{key}={json.dumps(value)}" for key, value in overrides.items()]
                output, other = self.folder / f"{name}.h5", self.folder / f"{name} of Python.h5"
                expected = self.command(QUICK, "-o", output, *settings(texts))
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", qke_decouple.QkeWarning)
                    for threads in (1, 2):
                        run = qke_decouple.run(QUICK, overrides, threads=threads)
                        self.assertEqual(numbers_of(run.summary), numbers_of(expected))
                    run.save(other)
                self.assert_same_numbers(output, other)

    def test_dictionaries_are_configurations(self):
        self.command(QUICK, "-o", "quick.h5")
        with open(QUICK, "rb") as file:
            nested = tomllib.load(file)
        run = qke_decouple.run(nested)
        self.assertEqual(numbers_of(run.summary), numbers_of(qke_decouple.open(self.folder / "quick.h5").summary))
        self.assertEqual(run.config["run"]["precision"], "fast")
        self.assertEqual(run.config["grid"]["nodes"], 32)  # decided by the precision (docs/configuration.md)

    def test_runs_at_once_equal_runs_in_turn(self):
        overrides = [{**TINY, "weak.sin2_theta_W": 0.22 + 0.005 * number} for number in range(6)]
        overrides += [{"run.precision": "fast"}, {"run.precision": "fast", "mixing.sin2_theta13": 0.03}]
        in_turn = [numbers_of(qke_decouple.run({}, each, threads=1).summary) for each in overrides]
        for threads in (1, 2):
            with concurrent.futures.ThreadPoolExecutor(len(overrides)) as pool:
                at_once = list(pool.map(lambda each: numbers_of(qke_decouple.run({}, each, threads=threads).summary), overrides))
            self.assertEqual(at_once, in_turn)

    def test_files_written_at_once_are_whole(self):
        def save(number):
            return qke_decouple.run(TINY, output=self.folder / f"{number}.h5", threads=1).N_eff
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            values = set(pool.map(save, range(8)))
        self.assertEqual(len(values), 1)
        self.assertEqual({qke_decouple.open(self.folder / f"{number}.h5").N_eff for number in range(8)}, values)


class Errors(PackageTest):
    def raised(self, kind, *arguments, **named):
        with self.assertRaises(kind) as caught:
            qke_decouple.run(*arguments, **named)
        return caught.exception

    def test_configurations(self):
        for config, key, part in (({"run.scheme": "atoa"}, "run.scheme", 'Did you mean "atao"?'),
                                  ({"grid": {"nodes": 5}}, "grid.nodes", "out of range"),
                                  ({"grid.nodez": 5}, "grid.nodez", "Did you mean grid.nodes?"),
                                  ({"run.scheme": 1}, "run.scheme", "is an integer"),
                                  ({"asymmetry.xi": [0.1, 0, 0], "mean_field.self": "off", "run.scheme": "atao-jv"}, None, "("),
                                  ({"epoch.T_start_MeV": 1.0, "epoch.T_end_MeV": 2.0}, "epoch.T_start_MeV", "(")):
            error = self.raised(qke_decouple.ConfigurationError, config)
            self.assertEqual(error.status, 2)
            if key:
                self.assertEqual(error.key, key)
            self.assertIn(part, str(error))
            self.assertNotIn("--", str(error))
        self.assertEqual(self.raised(qke_decouple.ConfigurationError, "missing.toml").key, None)
        (self.folder / "bad.toml").write_text("[grid]\nnodes = 5\n", encoding="utf-8")
        error = self.raised(qke_decouple.ConfigurationError, self.folder / "bad.toml")
        self.assertTrue(str(error).startswith(f"{self.folder / 'bad.toml'}:2: grid.nodes = 5"), error)
        self.assertIsInstance(error, ValueError)
        for threads in (0, 2000, -1):
            self.assertEqual(self.raised(qke_decouple.ConfigurationError, TINY, threads=threads).status, 2)

    def test_the_equations(self):
        error = self.raised(qke_decouple.NumericalError, TINY, {"integrator.max_steps": 10})
        self.assertEqual((error.status, error.key), (3, None))
        self.assertIn("Raise integrator.max_steps", str(error))

    def test_files(self):
        self.assertEqual(self.raised(qke_decouple.InputOutputError, TINY, output=self.folder / "none/run.h5").status, 4)
        output = self.folder / "run.h5"
        first = qke_decouple.run(TINY, output=output)
        error = self.raised(qke_decouple.InputOutputError, TINY, output=output)
        self.assertIn("force=True", str(error))
        self.assertEqual(qke_decouple.run(TINY, output=output, force=True).N_eff, first.N_eff)
        self.assertEqual(qke_decouple.run(TINY, output=output, resume=True).summary, first.summary | {
            "wall_s": qke_decouple.open(output).summary["wall_s"]})
        error = self.raised(qke_decouple.ConfigurationError, TINY, {"weak.sin2_theta_W": 0.24}, output=output, resume=True)
        self.assertIn("weak.sin2_theta_W is", str(error))
        with self.assertRaises(qke_decouple.InputOutputError):
            qke_decouple.open(QUICK)

    def test_warnings(self):
        with self.assertWarnsRegex(qke_decouple.QkeWarning, "N_eff"):
            run = qke_decouple.run(TINY, {"epoch.T_end_MeV": 1.0})
        self.assertTrue(run.warnings)
        self.assertTrue(math.isnan(run.N_eff))
        self.assertEqual(run.summary["N_eff"], None)


class Stopping(PackageTest):
    """Python's own process and signals."""

    PROGRAM = """
import signal, sys, qke_decouple
signal.signal(signal.SIGINT, signal.default_int_handler)  # the parent may ignore it
def tell(progress):
    if progress["steps"] > 0:
        print("begun", flush=True)
try:
    qke_decouple.run({config!r}, output={output!r}, progress=tell, threads=1)
except KeyboardInterrupt as stopped:
    print("\\n".join(stopped.__notes__))
    sys.exit(7)
"""

    def stopped(self, config, output, wait_s=1.0):
        """What is said of a run that gets SIGINT `wait_s` after its first step."""
        process = subprocess.Popen([sys.executable, "-c", self.PROGRAM.format(config=config, output=output)], text=True,
                                   stdout=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), "begun\n")
        time.sleep(wait_s)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 7, out)
        return out.splitlines()[-1]

    def test_an_interrupted_run_goes_on_from_its_file(self):
        whole = qke_decouple.run(LONG, output=self.folder / "whole.h5", threads=1)
        output = str(self.folder / "run.h5")
        said = self.stopped(LONG, output)
        self.assertRegex(said, r"^stopped by KeyboardInterrupt \(at T_cm = .* holds the run until step .*Go on with resume=True")
        with self.assertRaisesRegex(qke_decouple.InputOutputError, "not a complete run"):
            qke_decouple.open(output)
        shutil.copy(output, self.folder / "copy.h5")
        with h5py.File(output) as file:
            self.assertGreater(file["summary/steps"][()], 0)
            self.assertLess(file["summary/steps"][()], whole.summary["steps"])
        resumed = qke_decouple.run(LONG, output=output, resume=True, threads=2)
        self.assertEqual(numbers_of(resumed.summary), numbers_of(whole.summary))
        self.assert_same_numbers(output, self.folder / "whole.h5")
        # The command goes on from the file of the package.
        (self.folder / "long.toml").write_text("", encoding="utf-8")
        texts = [f"{key}={json.dumps(value)}" for key, value in LONG.items()]
        other = self.command("long.toml", "-o", "copy.h5", "--resume", *settings(texts))
        self.assertEqual(numbers_of(other), numbers_of(whole.summary))

    def test_without_a_file_nothing_is_left(self):
        self.assertIn("nothing is saved", self.stopped(LONG, None))

    def test_exceptions_of_the_progress_end_the_run(self):
        class Enough(Exception):
            pass

        def watch(_):
            raise Enough

        with self.assertRaises(Enough) as caught:
            qke_decouple.run(LONG, progress=watch)
        self.assertIn("stopped by Enough", caught.exception.__notes__[0])
        # The process is as before.
        self.assertTrue(math.isfinite(qke_decouple.run(TINY).N_eff))

    def test_the_interpreter_ends_while_a_step_is_under_way(self):
        """The tables of 320 momenta last longer than the patience with a stop."""
        program = ("import qke_decouple\ndef watch(_): raise ZeroDivisionError\n"
                   "qke_decouple.run({'run.precision': 'high', 'grid.nodes': 320}, progress=watch)")
        outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100)
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("ZeroDivisionError\nstopped by ZeroDivisionError", outcome.stderr)


class Results(PackageTest):
    @classmethod
    def setUpClass(cls):
        cls.run_ = qke_decouple.run(QUICK)

    def test_history(self):
        history = self.run_.history
        self.assertEqual(history.T_cm.dims, ("x",))
        self.assertEqual(history.T_cm.attrs["units"], "MeV")
        self.assertEqual(list(history.flavour.values), ["e", "mu", "tau"])
        self.assertEqual(float(history.z_nu.sel(flavour="e")[-1]), self.run_.summary["z_nu"][0])
        self.assertTrue(all("units" in variable.attrs and "long_name" in variable.attrs for variable in history.values()))

    def test_spectra(self):
        spectra = self.run_.spectra
        np.testing.assert_allclose(spectra.f_eq, 1 / (np.exp(spectra.y) + 1), rtol=1e-15)  # rounding
        rho_e = spectra.rho.sel(flavour="e", flavour_column="e", part="real")
        # The start is thermal at T_gamma = z T_cm; rounding of y/z times y.
        z = float(self.run_.history.z[0])
        np.testing.assert_allclose(rho_e[0], 1 / (np.exp(spectra.y / z) + 1), rtol=1e-13)
        self.assertEqual(spectra.T_cm.dims, ("x",))
        # The energy of nu_e at the end is z_nu^4, which the program finds by a better rule: sums over steps of 0.75
        # err by 2e-6.
        energy = float((spectra.y**3 * rho_e[-1]).sum() / (spectra.y**3 * spectra.f_eq).sum())
        self.assertAlmostEqual(energy, self.run_.summary["z_nu"][0] ** 4, delta=5e-6)

    def test_exports_are_those_of_the_script(self):
        output = self.folder / "run.h5"
        qke_decouple.run(QUICK).save(output)
        for code in ("class", "camb", "csv"):
            written = qke_decouple.open(output).export(code, self.folder / "package")
            script = subprocess.run([sys.executable, "-m", "qke_decouple", "export", code, output, "-o",
                                     self.folder / "run"], check=True, capture_output=True, text=True)
            self.assertEqual([path.name for path in written], [pathlib.Path(line).name for line in script.stdout.splitlines()])
            for path in written:
                ours = path.read_text(encoding="ascii").replace("/package/run", "/run")
                self.assertEqual(ours, (self.folder / path.name).read_text(encoding="ascii"))
        with self.assertRaisesRegex(qke_decouple.InputOutputError, "exists already .* force=True"):
            qke_decouple.open(output).export("csv", self.folder / "package")
        with self.assertRaisesRegex(qke_decouple.ConfigurationError, "no such code"):
            self.run_.export("clas")

    def test_picture(self):
        from matplotlib import pyplot
        other = qke_decouple.run(TINY)
        figure = self.run_.plot(other)
        self.addCleanup(pyplot.close, figure)
        self.assertEqual(len(figure.axes), 4)
        figure.savefig(self.folder / "run.png")
        self.assertGreater((self.folder / "run.png").stat().st_size, 10000)

    def test_report_needs_no_other_file(self):
        page = self.folder / "run.html"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", qke_decouple.QkeWarning)
            run = qke_decouple.run(TINY, {"integrator.max_steps": 5000, "epoch.T_end_MeV": 1.0})
        run.report(page)
        text = page.read_text(encoding="utf-8")
        parser = Page()
        parser.feed(text)
        self.assertEqual(parser.open, [])
        self.assertEqual([link for link in parser.links if not link.startswith("#")], [])
        self.assertIn("<svg", text)
        for part in (*run.warnings, "unknown (see the warnings)", "max_steps = 5000"):
            self.assertIn(part, parser.text)
        with self.assertRaisesRegex(qke_decouple.InputOutputError, "exists already"):
            run.report(page)

    @unittest.skipIf(shutil.which("chromium") is None, "there is no browser (apt install chromium)")
    def test_a_browser_shows_the_report(self):
        page = self.folder / "run.html"
        self.run_.report(page)
        browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.folder / 'profile'}"]
        shown = subprocess.run([*browser, "--dump-dom", page.as_uri()], check=True, capture_output=True, text=True,
                               timeout=120).stdout
        self.assertIn(f"</sub> = {self.run_.N_eff:.6f}", shown)
        self.assertEqual(shown.count("<svg"), 1)
        picture = self.folder / "run.png"
        subprocess.run([*browser, f"--screenshot={picture}", "--window-size=1000,1600", page.as_uri()], check=True,
                       capture_output=True, timeout=120)
        from matplotlib import image
        pixels = image.imread(picture)[:, :, :3]
        self.assertEqual(pixels.shape[:2], (1600, 1000))
        # The colours of the flavours (plot_run.py) are there: the pictures are drawn.
        for colour in ((0, 0x72, 0xB2), (0xD5, 0x5E, 0), (0, 0x9E, 0x73)):
            near = (abs(pixels - np.array(colour) / 255) < 0.02).all(axis=2)
            self.assertGreater(near.sum(), 50, colour)

    def test_keys_are_those_of_the_command(self):
        all_keys = (SOURCE / "configs/all-keys.toml").read_text(encoding="utf-8")
        keys = qke_decouple.keys()
        self.assertEqual([f"#{key.split('.')[1]} = {row.default_value}" for key, row in keys.items()],
                         [line for line in all_keys.splitlines() if line.startswith("#") and " = " in line and line[1] != " "])
        self.assertIn("An integer from 10 to 640", qke_decouple.explain("grid.nodes"))
        with self.assertRaises(qke_decouple.ConfigurationError):
            qke_decouple.explain("nodes")


class Page(html.parser.HTMLParser):
    """Open elements, links and text."""

    EMPTY = {"meta", "br", "link", "img"}

    def __init__(self):
        super().__init__()
        self.open, self.links, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        if tag not in self.EMPTY:
            self.open.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


class Tutorial(PackageTest):
    """docs/python-tutorial.ipynb, in a folder of its own."""

    def test_it_runs_and_shows_what_it_showed(self):
        import matplotlib
        matplotlib.use("Agg")
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        notebook = json.loads((SOURCE / "docs/python-tutorial.ipynb").read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        names = {}
        for cell in cells:
            exec("".join(cell["source"]), names)  # noqa: S102
        self.assertEqual([repr(names["run"])], cells[0]["outputs"][0]["data"]["text/plain"])
        self.assertEqual(len(names["scan"]), len(names["angles"]))
        self.assertTrue((self.folder / "for-class/run_class.ini").is_file())


class Scans(PackageTest):
    ANGLES = [0.22, 0.23, 0.24, 0.25]

    def test_in_memory(self):
        scan = qke_decouple.scan(TINY, {"weak.sin2_theta_W": self.ANGLES}, jobs=3)
        expected = [qke_decouple.run(TINY, {"weak.sin2_theta_W": angle}).N_eff for angle in self.ANGLES]
        self.assertEqual(scan.N_eff, expected)
        self.assertEqual(list(scan.data["N_eff"].values), expected)
        self.assertEqual(list(scan.data["weak.sin2_theta_W"].values), self.ANGLES)
        self.assertEqual(list(scan.data["z_nu_e"].values), [run.summary["z_nu"][0] for run in scan.runs])

    def test_failed_rows_are_named(self):
        with self.assertWarnsRegex(qke_decouple.QkeWarning, "row 2: .*max_steps"):
            scan = qke_decouple.scan(TINY, [{"integrator.max_steps": 5000}, {"integrator.max_steps": 10}])
        self.assertEqual(list(scan.errors), [1])
        self.assertEqual(scan.errors[1].status, 3)
        self.assertTrue(math.isnan(scan.N_eff[1]) and math.isfinite(scan.N_eff[0]))
        with self.assertRaisesRegex(qke_decouple.ConfigurationError, "unknown key"):
            qke_decouple.scan(TINY, {"weak.sin2_theta": [0.2]})
        for table in ({"weak.sin2_theta_W": []}, {"weak.sin2_theta_W": [0.2], "weak.m_W_GeV": []}):
            with self.assertRaises(qke_decouple.ConfigurationError):
                qke_decouple.scan(TINY, table)

    def test_a_folder_is_that_of_scan_sh(self):
        folder, table = self.folder / "scan", {"weak.sin2_theta_W": self.ANGLES[:2], "asymmetry.xi": [[0, 0, 0], [0.1, 0.1, 0.1]]}
        scan = qke_decouple.scan(TINY, table, folder)
        pending = subprocess.run([SOURCE / "scripts/scan_table.py", folder / "table.csv", folder], check=True,
                                 capture_output=True, text=True)
        self.assertEqual(pending.stdout, "")
        subprocess.run([sys.executable, "-m", "qke_decouple", "collect", folder], check=True, capture_output=True)
        with h5py.File(folder / "scan.h5") as file:
            self.assertEqual(list(file["summary/N_eff"]), scan.N_eff)
        # From the files, which hold the time that each run took.
        again = qke_decouple.scan(TINY, table, folder)
        self.assertEqual([run.summary for run in again.runs], [run.summary for run in scan.runs])
        # The table may grow; what is there stays.
        more = {key: [*values, values[0]] for key, values in table.items()}
        self.assertEqual(qke_decouple.scan(TINY, more, folder).N_eff, [*scan.N_eff, scan.N_eff[0]])
        with self.assertRaisesRegex(qke_decouple.ConfigurationError, "differs"):
            qke_decouple.scan(TINY, {"weak.sin2_theta_W": [0.21]}, folder)

    def test_an_interrupted_scan_goes_on(self):
        folder = self.folder / "scan"
        (self.folder / "base.toml").write_text("", encoding="utf-8")
        (self.folder / "table.csv").write_text("mixing.sin2_theta13\n0.021\n0.022\n0.023\n", encoding="utf-8")
        base, table = self.folder / "base.toml", self.folder / "table.csv"
        sections = {}
        for key, value in {**LONG, "output.checkpoint_interval_s": 0.05}.items():
            sections.setdefault(key.split(".")[0], []).append(f"{key.split('.')[1]} = {json.dumps(value)}")
        base.write_text("\n".join(f"[{name}]\n" + "\n".join(lines) for name, lines in sections.items()), encoding="utf-8")
        command = [sys.executable, "-m", "qke_decouple", "scan", base, table, "-o", folder, "--jobs", "2"]
        process = subprocess.Popen([sys.executable, "-c", "import signal, runpy, sys\n"
                                    "signal.signal(signal.SIGINT, signal.default_int_handler)\nsys.argv = sys.argv[1:]\n"
                                    "runpy.run_module('qke_decouple', run_name='__main__')", "qke_decouple", *command[3:]],
                                   stderr=subprocess.PIPE, text=True)
        while not (folder / "rows/00001.h5").exists() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        left = sorted(path.name for path in (folder / "rows").glob("*.h5"))
        self.assertIn("00001.h5", left)
        with h5py.File(folder / "rows/00001.h5") as file:
            self.assertNotEqual(file.attrs["status"], "done")
        subprocess.run(command, check=True, capture_output=True)
        scan = qke_decouple.scan(base, table, folder)
        expected = qke_decouple.run(base, {"mixing.sin2_theta13": 0.021})
        self.assertEqual(numbers_of(scan.runs[0].summary), numbers_of(expected.summary))
        self.assertEqual(scan.errors, {})


if __name__ == "__main__":
    unittest.main()
