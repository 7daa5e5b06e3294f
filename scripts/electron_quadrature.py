#!/usr/bin/env python3
"""N_eff against the constants of the nu-e tables: writes a table of docs/dev/convergence.md.

The constants are not keys of the configuration. A copy of the sources is built once for each row, in a temporary folder.

Usage: scripts/electron_quadrature.py        (some minutes)
"""
import pathlib
import re
import shutil
import subprocess
import tempfile

from convergence import FINE, run, settings_of
from tables import ROOT, replace_table

# The constants, and where they stand.
WHERE = {"electron_quadrature_points": "src/collisions/electron_integrals.hpp",
         "panel_points": "src/collisions/neutrino_electron.cpp",
         "panel_width_target": "src/collisions/neutrino_electron.cpp"}
# As they are, and one changed at a time. Polynomials have one degree less than points.
ROWS = [{}] + [{"electron_quadrature_points": n} for n in (8, 16, 24)] + \
       [{"panel_points": n} for n in (4, 6, 8)] + [{"panel_width_target": w} for w in (1.5, 0.5, 0.25)]


def constant(name):
    """A pattern of its definition: what stands before the value, and the value."""
    return re.compile(rf"(constexpr \w+ {name} = )([\d.]+)")


def build(folder, values):
    for name, path in WHERE.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        for changed in (n for n in values if WHERE[n] == path):
            text = constant(changed).sub(rf"\g<1>{values[changed]}", text)
        target = folder / path
        if target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
    for command in (["cmake", "-S", folder, "-B", folder / "build", "-DCMAKE_BUILD_TYPE=Release", "-DQKE_BUILD_TESTS=OFF"],
                    ["cmake", "--build", folder / "build", "-j2", "--target", "qke-decouple"]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return str(folder / "build/bin/qke-decouple")


def main():
    now = {name: constant(name).search((ROOT / path).read_text(encoding="utf-8")).group(2)
           for name, path in WHERE.items()}
    rows, reference = [], None
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns("build*", ".git", "*.h5"), dirs_exist_ok=True)
        for values in ROWS:
            N_eff = run(build(folder, values), settings_of(FINE) + ["run.error_estimate=off"])["N_eff"]
            reference = N_eff if reference is None else reference
            shown = now | values
            rows.append([str(shown["electron_quadrature_points"]), str(int(shown["panel_points"]) - 1),
                         str(shown["panel_width_target"]), f"{N_eff:.7f}", f"{N_eff - reference:+.1e}"])
            print(" | ".join(rows[-1]), flush=True)
    replace_table("dev/convergence.md", "quadrature", rows)


if __name__ == "__main__":
    main()
