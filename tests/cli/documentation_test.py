"""Every command of README.md, CONTRIBUTING.md and docs is executed, Python blocks are run and TOML blocks checked.

A document's blocks run in their order, in a copy of the source tree of its own. There
- build/bin/qke-decouple is the tested program with a small momentum grid, so that examples take less than a second;
- cmake and ctest do not build and test once more, but check that the tests or presets they are asked for exist;
- python3 is Debian's; apt, apt-get, pip, sudo, sbatch and cobaya-run are stand-ins (a test installs no packages, scan_test.py has a real Slurm,
  and Debian has no Cobaya);
- the scripts of LONG, which build the program once more or take hours, are checked for their syntax only;
- the texts of SHORTER are replaced, where an example is longer than a test should be.
"""
import os
import re
import shutil
import subprocess
import unittest

from script_test import PROGRAM, SCRIPTS, SOURCE, ScriptTest, TINY

BUILD = os.environ["QKE_BUILD_DIR"]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", *sorted(path.relative_to(SOURCE).as_posix() for path in (SOURCE / "docs").rglob("*.md"))]
PACKAGE = os.environ.get("QKE_PYTHON")  # where the Python package is, if its module is built
OF_THE_PACKAGE = ["docs/python.md", "docs/tasks.md"]
WITHOUT_COMMANDS = ["docs/physics.md", "docs/architecture.md", "docs/embedding.md",
                    "docs/dev/requirements.md"]

SHORTER = {
    "seq 0.25 0.005 0.345": "seq 0.25 0.05 0.35",
    "seq 0.018 0.001 0.027": "seq 0.018 0.003 0.027",
    "i < 20; ++i) for (j = 0; j < 20; ++j)": "i < 20; i += 9) for (j = 0; j < 20; j += 9)",
    'printf "qke,': 'printf "boltzmann,',
    "-o asymmetry-small.h5": "-o asymmetry-small.h5 --set epoch.T_end_MeV=15",
    "-o asymmetry-large.h5": "-o asymmetry-large.h5 --set epoch.T_end_MeV=19",
}

STAND_INS = {
    "build/bin/qke-decouple": f"""#!/bin/bash
case " $* " in *" --stability "* | *" --check "* | *" --print-config "* | *" --version "* | *" --help "*) exec '{PROGRAM}' "$@" ;; esac
arguments=()
while [ $# -gt 0 ]; do
  case "$1 ${{2:-}}" in
    "--set grid."* | "--set integrator."* | "--set output.spectra_points"*) shift 2 ;;
    *) arguments+=("$1") && shift ;;
  esac
done
exec '{PROGRAM}' "${{arguments[@]}}" --set grid.nodes=16 --set grid.y_max=20 --set integrator.relative_tolerance=1e-4 \
  --set integrator.absolute_tolerance=1e-7 --set output.spectra_points=100
""",
    "build/tests/qke_benchmarks": f"""#!/bin/sh
exec '{BUILD}/tests/qke_benchmarks' --benchmark_list_tests
""",
    "stand-ins/cmake": f"""#!/bin/sh
case $1 in
  --install) shift 2; exec '{shutil.which("cmake")}' --install '{BUILD}' --prefix "$PWD/usr" "$@" ;;
  --list-presets) exec '{shutil.which("cmake")}' "$@" ;;
  --preset) grep -q "\\"name\\": \\"$2\\"" CMakePresets.json ;;
  --build) if [ "$2" = --preset ]; then grep -q "\\"name\\": \\"$3\\"" CMakePresets.json; else [ "$2" = build ]; fi ;;
  -S) [ -f "$2/CMakeLists.txt" ] ;;
  *) echo "the stand-in for cmake does not know: $*" >&2; exit 1 ;;
esac
""",
    "stand-ins/ctest": f"""#!/bin/sh
if [ "$1" = --preset ]; then grep -q "\\"name\\": \\"$2\\"" CMakePresets.json; exit; fi
[ "$1 $2" = "--test-dir build" ] || exit 1
shift 2
'{shutil.which("ctest")}' --test-dir '{BUILD}' -N "$@" | grep -q 'Total Tests: [1-9]'
""",
    "stand-ins/cpack": f"""#!/bin/sh
exec '{shutil.which("cpack")}' --config '{BUILD}/CPackConfig.cmake' -B .
""",
    "stand-ins/apt": """#!/bin/sh
for word; do case $word in ./*.deb) [ -f "$word" ] || exit 1 ;; esac; done
""",
    "stand-ins/apt-get": "#!/bin/sh\n",
    "stand-ins/sudo": '#!/bin/sh\nexec "$@"\n',
    "stand-ins/python3": '#!/bin/sh\nexec /usr/bin/python3 "$@"\n',
    "stand-ins/pip": '#!/bin/sh\n[ "$1" = install ] || [ "$1" = wheel ]\n',
    "stand-ins/auditwheel": '#!/bin/sh\n[ "$1" = repair ]\n',
    "stand-ins/sbatch": "#!/bin/sh\necho 1\n",
    "stand-ins/squeue": "#!/bin/sh\n",
    "stand-ins/cobaya-run": '#!/bin/sh\n[ -f "$1" ] && [ "$2" = -o ]\n',
}
LONG = ["sanitize.sh", "fuzz.sh", "coverage.sh", "static_analysis.sh", "kill_trials.sh", "mutate.py", "nightly.sh",
        "convergence.py", "error_estimates.py", "electron_quadrature.py", "sensitivities.py", "compare_history.py",
        "asymmetry_study.py", "asymmetry_errors.py", "momentum_averaged.py", "relic.py", "nsi.py", "beyond.py",
        "sterile_asymmetry.py", "stability.py", "directions.py", "asymmetry_table.py", "python_package.sh", "receivers.sh", "site.sh"]
SHELL_WORDS = {"{", "for", "cd", "export"}


def blocks(text):
    """(kind, text) of the fenced blocks, with the language as kind, and of the indented ones, with kind ''."""
    lines = text.split("\n") + [""]
    i = 0
    while i < len(lines):
        begin = i
        if lines[i].startswith("```"):
            i = lines.index("```", begin + 1)
            yield lines[begin][3:], "\n".join(lines[begin + 1:i]) + "\n"
        elif lines[i].startswith("    ") and (i == 0 or not lines[i - 1].strip()):
            while i < len(lines) and (lines[i].startswith("    ") or not lines[i].strip()):
                i += 1
            yield "", "\n".join(line[4:] for line in lines[begin:i]).rstrip() + "\n"
            continue
        i += 1


class Documentation(ScriptTest):
    def prepare(self):
        root = self.folder / "source"
        shutil.copytree(SOURCE, root, ignore=shutil.ignore_patterns("build*", ".git", "*.h5", "__pycache__"))
        for name, text in STAND_INS.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)
        for name in LONG:
            check = "/usr/bin/python3 -m py_compile" if name.endswith(".py") else "sh -n"
            (root / "scripts" / name).write_text(f"#!/bin/sh\nexec {check} '{SCRIPTS / name}'\n")
        self.write("tiny.toml", TINY)
        subprocess.run([PROGRAM, self.folder / "tiny.toml", "--quiet", "-o", root / "run.h5"], check=True, capture_output=True)
        return root

    def is_command(self, root, block):
        words = block.split(None, 2)
        word = words[0]
        return word in SHELL_WORDS or (root / word).is_file() and os.access(root / word, os.X_OK) or bool(
            re.fullmatch(r"[a-z][\w.-]*|/usr/bin/\w+", word) and shutil.which(word, path=self.path))

    def run_document(self, name):
        root = self.prepare()
        self.path = f"{root}/stand-ins:{os.environ['PATH']}"
        environment = os.environ | {"PATH": self.path, "QKE_PROGRAM": PROGRAM}
        environment.pop("SLURM_CONF", None)
        environment["PYTHONPATH"] = PACKAGE or str(SOURCE / "python")  # without its module it has no runs
        count = 0
        for kind, block in blocks((SOURCE / name).read_text(encoding="utf-8")):
            for text, shorter in SHORTER.items():
                block = block.replace(text, shorter)
            if kind == "python":
                command = ["/usr/bin/python3", "-c", block]
            elif kind == "toml" or (kind == "" and block.startswith("[")):
                (root / "block.toml").write_text(block)
                command = [PROGRAM, "block.toml", "--check"]
            elif kind == "sh" or (kind == "" and self.is_command(root, block)):
                command = ["bash", "-eu", "-o", "pipefail", "-c", block]
            else:
                continue
            count += 1
            with self.subTest(document=name, block=block):
                outcome = subprocess.run(command, cwd=root, env=environment, stdin=subprocess.DEVNULL,
                                         capture_output=True, text=True)
                self.assertEqual(outcome.returncode, 0, outcome.stdout[-2000:] + outcome.stderr[-2000:])
        return count


def add_test(document):
    @unittest.skipIf(document in OF_THE_PACKAGE and not PACKAGE, "the Python module is not built (QKE_PYTHON)")
    def test(self):
        count = self.run_document(document)
        self.assertEqual(count == 0, document in WITHOUT_COMMANDS, f"{count} commands were found")
    setattr(Documentation, "test_" + re.sub(r"\W", "_", document), test)


for document in DOCUMENTS:
    add_test(document)


class Blocks(unittest.TestCase):
    def test_indented_and_fenced_blocks_are_found(self):
        text = "Text\n\n    ls one\n    ls two\n\nMore\n\n```python\nx = 1\n```\n\n    last\n"
        self.assertEqual(list(blocks(text)), [("", "ls one\nls two\n"), ("python", "x = 1\n"), ("", "last\n")])

    def test_the_site_has_every_page(self):
        index = (SOURCE / "docs/site/index.rst").read_text(encoding="utf-8").split()
        for name in DOCUMENTS:
            self.assertIn(os.path.relpath(name, "docs/site").removesuffix(".md"), index)

    def test_shortened_texts_are_in_the_documents(self):
        documents = "".join((SOURCE / name).read_text(encoding="utf-8") for name in DOCUMENTS)
        for text in SHORTER:
            self.assertIn(text, documents)


if __name__ == "__main__":
    unittest.main()
