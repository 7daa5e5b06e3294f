"""What the tests of scripts/ share: the program, a temporary folder, and how a script answers."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ["QKE_PROGRAM"]
SCRIPTS = SOURCE / "scripts"
sys.path.insert(0, str(SCRIPTS))

SEED = int(os.environ.get("QKE_TEST_SEED", "0"))  # of random numbers, as in tests/support/seed.hpp
print(f"QKE_TEST_SEED={SEED}")  # ctest shows it if the test fails

# A coarse run of all epochs without oscillations: a twentieth of a second.
TINY = """[run]
scheme = "boltzmann"
[grid]
nodes = 12
y_max = 14
[integrator]
relative_tolerance = 1e-4
absolute_tolerance = 1e-7
"""


def run_program(folder, *arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], cwd=folder, check=True, capture_output=True, text=True).stdout


def edit_and_seal(path, edit):
    """edit(h5py file), and a seal that fits: what a hostile writer would do."""
    import h5py
    import seal
    with open(path, "rb+") as file:
        file.truncate(path.stat().st_size - seal.LENGTH)
    with h5py.File(path, "r+") as file:
        edit(file)
    seal.append_seal(path)


def flip_bit(path, value):
    """Flips a bit of the 64-bit real `value` where it stands in a file."""
    import struct
    content = bytearray(path.read_bytes())
    place = content.index(struct.pack("<d", value))
    content[place + 6] ^= 1
    path.write_bytes(content)


class ScriptTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="qke-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def run_script(self, name, *arguments, status=0, environment=None):
        """stdout and stderr of scripts/NAME."""
        outcome = subprocess.run([SCRIPTS / name, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
                                 env=os.environ | (environment or {}))
        self.assertEqual(outcome.returncode, status, outcome.stdout + outcome.stderr)
        return outcome.stdout, outcome.stderr

    def assert_refuses(self, part, name, *arguments, status=1, environment=None):
        """It says "script: problem (why it is one). Remedy." and nothing else."""
        out, err = self.run_script(name, *arguments, status=status, environment=environment)
        self.assertEqual(out, "")
        self.assertRegex(err, re.compile(re.escape(name) + r": .*\(.*\)\. .*[.?]\n\Z", re.DOTALL))
        self.assertIn(part, err)

    def without_module(self, name):
        """An environment in which Python finds no such module."""
        (self.folder / "without").mkdir(exist_ok=True)
        self.write(f"without/{name}.py", f"raise ImportError(\"No module named '{name}'\")\n")
        return {"PYTHONPATH": str(self.folder / "without")}
