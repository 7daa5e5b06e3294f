"""What the exports share: files, settings and comments."""
import csv
import io
import os
import re

from .run_physics import FREEZE_OUT_MEV, STANDARD_N_EFF, N_eff, energy_densities, excess_of_degeneracy, sterile_N_eff
from .run_reader import ACTIVE, NotACompleteRun, ascii_line, attribute, configuration_of, np, printable, states_of
from .shell import write_new

SETTLED_FROM = 1.5             # of the scale factor at the start, in a universe that is reheated
LEAST_N_EFF = 1e-6             # of a sterile state that an export has as a species of its own
MORE_HISTORY = "Run it again with --set output.history_points=600."
MORE_SPECTRA = "Run it again with --set output.spectra_points=600."


class Output:
    """Writes the files NAME + ending."""

    def __init__(self, name, force, report):
        self.name, self.force, self.report = name, force, report

    def path(self, ending):
        return self.name + ending

    def write(self, ending, text):
        name = self.path(ending)
        write_new(name, text, self.force, "ascii")
        self.report(name)

    def table(self, ending, columns, names=None, separator=" "):
        """One row per line; with a first line of names, if given."""
        values = np.column_stack(columns)
        rows = [separator.join(f"{value:.17g}" for value in row) for row in values]
        self.write(ending, "\n".join(([header(names, separator)] if names else []) + rows) + "\n")


def header(names, separator):
    """Names as the separator asks for it: those of a file may hold anything."""
    line = io.StringIO()
    csv.writer(line, delimiter=separator, lineterminator="").writerow([ascii_line(name) for name in names])
    return line.getvalue()


def settings(pairs, comment=""):
    """The lines of an .ini file."""
    lines = [f"# {line}" for line in comment.splitlines()]
    width = max(len(name) for name, _ in pairs)
    return "\n".join(lines + [f"{name:{width}} = {value}" for name, value in pairs]) + "\n"


def numbers(values):
    return ", ".join(f"{value:.10g}" for value in values)


def origin(file):
    """One line for comments: whatever stands in the file, it stays one line of ASCII."""
    program = f"qke-decouple {attribute(file, 'program_version')}, {attribute(file, 'git_commit')}"
    return ascii_line(f"N_eff = {N_eff(file)[0]:.7g}; {program}")


def quoted_path(path):
    """The absolute name of a file, for settings: codes end a line, a list or a comment at some characters."""
    name = os.path.abspath(path)
    if not re.fullmatch(r"[A-Za-z0-9_./+@%~:-]+( +[A-Za-z0-9_./+@%~:-]+)*", name):
        raise NotACompleteRun(f"cannot be exported to {printable(name)} (settings of other codes cannot hold this name). "
                              "Choose a plain name with -o.")
    return name


def accuracy(errors, other):
    """Comment lines on how well the receiver's neutrinos stand for the run's."""
    return (f"rates at freeze-out with these neutrinos: nu_e n {errors[0]:+.1e}, nubar_e p {errors[1]:+.1e} against the "
            f"spectra of the run; Y_P errs by about half the difference.\n{other}")


def receiver_excess(N_eff, xi):
    """What N_eff has beyond standard neutrinos with the degeneracy parameters xi, whose energy the receiver adds itself."""
    return N_eff - STANDARD_N_EFF - sum(excess_of_degeneracy(value) for value in xi)


def parthenope_numbers(N_eff, xi):
    """XIE, XIX and DNNU of its input card."""
    xi_e, *others = map(float, xi)
    xi_x = float(np.mean(others))
    return xi_e, xi_x, receiver_excess(N_eff, [xi_e, xi_x, xi_x])


def parthenope_card(N_eff, xi):
    xi_e, xi_x, extra = parthenope_numbers(N_eff, xi)
    return f"DNNU {extra:.7f}\nXIE {xi_e:.7f}\nXIX {xi_x:.7f}\n"


def sterile_comment(file, setting):
    """Where the energy of sterile neutrinos is, and how far it is there when neutrons freeze out."""
    history, sterile = file["history"], energy_densities(file)[:, ACTIVE:].sum(axis=1)
    if states_of(file) == ACTIVE or sterile[-1] == 0:
        return ""
    part = float(np.interp(-FREEZE_OUT_MEV, -history["T_gamma"][:], sterile)) / sterile[-1]
    return (f"\nsterile neutrinos: {sterile_N_eff(file):.6g} of {setting}, constant in the expanding volume; "
            f"the run has {100 * part:.2f} % of their energy at T_gamma = {FREEZE_OUT_MEV:g} MeV")


# What makes a plasma, or an expansion, that codes of nucleosynthesis do not have.
PARTICLES = {"relic.degrees": "a relic", "decay.energy_density_MeV4": "a particle that decays",
             "reheating.T_RH_MeV": "a particle that reheats the Universe"}


def particles_of(file):
    configuration = configuration_of(file)
    return [particle for key, particle in PARTICLES.items() if configuration.get(key, 0) != 0]


def is_reheated(file):
    return configuration_of(file).get("reheating.T_RH_MeV", 0) != 0
