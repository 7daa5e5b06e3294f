#!/usr/bin/python3
"""Exports a run to the codes that use neutrino decoupling: one subcommand for each, see export_run.py CODE --help.

Every subcommand writes files that begin with NAME (default: the run's name) and prints their names. Nothing is
overwritten without --force. What each file holds, and what the receiving code cannot take, is in docs/exports.md.
"""
import argparse
import math
import os
import pathlib
import sys

from run_reader import FLAVOURS, configuration_of, fail, has_asymmetry, np, open_run_or_fail

ELECTRON_MASS_MEV = 0.51099895   # those of include/qke/constants.hpp
PLANCK_MASS_MEV = 1.220890e22
HBAR_MEV_S = 6.582119569e-22
RHO_0 = 7 * math.pi**2 / 240     # one massless flavour of one helicity, over T_cm^4
STANDARD_N_EFF = 3.044           # what receiving codes mean by no additional neutrinos
DECOUPLED_N_EFF = 3.0096452      # without neutrino-electron interactions, QED to order e^3 (docs/physics.md)


# --- physics that several exports need ---

def fermi_dirac(y):
    return 1 / (np.exp(y) + 1)


def interpolate(x_new, x, values):
    """Polynomials of degree 5 through the nearest nodes of `x`, along the first axis of `values`; extrapolates."""
    first = np.clip(np.searchsorted(x, x_new) - 3, 0, len(x) - 6)
    nodes = first[:, None] + np.arange(6)
    result = np.zeros((len(x_new),) + values.shape[1:])
    for j in range(6):
        weight = np.ones(len(x_new))
        for k in range(6):
            if k != j:
                weight *= (x_new - x[nodes[:, k]]) / (x[nodes[:, j]] - x[nodes[:, k]])
        result += weight.reshape((-1,) + (1,) * (values.ndim - 1)) * values[nodes[:, j]]
    return result


def occupation_at(y_new, y, occupation):
    """Occupation numbers between and beyond the nodes, along the first axis.

    ln(1/f - 1) - y is smooth and nearly constant, which f is not. Beyond the last node it stays what it is there.
    """
    smooth = np.log(1 / occupation - 1) - y.reshape((-1,) + (1,) * (occupation.ndim - 1))
    inside = interpolate(np.minimum(y_new, y[-1]), y, smooth)
    return fermi_dirac(inside + y_new.reshape((-1,) + (1,) * (occupation.ndim - 1)))


def electron_occupations(file, name="rho"):
    """[slice, y] of the electron flavour."""
    return file["spectra"][name][:, :, 0, 0, 0]


def energy_densities(file):
    """[row, flavour], neutrinos and antineutrinos, over T_cm^4."""
    history = file["history"]
    return RHO_0 * (history["z_nu"][:] ** 4 + history["z_nubar"][:] ** 4)


def excess_of_degeneracy(xi):
    """N_eff of one flavour with the degeneracy parameter xi, less that with xi = 0."""
    return 30 / 7 * (xi / math.pi) ** 2 + 15 / 7 * (xi / math.pi) ** 4


def effective_degeneracy(eta, rho):
    """xi of the thermal neutrinos with asymmetry eta and energy rho (nu + nubar), over T_cm^3 and T_cm^4."""
    def eta_over_rho(xi):
        return (xi + xi**3 / math.pi**2) / 6 / (2 * RHO_0 * (1 + excess_of_degeneracy(xi))) ** 0.75

    wanted, low, high = abs(eta) / rho**0.75, 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if eta_over_rho(middle) < wanted else (low, middle)
    return math.copysign((low + high) / 2 if wanted > 0 else 0.0, eta)


def degeneracies(file):
    """xi of the three flavours at the end."""
    return [effective_degeneracy(eta, rho) for eta, rho in zip(file["summary/eta"][:], energy_densities(file)[-1])]


def masses_eV(configuration, lightest):
    """m_1, m_2, m_3."""
    dm2_21, dm2_31 = configuration["mixing.dm2_21_eV2"], configuration["mixing.dm2_31_eV2"]
    m1 = lightest if dm2_31 > 0 else math.sqrt(lightest**2 - dm2_31)
    return [m1, math.sqrt(m1**2 + dm2_21), math.sqrt(m1**2 + dm2_31) if dm2_31 > 0 else lightest]


# --- files ---

class Output:
    """Writes the files NAME + ending."""

    def __init__(self, name, force):
        self.name, self.force = name, force

    def path(self, ending):
        return self.name + ending

    def write(self, ending, text):
        name = self.path(ending)
        try:
            with open(name, "w" if self.force else "x", encoding="ascii") as file:
                file.write(text)
        except FileExistsError:
            fail(f"{name} exists already (nothing is overwritten). Give --force to replace it, or another name with -o.")
        except OSError as error:
            fail(f"{name} cannot be written ({error.strerror}). Give another name with -o.")
        print(name)

    def table(self, ending, columns, names=None, separator=" "):
        """One row per line; with a first line of names, if given."""
        rows = [separator.join(f"{value:.17g}" for value in row) for row in np.column_stack(columns)]
        self.write(ending, "\n".join(([separator.join(names)] if names else []) + rows) + "\n")


def settings(pairs, comment=""):
    """The lines of an .ini file."""
    lines = [f"# {line}" for line in comment.splitlines()]
    width = max(len(name) for name, _ in pairs)
    return "\n".join(lines + [f"{name:{width}} = {value}" for name, value in pairs]) + "\n"


def numbers(values):
    return ", ".join(f"{value:.10g}" for value in values)


def origin(file):
    program = f"qke-decouple {file.attrs['program_version']}, {file.attrs['git_commit']}"
    return f"N_eff = {file['summary/N_eff'][()]:.7g}; {program}"


# --- one function for each receiving code ---

def export_class(file, output, arguments):
    """CLASS: phase-space distributions of the mass states, and the lines of its .ini file.

    Writes NAME_nu1.dat, NAME_nu2.dat, NAME_nu3.dat (q = p/T_ncdm, f0 of nu and nubar with 1/(2 pi)^3, uniform in q)
    and NAME_class.ini with the settings of the neutrinos, to be completed by those of the cosmology.
    """
    y = file["spectra/y"][:]
    q = np.linspace(0, max(y[-1], 30.0), 1001)
    occupations = sum(occupation_at(q, y, file["spectra"][name][-1]) for name in ("rho_mass", "rhobar_mass"))
    for state in range(3):
        output.table(f"_nu{state + 1}.dat", [q, occupations[:, state] / (2 * math.pi) ** 3])
    names = [os.path.abspath(output.path(f"_nu{state + 1}.dat")) for state in range(3)]
    output.write("_class.ini", settings([
        ("N_ur", 0),
        ("N_ncdm", 3),
        ("use_ncdm_psd_files", "1, 1, 1"),
        ("ncdm_psd_filenames", ",".join(names)),  # CLASS takes blanks for parts of the names
        ("m_ncdm", numbers(masses_eV(configuration_of(file), arguments.lightest_mass))),
        ("T_ncdm", numbers([1 / file["summary/z"][()]] * 3)),
        ("deg_ncdm", "1, 1, 1"),
        ("tol_ncdm_bg", "1e-7"),  # its default leaves 1e-5 in N_eff
    ], origin(file)))


def export_camb(file, output, arguments):
    """CAMB: effective number, masses and density of the neutrinos, as lines of its .ini file.

    Writes NAME_camb.ini. CAMB knows no distorted spectra: every state gets a third of N_eff.
    """
    masses = [mass for mass in masses_eV(configuration_of(file), arguments.lightest_mass) if mass > 0]
    share = file["summary/N_eff"][()] / 3
    output.write("_camb.ini", settings([
        ("share_delta_neff", "F"),
        ("massless_neutrinos", f"{share * (3 - len(masses)):.10g}"),
        ("nu_mass_eigenstates", len(masses)),
        ("massive_neutrinos", " ".join("1" for _ in masses)),
        ("nu_mass_degeneracies", " ".join(f"{share:.10g}" for _ in masses)),
        ("nu_mass_fractions", " ".join(f"{mass / sum(masses):.10g}" for mass in masses)),
        ("omnuh2", f"{sum(masses) / file['summary/sum_mnu_over_omega_h2_eV'][()]:.10g}"),
    ], origin(file) + f"\nin Python: set_cosmology(nnu={file['summary/N_eff'][()]:.10g}, mnu={sum(masses):.10g}, ...)"))


def nevo_columns(file, rows_x):
    """x, z, z_nu_e, z_nu_mu, z_nu_tau and heating at the given x; antineutrinos are averaged in."""
    history = file["history"]
    z_nu = (energy_densities(file) / (2 * RHO_0)) ** 0.25
    columns = [history["z"][:], *z_nu.T, history["heating"][:]]
    return [rows_x] + [np.interp(np.log(rows_x), np.log(history["x"][:]), column) for column in columns]


def export_primat(file, output, arguments):
    """PRIMAT: the NEVO-style tables of its options nevo_file, nevo_spectral_file and nevo_grid_file.

    Writes NAME_nevo.csv (x, z, T_nue/T_cm, T_numu/T_cm, T_nutau/T_cm, heating, delta f(y_1)),
    NAME_nevo_spectra.csv (the first six and delta f at 80 momenta, f_nue = (1 + delta f)/(e^y + 1)),
    NAME_nevo_grid.csv (these momenta) and NAME_primat.ini with the settings.
    PRIMAT's tables know no asymmetry: with one only NAME_primat.ini is written.
    """
    if has_asymmetry(file):
        xi = degeneracies(file)
        # PRIMAT takes one xi for all flavours, with decoupling at once; DeltaNeff makes up for the rest of N_eff.
        N_eff = file["summary/N_eff"][()]
        output.write("_primat.ini", settings([
            ("incomplete_decoupling", False), ("spectral_distortions", False), ("munuOverTnu", f"{xi[0]:.10g}"),
            ("DeltaNeff", f"{N_eff - DECOUPLED_N_EFF * (1 + excess_of_degeneracy(xi[0])):.7g}"),
        ], origin(file)))
        return
    y, slices_x, x = file["spectra/y"][:], file["spectra/x"][:], file["history/x"][:]
    if len(slices_x) < 100:
        print(f"export_run.py: {len(slices_x)} slices are few for an interpolation in x (PRIMAT's own table has 600). "
              "Run with --set output.spectra_points=600.", file=sys.stderr)
    nodes = y[-1] * (np.arange(1, 81) / 80) ** 2   # dense where most neutrinos are
    occupations = occupation_at(nodes, y, electron_occupations(file).T)
    delta = (occupations / fermi_dirac(nodes)[:, None] - 1).T
    first_delta = np.interp(np.log(x), np.log(slices_x), delta[:, 0])
    output.table("_nevo.csv", [*nevo_columns(file, x), first_delta], separator=",")
    output.table("_nevo_spectra.csv", [*nevo_columns(file, slices_x), delta], separator=",")
    output.table("_nevo_grid.csv", [nodes])
    output.write("_primat.ini", settings([
        ("incomplete_decoupling", True), ("spectral_distortions", True), ("munuOverTnu", 0),
        *((key, os.path.abspath(output.path(ending))) for key, ending in (
            ("nevo_file", "_nevo.csv"), ("nevo_spectral_file", "_nevo_spectra.csv"),
            ("nevo_grid_file", "_nevo_grid.csv"))),
    ], origin(file)))


def export_prymordial(file, output, arguments):
    """PRyMordial: the table that it reads with compute_bckg_flag = False, as PRyMrates/thermo/Tgamma_Tnu.txt.

    Writes NAME_Tgamma_Tnu.txt (t [s], T_gamma [MeV], T_nu [MeV]; one T_nu for all flavours, that of their mean energy)
    and NAME_prymordial.py with the settings, xi of the electron neutrinos among them.
    """
    history = file["history"]
    T_nu = history["T_cm"][:] * (energy_densities(file).mean(axis=1) / (2 * RHO_0)) ** 0.25
    output.table("_Tgamma_Tnu.txt", [history["time_s"][:], history["T_gamma"][:], T_nu])
    output.write("_prymordial.py", f"# {origin(file)}\nimport PRyM.PRyM_init as PRyMini\n\n"
                 f"PRyMini.compute_bckg_flag = False\nPRyMini.munuOverTnu = {degeneracies(file)[0]:.10g}\n")


def export_parthenope(file, output, arguments):
    """PArthENoPE: the lines DNNU, XIE and XIX of its input card, and tables in the layout that FortEPiaNO gives it.

    Writes NAME_parthenope.card, NAME_parthenope.dat (x z w rhobarnu drhobarnu_dx rho_rad rho_tot, densities over
    T_cm^4), NAME_parthenope_yi.dat (momenta) and NAME_parthenope_rhoee.dat (occupation of nu_e, a line per row).
    """
    xi_e, *xi_others = degeneracies(file)
    xi_x = float(np.mean(xi_others))
    # PArthENoPE adds the energy of XIE and XIX itself.
    extra = file["summary/N_eff"][()] - STANDARD_N_EFF - excess_of_degeneracy(xi_e) - 2 * excess_of_degeneracy(xi_x)
    if abs(xi_e) > 1 or abs(xi_x) > 1 or abs(extra) > 3:
        print(f"export_run.py: XIE, XIX, DNNU are {xi_e:.3g}, {xi_x:.3g}, {extra:.3g} (PArthENoPE takes up to 1, 1 and 3). "
              "Use another code.", file=sys.stderr)
    output.write("_parthenope.card", f"DNNU {extra:.7f}\nXIE {xi_e:.7f}\nXIX {xi_x:.7f}\n")

    history, x = file["history"], file["spectra/x"][:]
    rho_nu = energy_densities(file).sum(axis=1)
    T_cm = history["T_cm"][:]
    rho_total = 3 / (8 * math.pi) * (history["hubble"][:] * HBAR_MEV_S * PLANCK_MASS_MEV) ** 2 / T_cm**4
    columns = [history["z"][:], (rho_nu / (6 * RHO_0)) ** 0.25, rho_nu,
               history["heating"][:] * history["z"][:] ** 4 / history["x"][:], rho_total, rho_total]
    at_slices = [np.interp(np.log(x), np.log(history["x"][:]), column) for column in columns]
    output.table("_parthenope.dat", [x, *at_slices], "# x z w rhobarnu drhobarnu_dx rho_rad rho_tot".split(" ", 1))
    output.table("_parthenope_yi.dat", [file["spectra/y"][:]])
    output.table("_parthenope_rhoee.dat", [electron_occupations(file)])


def export_csv(file, output, arguments):
    """CSV: the history, the final spectra and the summary, with a first line of names.

    Writes NAME_history.csv, NAME_spectra.csv (y and the occupation numbers of all flavours) and NAME_summary.csv.
    """
    def flattened(group):
        for name, dataset in group.items():
            if dataset.dtype.kind not in "fi":
                continue  # the coordinates that are labels
            if dataset.ndim and dataset.shape[-1] == 3 and name not in ("x", "y"):
                endings = {"z_mass": "123", "coherence": ("e_mu", "e_tau", "mu_tau")}.get(name, FLAVOURS)
                for index, ending in enumerate(endings):
                    yield f"{name}_{ending}", dataset[..., index]
            else:
                yield name, dataset[()]

    names, columns = zip(*sorted(flattened(file["history"]), key=lambda item: (item[0] not in ("x", "T_cm"), )))
    output.table("_history.csv", columns, names, ",")
    spectra = [("y", file["spectra/y"][:])]
    for name, prefix in (("rho", "f_nu_"), ("rhobar", "f_nubar_")):
        spectra += [(prefix + flavour, file["spectra"][name][-1, :, a, a, 0]) for a, flavour in enumerate(FLAVOURS)]
    names, columns = zip(*spectra)
    output.table("_spectra.csv", columns, names, ",")
    names, columns = zip(*flattened(file["summary"]))
    output.table("_summary.csv", columns, names, ",")


EXPORTS = {"class": export_class, "camb": export_camb, "primat": export_primat, "prymordial": export_prymordial,
           "parthenope": export_parthenope, "csv": export_csv}


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


def main():
    arguments = parse_arguments()
    if getattr(arguments, "lightest_mass", 0.0) < 0:
        fail(f"--lightest-mass {arguments.lightest_mass} is negative (a mass is not). Leave it out for 0.")
    file = open_run_or_fail(arguments.run)
    name = arguments.output or str(pathlib.Path(arguments.run).with_suffix(""))
    EXPORTS[arguments.code](file, Output(name, arguments.force), arguments)


if __name__ == "__main__":
    main()
