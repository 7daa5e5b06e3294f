"""scripts/run_reader.py and the program's own reader: damaged, hostile and unreadable files, in every script that reads."""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from script_test import PROGRAM, SCRIPTS, SEED, SOURCE, ScriptTest, TINY, edit_and_seal, flip_bit, run_program

import h5py
import numpy as np
import run_reader
import seal


def replace(name, **arguments):
    """Puts another dataset in the place of one, with its attributes."""
    def edit(file):
        attributes = dict(file[name].attrs)
        attributes = {key: attributes[key] for key in ("units", "long_name")}
        for attribute in ("DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME"):
            if attribute in file[name].attrs:
                del file[name].attrs[attribute]
        del file[name]
        file.create_dataset(name, **arguments)
        file[name].attrs.update(attributes)
    return edit


def link(name, target):
    def edit(file):
        del file[name]
        file[name] = target
    return edit


def set_value(name, index, value):
    def edit(file):
        file[name][index] = value
    return edit


def virtual(file):
    length = len(file["history/x"])
    layout = h5py.VirtualLayout(shape=(length,), dtype="f8")
    layout[:] = h5py.VirtualSource("secret.h5", "z", shape=(length,))
    del file["history/z"]
    file.create_virtual_dataset("history/z", layout)


def without_units(file):
    del file["history/z"].attrs["units"]


def cycle(file):
    file["history/inside"] = file["/"]


def deep(file):
    file.create_group("/".join("abcdefgh"))


def attribute(name, value):
    def edit(file):
        file.attrs[name] = value
    return edit


# What the file holds, and a part of the message. The shapes are those of a grid of 12 nodes with three flavours.
HOSTILE = {
    "eta of five": (replace("summary/eta", data=np.zeros(5)), "/summary/eta has the shape (5,)"),
    "2^40 elements": (replace("history/z", shape=(2**40,), dtype="f8", chunks=(1024,)), "stored in pieces"),
    "2^40 elements that were never written": (replace("history/z", shape=(2**40,), dtype="f8"), "larger than what is stored"),
    "texts for numbers": (replace("summary/N_eff", data="3.044"), "/summary/N_eff is not a real number of 64 bits"),
    "32 bits": (replace("summary/N_eff", data=np.float32(3.044)), "/summary/N_eff is not a real number of 64 bits"),
    "packed": (replace("history/z", data=np.ones(400), compression="gzip"), "stored in pieces or packed"),
    "soft link": (link("history/z", h5py.SoftLink("/history/x")), "/history/z is a link to elsewhere"),
    "external link": (link("history/z", h5py.ExternalLink("secret.h5", "/z")), "/history/z is a link to elsewhere"),
    "linked group": (link("summary", h5py.ExternalLink("secret.h5", "/")), "/summary is a link to elsewhere"),
    "external storage": (replace("history/z", shape=(3,), dtype="f8", external=[("secret", 0, 24)]),
                         "stored outside the file"),
    "virtual": (virtual, "stored outside the file"),
    "no units": (without_units, "the attribute units of /history/z is missing"),
    "other units": (lambda file: file["history/T_cm"].attrs.modify("units", "keV"), "/history/T_cm is in keV, not in MeV"),
    "NaN": (set_value("history/z", 7, np.nan), "/history/z has a number that is not finite"),
    "infinite": (set_value("spectra/rho", (0, 3), np.inf), "/spectra/rho has a number that is not finite"),
    "negative": (set_value("history/T_gamma", 3, -1.0), "/history/T_gamma has a number that is not positive"),
    "backwards": (set_value("history/x", 3, 0.0001), "/history/x does not increase"),
    "other labels": (set_value("summary/flavour", 1, "tau"), "/summary/flavour has other labels than e, mu, tau"),
    "no configuration": (attribute("config", "[run\n"), "its configuration is not one"),
    "many texts": (attribute("git_commit", ["a", "b"]), "the attribute git_commit of / is not one value"),
    "cycle": (cycle, "more groups and datasets"),
    "deep": (deep, "more groups and datasets"),
    "missing group": (lambda file: file.__delitem__("statistics"), "the group /statistics is missing"),
}
# What the program itself meets as well, when it is to go on from the file. It has no use for units.
HOSTILE_TO_THE_PROGRAM = {"eta of five": "another shape", "2^40 elements": "another shape",
                          "texts for numbers": "it is not a real number", "soft link": "it is a link to elsewhere",
                          "external link": "it is a link to elsewhere", "linked group": "it is a link to elsewhere",
                          "external storage": "it is stored elsewhere", "virtual": "it is stored elsewhere"}


class Reader(ScriptTest):
    @classmethod
    def setUpClass(cls):
        cls.runs = pathlib.Path(tempfile.mkdtemp(prefix="qke-test-"))
        (cls.runs / "tiny.toml").write_text(TINY)
        run_program(cls.runs, "tiny.toml", "--quiet", "-o", "run.h5")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.runs)

    def setUp(self):
        super().setUp()
        (self.folder / "secret").write_bytes(bytes(24))
        self.run_file = self.folder / "run.h5"
        shutil.copy(self.runs / "run.h5", self.run_file)

    def scan_folder(self):
        """A scan of two rows, of which the first is whole."""
        shutil.rmtree(self.folder / "scan", ignore_errors=True)
        rows = self.folder / "scan/rows"
        rows.mkdir(parents=True)
        (self.folder / "scan/table.csv").write_text("plasma.qed\ne3\ne3\n")
        shutil.copy(self.runs / "run.h5", rows / "00001.h5")
        return rows / "00002.h5"

    def assert_all_refuse(self, part):
        """Every script that reads runs says what is wrong with run.h5, as a message."""
        second = self.scan_folder()
        shutil.copy(self.run_file, second)
        for name, *arguments in (("export_run.py", "csv", "run.h5"), ("plot_run.py", "run.h5"), ("run_reader.py", "run.h5"),
                                 ("collect.py", "scan")):
            _, err = self.run_script(name, *arguments, status=1)
            self.assertIn(part, err)
            self.assertNotIn("Traceback", err)
            self.assertNotIn("File \"", err)
        pending, _ = self.run_script("scan_table.py", "scan/table.csv", "scan")
        self.assertEqual(pending, "00002\tplasma.qed=e3\n")
        self.assertEqual(list(self.folder.glob("run*")), [self.run_file])

    def test_the_seal_is_fnv_1a(self):
        def hash_of(data):
            value = 0xCBF29CE484222325
            for byte in data:
                value = (value ^ byte) * 0x100000001B3 % 2**64
            return value
        data = random.Random(16 + SEED).randbytes(5000)
        # Published values (draft-eastlake-fnv): of nothing, "a" and "foobar".
        for text, value in ((b"", 0xCBF29CE484222325), (b"a", 0xAF63DC4C8601EC8C), (b"foobar", 0x85944171F73967E8)):
            self.assertEqual(seal.fnv1a([text]), value)
        for cut in (0, 1, 2, 777, 5000):
            self.assertEqual(seal.fnv1a([data[:cut], data[cut:]]), hash_of(data))
        self.assertEqual(run_reader.check_seal(self.run_file), self.run_file.stat().st_size)

    def test_a_flipped_bit_is_noticed_by_all(self):
        with h5py.File(self.run_file) as file:
            N_eff = file["summary/N_eff"][()]
        flip_bit(self.run_file, N_eff)
        with h5py.File(self.run_file) as file:
            self.assertNotEqual(file["summary/N_eff"][()], N_eff)  # HDF5 sees nothing
        self.assert_all_refuse("its end does not fit its content")

    def test_an_edit_is_noticed_by_all(self):
        with h5py.File(self.run_file, "r+") as file:
            file["summary/N_eff"][()] = 2.04
        self.assert_all_refuse("its end does not fit its content")

    def test_a_truncated_file_is_noticed_by_all(self):
        self.run_file.write_bytes(self.run_file.read_bytes()[:10000])
        self.assert_all_refuse("its end does not fit its content")

    def test_a_changed_scan_is_noticed(self):
        self.scan_folder()
        self.run_script("collect.py", "scan", status=1)
        scan = self.folder / "scan/scan.h5"
        with h5py.File(scan) as file:
            N_eff = file["summary/N_eff"][0]
        flip_bit(scan, N_eff)
        self.assert_refuses("its end does not fit its content", "plot_scan.py", "scan/scan.h5", "plasma.qed", "plasma.qed", "N_eff")

    def test_hostile_files_with_a_seal_are_refused(self):
        """All as rows of one scan, between two that are whole: each is named, and the whole ones are gathered."""
        rows = self.scan_folder().parent
        (self.folder / "scan/table.csv").write_text("plasma.qed\n" + (len(HOSTILE) + 2) * "e3\n")
        for number, (what, (edit, part)) in enumerate(HOSTILE.items(), start=2):
            row = rows / f"{number:05d}.h5"
            shutil.copy(self.runs / "run.h5", row)
            edit_and_seal(row, edit)
            with self.subTest(what), self.assertRaises(run_reader.Damaged) as caught:
                run_reader.open_run(row)
            self.assertIn(part, str(caught.exception))
        shutil.copy(self.runs / "run.h5", rows / f"{len(HOSTILE) + 2:05d}.h5")
        _, err = self.run_script("collect.py", "scan", status=1)
        lines = err.splitlines()
        self.assertEqual(len(lines), len(HOSTILE), err)
        for number, (line, (_, part)) in enumerate(zip(lines, HOSTILE.values()), start=2):
            self.assertIn(f"row {number:05d} is missing: {number:05d}.h5 is", line)
            self.assertIn(part, line)
        with h5py.File(self.folder / "scan/scan.h5") as scan:
            self.assertEqual(list(np.isfinite(scan["summary/N_eff"][:])), [True] + len(HOSTILE) * [False] + [True])

    def test_hostile_files_are_refused_by_the_program(self):
        for what, part in HOSTILE_TO_THE_PROGRAM.items():
            with self.subTest(what):
                shutil.copy(self.runs / "run.h5", self.run_file)
                edit_and_seal(self.run_file, HOSTILE[what][0])
                run = subprocess.run([PROGRAM, self.runs / "tiny.toml", "-o", self.run_file, "--resume", "--quiet"],
                                     capture_output=True, text=True)
                self.assertEqual(run.returncode, 4, run.stderr)
                self.assertIn(part, run.stderr)

    def test_what_is_no_file_is_explained(self):
        os.mkfifo(self.folder / "pipe.h5")  # to open it would wait for ever
        (self.folder / "folder.h5").mkdir()
        (self.folder / "dangling.h5").symlink_to("nowhere")
        for name, part in (("pipe.h5", "a folder or a device"), ("folder.h5", "a folder or a device"),
                           ("dangling.h5", "there is no such file"), ("missing.h5", "there is no such file")):
            self.assert_refuses(f"{name}: is not", "export_run.py", "csv", name)
            self.assert_refuses(part, "export_run.py", "csv", name)

    def test_exceptions_become_messages(self):
        for error, part in ((PermissionError(13, "Permission denied"), "permission denied"),
                            (MemoryError(), "not enough memory"), (IsADirectoryError(21, "Is a directory"), "Is a directory"),
                            (RuntimeError("line\nbreak"), "HDF5 cannot read it: line break")):
            def raises(_):
                raise error
            with self.assertRaises(run_reader.NotACompleteRun) as caught:
                run_reader.open_checked(self.run_file, raises)
            self.assertIn(part, str(caught.exception))

    @unittest.skipIf(os.geteuid() == 0, "nothing is forbidden to root")
    def test_a_forbidden_file_is_explained(self):
        self.run_file.chmod(0)
        self.assert_refuses("permission denied", "export_run.py", "csv", "run.h5")

    def test_scripts_open_files_through_the_reader_alone(self):
        opens = {path.name: set(re.findall(r"h5py\.File\(.*", path.read_text(encoding="utf-8")))
                 for path in [*SCRIPTS.glob("*.py"), *(SOURCE / "python").rglob("qke_decouple/*.py")] if "h5py.File(" in path.read_text(encoding="utf-8")}
        table = {"asymmetry_table.py": {'h5py.File(DATA, "w") as file:'}, "asymmetries.py": {"h5py.File(path) as file:"}}  # no runs
        self.assertEqual(opens, {"run_reader.py": {'h5py.File(name, "r")'}, "collect.py": {'h5py.File(path, "w") as file:'}} | table)

    def test_runs_of_any_number_of_states_are_read(self):
        for sterile in range(4):
            with self.subTest(sterile=sterile):
                path = self.folder / f"{sterile}.h5"
                # nu_5 mixes with no active flavour: it is empty, and rounding must not leave it below 0.
                mixing = [word for key in ("14=0.01", "45=0.5")[:sterile] for word in ("--set", f"sterile.sin2_theta{key}")]
                run_program(self.runs, "tiny.toml", "--quiet", "--set", f"sterile.number={sterile}", "--set",
                            "epoch.T_start_MeV=20", *mixing, "-o", path)
                with run_reader.open_run(path) as run:
                    self.assertEqual(run_reader.flavours_of(run), ["e", "mu", "tau", "s1", "s2", "s3"][:3 + sterile])
                    self.assertEqual(run["history/pair"].size, (3 + sterile) * (2 + sterile) / 2)
                check = subprocess.run([sys.executable, SOURCE / "tests/regression/check_run_file.py", path],
                                       capture_output=True, text=True)
                self.assertEqual(check.returncode, 0, check.stdout + check.stderr)

    def test_labels_are_those_of_the_number_of_states(self):
        path = self.folder / "four.h5"
        run_program(self.runs, "tiny.toml", "--quiet", "--set", "sterile.number=1", "--set", "epoch.T_start_MeV=20", "-o", path)
        edit_and_seal(path, set_value("history/z_nu", (3, 3), -1.0))
        with self.assertRaisesRegex(run_reader.Damaged, "/history/z_nu has a negative number"):
            run_reader.open_run(path)
        edit_and_seal(path, set_value("summary/flavour", 3, "s2"))
        with self.assertRaisesRegex(run_reader.Damaged, "/summary/flavour has other labels than e, mu, tau, s1"):
            run_reader.open_run(path)

    def test_the_instruction_set_is_required(self):
        edit_and_seal(self.run_file, lambda file: file.attrs.pop("instruction_set"))
        self.assert_all_refuse("the attribute instruction_set of / is missing")

    def test_unfinished_runs_are_not_damaged(self):
        edit_and_seal(self.run_file, attribute("status", "unfinished"))
        self.assertEqual(self.run_script("run_reader.py", "run.h5"), ("", ""))
        self.run_script("run_reader.py", "missing.h5", status=2)

    def test_files_of_earlier_builds_have_no_error_of_eta(self):
        def remove(file):
            del file["summary/eta_error"]
        edit_and_seal(self.run_file, remove)
        run_reader.open_run(self.run_file).close()
        again = run_program(self.folder, self.runs / "tiny.toml", "-o", self.run_file, "--resume", "--quiet", "--json")
        self.assertIsNone(json.loads(again)["eta_error"])

    def test_additions_are_taken(self):
        def add(file):
            file["summary/addition"] = 3.0
            file["summary/addition"].attrs.update(units="1", long_name="of a later build")
        edit_and_seal(self.run_file, add)
        run_reader.open_run(self.run_file).close()


if __name__ == "__main__":
    unittest.main()
