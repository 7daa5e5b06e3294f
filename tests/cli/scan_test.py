"""scripts/scan.sh with GNU parallel, scripts/collect.py and scripts/plot_scan.py, really run."""
import csv
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from script_test import PROGRAM, SCRIPTS, ScriptTest, TINY, edit_and_seal, flip_bit

import h5py
import matplotlib.image
import numpy as np
from run_reader import ESTIMATE_OUTSTANDING
from scan_table import is_done

# Slow enough to be killed in the middle: a tenth of a second and more.
SLOWER = TINY.replace("nodes = 12", "nodes = 40").replace('"boltzmann"', '"atao"')


def table(keys, rows):
    return "\n".join(",".join(map(str, row)) for row in [keys, *rows]) + "\n"


# More than a scan does between two looks at it, on a busy machine, too.
ROWS_OF_LONG_SCAN = 24


class ScanTest(ScriptTest):
    def setUp(self):
        super().setUp()
        self.write("base.toml", TINY)
        self.write("table.csv", table(["weak.sin2_theta_W", "plasma.qed"],
                                      [(s2, qed) for s2 in (0.22, 0.23) for qed in ("none", "e3")]))

    def scan(self, *arguments, status=0):
        return self.run_script("scan.sh", "base.toml", "table.csv", "-o", "scan", "--program", PROGRAM, *arguments,
                               status=status)

    def assert_scan_refuses(self, part, *arguments):
        out, err = self.scan(*arguments, status=2)
        self.assertEqual(out, "")
        self.assertRegex(err, r"(?s)scan(\.sh|_table\.py): .*\(.*\)\. .*[.?]\n\Z")
        self.assertIn(part, err)

    def runs(self):
        """{name: what another run would change} of the complete ones."""
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns)
                for path in (self.folder / "scan/rows").glob("*.h5") if is_done(path)}


class Scan(ScanTest):
    def test_every_row_is_run_once_and_gathered(self):
        out, _ = self.scan()
        self.assertIn("all rows are done", out)
        first = self.runs()
        self.assertEqual(sorted(first), [f"{number:05d}.h5" for number in range(1, 5)])
        self.scan()
        self.assertEqual(self.runs(), first)

        out, err = self.run_script("collect.py", "scan")
        self.assertEqual((out, err), ("scan/scan.h5\nscan/scan.csv\n", ""))
        with h5py.File(self.folder / "scan/scan.h5") as scan, open(self.folder / "scan/scan.csv") as text:
            rows = list(csv.DictReader(text))
            self.assertEqual(len(rows), 4)
            for i, row in enumerate(rows):
                with h5py.File(self.folder / f"scan/rows/{row['row']}.h5") as run:
                    N_eff, z_nu = run["summary/N_eff"][()], run["summary/z_nu"][:]
                    self.assertIn(f"sin2_theta_W = {row['weak.sin2_theta_W']}  # ", run.attrs["config"])
                    self.assertIn(f'qed = "{row["plasma.qed"]}"  # ', run.attrs["config"])
                self.assertEqual(scan["summary/N_eff"][i], N_eff)
                self.assertEqual(float(row["N_eff"]), N_eff)
                self.assertEqual(float(row["z_nu_mu"]), z_nu[1])
                self.assertEqual(scan[f"runs/{row['row']}/summary/N_eff"][()], N_eff)
                self.assertEqual(scan["parameters/weak.sin2_theta_W"][i], float(row["weak.sin2_theta_W"]))
                self.assertEqual(scan["parameters/plasma.qed"].asstr()[i], row["plasma.qed"])
            self.assertEqual(len(set(scan["summary/N_eff"][:])), 4)

    def test_failed_rows_are_recorded_and_the_rest_goes_on(self):
        self.write("table.csv", table(["integrator.max_steps", "weak.sin2_theta_W"],
                                      [(1, 0.23), (10000, 0.23), (10000, 2), (10000, 0.24)]))
        _, err = self.scan(status=1)
        self.assertIn("2 rows are not done (2 of them failed: see", err)
        self.assertEqual(sorted(self.runs()), ["00002.h5", "00004.h5"])
        with open(self.folder / "scan/failed.csv") as text:
            failed = list(csv.DictReader(text))
        self.assertEqual([(row["row"], row["status"]) for row in failed], [("00001", "3"), ("00003", "2")])
        self.assertIn("max_steps", failed[0]["message"])
        self.assertIn("sin2_theta_W = 2 is out of range", failed[1]["message"])

        out, err = self.run_script("collect.py", "scan", status=1)
        self.assertEqual(out, "scan/scan.h5\nscan/scan.csv\n")
        self.assertRegex(err, r"row 00001 is failed: .*\n.*row 00003 is failed: .*sin2_theta_W = 2 is out of range")
        with h5py.File(self.folder / "scan/scan.h5") as scan:
            self.assertEqual(list(scan["status"].asstr()), ["failed", "done", "failed", "done"])
            self.assertEqual(list(np.isnan(scan["summary/N_eff"][:])), [True, False, True, False])
            self.assertEqual(list(scan["summary/nodes"][:]), [-1, 12, -1, 12])

    def test_incomplete_run_in_a_collection_is_named(self):
        self.scan()
        edit_and_seal(self.folder / "scan/rows/00002.h5", lambda run: run.attrs.modify("status", "interrupted"))
        self.write("scan/rows/00003.h5", "not HDF5")
        _, err = self.run_script("collect.py", "scan", status=1)
        self.assertIn("row 00002 is missing: 00002.h5 is not a complete run (its status is interrupted)", err)
        self.assertIn("row 00003 is missing: 00003.h5 is not a whole file of qke-decouple (its end does not fit", err)

    def test_a_run_that_lacks_its_error_estimate_is_not_done(self):
        self.scan()
        row = self.folder / "scan/rows/00002.h5"
        header = (SCRIPTS.parent / "src/run/error_estimate.hpp").read_text(encoding="utf-8")
        self.assertIn(ESTIMATE_OUTSTANDING, header)
        self.assertTrue(is_done(row))
        def add_warning(run):
            run["summary/warnings"][()] = "another\n" + ESTIMATE_OUTSTANDING + ": --resume makes it"
        edit_and_seal(row, add_warning)
        self.assertFalse(is_done(row))

    def test_rows_of_an_earlier_build_may_lack_numbers(self):
        self.scan()
        for name in ("00001", "00002"):
            edit_and_seal(self.folder / f"scan/rows/{name}.h5", lambda run: run["summary"].pop("eta_error"))
        self.run_script("collect.py", "scan")
        with open(self.folder / "scan/scan.csv", newline="", encoding="utf-8") as file:
            errors = [row["eta_error"] for row in csv.DictReader(file)]
        self.assertEqual(errors[:2], ["", ""])
        self.assertEqual(float(errors[2]), 0.0)  # there is no asymmetry

    def test_killed_scans_lose_and_repeat_nothing(self):
        self.write("base.toml", SLOWER)
        self.write("table.csv", table(["weak.sin2_theta_W"], [(0.22 + 0.001 * i,) for i in range(ROWS_OF_LONG_SCAN)]))
        command = [SCRIPTS / "scan.sh", "base.toml", "table.csv", "-o", "scan", "--program", PROGRAM]
        for signal_number, enough in ((signal.SIGTERM, 2), (signal.SIGKILL, 5)):
            process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       start_new_session=True)
            self.wait_for(lambda: len(self.runs()) >= enough, process)
            done = self.runs()
            if signal_number == signal.SIGKILL:
                os.killpg(process.pid, signal_number)  # the whole group
            else:
                process.terminate()                    # the script alone, which stops the rest
            process.wait()
            self.assertLess(len(self.runs()), ROWS_OF_LONG_SCAN)      # it was in the middle
        before = self.runs()
        out, _ = self.scan()
        after = self.runs()
        self.assertIn("all rows are done", out)
        self.assertEqual(len(after), ROWS_OF_LONG_SCAN)
        self.assertEqual({name: after[name] for name in done}, done)
        self.assertEqual({name: after[name] for name in before}, before)
        self.assertEqual(list((self.folder / "scan/rows").glob("*.tmp*")), [])

    def test_damaged_rows_are_run_again(self):
        self.scan()
        first, rows = self.runs(), self.folder / "scan/rows"
        whole = {name: (rows / name).read_bytes() for name in ("00002.h5", "00003.h5")}
        (rows / "00002.h5").write_bytes(whole["00002.h5"][:20000])
        with h5py.File(rows / "00003.h5") as run:
            N_eff = run["summary/N_eff"][()]
        flip_bit(rows / "00003.h5", N_eff)
        self.assertEqual(len(self.runs()), 2)
        out, err = self.scan()
        self.assertIn("all rows are done", out)
        after = self.runs()
        self.assertEqual(len(after), 4)
        for name in first.keys() - whole.keys():
            self.assertEqual(after[name], first[name])
        self.assertEqual((rows / "00002.h5.damaged").read_bytes(), whole["00002.h5"][:20000])
        with h5py.File(rows / "00003.h5") as run:
            self.assertEqual(run["summary/N_eff"][()], N_eff)

    def test_jobs_are_as_many_as_the_program_would_use_threads(self):
        self.write("parallel", "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$RECORD\"\n").chmod(0o755)
        environment = {"PATH": f"{self.folder}:{os.environ['PATH']}", "RECORD": str(self.folder / "words")}
        usable = int(subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout.split("threads")[1])
        for limits, options, jobs in (({}, [], usable), ({"SLURM_CPUS_PER_TASK": "1"}, [], 1),
                                      ({}, ["--threads", "1000"], 1), ({"SLURM_CPUS_PER_TASK": "1"}, ["--jobs", "7"], 7)):
            self.run_script("scan.sh", "base.toml", "table.csv", "-o", "scan", "--program", PROGRAM, *options, status=1,
                            environment=environment | limits)
            words = (self.folder / "words").read_text().split("\n")
            self.assertEqual(words[words.index("--jobs") + 1], str(jobs), (limits, options))

    def test_names_are_not_code(self):
        # Replacement strings of GNU parallel, quotes, an option, a line break; what would run makes the file `ran`.
        self.write("table.csv", "plasma.qed\ne3\n")
        for name in ("x{= system('touch ran') =}", "f {} {.} {#} {%} {1} {//}", "it's \"quoted\"", "two\nlines", "-dash",
                     "$(touch ran)`touch ran`;touch ran", "percent%d%%", "b\\n"):
            with self.subTest(name):
                out, err = self.run_script("scan.sh", "base.toml", "table.csv", "-o", name, "--program", PROGRAM)
                self.assertIn("all rows are done", out)
                self.assertEqual(err, "")
                self.assertEqual(sorted(path.name for path in (self.folder / name / "rows").iterdir()), ["00001.h5"])
                self.assertEqual(list(self.folder.glob("**/ran")), [])

    def test_values_are_not_code(self):
        self.write("table.csv", "plasma.qed\ne3\n{= system('touch ran') =}\n$(touch ran)\n")
        _, err = self.scan(status=1)
        self.assertIn("2 rows are not done (2 of them failed", err)
        with open(self.folder / "scan/failed.csv") as text:
            messages = [row["message"] for row in csv.DictReader(text)]
        self.assertIn("{= system('touch ran') =}", messages[0])
        self.assertEqual(list(self.folder.glob("**/ran")), [])

    def endless_scan(self):
        """A scan whose rows take minutes, started; its first row runs."""
        self.write("base.toml", TINY.replace("1e-4", "1e-12").replace("1e-7", "1e-16").replace("nodes = 12", "nodes = 64"))
        process = subprocess.Popen([SCRIPTS / "scan.sh", "base.toml", "table.csv", "-o", "scan", "--program", PROGRAM,
                                    "--jobs", "2"], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        self.addCleanup(self.end_group, process)
        self.wait_for(lambda: len(list((self.folder / "scan/rows").glob(".*.h5.qke-lock"))) == 2, process)
        return process

    def end_group(self, process):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def wait_for(self, condition, process=None):
        """However slow the machine, as long as the process that brings it about is there."""
        while not condition():
            if process and process.poll() is not None:
                self.assertTrue(condition(), "it does not happen")
            time.sleep(0.02)

    def lock_is_free(self):
        with open(self.folder / "scan/.lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                return False

    def test_rows_end_with_a_scan_that_is_killed(self):
        process = self.endless_scan()
        self.assertFalse(self.lock_is_free())
        process.kill()  # the script alone: neither GNU parallel nor the rows hear of it
        process.wait()
        self.wait_for(self.lock_is_free)
        rows = sorted((self.folder / "scan/rows").glob("*.h5"))
        for row in rows:  # saved where they were, and no row began after the kill
            self.run_script("run_reader.py", row)
        self.assertEqual([row.name for row in rows], ["00001.h5", "00002.h5"])
        self.assertEqual(list((self.folder / "scan/rows").glob("*.failed")), [])

    def test_a_running_scan_is_named(self):
        process = self.endless_scan()
        self.assert_scan_refuses(f"scan is in use (scan.sh is process {process.pid} on {os.uname().nodename})")

    def test_tables_of_spreadsheets_are_read(self):
        for number, text in enumerate((b"\xef\xbb\xbfplasma.qed,weak.sin2_theta_W\r\ne3,0.23\r\n",
                                       b"plasma.qed;weak.sin2_theta_W\ne3;0.23\n",
                                       b"\xef\xbb\xbf\"plasma.qed\";\"weak.sin2_theta_W\"\r\n\"e3\";0.23\r\n\r\n")):
            (self.folder / "table.csv").write_bytes(text)
            pending, _ = self.run_script("scan_table.py", "table.csv", f"none{number}")
            self.assertEqual(pending, "00001\tplasma.qed=e3\tweak.sin2_theta_W=0.23\n")
        for text, part in (("weak.sin2_theta_W;plasma.qed\n0,23;e3\n", "0,23 has a decimal comma (a number has a point). Write 0.23."),
                           ("weak.sin2_theta_W\tplasma.qed\n0.23\te3\n", "put a comma between cells"),
                           ('plasma.qed\n"e3\n', "is not a table of comma-separated values")):
            self.write("table.csv", text)
            self.assert_refuses(part, "scan_table.py", "table.csv", "none")
        (self.folder / "table.csv").write_bytes("plasma.qed\ne3\n".encode("utf-16"))
        self.assert_refuses("is not a table of comma-separated values", "scan_table.py", "table.csv", "none")

    def test_unknown_numbers_are_empty_cells(self):
        self.write("table.csv", "epoch.T_end_MeV\n0.01\n3\n")
        self.scan()
        out, err = self.run_script("collect.py", "scan")
        self.assertEqual(out, "scan/scan.h5\nscan/scan.csv\n")
        self.assertRegex(err, r"\Acollect.py: row 00002 has no N_eff, z, sum_mnu_over_omega_h2_eV \(.*\)\. .*\.\n\Z")
        with open(self.folder / "scan/scan.csv") as text:
            cells = [row["N_eff"] for row in csv.DictReader(text)]
        self.assertNotEqual(cells[0], "")
        self.assertEqual(cells[1], "")

    def test_more_rows_may_be_added_but_none_changed(self):
        self.scan()
        first = self.runs()
        rows = (self.folder / "table.csv").read_text()
        self.write("table.csv", rows + "0.25,e3\n")
        self.scan()
        self.assertEqual({name: run for name, run in self.runs().items() if name in first}, first)
        self.assertEqual(len(self.runs()), 5)
        self.write("table.csv", rows.replace("0.22", "0.21"))
        self.assert_scan_refuses("differs from the table of the scan")
        self.write("table.csv", rows)
        self.assert_scan_refuses("differs from the table of the scan")
        self.write("table.csv", rows + "0.25,e3\n")
        self.write("base.toml", TINY + "max_order = 3\n")
        self.assert_scan_refuses("base.toml differs from the configuration of the scan")

    def test_lists_stand_in_quotes(self):
        self.write("table.csv", 'asymmetry.xi\n"[0.1, 0, 0]"\n"[0, 0.1, 0]"\n')
        self.scan()
        self.run_script("collect.py", "scan")
        with h5py.File(self.folder / "scan/scan.h5") as scan:
            np.testing.assert_array_equal(scan["parameters/asymmetry.xi"][:], [[0.1, 0, 0], [0, 0.1, 0]])
            self.assertEqual(list(np.argmax(scan["summary/eta"][:], axis=1)), [0, 1])

    def test_rows_may_differ_in_their_states(self):
        self.write("table.csv", "sterile.number,epoch.T_start_MeV\n0,20\n2,20\n1,20\n")
        self.scan()
        self.run_script("collect.py", "scan")
        with h5py.File(self.folder / "scan/scan.h5") as scan:
            np.testing.assert_array_equal(np.isfinite(scan["summary/z_nu"][:]).sum(axis=1), [3, 5, 4])
            self.assertEqual(scan["summary/delta_rho"][1, 4], -1)
        with open(self.folder / "scan/scan.csv") as text:
            rows = list(csv.DictReader(text))
        self.assertEqual([row["delta_rho_s2"] for row in rows], ["", "-1", ""])
        self.assertEqual(rows[2]["eta_s1"], "0")

    def test_folders_may_have_spaces(self):
        (self.folder / "my runs").mkdir()
        (self.folder / "my runs/scripts").symlink_to(SCRIPTS)
        shutil.copy(PROGRAM, self.folder / "my runs/program")
        out, err = self.run_script(self.folder / "my runs/scripts/scan.sh", "base.toml", "table.csv", "-o", "my runs/scan",
                                   "--program", "my runs/program")
        self.assertIn("all rows are done", out)
        self.assertEqual(err, "")

    def test_bad_tables_are_explained(self):
        for text, part in (("weak.sin2_theta_Z\n0.23\n", "unknown key weak.sin2_theta_Z"),
                           ("weak.sin2_theta_W,plasma.qed\n0.23,e3\n,e3\n",
                            "table.csv:3: the cell of weak.sin2_theta_W is empty"),
                           ("weak.sin2_theta_W,\n0.23,e3\n", "table.csv:1: a key is empty"),
                           ("weak.sin2_theta_W\n0.23,e3\n", "table.csv:2: 2 cells instead of 1"),
                           ("weak.sin2_theta_W\n", "has no rows"),
                           ("sin2_theta_W\n0.23\n", "is not a configuration key"),
                           ("plasma.qed,plasma.qed\ne3,e3\n", "stands there twice")):
            self.write("table.csv", text)
            self.assert_scan_refuses(part)
            self.assertFalse((self.folder / "scan/table.csv").exists())
        self.write("table.csv", "weak.sin2_theta_Z,weak.sin2_theta_W\n0.2,9\n0.2,0.23\n")
        self.assert_scan_refuses("unknown key weak.sin2_theta_Z")

    def test_bad_command_lines_are_explained(self):
        for arguments, part in ((("--engine", "condor"), "--engine condor is unknown"),
                                (("--jobs", "0"), "--jobs 0 is out of range"), (("--jobs",), "--jobs has no value"),
                                (("--frobnicate",), "unknown option --frobnicate"),
                                (("--", "--time=1"), "is not an option of scan.sh"),
                                (("--program", "no-such-program"), "there is no program")):
            self.assert_scan_refuses(part, *arguments)
        self.run_script("scan.sh", "missing.toml", "table.csv", status=2)

    def test_a_folder_has_one_scan_at_a_time(self):
        (self.folder / "scan").mkdir()
        with open(self.folder / "scan/.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting = subprocess.Popen([SCRIPTS / "scan.sh", "base.toml", "table.csv", "-o", "scan", "--program", PROGRAM],
                                       cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertIn("waiting for what is left of another scan", waiting.stderr.readline())
            self.assertEqual(self.runs(), {})
            fcntl.flock(lock, fcntl.LOCK_UN)
            out, err = waiting.communicate()
        self.assertEqual((waiting.returncode, err), (0, ""))
        self.assertIn("all rows are done", out)

    def test_pictures_of_planes(self):
        keys = ["weak.sin2_theta_W", "weak.G_F_per_GeV2"]
        self.write("table.csv", table(keys, [(s2, G_F) for s2 in (0.22, 0.23, 0.24) for G_F in (1.1e-5, 1.2e-5, 1.3e-5)]))
        self.scan()
        self.run_script("collect.py", "scan")
        out, _ = self.run_script("plot_scan.py", "scan/scan.h5", *keys, "N_eff", "-o", "plane")
        self.assertEqual(out, "plane.png\nplane.pdf\n")
        image = matplotlib.image.imread(self.folder / "plane.png")[:, :, :3]
        self.assertGreater(len(np.unique(image.reshape(-1, 3), axis=0)), 50)
        self.run_script("plot_scan.py", "scan/scan.h5", keys[0], "N_eff", "--width", "column", "-o", "curve")
        self.assertAlmostEqual(matplotlib.image.imread(self.folder / "curve.png").shape[1] / 150, 3.386, delta=0.01)
        for arguments, part in (((keys[0], keys[1], "N_off"), "N_off is not in the scan"),
                                ((keys[0], keys[1], "eta"), "Write eta[0]."),
                                ((keys[0], "grid.nodes", "N_eff"), "grid.nodes is not in the scan")):
            self.assert_refuses(part, "plot_scan.py", "scan/scan.h5", *arguments)
        self.assert_refuses("its attribute kind is not qke-decouple scan", "plot_scan.py", "scan/rows/00001.h5", *keys, "N_eff")
        self.assert_refuses("apt install python3-matplotlib", "plot_scan.py", "scan/scan.h5", *keys, "N_eff",
                            environment=self.without_module("matplotlib"))

    def test_planes_over_decades_are_logarithmic(self):
        import plot_scan
        x, y = np.meshgrid(np.geomspace(1e-6, 0.1, 6), np.geomspace(0.01, 10, 4))
        result = x * y
        result[1, 2] = np.nan  # a row that failed
        names = ("sterile.U_mu4_squared", "sterile.dm2_41_eV2", "N_eff")
        axes = plot_scan.draw(x.ravel(), y.ravel(), result.ravel(), names, minus=3.0439, levels=[-3.0438, -3.04]).axes[0]
        self.assertEqual((axes.get_xscale(), axes.get_yscale()), ("log", "log"))
        self.assertEqual((axes.get_xlabel(), axes.get_ylabel()), (r"$|U_{\mu 4}|^2$", r"$\Delta m^2_{41}$ [eV$^2$]"))
        linear = plot_scan.draw(y.ravel() + 1, x.ravel(), result.ravel(), ("a.b", "c.d", "N_eff")).axes[0]
        self.assertEqual((linear.get_xscale(), linear.get_yscale()), ("linear", "log"))

    def test_labels_of_small_differences_have_no_rows_of_zeros(self):
        import plot_scan
        x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
        N_eff = 3.04393 + 1e-5 * x.ravel()
        axes, bar = plot_scan.draw(x.ravel(), y.ravel(), N_eff, ("a.b", "c.d", "N_eff"), minus=3.0439, levels=[4.5e-5]).axes
        np.testing.assert_allclose(np.unique(axes.collections[0].get_array().round(9)), [3, 4, 5, 6])
        self.assertEqual([text.get_text() for text in axes.texts], ["4.5"])
        self.assertEqual(bar.get_ylabel(), r"$10^5$ ($N_\mathrm{eff}$ $-$ 3.0439)")

    def test_signed_planes_are_white_at_zero(self):
        import plot_scan
        x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
        for result, signed in ((x - 1.0, True), (x + 1.0, False), (x - 0.1, False)):
            mesh = plot_scan.draw(x.ravel(), y.ravel(), result.ravel(), ("a.b", "c.d", "eta[0]")).axes[0].collections[0]
            self.assertEqual(mesh.cmap.name, "RdBu_r" if signed else "viridis")
            if signed:
                self.assertEqual((mesh.norm.vmin, mesh.norm.vmax), (-2.0, 2.0))

    def test_curves_are_in_order_and_less_what_they_share(self):
        import plot_scan
        x, N_eff = np.array([3.0, 1.0, 2.0]), np.array([3.04394, 3.04392, 3.04393])
        minus = plot_scan.common_part(N_eff)
        self.assertAlmostEqual(minus, 3.0439, delta=1e-12)
        axes = plot_scan.draw_curve(x, N_eff, np.full(3, 1e-6), ("a.b", "N_eff"), minus).axes[0]
        np.testing.assert_array_equal(axes.lines[0].get_xdata(), [1, 2, 3])
        np.testing.assert_allclose(axes.lines[0].get_ydata(), [2e-5, 3e-5, 4e-5], atol=1e-12)
        self.assertEqual(axes.get_ylabel(), r"$N_\mathrm{eff}$ $-$ 3.0439")

    def test_collecting_without_runs_is_explained(self):
        self.scan()
        self.assert_refuses("has no table.csv", "collect.py", "scan/rows")
        for path in (self.folder / "scan/rows").glob("*.h5"):
            path.unlink()
        _, err = self.run_script("collect.py", "scan", status=1)
        self.assertIn("row 00001 is missing: it has not been run", err)
        self.assertIn("has no complete run", err)


class JobArray(ScanTest):
    """The tasks themselves, by a stand-in for sbatch that works off the array at once."""

    def test_tasks_run_their_share_and_skip_what_is_done(self):
        (self.folder / "bin").mkdir()
        self.write("bin/sbatch", """#!/bin/bash
for word; do case $word in --array=*) array=${word#--array=0-} ;; esac; done
for ((SLURM_ARRAY_TASK_ID = 0; SLURM_ARRAY_TASK_ID <= array; ++SLURM_ARRAY_TASK_ID)); do
  export SLURM_ARRAY_TASK_ID
  (eval "${@: -1}")
  (eval "${@: -1}")  # as after a requeue
  echo "$SLURM_ARRAY_TASK_ID" >> tasks
done
echo "17;cluster"
""").chmod(0o755)
        self.write("bin/squeue", "#!/bin/sh\n").chmod(0o755)
        environment = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        out, err = self.run_script("scan.sh", "base.toml", "table.csv", "-o", "scan", "--program", PROGRAM, "--engine", "slurm",
                                   "--rows-per-task", 2, environment=environment)
        self.assertEqual(err, "")
        self.assertIn("submitted job 17: 4 rows in 2 tasks", out)
        self.assertEqual((self.folder / "tasks").read_text(), "0\n1\n")
        self.assertEqual(len(self.runs()), 4)
        self.assertEqual(list((self.folder / "scan/rows").glob("*.failed")), [])


@unittest.skipUnless(os.geteuid() == 0 and all(map(shutil.which, ("sbatch", "slurmd", "slurmctld", "munged"))),
                     "Slurm can only be started by root, with slurm-wlm and munge installed")
class Slurm(ScanTest):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)  # munged asks for it
        cluster = [pathlib.Path(__file__).with_name("one_node_slurm.sh")]
        self.addCleanup(subprocess.run, cluster + ["stop", self.folder / "slurm"])
        start = subprocess.run(cluster + ["start", self.folder / "slurm"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
        if start.returncode != 0:
            self.skipTest(f"Slurm cannot be started here: {start.stderr}")
        os.environ["SLURM_CONF"] = str(self.folder / "slurm/slurm.conf")
        self.addCleanup(os.environ.pop, "SLURM_CONF")

    def test_a_job_array_runs_every_row_once(self):
        rows = (self.folder / "table.csv").read_text()
        self.write("table.csv", rows + "2,e3\n")
        _, err = self.scan("--engine", "slurm", "--rows-per-task", 2, "--", "--wait", status=1)
        self.assertIn("1 rows are not done (1 of them failed", err)
        self.assertEqual(len(self.runs()), 4)
        self.assertEqual(len(list((self.folder / "scan/slurm").glob("*.log"))), 3)
        self.assertIn("sin2_theta_W = 2 is out of range", (self.folder / "scan/failed.csv").read_text())
        first = self.runs()
        out, _ = self.scan("--engine", "slurm", "--", "--hold")
        self.assertIn("1 rows in 1 tasks", out)
        self.assert_scan_refuses("of Slurm is not over", "--engine", "slurm")
        self.assertEqual(self.runs(), first)

    def test_what_the_cluster_refuses_is_explained(self):
        _, err = self.scan("--engine", "slurm", "--", "--partition=none", status=2)
        self.assertIn("sbatch refused the job", err)


if __name__ == "__main__":
    unittest.main()
