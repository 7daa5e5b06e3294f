"""scripts/cobaya_qke.py with a stand-in for Cobaya's base class: Debian has no package of Cobaya."""
import json
import pathlib
import sys
import types
import unittest

from script_test import PROGRAM, SOURCE, ScriptTest, TINY, run_program


class LoggedError(Exception):
    """Cobaya's has the logger as its first argument."""

    def __init__(self, log, message, *arguments):
        super().__init__(message % arguments)


class Theory:
    """Attributes from the YAML's dictionary, then initialize(): what Cobaya's Theory does with them."""

    def __init__(self, info):
        self.log = types.SimpleNamespace(info=lambda *arguments: None)
        vars(self).update(info)
        self.initialize()


sys.modules["cobaya"] = types.ModuleType("cobaya")
sys.modules["cobaya.log"] = types.SimpleNamespace(LoggedError=LoggedError)
sys.modules["cobaya.theory"] = types.SimpleNamespace(Theory=Theory)
import cobaya_qke  # noqa: E402


class Cobaya(ScriptTest):
    def theory(self, **settings):
        theory = cobaya_qke.QKE({"program": PROGRAM, "config": str(self.write("base.toml", TINY)), "settings": settings})
        self.addCleanup(theory.close)
        return theory

    def test_a_point_has_the_results_of_the_command(self):
        theory = self.theory(s2="weak.sin2_theta_W", xi=["asymmetry.xi[0]", "asymmetry.xi[2]"])
        self.assertEqual(theory.get_can_support_params(), ["s2", "xi"])
        state = {}
        self.assertIsNot(theory.calculate(state, want_derived=True, s2=0.24, xi=0.2), False)
        self.assertEqual(set(state["derived"]), set(theory.get_can_provide_params()))
        out = run_program(self.folder, "base.toml", "--json", "--quiet", "--set", "weak.sin2_theta_W=0.24", "--set",
                          "asymmetry.xi=[0.2, 0, 0.2]")
        summary = json.loads(out)
        # The points of output do not change the run: results are equal to the accuracy of interpolation.
        self.assertAlmostEqual(state["derived"]["N_eff"], summary["N_eff"], delta=1e-10)
        self.assertAlmostEqual(state["derived"]["xi_e"], summary["xi_e_effective"], delta=1e-10)
        self.assertAlmostEqual(state["derived"]["eta_tau"], summary["eta"][2], delta=1e-10)

    def test_sterile_neutrinos_have_derived_parameters(self):
        self.write("sterile.toml", TINY + "[sterile]\nnumber = 1\n[epoch]\nT_start_MeV = 20\n")
        theory = cobaya_qke.QKE({"program": PROGRAM, "config": str(self.folder / "sterile.toml"),
                                 "settings": {"s2": "weak.sin2_theta_W"}})
        self.addCleanup(theory.close)
        state = {}
        theory.calculate(state, s2=0.23)
        self.assertEqual(set(state["derived"]), set(theory.get_can_provide_params()))
        self.assertEqual(state["derived"]["delta_rho_s1"], -1)

    def test_points_follow_each_other_and_leave_nothing(self):
        theory = self.theory(s2="weak.sin2_theta_W")
        values = []
        for s2 in (0.22, 0.23, 0.22):
            state = {}
            theory.calculate(state, s2=s2)
            values.append(state["derived"]["N_eff"])
        self.assertEqual(values[0], values[2])
        self.assertNotEqual(values[0], values[1])
        folder = pathlib.Path(theory.folder.name)
        theory.close()
        self.assertFalse(folder.exists())

    def test_numerical_failure_rejects_the_point(self):
        theory = self.theory(steps="integrator.relative_tolerance")
        theory.command += ["--set", "integrator.max_steps=1"]
        self.assertIs(theory.calculate({}, steps=1e-5), False)

    def test_dark_radiation_is_in_N_eff(self):
        theory, state = self.theory(extra="extra.dark_radiation_delta_Neff"), {}
        theory.calculate(state, extra=0.5)
        self.assertAlmostEqual(state["derived"]["N_eff"] - state["derived"]["N_eff_neutrinos"], 0.5, delta=1e-3)
        self.assertAlmostEqual(state["derived"]["N_eff"], 3.543, delta=1e-2)  # the grid is coarse

    def test_an_unknown_N_eff_stops_the_chain(self):
        with self.assertRaisesRegex(LoggedError, "Lower epoch.T_end_MeV"):
            self.theory(T_end="epoch.T_end_MeV").calculate({}, T_end=1.0)

    def test_other_failures_stop_the_chain_with_their_message(self):
        with self.assertRaisesRegex(LoggedError, "sin2_theta_W = 2.0 is out of range"):
            self.theory(s2="weak.sin2_theta_W").calculate({}, s2=2)
        with self.assertRaisesRegex(LoggedError, "is not a key of the configuration"):
            self.theory(s2="sin2_theta_W")
        with self.assertRaisesRegex(LoggedError, "there is no program"):
            cobaya_qke.QKE({"program": "no-such-program", "config": "", "settings": {}})

    def test_example_chain_names_what_exists(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is not installed")
        chain = yaml.safe_load((SOURCE / "configs/cobaya.yaml").read_text())
        info = chain["theory"]["cobaya_qke.QKE"]
        self.assertTrue((SOURCE / info["python_path"] / "cobaya_qke.py").exists())
        theory = cobaya_qke.QKE({"program": PROGRAM, "config": str(SOURCE / info["config"]), "settings": info["settings"]})
        self.addCleanup(theory.close)
        derived = {name for name, value in chain["params"].items() if "prior" not in value}
        self.assertLessEqual(derived, set(theory.get_can_provide_params()))
        self.assertEqual(set(chain["params"]) - derived, set(info["settings"]))
        state = {}
        theory.calculate(state, xi=0.1, s12=0.307)
        self.assertAlmostEqual(state["derived"]["N_eff"], 3.0571, delta=1e-4)  # 3.04393 + 3 [30/7 (xi/pi)^2 + ...] + 9e-5


if __name__ == "__main__":
    unittest.main()
