"""`cmake --install` and the Debian package install what works; the man page knows all options."""
import json
import os
import re
import shutil
import subprocess
import unittest

from script_test import PROGRAM, SCRIPTS, SOURCE, ScriptTest, TINY

BUILD = os.environ["QKE_BUILD_DIR"]


def output_of(*command, **options):
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True, **options).stdout


def options_of_help():
    return set(re.findall(r"--[a-z][a-z-]*", output_of(PROGRAM, "--help")))


class Installation(ScriptTest):
    def assert_has_its_table(self, prefix):
        """The Python package finds the table of asymmetries beside itself."""
        package = next(path for path in prefix.rglob("qke_decouple/asymmetries.py")).parent
        place = output_of("/usr/bin/python3", "-c", "from qke_decouple import asymmetries; asymmetries.AsymmetryTable(); "
                          "print(asymmetries.path_of_table())", env=os.environ | {"PYTHONPATH": str(package.parent)})
        self.assertEqual(place.strip(), str(package / "asymmetries.h5"))

    def assert_works(self, prefix):
        """The program below prefix, and a script beside it that finds the program on the PATH."""
        self.write("tiny.toml", TINY)
        environment = os.environ | {"PATH": f"{prefix}/bin:{os.environ['PATH']}"}
        output_of("qke-decouple", "tiny.toml", "--quiet", cwd=self.folder, env=environment)
        self.write("table.csv", "plasma.qed\ne3\n")
        scripts = prefix / "share/qke-decouple/scripts"
        output_of(scripts / "scan.sh", "tiny.toml", "table.csv", cwd=self.folder, env=environment)
        output_of(scripts / "collect.py", "table", cwd=self.folder)
        output_of(scripts / "export_run.py", "csv", "tiny.h5", cwd=self.folder)
        self.assert_has_its_table(prefix)
        output_of("qke-export", "csv", "tiny.h5", "--force", cwd=self.folder, env=environment)
        output_of("qke-collect", "table", cwd=self.folder, env=environment)
        output_of(prefix / "bin/qke-decouple", prefix / "share/qke-decouple/configs/standard.toml", "--check")
        for path in ("share/man/man1/qke-decouple.1", "share/bash-completion/completions/qke-decouple",
                     "share/zsh/site-functions/_qke-decouple", "share/zsh/vendor-completions/_qke-decouple",
                     "share/fish/vendor_completions.d/qke-decouple.fish", "share/qke-decouple/configs/all-keys.toml",
                     "share/doc/qke-decouple/copyright", "share/doc/qke-decouple/docs/output.md"):
            self.assertTrue((prefix / path).is_file(), path)

    def test_cmake_install(self):
        output_of("cmake", "--install", BUILD, "--prefix", self.folder / "usr")
        self.assert_works(self.folder / "usr")

    def test_a_program_embeds_a_run(self):
        """The example, built with the installed package alone."""
        prefix, build = self.folder / "usr", self.folder / "build"
        output_of("cmake", "--install", BUILD, "--prefix", prefix)
        headers = sorted(path.name for path in (prefix / "include/qke").iterdir())
        self.assertEqual(headers, ["error.hpp", "parameters.hpp", "run.hpp", "run_record.hpp", "version.hpp"])
        output_of("cmake", "-S", SOURCE / "examples/embed", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}")
        output_of("cmake", "--build", build)
        rows = [line.split() for line in output_of(build / "embed").splitlines()]
        self.assertEqual([row[0] for row in rows], ["1.1e-5", "1.1663787e-5", "1.2e-5"])
        # The same run by the program.
        done = output_of(PROGRAM, "/dev/null", "--json", "--quiet", "--set", "run.precision=fast", "--threads", "1",
                         "-o", self.folder / "run.h5")
        self.assertEqual(rows[1][1], f"{json.loads(done)['N_eff']:.6f}")
        # Stronger interactions keep neutrinos in touch with the plasma for longer.
        self.assertLess(float(rows[0][1]), float(rows[1][1]))
        self.assertLess(float(rows[1][1]), float(rows[2][1]))

    @unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "dpkg-shlibdeps (dpkg-dev) finds the libraries of the package")
    def test_debian_package(self):
        output_of("cpack", "--config", f"{BUILD}/CPackConfig.cmake", "-B", self.folder)
        package, = self.folder.glob("*.deb")
        fields = output_of("dpkg-deb", "--field", package)
        for library in ("libsundials-cvode6", "libhdf5-103-1", "libtomlplusplus3", "libc6"):
            self.assertIn(library, re.search(r"Depends: (.*)", fields)[1])
        self.assertIn(f"Version: {output_of(PROGRAM, '--version').split()[1]}\n", fields)
        output_of("dpkg-deb", "--extract", package, self.folder / "root")
        self.assert_works(self.folder / "root/usr")

    def test_man_page_has_every_option_status_and_the_version(self):
        page = (SOURCE / "data/qke-decouple.1").read_text().replace("\\-", "-")
        self.assertEqual(set(re.findall(r"--[a-z][a-z-]*", page)), options_of_help())
        for status in (2, 3, 4, 75, 130, 143):
            self.assertRegex(page, rf"(?m)^\.BR? .*\b{status}\b")
        self.assertIn(f'"qke-decouple {output_of(PROGRAM, "--version").split()[1]}"', page)
        if shutil.which("man"):
            rendered = subprocess.run(["man", "--warnings", "-l", SOURCE / "data/qke-decouple.1"], capture_output=True,
                                      text=True, env=os.environ | {"MANWIDTH": "100", "LC_ALL": "C"})
            self.assertEqual(rendered.stderr, "")
            self.assertIn("--print-config", rendered.stdout)

    def test_citation_and_readme_have_the_version(self):
        version = output_of(PROGRAM, "--version").split()[1]
        self.assertIn(f"\nversion: {version}\n", (SOURCE / "CITATION.cff").read_text(encoding="utf-8"))
        self.assertIn(f"qke-decouple_{version}_", (SOURCE / "README.md").read_text(encoding="utf-8"))


PARENT = """cmake_minimum_required(VERSION 3.25)
project(parent LANGUAGES C CXX)
{inclusion}
install(FILES CMakeLists.txt DESTINATION share)
if(NOT TARGET qke::qke)
  message(FATAL_ERROR "no library")
endif()
foreach(variable CMAKE_BUILD_TYPE CMAKE_CXX_STANDARD CMAKE_EXPORT_COMPILE_COMMANDS CMAKE_INSTALL_BINDIR CPACK_GENERATOR)
  if(NOT "${{${{variable}}}}" STREQUAL "")
    message(FATAL_ERROR "${{variable}} is ${{${{variable}}}}")
  endif()
endforeach()
"""


class Subproject(ScriptTest):
    def assert_leaves_alone(self, inclusion):
        """The project that includes ours: its settings, its tests, its packages, and what it installs."""
        self.write("CMakeLists.txt", PARENT.format(inclusion=inclusion))
        build = self.folder / "build"
        output_of("cmake", "-S", self.folder, "-B", build, env=os.environ | {"CMAKE_BUILD_TYPE": ""})
        self.assertRegex((build / "CMakeCache.txt").read_text(), r"(?m)^CMAKE_BUILD_TYPE:STRING=$")
        for name in ("CPackConfig.cmake", "CTestTestfile.cmake", "compile_commands.json"):
            self.assertFalse((build / name).exists(), name)
        output_of("cmake", "--install", build, "--prefix", self.folder / "usr")
        installed = [path.name for path in (self.folder / "usr").rglob("*") if path.is_file()]
        self.assertEqual(installed, ["CMakeLists.txt"])

    def test_add_subdirectory_changes_nothing_of_its_parent(self):
        self.assert_leaves_alone(f'add_subdirectory("{SOURCE}" qke)')

    def test_fetch_content_changes_nothing_of_its_parent(self):
        self.assert_leaves_alone(f"""include(FetchContent)
FetchContent_Declare(qke SOURCE_DIR "{SOURCE}")
FetchContent_MakeAvailable(qke)""")


class Configuration(ScriptTest):
    def configure(self, *options):
        return subprocess.run(["cmake", "-S", SOURCE, "-B", self.folder / "build", *options], capture_output=True, text=True)

    def test_cmake_build_builds_the_program_and_not_the_tests(self):
        outcome = self.configure("-G", "Unix Makefiles")
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.assertIn("CMAKE_BUILD_TYPE:STRING=Release", (self.folder / "build/CMakeCache.txt").read_text())
        # In CMake's makefiles, what `make` makes of each folder.
        makefile = (self.folder / "build/CMakeFiles/Makefile2").read_text()
        targets = re.findall(r"(?m)^(?:tests/)?all: .*/(\w[\w-]*)\.dir/all$", makefile)
        self.assertIn("qke-decouple", targets)
        self.assertEqual([name for name in targets if re.search("test|benchmark|fuzz|quota", name)], [])
        self.assertIn("/qke_tests.dir/all: tests/CMakeFiles/qke_unit_tests.dir/all\n", makefile)

    def test_ctest_says_that_the_tests_are_not_built(self):
        outcome = self.configure()
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.assertIn("qke_unit_tests_NOT_BUILT", output_of("ctest", "--test-dir", self.folder / "build", "-N"))

    def test_sundials_from_6_4_to_7(self):
        """A package with targets and no libraries, which configuring does not need."""
        for version, accepted in (("6.3.0", False), ("6.4.1", True), ("7.0.0", True), ("7.5.0", True), ("8.0.0", False)):
            with self.subTest(version=version):
                self.write("SUNDIALSConfig.cmake", "add_library(SUNDIALS::cvode INTERFACE IMPORTED)\n"
                           "add_library(SUNDIALS::arkode INTERFACE IMPORTED)\n")
                # As SUNDIALS has it: compatible with nothing but its own major version.
                self.write("SUNDIALSConfigVersion.cmake", f"set(PACKAGE_VERSION {version})\nif(PACKAGE_FIND_VERSION_MAJOR "
                           f"EQUAL {version[0]})\n  set(PACKAGE_VERSION_COMPATIBLE TRUE)\nendif()\n")
                outcome = self.configure(f"-DSUNDIALS_DIR={self.folder}", "-DQKE_BUILD_TESTS=OFF")
                self.assertEqual(outcome.returncode == 0, accepted, outcome.stderr)
                if not accepted:
                    self.assertIn(f"SUNDIALS {version} is not supported", outcome.stderr)


if __name__ == "__main__":
    unittest.main()
