"""scripts/plot_run.py: each picture is made and not empty."""
import pathlib
import shutil
import tempfile
import unittest

from script_test import ScriptTest, TINY, edit_and_seal, run_program

import matplotlib.image
import numpy as np


class Plot(ScriptTest):
    @classmethod
    def setUpClass(cls):
        cls.runs = pathlib.Path(tempfile.mkdtemp(prefix="qke-test-"))
        (cls.runs / "tiny.toml").write_text(TINY)
        run_program(cls.runs, "tiny.toml", "--quiet", "-o", "symmetric.h5")
        run_program(cls.runs, "tiny.toml", "--quiet", "--set", "asymmetry.xi=[0.3, -0.1, 0]", "-o", "asymmetric.h5")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.runs)

    def assert_is_picture(self, name, panels):
        """Something of its own is drawn in each panel."""
        self.assertEqual((self.folder / f"{name}.pdf").read_bytes()[:5], b"%PDF-")
        self.assertGreater((self.folder / f"{name}.pdf").stat().st_size, 5000)
        image = matplotlib.image.imread(self.folder / f"{name}.png")[:, :, :3]
        for panel in np.array_split(image, panels, axis=1):
            inner = panel[panel.shape[0] // 8: -panel.shape[0] // 4, panel.shape[1] // 3: -panel.shape[1] // 8]
            self.assertGreater(np.mean(np.any(inner < 0.9, axis=2)), 0.001)

    def test_one_run(self):
        out, err = self.run_script("plot_run.py", self.runs / "symmetric.h5", "-o", "one")
        self.assertEqual((out, err), ("one.png\none.pdf\n", ""))
        self.assert_is_picture("one", 4)

    def test_several_runs_with_asymmetry(self):
        self.run_script("plot_run.py", self.runs / "symmetric.h5", self.runs / "asymmetric.h5", "-o", "two")
        self.assert_is_picture("two", 5)

    def test_sterile_states_have_panels_of_their_own(self):
        run_program(self.folder, self.runs / "tiny.toml", "--quiet", "--set", "sterile.number=3", "--set", "epoch.T_start_MeV=20",
                    "-o", "empty.h5")
        run_program(self.folder, "/dev/null", "--quiet", "--set", "run.precision=fast", "--set", "run.error_estimate=off",
                    "--set", "grid.nodes=20", "--set", "sterile.number=1", "--set", "sterile.dm2_41_eV2=1",
                    "--set", "sterile.U_e4_squared=0.001", "-o", "full.h5")
        out, err = self.run_script("plot_run.py", "full.h5", "empty.h5", self.runs / "asymmetric.h5", "-o", "all")
        self.assertEqual((out, err), ("all.png\nall.pdf\n", ""))
        self.assert_is_picture("all", 7)

    def test_spectra_that_are_rounding_errors_are_left_out(self):
        # Antineutrinos of xi = 20: those beyond y = 9 are rounding errors of 1, or 0.
        run_program(self.folder, "/dev/null", "--quiet", "--set", "run.precision=fast", "--set", "run.error_estimate=off",
                    "--set", "run.scheme=boltzmann", "--set", "asymmetry.xi=[20, 20, 20]", "-o", "degenerate.h5")
        out, err = self.run_script("plot_run.py", "degenerate.h5")
        self.assertEqual((out, err), ("degenerate.png\ndegenerate.pdf\n", ""))
        self.assert_is_picture("degenerate", 5)

    def test_pictures_for_a_paper(self):
        """Of the width that was asked for, one panel below the other or two side by side."""
        common = (self.runs / "symmetric.h5", self.runs / "asymmetric.h5", "--reference", self.runs / "symmetric.h5")
        self.run_script("plot_run.py", *common, "--width", "column", "--panels", "N_eff,y2df", "-o", "column")
        self.run_script("plot_run.py", *common, "--width", "page", "--panels", "z,difference,spectral_difference,residuals", "-o", "page")
        for name, inches in (("column", 3.386), ("page", 7.008)):
            image = matplotlib.image.imread(self.folder / f"{name}.png")
            self.assertAlmostEqual(image.shape[1] / 150, inches, delta=0.01)
        self.assert_is_picture("page", 2)
        for panels, part in (("z,neff", "neff is no panel"), ("z,z", "z is no panel, or stands twice"), ("sterile_energy", "sterile"),
                             ("difference", "has nothing to be compared with")):
            self.assert_refuses(part, "plot_run.py", self.runs / "symmetric.h5", "--panels", panels)

    def test_N_eff_ends_with_that_of_the_run(self):
        import run_reader
        import matplotlib.pyplot as plt
        from qke_decouple import plot_run
        for name in ("symmetric", "asymmetric"):
            with run_reader.open_run(self.runs / f"{name}.h5") as file:
                figure = plot_run.draw([file, file], [name, name], panels=["N_eff", "difference", "y2df"], reference=file)
                N_eff, difference, excess = figure.axes
                self.assertAlmostEqual(N_eff.lines[0].get_ydata()[-1], file["summary/N_eff"][()], delta=1e-14)
                np.testing.assert_allclose(difference.lines[0].get_ydata(), 0, atol=1e-7)  # rounding, in 1e-6
                # Heat makes high momenta more frequent at the cost of low ones; where there is one, nu_e is more frequent at all.
                y, values = excess.lines[0].get_data()
                self.assertGreater(values[np.argmin(abs(y - 5))], 0)
                plt.close(figure)

    def test_averages_that_began_on_the_way_are_marked(self):
        import matplotlib.pyplot as plt
        import run_reader
        from qke_decouple import plot_run
        shutil.copy(self.runs / "asymmetric.h5", self.folder / "averaged.h5")
        edit_and_seal(self.folder / "averaged.h5", lambda file: file["statistics/averaged_below_MeV"].write_direct(np.array(2.5)))
        for path, marked in ((self.runs / "asymmetric.h5", False), (self.folder / "averaged.h5", True)):
            with run_reader.open_run(path) as file:
                figure = plot_run.draw([file], ["run"], panels=["z_nu", "y2df"])
                labels = [[patch.get_label() for patch in axes.patches] for axes in figure.axes]
                self.assertEqual(labels, [["oscillations averaged"] if marked else [], []])
                plt.close(figure)

    def test_common_digits_are_in_the_label(self):
        from qke_decouple.pictures import offset_of
        for low, high, expected in ((3.04392, 3.04394, 3.0439), (3.02, 3.05, 3.0), (-1.0, 1.0, 0.0), (0.0, 0.0, 0.0), (3.0, 3.0, 0.0),
                                    (-0.30002, -0.30001, -0.3)):
            offset = offset_of(low, high)
            self.assertAlmostEqual(offset, expected, delta=2e-4 * abs(expected))
            self.assertLessEqual(max(abs(low - offset), abs(high - offset)), max(20 * (high - low), abs(low), abs(high)))

    def test_asymmetries_alone(self):
        self.run_script("plot_run.py", self.runs / "asymmetric.h5", "--asymmetries", "-o", "eta")
        self.assert_is_picture("eta", 1)
        self.assert_refuses("a run has no asymmetry", "plot_run.py", self.runs / "symmetric.h5", "--asymmetries")

    def test_a_bad_run_is_named_and_the_others_are_drawn(self):
        self.write("text.h5", "not HDF5")
        out, err = self.run_script("plot_run.py", self.runs / "symmetric.h5", "text.h5", "-o", "rest", status=1)
        self.assertEqual(out, "rest.png\nrest.pdf\n")
        self.assertRegex(err, r"\Aplot_run.py: text.h5: is not a whole file of qke-decouple \(.*\)\. .*\.\n\Z")
        self.assert_is_picture("rest", 4)

    def test_names_are_not_formulas(self):
        for name in ("a$b.h5", "$\\frac$ {x}.h5", "_first.h5"):
            shutil.copy(self.runs / "symmetric.h5", self.folder / name)
        self.run_script("plot_run.py", *(path.name for path in self.folder.glob("*.h5")), "-o", "names")
        self.assert_is_picture("names", 4)

    def test_bad_input_is_explained(self):
        self.write("text.h5", "not HDF5")
        _, err = self.run_script("plot_run.py", "text.h5", status=1)
        self.assertIn("text.h5: is not a whole file of qke-decouple", err)
        self.assertIn("there is nothing to draw", err)
        self.assert_refuses("apt install python3-matplotlib", "plot_run.py", self.runs / "symmetric.h5",
                            environment=self.without_module("matplotlib"))
        self.assert_refuses("cannot be written", "plot_run.py", self.runs / "symmetric.h5", "-o", "no/such/folder")


if __name__ == "__main__":
    unittest.main()
