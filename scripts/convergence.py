#!/usr/bin/env python3
"""Writes docs/convergence.md: N_eff against the published values, and what each refinement changes.

Usage: scripts/convergence.py [PROGRAM]        (default: build/bin/qke-decouple; takes some minutes)
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# name, settings, published N_eff and its source
CASES = [
    ("boltzmann, e3", ["run.scheme=boltzmann"], 3.04340, "FPV table 1"),
    ("boltzmann, e3, without ν–ν", ["run.scheme=boltzmann", "collisions.neutrino_neutrino=none"], 3.04263,
     "Bennett et al. 2021"),
    ("boltzmann, no QED", ["run.scheme=boltzmann", "plasma.qed=none"], 3.0340, "Bennett et al. 2021"),
    ("atao, e3", ["run.scheme=atao"], 3.04398, "FPV, NEVO"),
    ("atao, e2", ["run.scheme=atao", "plasma.qed=e2"], 3.04493, "NEVO"),
    ("atao, no QED", ["run.scheme=atao", "plasma.qed=none"], 3.03465, "NEVO"),
    ("atao, e3, no matter term", ["run.scheme=atao", "mean_field.matter=false"], 3.04407, "FPV"),
    ("atao, e3, δ = 1.36π", ["run.scheme=atao", "mixing.delta_cp_rad=4.272566009"], 3.04397, "FPV"),
    ("atao, e3, inverted", ["run.scheme=atao", "mixing.dm2_31_eV2=-2.46e-3"], None, "IH − NH = 5e-6 (FPV)"),
    ("qke, e3", ["run.scheme=qke"], 3.04398, "FPV, NEVO"),
    ("qke, e3, inverted", ["run.scheme=qke", "mixing.dm2_31_eV2=-2.46e-3"], None, "IH − NH = 5e-6 (FPV)"),
]

BASE = {"grid.nodes": 60, "grid.y_max": 24, "integrator.relative_tolerance": 1e-6,
        "integrator.absolute_tolerance": 1e-9}
REFINEMENTS = [
    ("step halved", {"grid.nodes": 120}),
    ("y_max 24 → 30", {"grid.nodes": 75, "grid.y_max": 30}),
    ("tolerances / 10", {"integrator.relative_tolerance": 1e-7, "integrator.absolute_tolerance": 1e-10}),
]


def run(program, settings):
    with tempfile.TemporaryDirectory() as folder:
        overrides = [word for setting in settings for word in ("--set", setting)]
        command = [program, str(ROOT / "configs/standard.toml"), "--json", "--quiet", "-o", folder + "/run.h5"]
        print(*overrides[1::2], file=sys.stderr)
        return json.loads(subprocess.run(command + overrides, check=True, capture_output=True).stdout)


def settings_of(values):
    return [f"{key}={value}" for key, value in values.items()]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/bin/qke-decouple")
    rows, refined = [], []
    for name, settings, published, source in CASES:
        base = run(program, settings + settings_of(BASE))
        difference = "" if published is None else f"{base['N_eff'] - published:+.1e}"
        z_nu = ", ".join(f"{value:.6f}" for value in base["z_nu"])
        shown = "" if published is None else f"{published:.5f}"
        rows.append(f"| {name} | {base['N_eff']:.6f} | {shown} | {difference} | {source} | {base['z']:.6f} | {z_nu} |")
        changes = [f"{run(program, settings + settings_of(BASE | change))['N_eff'] - base['N_eff']:+.1e}"
                   for _, change in REFINEMENTS]
        refined.append(f"| {name} | {base['N_eff']:.6f} | " + " | ".join(changes) + " |")
    text = (ROOT / "docs/convergence.md").read_text(encoding="utf-8")
    for marker, lines in (("published", rows), ("refinements", refined)):
        begin, end = f"<!-- {marker} -->\n", f"<!-- end of {marker} -->"
        head, rest = text.split(begin)
        table_head = "\n".join(rest.split("\n")[:2])
        text = head + begin + table_head + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1]
    (ROOT / "docs/convergence.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
