"""Numbers that stand in README.md and the user pages beside a command are what the command prints."""
import json
import re
import unittest

from script_test import SOURCE, ScriptTest, run_program

# Steps differ between instruction sets, times between machines (docs/dev/performance.md).
VARIES = r"\d+ steps, [\d.]+ s$"


def text_of(name):
    return (SOURCE / name).read_text(encoding="utf-8")


def last_digit(number):
    """One unit of the last digit written: runs differ between instruction sets by less (docs/dev/performance.md)."""
    mantissa, _, exponent = number.partition("e")
    return 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


class PrintedNumbers(ScriptTest):
    def assert_same_line(self, written, printed):
        """Same words, and numbers that agree to the last digit written."""
        number = r"\d+(?:\.\d+)?(?:e[-+]\d+)?"
        written, printed = (re.sub(VARIES, "", line) for line in (written, printed))
        self.assertEqual(re.sub(number, "#", written), re.sub(number, "#", printed))
        for one, other in zip(re.findall(number, written), re.findall(number, printed)):
            self.assertLessEqual(abs(float(one) - float(other)), 1.01 * last_digit(one), f"{written!r} is {printed!r}")

    def test_the_tutorial_and_the_accuracy(self):
        printed = run_program(self.folder, SOURCE / "configs/standard.toml", "--quiet").splitlines()
        tutorial = text_of("docs/tutorial.md")
        block = re.search(r"it prints\n\n((?:    .*\n)+)", tutorial)[1]
        written = [line.strip() for line in block.splitlines()]
        self.assertEqual(len(written), len(printed), printed)
        for one, other in zip(written, printed):
            self.assert_same_line(one, other)
        result = json.loads(run_program(self.folder, SOURCE / "configs/standard.toml", "--quiet", "--json", "--resume"))
        self.assertIn(f"({100 * result['delta_rho'][0]:.2f} % more energy than without it)", tutorial)
        readme = " ".join(text_of("README.md").split())
        self.assertIn(f"N_eff is {result['N_eff']:.4f} after", readme)
        self.assertLess(result["N_eff_error"], 1e-5)  # "some millionths"
        # 3.04398: [FPV20] and NEVO, docs/accuracy.md.
        below = f"{3.04398 - result['N_eff']:.0e}".replace("e-0", "e-")
        self.assertIn(f"it is {below} below the published 3.0440", readme)
        self.assertIn(f"is {below} below the 3.04398 of", " ".join(text_of("docs/accuracy.md").split()))


if __name__ == "__main__":
    unittest.main()
