"""The blocks of docs/tasks.md, each in a process of its own, as a user has them. Prints how long they take."""
import importlib.util
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
BLOCKS = re.findall(r"^## (.*?)$.*?^```py(?:thon)?\n(.*?)^```$", (SOURCE / "docs/tasks.md").read_text(encoding="utf-8"),
                    re.MULTILINE | re.DOTALL)


class Tasks(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="qke-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "configs").symlink_to(SOURCE / "configs")

    def start(self, code):
        return subprocess.Popen([sys.executable, "-W", "ignore", "-c", code], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=os.environ | {"MPLBACKEND": "Agg"})

    def run_block(self, number):
        """stdout."""
        title, code = BLOCKS[number]
        for package in re.findall(r"(?m)^from (classy|primat)|runpy.*(primat)", code):
            name = "".join(package)
            if importlib.util.find_spec(name) is None:
                print(f"skipped: {title} ({name} is not installed)")
                self.skipTest(f"{name} is not installed")
        began = time.monotonic()
        process = self.start(code)
        out, err = process.communicate()
        self.assertEqual(process.returncode, 0, err)
        print(f"{title}: {time.monotonic() - began:.1f} s, {len(code.strip().splitlines())} lines")
        return out

    def test_all_are_shorter_than_ten_lines(self):
        self.assertEqual(len(BLOCKS), 5)
        for title, code in BLOCKS:
            self.assertLess(len(code.strip().splitlines()), 10, title)

    def test_angle(self):
        self.run_block(0)
        self.assertGreater((self.folder / "theta13.png").stat().st_size, 5000)

    def test_class(self):
        N_eff, *spectrum = re.findall(r"[\d.]+e?-?\d*", self.run_block(1))
        self.assertAlmostEqual(float(N_eff), 3.04393, delta=1e-5)
        self.assertEqual(len(spectrum), 3)

    def test_excess(self):
        self.assertIn("xarray.DataArray", self.run_block(2))
        self.assertEqual((self.folder / "y2df.pdf").read_bytes()[:5], b"%PDF-")

    def test_killed_scan(self):
        """Killed when the first rows are done: the second start leaves their files alone."""
        code = BLOCKS[3][1]
        process = self.start(code)
        self.addCleanup(process.wait)
        rows = self.folder / "theta12/rows"
        while process.poll() is None and len(list(rows.glob("*.h5"))) < 3:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL, "the scan was over before it was killed")
        before = {path: path.stat().st_mtime_ns for path in rows.glob("*.h5")}
        out = self.run_block(3)
        after = {path: path.stat().st_mtime_ns for path in rows.glob("*.h5")}
        self.assertEqual(len(after), 20)
        self.assertGreaterEqual(sum(after[path] == moment for path, moment in before.items()), 2)  # the last may be half a file
        self.assertEqual(len(re.findall(r"3\.04\d+", out)), 20)

    def test_helium(self):
        xi_e, Y_P = map(float, self.run_block(4).split()[-2:])
        self.assertAlmostEqual(xi_e, 0.05, delta=1e-3)
        # Between those without asymmetry and with 0.1 (docs/exports.md, "Figures").
        self.assertTrue(0.2239 < Y_P < 0.2470)


if __name__ == "__main__":
    unittest.main()
