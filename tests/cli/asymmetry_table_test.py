"""data/asymmetries.h5, data/asymmetries.csv and what qke_decouple.AsymmetryTable makes of them, against runs."""
import csv
import json
import re
import unittest

from script_test import SCRIPTS, SOURCE, ScriptTest, run_program

import asymmetry_table
import numpy as np
from asymmetry_table import CONFIG, DM2_31_EV2, PLANES, RUNS, asymmetries, errors_between, read_rows

import qke_decouple

ConfigurationError, InputOutputError = qke_decouple.ConfigurationError, qke_decouple.InputOutputError


class Table(ScriptTest):
    table, rows = asymmetries.AsymmetryTable(), read_rows()

    def run_of(self, row):
        """A run with the settings of the table, and its summary."""
        summary = run_program(self.folder, CONFIG, "--quiet", "--json", "--force", "-o", "run.h5", "--threads", "1",
                              "--set", f"asymmetry.xi={json.dumps(list(map(float, row['xi'])))}",
                              "--set", f"mixing.dm2_31_eV2={DM2_31_EV2[row['ordering']]}")
        return self.folder / "run.h5", json.loads(summary)

    # Another instruction set takes other steps, and hands over elsewhere: of six runs made again up to 2e-5 of N_eff, 6e-6
    # of eta and 7e-5 of the spectra.
    def test_rows_are_runs_and_have_their_exports(self):
        row = next(row for row in self.rows if row["ordering"] == "inverted" and not row["held_out"])
        path, summary = self.run_of(row)
        point = self.table.at(*row["xi"][:2], row["total"], row["ordering"])
        self.assertAlmostEqual(point.N_eff, summary["N_eff"], delta=5e-5)
        np.testing.assert_allclose(point.eta, summary["eta"], rtol=0, atol=1.5e-5)
        with asymmetry_table.open_run(path) as file:
            for name, f in (("rho", point.f_nu_e), ("rhobar", point.f_nubar_e)):
                np.testing.assert_allclose(f, asymmetry_table.electron_occupations(file, name)[-1], rtol=1.5e-4)
        point.export("parthenope", self.folder / "point")
        self.run_script("export_run.py", "parthenope", path, "-o", "run")
        for mine, of_run in zip(self.numbers("point_parthenope.card"), self.numbers("run_parthenope.card"), strict=True):
            self.assertAlmostEqual(mine, of_run, delta=1e-4)

    def numbers(self, name):
        return [float(number) for number in re.findall(r"(?<![\w.])-?\d+\.\d+", (self.folder / name).read_text())]

    def test_between_rows_are_runs(self):
        row = next(row for row in self.rows if row["held_out"] and row["ordering"] == "normal")
        _, summary = self.run_of(row)
        point = self.table.at(*row["xi"][:2], row["total"], row["ordering"])
        self.assertLess(abs(point.N_eff - summary["N_eff"]), point.N_eff_error)
        self.assertLess(abs(point.eta - summary["eta"]).max(), point.eta_error.max())

    def test_interpolation_is_as_good_as_the_page_says(self):
        page = (SOURCE / "docs/asymmetry-table.md").read_text(encoding="utf-8")
        for ordering, total in self.table.planes:
            errors, claimed, _ = errors_between(self.rows, self.table, ordering, total)
            line = re.search(rf"^\| {ordering} \| {total:g} \|.*$", page, re.MULTILINE)[0]
            said = [float(number) for number in re.findall(r", (\de-\d\d) at", line)]
            # The page has one digit.
            np.testing.assert_allclose(errors.max(axis=0), said, rtol=0.5)
            self.assertAlmostEqual(100 * np.mean(errors <= claimed), float(re.search(r"(\d+) %", line)[1]), delta=0.6)

    # Electrons turn neutrinos and antineutrinos alike, which no opposite asymmetry undoes.
    def test_opposite_asymmetries_do_not_end_opposite(self):
        one, other = (next(row for row in self.rows if row["ordering"] == "normal" and np.allclose(row["xi"], xi))
                      for xi in ([1, -1, 0], [-1, 1, 0]))
        self.assertGreater(abs(one["N_eff"] - other["N_eff"]), 0.01)

    # Precession and collisions leave the sum. At 20 MeV muons have made z^3 1.000023 (docs/physics.md, "Initial state").
    def test_sum_of_eta_is_the_total(self):
        for row in self.rows:
            self.assertAlmostEqual(row["eta"].sum(), row["total"] / 6, delta=3e-5 * abs(row["total"]) / 6 + 1e-10)

    def test_planes_are_whole(self):
        for ordering, total in self.table.planes:
            rows = [row for row in self.rows if row["ordering"] == ordering and row["total"] == total and not row["held_out"]]
            self.assertEqual(len(rows), RUNS)
            self.assertGreaterEqual(len(rows), 150)
            for row in rows:
                self.assertAlmostEqual(sum(map(asymmetries.asymmetry, row["xi"])), total, delta=1e-9)

    def test_both_files_say_the_same(self):
        with open(SOURCE / "data/asymmetries.csv", newline="", encoding="ascii") as file:
            lines = list(csv.DictReader(line for line in file if not line.startswith("#")))
        for row, line in zip(self.rows, lines, strict=True):
            self.assertEqual((row["ordering"], row["held_out"]), (line["ordering"], int(line["held_out"])))
            for name in ("xi", "eta", "xi_final"):
                np.testing.assert_allclose(row[name], [float(line[f"{name}_{flavour}"]) for flavour in asymmetries.FLAVOURS],
                                           rtol=1e-8, atol=1e-12)
            self.assertAlmostEqual(row["N_eff"], float(line["N_eff"]), delta=1e-8)

    # The rows of scan.sh are the points of the table.
    def test_rows_are_in_the_scan(self):
        for plane, (ordering, total) in PLANES.items():
            if (ordering, total) not in self.table.planes:
                continue
            lines, _ = self.run_script("asymmetry_table.py", "rows", plane)
            xi = [json.loads(row["asymmetry.xi"]) for row in csv.DictReader(lines.splitlines())]
            here = [row["xi"] for row in self.rows if row["ordering"] == ordering and row["total"] == total]
            np.testing.assert_allclose(here[:len(xi)], xi, rtol=0, atol=1e-11)

    # N_eff of the receivers is that of the point, with the energy of xi by its closed form.
    def test_settings_add_up(self):
        point = self.table.at(0.5, -0.3)
        xi_e, xi_x = point.xi[0], point.xi[1:].mean()

        def energy(xi):
            return 30 / 7 * (xi / np.pi) ** 2 + 15 / 7 * (xi / np.pi) ** 4

        dnnu, xie, xix = self.numbers(point.export("parthenope", self.folder / "point").name)
        self.assertAlmostEqual(dnnu + energy(xi_e) + 2 * energy(xi_x) + 3.044, point.N_eff, delta=1e-6)
        self.assertAlmostEqual(xie, xi_e, delta=1e-7)
        self.assertAlmostEqual(xix, xi_x, delta=1e-7)
        for code, ending in (("primat", "primat.ini"), ("prymordial", "prymordial.py")):
            text = point.export(code, self.folder / "point").read_text()
            compile(text, ending, "exec")  # both are Python's assignments
            found = {name: float(value) for name, value in re.findall(r"(munuOverTnu|DeltaNeff) += (\S+)", text)}
            self.assertAlmostEqual(found["munuOverTnu"], xi_e, delta=1e-7)
            self.assertAlmostEqual(found["DeltaNeff"] + 3 * energy(xi_e) + 3.044, point.N_eff, delta=1e-6)

    def test_totals_may_be_rounded(self):
        self.assertEqual(self.table.at(0.9, 0.9, total=0.1 + 0.2).N_eff, self.table.at(0.9, 0.9, total=0.3).N_eff)

    def test_what_is_not_there_is_refused(self):
        point = self.table.at(0.5, -0.3)
        for call in (lambda: self.table.at(1.2, 0.5), lambda: self.table.at(0.5, float("nan")),
                     lambda: self.table.at(0.5, 0.05), lambda: self.table.at(0.5, 0.5, total=0.7),
                     lambda: self.table.at(0.5, 0.5, ordering="random"), lambda: self.table.at("a", 0.5),
                     lambda: self.table.at(0.5, None), lambda: self.table.at(0.5, 0.5, ordering=["normal"]),
                     lambda: point.export(["primat"], self.folder / "point"),
                     lambda: point.export("class", self.folder / "point")):
            with self.assertRaisesRegex(ConfigurationError, r"\(.*\)\. "):
                call()
        point.export("primat", self.folder / "point")
        for call in (lambda: point.export("primat", self.folder / "point"),
                     lambda: asymmetries.AsymmetryTable(self.folder / "no.h5"),
                     lambda: asymmetries.AsymmetryTable(SCRIPTS / "scan.sh")):
            with self.assertRaisesRegex(InputOutputError, r"\(.*\)\. "):
                call()

    # Runs with the settings of the table in corners beside a strip, and where electrons cancel V: there it is worst.
    def test_errors_cover_the_corners(self):
        for place, ordering, N_eff, eta_e in (((0.97, -0.87), "inverted", 3.04921, -0.00303),
                                              ((-0.97, 0.87), "inverted", 3.04960, 0.00177),
                                              ((-0.89, 0.55), "normal", 3.12249, 0.00961)):
            point = self.table.at(*place, ordering=ordering)
            self.assertLess(abs(point.N_eff - N_eff), point.N_eff_error)
            self.assertLess(abs(point.eta[0] - eta_e), point.eta_error[0])

    def test_comparisons_need_a_scan(self):
        (self.folder / "scan").mkdir()
        for text in (None, "grid.nodes\n40\n"):
            if text:
                (self.folder / "scan/table.csv").write_text(text)
            _, err = self.run_script("asymmetry_table.py", "compare", "scan", status=1)
            self.assertRegex(err, r"\(.*\)\. ")

    # Cubes of distances and squares: a parabola comes back as it is, and a point that is out by 1 is noticed.
    def test_parabolas_are_interpolated_exactly(self):
        places = np.random.default_rng(3).uniform(-1, 1, (20, 2))
        values = 1 + 2 * places[:, 0] - places[:, 1] + 3 * places[:, 0] * places[:, 1] - places[:, 1] ** 2
        between = asymmetries.Interpolation(places)
        self.assertAlmostEqual(between.weights([0.2, -0.3]) @ values, 1 + 0.4 + 0.3 - 0.18 - 0.09, delta=1e-9)
        self.assertLess(abs(between.left_out(values)).max(), 1e-8)
        values[7] += 1
        without = asymmetries.Interpolation(np.delete(places, 7, axis=0))
        error = values[7] - without.weights(places[7]) @ np.delete(values, 7)
        self.assertAlmostEqual(between.left_out(values)[7], error, delta=1e-8)

    def test_picture_is_drawn(self):
        self.run_script("asymmetry_table.py", "picture", "plane.png")
        self.assertGreater((self.folder / "plane.png").stat().st_size, 20_000)


if __name__ == "__main__":
    unittest.main()
