"""qke_decouple.cobaya in Cobaya itself, where that is installed (pip install cobaya; Debian has no package)."""
import importlib.util
import pathlib
import sys
import tempfile
import unittest

import qke_decouple

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
QUICK = str(SOURCE / "configs/quick.toml")
TINY = {"run.scheme": "boltzmann", "grid.nodes": 12, "grid.y_max": 14, "integrator.relative_tolerance": 1e-4,
        "integrator.absolute_tolerance": 1e-7}

if importlib.util.find_spec("cobaya") is None:
    print("skipped: Cobaya is not installed for this Python (pip install cobaya)")
    sys.exit(77)  # what ctest takes for a test that is skipped

import yaml  # noqa: E402
from cobaya.model import get_model  # noqa: E402
from cobaya.run import run as run_cobaya  # noqa: E402


def information(config, settings, **parameters):
    """With a measured N_eff = 2.99 +- 0.17: [PLANCK18], section 7.5."""
    return {
        "theory": {"qke_decouple.cobaya.QkeDecouple": {"config": config, "settings": settings}},
        "likelihood": {"N_eff_measured": {
            "external": "lambda _self: -0.5 * ((_self.provider.get_param('N_eff') - 2.99) / 0.17) ** 2",
            "requires": ["N_eff"]}},
        "params": {**parameters, "N_eff": None, "z_nu_e": None},
    }


class Cobaya(unittest.TestCase):
    def model(self, *arguments, **named):
        model = get_model(information(*arguments, **named))
        self.addCleanup(model.close)
        return model, model.theory["qke_decouple.cobaya.QkeDecouple"]

    def test_a_point_has_the_numbers_of_the_run_bit_for_bit(self):
        model, theory = self.model(QUICK, {"s": "mixing.sin2_theta13"}, s={"prior": {"min": 0.01, "max": 0.04}})
        point = model.logposterior({"s": 0.025})
        run = qke_decouple.run(QUICK, {"mixing.sin2_theta13": 0.025})
        self.assertEqual(list(point.derived), [run.N_eff, run.summary["z_nu"][0]])
        self.assertEqual(float(point.loglikes[0]), -0.5 * ((run.N_eff - 2.99) / 0.17) ** 2)
        self.assertEqual((theory.points, theory.rejected), (1, 0))

    def test_rejected_points_are_counted(self):
        model, theory = self.model({**TINY, "integrator.max_steps": 10}, {"s": "weak.sin2_theta_W"},
                                   s={"prior": {"min": 0.2, "max": 0.3}})
        with self.assertLogs(theory.log, "WARNING") as logged:
            self.assertEqual(model.logposterior({"s": 0.24}).logpost, float("-inf"))
        self.assertIn("point rejected (1 of 1): no end after 10 steps", logged.output[0])
        self.assertEqual((theory.points, theory.rejected), (1, 1))

    def test_warnings_are_kept(self):
        model, theory = self.model({**TINY, "run.error_estimate": "off"}, {"s": "weak.sin2_theta_W"},
                                   s={"prior": {"min": 0.2, "max": 0.3}})
        with self.assertLogs(theory.log, "WARNING") as logged:
            model.logposterior({"s": 0.24}), model.logposterior({"s": 0.25})
        self.assertEqual(len(logged.output), len(theory.warnings))
        self.assertEqual(set(theory.warnings.values()), {2})

    def chain_of_the_example(self, folder, samples):
        """The configuration of its points, and the chain."""
        info = yaml.safe_load((SOURCE / "configs/cobaya-reheating.yaml").read_text(encoding="utf-8"))
        info["theory"]["qke_decouple.cobaya.QkeDecouple"]["config"] = {"run.precision": "fast", "run.error_estimate": "off",
                                                                       "run.scheme": "boltzmann"}
        info["sampler"]["mcmc"] |= {"max_samples": samples, "seed": 1}
        info["output"] = f"{folder}/chain"
        _, sampler = run_cobaya(info)
        return info["theory"]["qke_decouple.cobaya.QkeDecouple"]["config"], sampler.products()["sample"]

    def test_the_example_makes_a_chain(self):
        with tempfile.TemporaryDirectory() as folder:
            config, chain = self.chain_of_the_example(folder, 4)
        self.assertEqual(len(chain), 4)
        run = qke_decouple.run(config, {"reheating.T_RH_MeV": float(chain["T_RH"][3])})
        self.assertEqual(float(chain["N_eff"][3]), run.N_eff)

    @unittest.skipIf(importlib.util.find_spec("getdist") is None, "GetDist is not installed (pip install getdist)")
    def test_getdist_reads_the_chain(self):
        from getdist import loadMCSamples
        with tempfile.TemporaryDirectory() as folder:
            _, chain = self.chain_of_the_example(folder, 6)
            samples = loadMCSamples(f"{folder}/chain", settings={"ignore_rows": 0})
        self.assertEqual(samples.getParamNames().parWithName("N_eff").label, r"N_\mathrm{eff}")
        for name in ("T_RH", "N_eff"):
            mean = float((chain["weight"] * chain[name]).sum() / chain["weight"].sum())
            self.assertAlmostEqual(samples.mean(name) / mean, 1, delta=1e-6)  # the chain's file has eight digits


if __name__ == "__main__":
    unittest.main()
