"""Exports a run to the codes that use neutrino decoupling: one subcommand for each, see export_run.py CODE --help.

Every subcommand writes files that begin with NAME (default: the run's name) and prints their names. Nothing is
overwritten without --force. What each file holds, and what the receiving code cannot take, is in docs/exports.md.
"""
import argparse
import csv
import io
import math
import os
import pathlib
import re
import types

from .run_physics import (BOLTZMANN_MEV_PER_K, CMB_TEMPERATURE_K, ELECTRON_MASS_MEV, FREEZE_OUT_MEV, RHO_0, Z_INSTANTANEOUS,
                          N_eff, active_energy_densities, capture_errors, degeneracies, electron_occupations,
                          energy_densities, excess_of_degeneracy, fermi_dirac, interpolate, mass_state_moments, masses_eV,
                          occupation_at, omega_h2_of_mass_states, require_settled, resampled, sterile_N_eff,
                          thermal_temperatures, total_energy_density, trapezoid)
from .run_reader import (ACTIVE, NotACompleteRun, Refused, ascii_line, attribute, column_endings, configuration_of, fail,
                         flavours_of, np, open_run, printable, require_result, say, states_of)
from .shell import tell, write_new

STANDARD_N_EFF = 3.044         # what receiving codes mean by no additional neutrinos
NEVO_STARTS_MEV = 40.0         # T_cm in the first row of its tables
PRYMORDIAL_STARTS_MEV = 10.0   # its T_start
PRYMORDIAL_ENDS_MEV = 3e-4     # below its T_end = 1e-3 and beyond its t_end = 1e7 s
SETTLED_FROM = 1.5             # of the scale factor at the start, in a universe that is reheated
THERMAL_MOMENTA = 12           # y up to which there are neutrinos worth the name
LEAST_OCCUPATION = 1e-12       # below, occupation numbers are rounding errors
LIGHT_NUCLEI_MEV = 0.1         # T_gamma below which they form
LARGEST_REMAINDER = 1e-3       # of all energy, by particles while light nuclei form
WRONG_RATES = 0.03             # by which Y_P is off by more than 1 %
LARGEST_MASS_EV = 100.0        # three such neutrinos would be three times all that there is
LEAST_N_EFF = 1e-6             # of a sterile state that an export has as a species of its own
MOST_CAMB_STATES = 5           # max_nu of CAMB
CAMB_MASS_EV = 94.064          # its mass per omega h^2 of one species of its meffsterile
MORE_HISTORY = "Run it again with --set output.history_points=600."
MORE_SPECTRA = "Run it again with --set output.spectra_points=600."


# --- files ---

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


# --- one function for each receiving code ---

class MassStates:
    """Spectra [q, state], of nu and nubar together, masses, N_eff and omega h^2 of the mass states of a run.

    A sterile state of which there is next to nothing is left out, and named in a comment: its spectrum is rounding
    errors.
    """

    def __init__(self, file, lightest_mass):
        y, spectra = file["spectra/y"][:], file["spectra"]
        last = [spectra[name][-1] for name in ("rho_mass", "rhobar_mass")]
        energy = sum(trapezoid(y[:, None] ** 3 * f, y, axis=0) for f in last)
        share = N_eff(file)[1] * energy / energy.sum()
        self.kept = np.flatnonzero((share > LEAST_N_EFF) | (np.arange(len(share)) < ACTIVE))
        self.comment = "".join(f"\nnu_{state + 1} is left out: its N_eff is {share[state]:.0e}"
                               for state in range(len(share)) if state not in self.kept)
        self.q = np.linspace(0, max(y[-1], 30.0), 1001)
        self.occupations = sum(occupation_at(self.q, y, f[:, self.kept]) for f in last)
        self.masses = np.array(masses_eV(configuration_of(file), lightest_mass))[self.kept]
        number, energy = mass_state_moments(self.q, self.occupations)
        self.N_eff = N_eff(file)[1] * energy / energy.sum()
        self.omega_h2 = omega_h2_of_mass_states(file, self.masses, number)


def export_class(file, output, arguments):
    """CLASS: phase-space distributions of the mass states, and the lines of its .ini file.

    Writes NAME_nu1.dat, NAME_nu2.dat, NAME_nu3.dat, of sterile neutrinos NAME_nu4.dat and so on, too (q = p/T_ncdm, f0
    of nu and nubar with 1/(2 pi)^3, uniform in q), and NAME_class.ini with the settings of the neutrinos, to be
    completed by those of the cosmology. Dark radiation is N_ur.
    """
    states = MassStates(file, arguments.lightest_mass)
    count = len(states.kept)
    endings = [f"_nu{state + 1}.dat" for state in states.kept]
    names = [quoted_path(output.path(ending)) for ending in endings]
    for ending, occupations in zip(endings, states.occupations.T):
        output.table(ending, [states.q, occupations / (2 * math.pi) ** 3])
    ones = ", ".join(count * ["1"])
    output.write("_class.ini", settings([
        ("N_ur", f"{N_eff(file)[2]:.10g}"),
        ("N_ncdm", count),
        ("use_ncdm_psd_files", ones),
        ("ncdm_psd_filenames", ",".join(names)),  # CLASS takes blanks for parts of the names
        ("m_ncdm", numbers(states.masses)),
        ("T_ncdm", numbers([1 / file["summary/z"][()]] * count)),
        ("deg_ncdm", ones),
        ("tol_ncdm_bg", "1e-7"),  # its default leaves 1e-5 in N_eff
    ], origin(file) + states.comment))


def export_camb(file, output, arguments):
    """CAMB: effective number, masses and density of the neutrinos, as lines of its .ini file.

    Writes NAME_camb.ini. CAMB knows no distorted spectra: every mass state has its own N_eff and omega h^2, by a thermal
    spectrum times a number, with a mass that makes up for the difference. Dark radiation joins the massless ones.
    """
    states = MassStates(file, arguments.lightest_mass)
    total, _, dark = N_eff(file)
    massive = states.masses > 0
    if massive.sum() > MOST_CAMB_STATES:
        raise NotACompleteRun(f"has {massive.sum()} massive states (CAMB takes {MOST_CAMB_STATES}). "
                              "Leave --lightest-mass out, or export it to CLASS.")
    omega, first = states.omega_h2, states.kept < ACTIVE
    sterile = "" if first.all() else f"meffsterile={CAMB_MASS_EV * omega[~first].sum():.10g}, "
    taken = "" if first.all() else ",\nwhich takes nu_1 to nu_3 for those of the standard model, and all else for one sterile state"
    comment = (f"{states.comment}\nLost: spectra. CAMB gives each state a thermal spectrum at T_nu = (4/11)^(1/3) T_gamma times "
               "its degeneracy,\nand finds its mass from omega: the state becomes non-relativistic a little earlier or later.\n"
               f"in Python: set_cosmology(nnu={total:.10g}, mnu={states.masses[first].sum():.10g}, {sterile}...){taken}")
    output.write("_camb.ini", settings([
        ("share_delta_neff", "F"),
        ("massless_neutrinos", f"{states.N_eff[~massive].sum() + dark:.10g}"),
        ("nu_mass_eigenstates", massive.sum()),
        ("massive_neutrinos", " ".join("1" for _ in states.masses[massive])),
        ("nu_mass_degeneracies", " ".join(f"{share:.10g}" for share in states.N_eff[massive])),
        ("nu_mass_fractions", " ".join(f"{part / omega.sum():.10g}" for part in omega[massive])),
        ("omnuh2", f"{omega.sum():.10g}"),
    ], origin(file) + comment))


class NevoTable:
    """The run as PRIMAT reads it: 600 rows, uniform in ln x. A reheated universe begins where all of its first ten
    momenta have neutrinos.

    PRIMAT adds the energy of munuOverTnu = xi_e to all flavours and the spectrum of such neutrinos to nu_e: the
    temperatures are those without that energy, the distortion is what is left beside thermal neutrinos. The heating
    is that of all neutrinos, sterile ones included, as the plasma loses it.
    """

    def __init__(self, file):
        history, spectra = file["history"], file["spectra"]
        self.xi = degeneracies(file)[0]
        x = history["x"][:]
        # With sterile neutrinos the first row shows how the production, and the heat of muons, set in.
        first = int(np.searchsorted(x, ELECTRON_MASS_MEV / NEVO_STARTS_MEV * (1 - 1e-9)))
        first = max(first, 2 if states_of(file) > ACTIVE else 0, first_whole_row(file) if is_reheated(file) else 0)
        rows = slice(first, None)
        x = x[rows]
        self.x = np.geomspace(x[0], x[-1], 600)
        T_nu = (active_energy_densities(file)[rows] / (2 * RHO_0 * (1 + excess_of_degeneracy(self.xi)))) ** 0.25
        z_and_T = np.column_stack([history["z"][rows], T_nu])
        columns = resampled(self.x, x, z_and_T, 1e-6, "rows of the history", MORE_HISTORY).T
        # With a particle PRIMAT reads the scale factor, and the heating is not used.
        heating = resampled(self.x, x, history["heating"][rows], np.inf if particles_of(file) else 1e-5, "rows of the history",
                            MORE_HISTORY)
        self.columns = [self.x, *columns, heating]
        y, self.slices = spectra["y"][:], np.flatnonzero(spectra["x"][:] >= x[0] * (1 - 1e-9))
        slices = spectra["x"][:][self.slices]
        self.nodes = y[-1] * (np.arange(1, 81) / 80) ** 2   # dense where most neutrinos are
        self.T_slices = interpolate(np.log(slices), np.log(x), T_nu[:, 0])
        mean = sum(occupation_at(self.nodes, y, electron_occupations(file, name)[self.slices].T).T
                   for name in ("rho", "rhobar")) / 2
        rest = mean / fermi_dirac(self.nodes) - self.thermal(self.T_slices)
        self.rest_of_slices = rest
        self.check_rest(slices, rest)
        rest = interpolate(np.log(self.x), np.log(slices), rest)
        self.delta = rest + fermi_dirac(self.nodes / columns[1][:, None]) / fermi_dirac(self.nodes) - 1

    def thermal(self, T):
        """The mean of neutrinos and antineutrinos with xi, over that at T_cm without."""
        y = self.nodes / T[:, None]
        return (fermi_dirac(y - self.xi) + fermi_dirac(y + self.xi)) / 2 / fermi_dirac(self.nodes)

    def check_rest(self, slices, rest):
        """4e-5 of the occupation numbers are 1e-5 of Y_P. Momenta and times beyond are of no weight in the rates."""
        T_cm = ELECTRON_MASS_MEV / self.x
        relevant = self.x[(T_cm > 0.1) & (T_cm < 3)]
        resampled(relevant, slices, rest[:, self.nodes < 12], 4e-5, "slices of the spectra", MORE_SPECTRA)

    def represented(self, chosen, y):
        chosen -= self.slices[0]
        rest = np.interp(y, self.nodes, self.rest_of_slices[chosen]) * fermi_dirac(y)
        return [fermi_dirac(y / self.T_slices[chosen] - xi) + rest for xi in (self.xi, -self.xi)]


def first_whole_row(file):
    """Of the history, from which on the occupation numbers of a reheated universe are more than rounding errors."""
    x, y = file["spectra/x"][:], file["spectra/y"][:]
    occupations = electron_occupations(file)[:, y <= THERMAL_MOMENTA]
    lost = np.flatnonzero((occupations < LEAST_OCCUPATION).any(axis=1))
    return int(np.searchsorted(file["history/x"][:], x[lost[-1]], side="right")) if len(lost) else 0


def sterile_comment(file, setting):
    """Where the energy of sterile neutrinos is, and how far it is there when neutrons freeze out."""
    history, sterile = file["history"], energy_densities(file)[:, ACTIVE:].sum(axis=1)
    if states_of(file) == ACTIVE or sterile[-1] == 0:
        return ""
    part = float(np.interp(-FREEZE_OUT_MEV, -history["T_gamma"][:], sterile)) / sterile[-1]
    return (f"\nsterile neutrinos: {sterile_N_eff(file):.6g} of {setting}, constant in the expanding volume; "
            f"the run has {100 * part:.2f} % of their energy at T_gamma = {FREEZE_OUT_MEV:g} MeV")


def export_primat(file, output, arguments):
    """PRIMAT: the NEVO-style tables of its options nevo_file, nevo_spectral_file and nevo_grid_file.

    Writes NAME_nevo.csv (x, z, T_nue/T_cm, T_numu/T_cm, T_nutau/T_cm, heating, delta f(y_1)),
    NAME_nevo_spectra.csv (the first six and delta f at 80 momenta, f_nue = (1 + delta f)/(e^y + 1)),
    NAME_nevo_grid.csv (these momenta) and NAME_primat.ini with the settings, among them DeltaNeff for dark radiation
    and sterile neutrinos, and NAME_primat.py, a program that runs PRIMAT with them. With a relic, or a particle that
    decays or reheats, there is no .ini, but NAME_nevo_extra.csv (T_gamma and the energy density that PRIMAT does not
    have, in MeV and MeV^4).
    """
    require_settled(file)
    require_cooling(file)
    table = NevoTable(file)
    paths = [(key, quoted_path(output.path(ending))) for key, ending in (
        ("nevo_file", "_nevo.csv"), ("nevo_spectral_file", "_nevo_spectra.csv"), ("nevo_grid_file", "_nevo_grid.csv"))]
    comment = origin(file) + sterile_comment(file, "DeltaNeff")
    if table.xi != 0:
        comment += "\n" + accuracy(capture_errors(file, table.represented), "munuOverTnu is xi of nu_e at the end, for all "
                                   "flavours and times; the energies of the flavours are those of the run.")
    output.table("_nevo.csv", [*table.columns, table.delta[:, 0]], separator=",")
    output.table("_nevo_spectra.csv", [*table.columns, table.delta], separator=",")
    output.table("_nevo_grid.csv", [table.nodes])
    pairs = [("incomplete_decoupling", True), ("spectral_distortions", True), ("munuOverTnu", f"{table.xi:.10g}"),
             ("DeltaNeff", f"{N_eff(file)[2] + sterile_N_eff(file):.10g}"), *paths]
    if not particles_of(file):
        output.write("_primat.ini", settings(pairs, comment))
    write_primat_program(file, output, pairs, comment)


PRIMAT_PROGRAM = """# {comment}
{imports}from primat.backend import run_bbn

{extra}settings = {{
{settings}
}}


def run(**more):
    \"\"\"The results of PRIMAT. thermal_corrections=False saves minutes: it finds them anew, by random numbers.\"\"\"
    return run_bbn({{**settings, **more}}{arguments})


if __name__ == "__main__":
    result = run()
    print(*(f"{{name}} = {{result[name]:.8g}}" for name in ("Neff", "YPBBN", "DoH")), sep="\\n")
"""


def require_cooling(file):
    if (np.diff(file["history/T_gamma"][:]) >= 0).any():
        raise NotACompleteRun("has a plasma that grows hotter for a while (PRIMAT takes T_gamma for a clock). Export it as "
                              "time, for a code that reads tables.")


def write_primat_program(file, output, pairs, comment):
    """With a particle, a(T_gamma) is that of the table, and all energy that PRIMAT's plasma and neutrinos do not have, QED
    corrections included, comes by extra_rho, which PRIMAT takes in Python alone.
    """
    pairs = [(name, repr(value) if name.startswith("nevo") else value) for name, value in pairs]
    imports, extra, arguments = "", "", ""
    if particles_of(file):
        comment += f"\n{particles_of(file)[0]} is in the scale factor (column x of nevo_file) and in extra_rho, with the QED corrections"
        imports, path = "import numpy as np\n", quoted_path(output.path("_nevo_extra.csv"))
        extra = f"T_gamma, rho = np.loadtxt({path!r}, delimiter=',', unpack=True)\n"
        pairs += [("external_scale_factor", True), ("QED_corrections", False)]
        arguments = ", extra_rho=[lambda T: np.interp(T, T_gamma, rho, left=0)], force_backend=\"python\""
        output.table("_nevo_extra.csv", [column[::-1] for column in (file["history/T_gamma"][:], extra_energy_density(file))],
                     separator=",")
    output.write("_primat.py", PRIMAT_PROGRAM.format(
        comment=comment.replace("\n", "\n# "), imports=imports, extra=extra, arguments=arguments,
        settings="\n".join(f'    "{name}": {value},' for name, value in pairs)))


def extra_energy_density(file):
    """[row] in MeV^4 of what PRIMAT lacks: neither photons, e+- nor active neutrinos, and not in DeltaNeff."""
    history = file["history"]
    return total_energy_density(file) - history["rho_gamma"][:] - history["rho_e"][:] - dark_energy_density(file) - (
        active_energy_densities(file).sum(axis=1) * history["T_cm"][:] ** 4)


def dark_energy_density(file):
    """[row] in MeV^4 of what has DeltaNeff of PRIMAT: constant in the expanding volume."""
    delta = N_eff(file)[2] + sterile_N_eff(file)
    return delta * 2 * RHO_0 * (file["summary/z"][()] / Z_INSTANTANEOUS * file["history/T_cm"][:]) ** 4


def prymordial_columns(file):
    """t [s], T_gamma and T_nu [MeV] at 3200 temperatures down to the end of PRyMordial's network.

    It interpolates linearly, and its D/H scatters by 1e-3 with the rows of its own tables. Below its last row it extrapolates linearly too, and holds
    the scale factor: a table that ended with the run at 0.014 MeV changed D/H by 9e-4. Below, there are photons and
    decoupled radiation alone: T ~ 1/a, H ~ 1/a^2.
    """
    require_settled(file)
    require_gone_particles(file)
    history = file["history"]
    x, T_gamma = history["x"][:], history["T_gamma"][:]
    if T_gamma[0] < PRYMORDIAL_STARTS_MEV and not is_reheated(file):
        raise NotACompleteRun(f"starts at T_gamma = {T_gamma[0]:.3g} MeV (PRyMordial starts at "
                              f"{PRYMORDIAL_STARTS_MEV:g}). Set epoch.T_start_MeV = 20, and run it again.")
    T_nu = (thermal_temperatures(file) ** 4).mean(axis=1) ** 0.25
    # A reheated universe has no neutrinos at first, and its plasma settles.
    there = x > (SETTLED_FROM if is_reheated(file) else 0) * x[0]
    x = x[there]
    rows = np.geomspace(x[0], x[-1], 2200)
    logs = resampled(rows, x, np.log(np.column_stack([history["time_s"][:], history["z"][:], T_nu])[there]), 1e-5,
                     "rows of the history", MORE_HISTORY)
    time, z, T_nu = np.exp(logs).T
    a = np.geomspace(1, T_gamma[-1] / PRYMORDIAL_ENDS_MEV, 1001)[1:]
    T_cm = np.append(ELECTRON_MASS_MEV / rows, ELECTRON_MASS_MEV / rows[-1] / a)
    later = time[-1] + (a**2 - 1) / (2 * history["hubble"][-1])
    kept = np.append(np.arange(2200), np.full(1000, 2199))
    return np.append(time, later), z[kept] * T_cm, T_nu[kept] * T_cm


def export_prymordial(file, output, arguments):
    """PRyMordial: the table that it reads with compute_bckg_flag = False, as PRyMrates/thermo/Tgamma_Tnu.txt.

    Writes NAME_Tgamma_Tnu.txt (t [s], T_gamma [MeV], T_nu [MeV]; one T_nu for all flavours, that of their mean energy
    less that of the asymmetry) and NAME_prymordial.py with the settings: xi of the electron neutrinos, and DeltaNeff
    for what else there is besides neutrinos of T_nu, sterile ones among it. t(T_gamma) contains all energy; DeltaNeff
    does not change it.
    """
    time, T_gamma, T_nu = prymordial_columns(file)
    xi = degeneracies(file)[0]
    of_T_nu = 3 * (T_nu[-1] / T_gamma[-1] * Z_INSTANTANEOUS) ** 4
    T_over_T_cm = (thermal_temperatures(file) ** 4).mean(axis=1) ** 0.25
    slices = np.interp(np.log(file["spectra/x"][:]), np.log(file["history/x"][:]), T_over_T_cm)
    errors = capture_errors(file, lambda chosen, y: [fermi_dirac(y / slices[chosen] - sign * xi) for sign in (1, -1)])
    comment = accuracy(errors, "PRyMordial has one T_nu, thermal spectra and one xi for all times, and finds the heating "
                       "from T_nu by rates of its own.")
    if max(np.abs(errors)) > WRONG_RATES:
        say(f"warning: with thermal neutrinos of one temperature the rates of nu_e n and nubar_e p are off by {errors[0]:+.0%} "
            f"and {errors[1]:+.0%} at T_gamma = {FREEZE_OUT_MEV:g} MeV: take the export time, and the spectra of the run")
    # A universe that was never as hot: its table would be extrapolated.
    start = f"PRyMini.T_start = {T_gamma[0]:.10g} * PRyMini.MeV_to_Kelvin\n" if T_gamma[0] < PRYMORDIAL_STARTS_MEV else ""
    output.table("_Tgamma_Tnu.txt", [time, T_gamma, T_nu])
    output.write("_prymordial.py", "".join(f"# {line}\n" for line in [*(origin(file) + sterile_comment(file, "DeltaNeff")).splitlines(),
                                                                   *comment.splitlines()]) +
                 "import PRyM.PRyM_init as PRyMini\n\nPRyMini.compute_bckg_flag = False\n" + start +
                 f"PRyMini.munuOverTnu = {xi:.10g}\nPRyMini.DeltaNeff = {round(3 * (N_eff(file)[0] / of_T_nu - 1), 10) + 0.0:.10g}\n")


def export_parthenope(file, output, arguments):
    """PArthENoPE: the lines DNNU, XIE and XIX of its input card, and tables in the layout that FortEPiaNO gives it.

    Writes NAME_parthenope.card, NAME_parthenope.dat (x z w rhobarnu drhobarnu_dx rho_rad rho_tot, densities over
    T_cm^4), NAME_parthenope_yi.dat (momenta) and NAME_parthenope_rhoee.dat (occupation of nu_e, a line per row).
    """
    xi_e, *xi_others = degeneracies(file)
    xi_x = float(np.mean(xi_others))
    # PArthENoPE adds the energy of XIE and XIX itself.
    extra = N_eff(file)[0] - STANDARD_N_EFF - excess_of_degeneracy(xi_e) - 2 * excess_of_degeneracy(xi_x)
    require_settled(file)
    if abs(xi_e) > 1 or abs(xi_x) > 1 or abs(extra) > 3:
        say(f"warning: XIE, XIX, DNNU are {xi_e:.3g}, {xi_x:.3g}, {extra:.3g}, and PArthENoPE takes up to 1, 1 and 3: "
            "the card is for another code")
    if sterile_N_eff(file) > LEAST_N_EFF:
        rho = energy_densities(file)[-1]
        say(f"warning: {sterile_N_eff(file):.6g} of DNNU are sterile neutrinos, and the card cannot say that nu_e has the N_eff "
            f"{N_eff(file)[1] * rho[0] / rho.sum():.6g}")
    history, x = file["history"], file["spectra/x"][:]
    rho_nu = energy_densities(file).sum(axis=1)
    T_cm = history["T_cm"][:]
    rho_total = total_energy_density(file) / T_cm**4
    columns = [history["z"][:], (rho_nu / (6 * RHO_0)) ** 0.25, rho_nu,
               history["heating"][:] * history["z"][:] ** 4 / history["x"][:], rho_total, rho_total]
    at_slices = resampled(x, history["x"][:], np.column_stack(columns), 1e-4, "rows of the history", MORE_HISTORY).T
    output.write("_parthenope.card", f"DNNU {extra:.7f}\nXIE {xi_e:.7f}\nXIX {xi_x:.7f}\n")
    output.table("_parthenope.dat", [x, *at_slices], "# x z w rhobarnu drhobarnu_dx rho_rad rho_tot".split(" ", 1))
    output.table("_parthenope_yi.dat", [file["spectra/y"][:]])
    output.table("_parthenope_rhoee.dat", [electron_occupations(file)])


def export_time(file, output, arguments):
    """Any code of nucleosynthesis: time, scale factor, Hubble rate, temperatures and energy densities, row by row.

    Writes NAME_time.csv: t_s, a (1 today), hubble_per_s, T_gamma_MeV, T_nu_e_MeV, T_nu_mu_MeV, T_nu_tau_MeV (of thermal
    neutrinos with the energy and the asymmetry of each flavour) and, in MeV^4, rho_gamma, rho_e, rho_nu (all neutrinos)
    and rho_other: muons, QED, relics, dark radiation, and particles that decay. Their sum is 3 H^2 m_Pl^2/8 pi.
    """
    require_settled(file)
    history = file["history"]
    T_cm, T_gamma = history["T_cm"][:], history["T_gamma"][:]
    a = CMB_TEMPERATURE_K * BOLTZMANN_MEV_PER_K / file["summary/z"][()] / T_cm
    rho_nu = energy_densities(file).sum(axis=1) * T_cm**4
    known = [history["rho_gamma"][:], history["rho_e"][:], rho_nu]
    columns = [history["time_s"][:], a, history["hubble"][:], T_gamma, *(thermal_temperatures(file) * T_cm[:, None]).T,
               *known, total_energy_density(file) - sum(known)]
    names = ["t_s", "a", "hubble_per_s", "T_gamma_MeV", *(f"T_nu_{flavour}_MeV" for flavour in ("e", "mu", "tau")),
             *(f"rho_{part}_MeV4" for part in ("gamma", "e", "nu", "other"))]
    output.table("_time.csv", columns, names, ",")


def export_csv(file, output, arguments):
    """CSV: the history, the final spectra and the summary, with a first line of names.

    Writes NAME_history.csv, NAME_spectra.csv (y and the occupation numbers of all flavours) and NAME_summary.csv.
    """
    def flattened(group, plain):
        """Of the columns of a plain shape, and of those that have one for each name along their last dimension."""
        for name, dataset in group.items():
            if dataset.dtype.kind not in "fi":
                continue  # the coordinates that are labels
            if dataset.shape == plain:
                yield name, dataset[()]
            for index, ending in enumerate(column_endings(group.name[1:], name, dataset.shape[-1] if dataset.shape else 0)):
                yield f"{name}_{ending}", dataset[..., index]

    rows = file["history/x"].shape
    names, columns = zip(*sorted(flattened(file["history"], rows), key=lambda item: (item[0] not in ("x", "T_cm"), )))
    output.table("_history.csv", columns, names, ",")
    spectra = [("y", file["spectra/y"][:])]
    for name, prefix in (("rho", "f_nu_"), ("rhobar", "f_nubar_")):
        spectra += [(prefix + flavour, file["spectra"][name][-1, :, a, a, 0]) for a, flavour in enumerate(flavours_of(file))]
    names, columns = zip(*spectra)
    output.table("_spectra.csv", columns, names, ",")
    names, columns = zip(*flattened(file["summary"], ()))
    output.table("_summary.csv", columns, names, ",")


EXPORTS = {"class": export_class, "camb": export_camb, "primat": export_primat, "prymordial": export_prymordial,
           "parthenope": export_parthenope, "time": export_time, "csv": export_csv}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example: scripts/export_run.py class standard.h5 -o standard")
    codes = parser.add_subparsers(dest="code", metavar="CODE", required=True)
    for code, export in EXPORTS.items():
        one = codes.add_parser(code, help=export.__doc__.splitlines()[0], description=export.__doc__,
                               formatter_class=argparse.RawDescriptionHelpFormatter,
                               epilog=f"example: scripts/export_run.py {code} standard.h5 -o standard")
        one.add_argument("run", metavar="RUN.h5")
        one.add_argument("-o", "--output", metavar="NAME", help="what the files' names begin with (default: the run's)")
        one.add_argument("--force", action="store_true", help="replace existing files")
        if code in ("class", "camb"):
            one.add_argument("--lightest-mass", type=float, default=0.0, metavar="EV",
                             help="mass of the lightest state in eV (default: 0); the others follow from [mixing]")
    return parser.parse_args()


# What makes a plasma, or an expansion, that codes of nucleosynthesis do not have.
PARTICLES = {"relic.degrees": "a relic", "decay.energy_density_MeV4": "a particle that decays",
             "reheating.T_RH_MeV": "a particle that reheats the Universe"}


def particles_of(file):
    configuration = configuration_of(file)
    return [particle for key, particle in PARTICLES.items() if configuration.get(key, 0) != 0]


def is_reheated(file):
    return configuration_of(file).get("reheating.T_RH_MeV", 0) != 0


def require_gone_particles(file):
    """PRyMordial finds a(T) from the plasma's entropy: nothing may heat the plasma while light nuclei form."""
    if not particles_of(file):
        return
    history, dark = file["history"], N_eff(file)[2] * 2 * RHO_0 / Z_INSTANTANEOUS**4 * file["summary/z"][()] ** 4
    known = history["rho_gamma"][:] + history["rho_e"][:] + (energy_densities(file).sum(axis=1) + dark) * history["T_cm"][:] ** 4
    other = abs(total_energy_density(file) / known - 1)[history["T_gamma"][:] < LIGHT_NUCLEI_MEV]
    if other.max() > LARGEST_REMAINDER:
        raise NotACompleteRun(f"has {particles_of(file)[0]} with {100 * other.max():.2g} % of all energy below T_gamma = "
                              f"{LIGHT_NUCLEI_MEV:g} MeV (PRyMordial has none while light nuclei form). Export it as time, for "
                              "a code that reads tables.")


def refuse_particles(file, code):
    if code == "parthenope" and particles_of(file):
        raise NotACompleteRun(f"has {particles_of(file)[0]} ({code} has no such particle in its expansion). Export it to "
                              "primat or prymordial, or as time for a code that reads tables.")


def export(code, run, name, force=False, lightest_mass=0.0, report=tell):
    """Writes the files NAME... for a code, and calls report(file) for each; raises NotACompleteRun and Refused."""
    with open_run(run) as file:
        require_result(file)
        refuse_particles(file, code)
        EXPORTS[code](file, Output(name, force, report), types.SimpleNamespace(lightest_mass=lightest_mass))


def main():
    arguments = parse_arguments()
    lightest_mass = getattr(arguments, "lightest_mass", 0.0)
    if not 0 <= lightest_mass <= LARGEST_MASS_EV:
        fail(f"--lightest-mass {lightest_mass} is out of range (0 to {LARGEST_MASS_EV:g} eV). Leave it out for 0.")
    name = arguments.output or str(pathlib.Path(arguments.run).with_suffix(""))
    try:
        export(arguments.code, arguments.run, name, arguments.force, lightest_mass)
    except NotACompleteRun as problem:
        fail(f"{printable(arguments.run)}: {problem}")
    except Refused as problem:
        fail(problem)
    except MemoryError:
        fail(f"{printable(arguments.run)} cannot be exported (not enough memory). Close other programs.")
